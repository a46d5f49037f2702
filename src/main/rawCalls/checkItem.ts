import { readItem, type ReadItem } from '../../shared/call.ts';
import { BACKSLASH, MOST_DIGITS, QUOTE, numberAt, textAt, timeAt } from './values.ts';
import { openByteNumbers } from './byteNumbers.ts';

export type CheckedItem = { readonly ok: true; readonly callId: string } | Extract<ReadItem, { readonly ok: false }>;

/**
 * Whether readItem accepts an item, as UTF-8, and the id of its call. Nearly all items are accepted, and for those a look at their bytes is
 * enough, half the time of parsing and checking them: it knows what they can be, and leaves to readItem whatever it does not.
 */
export type CheckItem = (item: Buffer) => CheckedItem;

/** Forms of JSON values. */
const TEXT = 1;
const NUMBER = 2;
const BOOLEAN = 4;
const NULL = 8;
const OBJECT = 16;
const LIST = 32;
const ANY = TEXT | NUMBER | BOOLEAN | NULL | OBJECT | LIST;

interface Field {
  /** Forms that its value may have. */
  readonly forms: number;
  readonly check?: 'id' | 'number' | 'time' | 'recording';
}

const text: Field = { forms: TEXT | NULL };
const idText: Field = { forms: TEXT | NUMBER | NULL };
const number: Field = { forms: NUMBER | NULL, check: 'number' };
const time: Field = { forms: TEXT | NULL, check: 'time' };
const anything: Field = { forms: ANY };

/** What the schema of call.ts says of each. */
const itemFields = new Map<string, Field>([
  ['call_id', { forms: TEXT, check: 'id' }],
  ['external_id', idText],
  ['phone_number', idText],
  ['name', text],
  ['status', text],
  ['duration_seconds', number],
  ['answer_duration_seconds', number],
  ['disconnect_reason', text],
  ['transcript_status', text],
  ['analysis_status', text],
  ['summary', text],
  ['outcomes', { forms: OBJECT | NULL }],
  ['recording', { forms: OBJECT | NULL, check: 'recording' }],
  ['started_at', time],
  ['ended_at', time],
]);
const recordingFields = new Map<string, Field>([
  ['available', { forms: BOOLEAN | NULL }],
  ['file_key', text],
]);
const insides = [itemFields, recordingFields];
const IN_ITEM = 0;
const IN_RECORDING = 1;
const ELSEWHERE = 2;

/** Deeper ones are left to readItem. */
const MOST_DEPTH = 32;

