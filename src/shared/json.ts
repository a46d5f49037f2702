/**
 * JSON without loss. A provider may send numbers that a double cannot hold ("Policy": 12345678901234567890);
 * JSON.parse would quietly change their digits, so they are kept as the text they came in.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** JSON text that is known to hold a T: how calls cross threads and windows (one string is cheaper than many objects, and any key survives). */
export type JsonText<T> = string & { readonly jsonOf?: T };

interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}
const json = JSON as unknown as JsonWithSource;
/** Node and windows have these alike; the types here are of neither. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/**
 * Text that may hold a number which does not survive: sixteen digits and points on end, or an exponent where a number stands. Most items have
 * neither and are parsed the quick way; ids such as "3e4" inside texts are not taken for one.
 */
const LONG = 16;
const EXPONENT = /[:[,]\s*-?[\d.]+[eE]/;

const isDigitOrPoint = (code: number) => (code >= 48 && code <= 57) || code === 46;

/** As long a row has one at every place that its length divides, so only those are looked at: a tenth of a pattern's time. */
function hasLong(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let [from, to] = [at, at + 1];
    while (isDigitOrPoint(text.charCodeAt(from - 1))) from--;
    while (isDigitOrPoint(text.charCodeAt(to))) to++;
    if (to - from >= LONG) return true;
  }
  return false;
}

const isSuspicious = (text: string) => hasLong(text) || EXPONENT.test(text);

function losesDigits(value: unknown, source: string | undefined): source is string {
  if (typeof value !== 'number' || source === undefined) return false;
  if (!Number.isFinite(value)) return true;
  const digits = (text: string) =>
    text
      .replace(/[eE].*$/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+|0+$/g, '');
  if (value === 0) return digits(source) !== '';
  return digits(source).length > 15 && digits(source) !== digits(String(value));
}

/** Parses JSON; a number that a double cannot hold becomes a string of its digits. Throws SyntaxError. */
export function parseJson(text: string): Json {
  // A text alone holds no number.
  if (text.startsWith('"') || !isSuspicious(text)) return JSON.parse(text) as Json;
  return json.parse(text, (_key, value, { source }) => (losesDigits(value, source) ? source : value)) as Json;
}

/** Parses JSON so that JSON.stringify gives every number back with the digits it came with. Throws SyntaxError. */
export function parseJsonKeepingDigits(text: string): unknown {
  if (!isSuspicious(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => (losesDigits(value, source) ? json.rawJSON(source) : value));
}

export function toJsonText<T>(value: T): JsonText<T> {
  return JSON.stringify(value) as JsonText<T>;
}

export function fromJsonText<T>(text: JsonText<T>): T {
  return JSON.parse(text) as T;
}

/**
 * The same in UTF-8, for what is long and asked for with each key: threads hand bytes over, where a text is copied, with two bytes a letter
 * as soon as one of them is not Latin.
 */
export type JsonBytes<T> = Uint8Array<ArrayBuffer> & { readonly jsonOf?: T };

/** So many values are written at once: of a text beyond some 60 kB, half the time is spent on asking the system for its memory. */
const PORTION = 25;
const COMMA = 0x2c;

export function toJsonBytes<T>(values: readonly T[]): JsonBytes<readonly T[]> {
  const encoder = new TextEncoder();
  const portions = [encoder.encode(JSON.stringify(values.slice(0, PORTION)))];
  for (let from = PORTION; from < values.length; from += PORTION)
    portions.push(encoder.encode(JSON.stringify(values.slice(from, from + PORTION))));
  const bytes = new Uint8Array(portions.reduce((length, portion) => length + portion.length - 1, 1));
  let at = 0;
  for (const portion of portions) {
    // Over the bracket that ended the portion before, a comma in place of the one that begins this.
    bytes.set(portion, at);
    if (at > 0) bytes[at] = COMMA;
    at += portion.length - 1;
  }
  return bytes as JsonBytes<readonly T[]>;
}

export function fromJsonBytes<T>(bytes: JsonBytes<T>): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
