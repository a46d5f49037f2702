import { readItem, type ReadItem } from '../../shared/call.ts';
import { BACKSLASH, MOST_DIGITS, QUOTE, textAt, timeAt } from './values.ts';
import { openByteNumbers } from './byteNumbers.ts';

export type CheckedItem = { readonly ok: true; readonly callId: string } | Extract<ReadItem, { readonly ok: false }>;

/**
 * Whether readItem accepts an item, as UTF-8, and the id of its call. Nearly all items are accepted, and for those a look at their bytes is
 * enough, an eighth of the time of parsing and checking them: it knows what they can be, and leaves to readItem whatever it does not.
 */
export type CheckItem = (item: Buffer) => CheckedItem;

/** Forms of JSON values; 0: it is not JSON. */
const [TEXT, NUMBER, BOOLEAN, NULL, OBJECT, LIST] = [1, 2, 4, 8, 16, 32];
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
const noFields = new Map<string, Field>();
const insides = [itemFields, recordingFields, noFields];
const [IN_ITEM, IN_RECORDING, ELSEWHERE] = [0, 1, 2];

/** Deeper ones are left to readItem. */
const MOST_DEPTH = 32;

export function openCheckItem(): CheckItem {
  const names = openByteNumbers();
  /** By the number of a name. */
  const fieldOf: Field[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  let end = 0;
  let idStart = -1;
  let idEnd = -1;

  function skipSpace(): void {
    while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  }

  function isDigit(): boolean {
    return at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39;
  }

  /** Goes behind digits; false: there is none. */
  function skipDigits(): boolean {
    if (!isDigit()) return false;
    while (isDigit()) at++;
    return true;
  }

  function skipNumber(): boolean {
    if (bytes[at] === MINUS) at++;
    if (bytes[at] === ZERO) at++;
    else if (!skipDigits()) return false;
    if (at < end && bytes[at] === POINT) {
      at++;
      if (!skipDigits()) return false;
    }
    if (at < end && ((bytes[at] as number) | LOWER) === LETTER_E) {
      at++;
      if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
      if (!skipDigits()) return false;
    }
    return true;
  }

  function skipText(): boolean {
    at++;
    while (at < end) {
      const byte = bytes[at++] as number;
      if (byte === QUOTE) return true;
      if (byte < 0x20) return false;
      if (byte !== BACKSLASH) continue;
      const escaped = bytes[at++] as number;
      if (escaped === LETTER_U) {
        for (let i = 0; i < 4; i++) if (IS_HEX[bytes[at++] as number] !== 1) return false;
      } else if (IS_ESCAPED[escaped] !== 1) return false;
    }
    return false;
  }

  function skipWord(word: Uint8Array): boolean {
    for (const letter of word) if (bytes[at++] !== letter) return false;
    return true;
  }

  function skipObject(inside: number, depth: number): boolean {
    at++;
    skipSpace();
    if (bytes[at] === CLOSE_OBJECT) return ++at <= end;
    for (;;) {
      const start = at;
      if (bytes[at] !== QUOTE || !skipText()) return false;
      const field = inside === ELSEWHERE ? anything : fieldNamed(inside, start, at);
      skipSpace();
      if (bytes[at++] !== COLON) return false;
      skipSpace();
      if (!skipField(field, depth)) return false;
      skipSpace();
      const byte = bytes[at++];
      if (byte === CLOSE_OBJECT) return at <= end;
      if (byte !== COMMA) return false;
      skipSpace();
    }
  }

  function skipList(depth: number): boolean {
    at++;
    skipSpace();
    if (bytes[at] === CLOSE_LIST) return ++at <= end;
    for (;;) {
      if (skipValue(ELSEWHERE, depth) === 0) return false;
      skipSpace();
      const byte = bytes[at++];
      if (byte === CLOSE_LIST) return at <= end;
      if (byte !== COMMA) return false;
      skipSpace();
    }
  }

  /** Goes behind a value; gives its form. */
  function skipValue(inside: number, depth: number): number {
    if (at >= end || depth > MOST_DEPTH) return 0;
    switch (bytes[at]) {
      case QUOTE:
        return skipText() ? TEXT : 0;
      case OPEN_OBJECT:
        return skipObject(inside, depth + 1) ? OBJECT : 0;
      case OPEN_LIST:
        return skipList(depth + 1) ? LIST : 0;
      case NULL_WORD[0]:
        return skipWord(NULL_WORD) ? NULL : 0;
      case TRUE_WORD[0]:
        return skipWord(TRUE_WORD) ? BOOLEAN : 0;
      case FALSE_WORD[0]:
        return skipWord(FALSE_WORD) ? BOOLEAN : 0;
      default:
        return skipNumber() ? NUMBER : 0;
    }
  }

  /** Goes behind the value of a field; false: it is none that is known to be accepted. */
  function skipField({ forms, check }: Field, depth: number): boolean {
    const start = at;
    const form = skipValue(check === 'recording' ? IN_RECORDING : ELSEWHERE, depth);
    if ((form & forms) === 0) return false;
    if (check === undefined || form === NULL) return true;
    switch (check) {
      case 'id':
        [idStart, idEnd] = [start, at];
        return at - start > 2;
      case 'number':
        // Of a longer one parseJson may make a text.
        return at - start <= MOST_DIGITS;
      case 'time':
        return !Number.isNaN(timeAt(bytes, start, at));
      case 'recording':
        return true;
    }
  }

  function fieldNamed(inside: number, start: number, nameEnd: number): Field {
    const name = names.numberOf(bytes, start, nameEnd, inside);
    if (name === fieldOf.length) fieldOf.push(insides[inside]?.get(textAt(bytes, start, nameEnd)) ?? anything);
    return fieldOf[name] as Field;
  }

  function isAccepted(item: Buffer): boolean {
    bytes = item;
    at = 0;
    end = item.length;
    idStart = -1;
    return item[0] === OPEN_OBJECT && skipObject(IN_ITEM, 0) && at === end && idStart >= 0;
  }

  return (item) => {
    if (isAccepted(item)) return { ok: true, callId: textAt(item, idStart, idEnd) };
    const read = readItem(item.toString());
    return read.ok ? { ok: true, callId: read.call.call_id } : read;
  };
}

const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
/** Makes a letter of ASCII a small one. */
const LOWER = 0x20;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
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