export function openCheckItem(): CheckItem {
  const names = openByteNumbers();
  /** By the number of a name. */
  const fieldOf: Field[] = [];
  let idStart = 0;
  let idEnd = 0;

  function fieldNamed(inside: number, bytes: Buffer, start: number, end: number): Field {
    const name = names.numberOf(bytes, start, end, inside);
    if (name === fieldOf.length) fieldOf.push(insides[inside]?.get(textAt(bytes, start, end)) ?? anything);
    return fieldOf[name] as Field;
  }

  /** Behind the value of a field; WRONG: it is none that is known to be accepted. */
  function endOfField(bytes: Buffer, start: number, { forms, check }: Field, depth: number): number {
    const end = endOfValue(bytes, start, check === 'recording' ? IN_RECORDING : ELSEWHERE, depth);
    const form = FORM_BY_FIRST[bytes[start] as number] as number;
    if (end === WRONG || (form & forms) === 0) return WRONG;
    if (check === undefined || form === NULL) return end;
    if (check === 'id') {
      [idStart, idEnd] = [start, end];
      if (end - start === 2) return WRONG;
    }
    // Of one that is longer, or too large, parseJson makes a text.
    if (check === 'number' && (end - start > MOST_DIGITS || !Number.isFinite(numberAt(bytes, start, end))))
      return WRONG;
    if (check === 'time' && Number.isNaN(timeAt(bytes, start, end))) return WRONG;
    return end;
  }

  function endOfObject(bytes: Buffer, start: number, inside: number, depth: number): number {
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      const nameEnd = bytes[at] === QUOTE ? endOfText(bytes, at) : WRONG;
      if (nameEnd === WRONG) return WRONG;
      const colon = skipSpace(bytes, nameEnd);
      if (bytes[colon] !== COLON) return WRONG;
      const value = skipSpace(bytes, colon + 1);
      const end =
        inside === ELSEWHERE
          ? endOfValue(bytes, value, ELSEWHERE, depth)
          : endOfField(bytes, value, fieldNamed(inside, bytes, at, nameEnd), depth);
      if (end === WRONG) return WRONG;
      at = skipSpace(bytes, end);
      if (bytes[at] === CLOSE_OBJECT) return at + 1;
      if (bytes[at] !== COMMA) return WRONG;
      at = skipSpace(bytes, at + 1);
    }
  }

  function endOfList(bytes: Buffer, start: number, depth: number): number {
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      const end = endOfValue(bytes, at, ELSEWHERE, depth);
      if (end === WRONG) return WRONG;
      at = skipSpace(bytes, end);
      if (bytes[at] === CLOSE_LIST) return at + 1;
      if (bytes[at] !== COMMA) return WRONG;
      at = skipSpace(bytes, at + 1);
    }
  }

  function endOfValue(bytes: Buffer, start: number, inside: number, depth: number): number {
    if (start >= bytes.length || depth > MOST_DEPTH) return WRONG;
    switch (FORM_BY_FIRST[bytes[start] as number]) {
      case TEXT:
        return endOfText(bytes, start);
      case NUMBER:
        return endOfNumber(bytes, start);
      case OBJECT:
        return endOfObject(bytes, start, inside, depth + 1);
      case LIST:
        return endOfList(bytes, start, depth + 1);
      case NULL:
        return endOfWord(bytes, start, NULL_WORD);
      case BOOLEAN:
        return endOfWord(bytes, start, bytes[start] === TRUE_WORD[0] ? TRUE_WORD : FALSE_WORD);
      default:
        return WRONG;
    }
  }

  return (item) => {
    idEnd = 0;
    const isAccepted = item[0] === OPEN_OBJECT && endOfObject(item, 0, IN_ITEM, 0) === item.length && idEnd > 0;
    if (isAccepted) return { ok: true, callId: textAt(item, idStart, idEnd) };
    const read = readItem(item.toString());
    return read.ok ? { ok: true, callId: read.call.call_id } : read;
  };
}

/** Instead of an end: it is not JSON, or not known to be accepted. */
const WRONG = -1;

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

function endOfText(bytes: Buffer, start: number): number {
  const { length } = bytes;
  for (let at = start + 1; at < length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return WRONG;
    if (byte !== BACKSLASH) continue;
    at++;
    if (bytes[at] !== LETTER_U) {
      if (IS_ESCAPED[bytes[at] ?? 0] === 0) return WRONG;
      continue;
    }
    for (const end = at + 4; at < end; at++) if (IS_HEX[bytes[at + 1] ?? 0] === 0) return WRONG;
  }
  return WRONG;
}

/** Behind the digits from `start` on; WRONG: there is none. */
function endOfDigits(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at++;
  return at === start ? WRONG : at;
}

function endOfNumber(bytes: Buffer, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let at = bytes[first] === ZERO ? first + 1 : endOfDigits(bytes, first);
  if (at !== WRONG && bytes[at] === POINT) at = endOfDigits(bytes, at + 1);
  if (at === WRONG || ((bytes[at] ?? 0) | LOWER) !== LETTER_E) return at;
  const isSigned = bytes[at + 1] === MINUS || bytes[at + 1] === PLUS;
  return endOfDigits(bytes, at + (isSigned ? 2 : 1));
}

function endOfWord(bytes: Buffer, start: number, word: Buffer): number {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return WRONG;
  return start + word.length;
}

const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
/** Makes a letter of ASCII a small one. */
const LOWER = 0x20;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;
const NULL_WORD = Buffer.from('null');
const TRUE_WORD = Buffer.from('true');
const FALSE_WORD = Buffer.from('false');

/** By byte, 1 for each of the characters. */
function oneOf(characters: string): Uint8Array {
  const is = new Uint8Array(0x100);
  for (const character of Buffer.from(characters)) is[character] = 1;
  return is;
}
const IS_HEX = oneOf('0123456789abcdefABCDEF');
const IS_ESCAPED = oneOf('"\\/bfnrt');

/** By a value's first byte, the only form that it can have; 0: none. */
const FORM_BY_FIRST = new Uint8Array(0x100);
for (const [form, firsts] of [
  [TEXT, '"'],
  [NUMBER, '-0123456789'],
  [BOOLEAN, 'tf'],
  [NULL, 'n'],
  [OBJECT, '{'],
  [LIST, '['],
] as const)
  for (const first of Buffer.from(firsts)) FORM_BY_FIRST[first] = form;
