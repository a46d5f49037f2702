import { timeOf } from '../../shared/call.ts';
import { parseJson, type Json } from '../../shared/json.ts';

/** Reading the JSON text of a value from its bytes (UTF-8). */

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
const DIGIT_0 = 0x30;

/** A value as parseJson gives it. Read in a list, as it stood in its item: what is before a number tells whether it is too long. */
export function jsonAt(bytes: Buffer, start: number, end: number): Json {
  return (parseJson(`[${bytes.toString('utf8', start, end)}]`) as readonly Json[])[0] ?? null;
}

/** Of a text or a number. */
export function textAt(bytes: Buffer, start: number, end: number): string {
  const isPlain = bytes[start] === QUOTE && !hasEscape(bytes, start, end);
  return isPlain ? bytes.toString('utf8', start + 1, end - 1) : String(jsonAt(bytes, start, end));
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === BACKSLASH) return true;
  return false;
}

/** The whole number that so many digits are; NaN where something else is among them. */
function digitsAt(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

export function isDigits(bytes: Buffer, start: number, end: number): boolean {
  return !Number.isNaN(digitsAt(bytes, start, end));
}

/** Digits that a double holds whatever they are. */
const MOST_DIGITS = 15;

export function numberAt(bytes: Buffer, start: number, end: number): number {
  const number = end - start <= MOST_DIGITS ? digitsAt(bytes, start, end) : NaN;
  return Number.isNaN(number) ? Number(bytes.toString('utf8', start, end)) : number;
}

const UTC_SECONDS = Buffer.from('"2026-01-05T04:30:00Z"');
/** What stands between the digits. */
const BETWEEN = [...UTC_SECONDS.keys()].filter((i) => !isDigits(UTC_SECONDS, i, i + 1));
const MS_A_DAY = 86_400_000;
/** By year and month, the days from 1970 to its first. */
const daysBefore = new Map<number, number>();

function daysTo(year: number, month: number): number {
  const key = year * 12 + month;
  let days = daysBefore.get(key);
  if (days === undefined) daysBefore.set(key, (days = Date.UTC(year, month - 1) / MS_A_DAY));
  return days;
}

/** As timeOf reads the text. Most have one form, of which no text is made. */
export function timeAt(bytes: Buffer, start: number, end: number): number {
  if (end - start === UTC_SECONDS.length && BETWEEN.every((i) => bytes[start + i] === UTC_SECONDS[i])) {
    const from = start + 1;
    const year = digitsAt(bytes, from, from + 4);
    const month = digitsAt(bytes, from + 5, from + 7);
    const day = digitsAt(bytes, from + 8, from + 10);
    const hour = digitsAt(bytes, from + 11, from + 13);
    const minute = digitsAt(bytes, from + 14, from + 16);
    const second = digitsAt(bytes, from + 17, from + 19);
    // What every month and every minute has; NaN is none of it.
    if (year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60)
      return ((daysTo(year, month) + day - 1) * 24 * 3600 + hour * 3600 + minute * 60 + second) * 1000;
  }
  return timeOf(textAt(bytes, start, end));
}
