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

/** A number that may not survive: sixteen digits or more, or an exponent. */
const SUSPICIOUS = /\d{16}|\d\.\d{14}|\d[eE][+-]?\d/;

function losesDigits(value: unknown, source: string | undefined): source is string {
  if (typeof value !== 'number' || source === undefined) return false;
  if (!Number.isFinite(value)) return true;
  const digits = (text: string) =>
    text
      .replace(/[eE].*$/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+|0+$/g, '');
  return digits(source).length > 15 && digits(source) !== digits(String(value));
}

/** Parses JSON; a number that a double cannot hold becomes a string of its digits. Throws SyntaxError. */
export function parseJson(text: string): Json {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text) as Json;
  return json.parse(text, (_key, value, { source }) => (losesDigits(value, source) ? source : value)) as Json;
}

/** Parses a list found by `pick` in JSON text and gives each item back as JSON text with every digit kept. Throws SyntaxError. */
export function parseJsonKeepingDigits(text: string): unknown {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => (losesDigits(value, source) ? json.rawJSON(source) : value));
}

export function toJsonText<T>(value: T): JsonText<T> {
  return JSON.stringify(value) as JsonText<T>;
}

export function fromJsonText<T>(text: JsonText<T>): T {
  return JSON.parse(text) as T;
}
