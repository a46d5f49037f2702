/** Finding the parts of JSON in its bytes (UTF-8) without parsing it. What is not JSON gives some end, or throws; whoever needs to know parses it. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
/** `{` and `}` are `[` and `]` with this bit. */
const BRACE_BIT = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const isOpen = (byte: number | undefined) => byte !== undefined && (byte & ~BRACE_BIT) === OPEN;
const isClose = (byte: number | undefined) => byte !== undefined && (byte & ~BRACE_BIT) === CLOSE;

/** At the first byte from `at` on that is no white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  while ((bytes[i] ?? QUOTE) <= SPACE) i++;
  return i;
}

/** Behind the string whose first quote is at `at`. */
export function endOfString(bytes: Uint8Array, at: number): number {
  let i = at + 1;
  for (let byte = bytes[i]; byte !== QUOTE; byte = bytes[i]) {
    if (byte === undefined) throw new SyntaxError('a string without an end');
    i += byte === BACKSLASH ? 2 : 1;
  }
  return i + 1;
}

/** Behind the value that begins at `at`; `at` itself where none does. */
export function endOfValue(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return endOfString(bytes, at);
  let i = at;
  if (!isOpen(bytes[at])) {
    for (let byte = bytes[i]; byte !== undefined && byte > SPACE && byte !== COMMA && !isClose(byte); byte = bytes[i])
      i++;
    return i;
  }
  for (let depth = 0; ;) {
    const byte = bytes[i];
    if (byte === undefined) throw new SyntaxError('an object without an end');
    if (byte === QUOTE) {
      i = endOfString(bytes, i);
      continue;
    }
    i++;
    if (isOpen(byte)) depth++;
    else if (isClose(byte) && --depth === 0) return i;
  }
}

/** Calls `take` with where the names and values of the object at `at` begin and end, each name with its quotes. */
export function eachField(
  bytes: Uint8Array,
  at: number,
  take: (nameStart: number, nameEnd: number, start: number, end: number) => void,
): void {
  let i = skipSpace(bytes, skipSpace(bytes, at) + 1);
  while (bytes[i] === QUOTE) {
    const nameEnd = endOfString(bytes, i);
    const start = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const end = endOfValue(bytes, start);
    take(i, nameEnd, start, end);
    i = skipSpace(bytes, end);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1);
  }
}

/** Where the items of the list at `at` begin and end, by turns; undefined: it is no list. */
export function itemsAt(bytes: Uint8Array, at: number): number[] | undefined {
  if (bytes[at] !== OPEN) return undefined;
  const found: number[] = [];
  let i = skipSpace(bytes, at + 1);
  if (bytes[i] === CLOSE) return found;
  for (;;) {
    const end = endOfValue(bytes, i);
    if (end === i) return undefined;
    found.push(i, end);
    i = skipSpace(bytes, end);
    if (bytes[i] === CLOSE) return found;
    if (bytes[i] !== COMMA) return undefined;
    i = skipSpace(bytes, i + 1);
  }
}
