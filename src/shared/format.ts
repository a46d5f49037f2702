import { parseJson, type Json } from './json.ts';

/** One formatting of durations, times and values for grid, command line and Excel. */

/** Seconds as m:ss, from an hour on as h:mm:ss. Negative ones keep their sign; parts of a second are rounded. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  const text = h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return seconds < 0 && whole > 0 ? `-${text}` : text;
}

const dateTimeFormats = new Map<string, Intl.DateTimeFormat>();

/** Whether this computer knows the time zone: a newer one, or a person in an editor, may have named it. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function dateTimeFormat(timeZone: string): Intl.DateTimeFormat {
  let format = dateTimeFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    dateTimeFormats.set(timeZone, format);
  }
  return format;
}

/** As Date.UTC, months counted from 1; that takes the years 0 to 99 for those of the last century, and some providers say “never” by the year 1. */
export function utcMs(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second);
}

const SECOND_YEAR = utcMs(2, 1, 1);
/** After so many years the calendar begins anew. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

function partsOf(ms: number, timeZone: string) {
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of dateTimeFormat(timeZone).formatToParts(ms)) {
    if (type in parts) parts[type as keyof typeof parts] = Number(value);
  }
  return parts;
}

/** Wall-clock parts of a moment in a zone, as numbers. `ms` since epoch UTC; throws RangeError for an unknown zone. */
export function wallClock(ms: number, timeZone: string) {
  if (ms >= SECOND_YEAR) return partsOf(ms, timeZone);
  // Intl has no year 0: to the west of UTC the year 1 begins in the year 1 before Christ.
  const later = partsOf(ms + CYCLE_MS, timeZone);
  return { ...later, year: later.year - CYCLE_YEARS };
}

const MINUTE_MS = 60_000;
/** Until then there were zones whose clocks were off by odd seconds (Liberia’s was the last). */
const ODD_SECONDS_UNTIL = utcMs(1972, 2, 1);
/** Until then some were off by odd minutes, or changed at one (Casey Station’s was the last). */
const ODD_MINUTES_UNTIL = utcMs(2023, 1, 1);

/**
 * The beginning of the quarter of an hour of a moment, in ms since epoch UTC: one look at the calendar serves all of it, as no zone
 * changes its clock, hour or day within one. Before 2023 some did: there it is the minute, and before 1972 the moment itself.
 */
export function calendarSpan(ms: number): number {
  if (ms < ODD_SECONDS_UNTIL) return ms;
  const span = ms < ODD_MINUTES_UNTIL ? MINUTE_MS : 15 * MINUTE_MS;
  return Math.floor(ms / span) * span;
}

/** 2026-05-14 10:30:05, the order that sorts. `ms` since epoch UTC. */
export function formatDateTime(ms: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = wallClock(ms, timeZone);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

export function formatCount(count: number): string {
  return whole.format(count);
}

/** "1 batch", "3 batches"; `many` where an s does not do. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatNumber(value: number): string {
  return fraction.format(value);
}

/** Bytes as people read them: "640 KB", "1.3 GB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} KB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A share of 0 to 1 as a percentage with one decimal. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** An outcome value as a person reads it: text as it is, a list's items with commas, an object as JSON. */
export function displayValue(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.map(displayValue).join(', ');
  return JSON.stringify(value);
}

/** displayValue of JSON text, as dictionaries and pivots hold values. */
export function displayJson(text: string): string {
  return displayValue(parseJson(text));
}

export const MASKED_DIGIT = '•';

/** All digits but the last three become dots; what stands between them stays. */
export function maskPhone(phone: string): string {
  const digits = phone.match(/\p{Nd}/gu)?.length ?? 0;
  let seen = 0;
  return phone.replace(/\p{Nd}/gu, (digit) => (++seen > digits - 3 ? digit : MASKED_DIGIT));
}
