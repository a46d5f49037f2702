import { calendarSpan, displayValue, formatDateTime, formatDuration, utcMs, wallClock } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import { isQuantity, readDate, readNumber } from '../../shared/recognise.ts';
import type { Cuts } from './cuts.ts';
import type { ExportKind } from './exportColumns.ts';
import type { SheetCell } from './sheet.ts';
import type { StyleName } from './styles.ts';

/** One value as what stands in a cell, typed as Excel types it and within Excel's limits. */

export const MAX_TEXT = 32_767;
const MAX_LINE_FEEDS = 253;

export const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
/** 1970-01-01 as Excel counts days. */
const EPOCH_DAY = 25_569;
/** 1900-03-01: before it Excel's calendar has a day that never was. */
const FIRST_DAY = 61;
/** 10000-01-01: Excel's calendar ends before it. */
const END_DAY = 2_958_466;

/** Whether a day number is one that Excel's calendar shows. */
export function isExcelDay(day: number): boolean {
  return day >= FIRST_DAY && day < END_DAY;
}

/** Excel knows no greater number. */
export const MOST_NUMBER = 9.99e307;

/** What XML cannot hold: controls but tab and line feed (those above U+007F it can), halves of characters, two non-characters. */
const NOT_XML = /[[\p{Cc}--[\t\n\x80-\x9f]]\p{Cs}\ufffe\uffff]/gv;
const UNSAFE = /[[\p{Cc}--[\t\x80-\x9f]]\p{Cs}\ufffe\uffff]|_x[\da-f]{4}_/iv;

/** Text that a cell can hold: line ends as LF, no control characters or halves of characters, within Excel's lengths. */
export function cellText(text: string, cuts: Cuts): string {
  let kept = text;
  if (UNSAFE.test(kept)) {
    const lines = kept.replace(/\r\n?/g, '\n');
    const clean = lines.replace(NOT_XML, '');
    if (clean.length < lines.length) cuts.add('cleaned');
    kept = withinLines(clean, cuts);
  }
  if (kept.length > MAX_TEXT) {
    // Not through the middle of a character.
    kept = kept.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '');
    cuts.add('shortened');
  }
  // Excel reads _x0041_ as "A"; the underscore itself written that way keeps it as it is. Its length counts as one.
  return kept.includes('_x') ? kept.replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_') : kept;
}

/** Line feeds that Excel cannot hold become spaces, so that no word is lost. */
function withinLines(text: string, cuts: Cuts): string {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (++lines <= MAX_LINE_FEEDS) continue;
    cuts.add('lineFeeds');
    return text.slice(0, at) + text.slice(at).replaceAll('\n', ' ');
  }
  return text;
}

/** A number that Excel would round or not read at all: more than 15 digits, or beyond its range. */
function isTooLong(value: number): boolean {
  const size = Math.abs(value);
  if (size > MOST_NUMBER || (size < 2.3e-308 && size > 0)) return true;
  if (size < 1e15 && Number.isInteger(value)) return false;
  const digits = String(size)
    .replace(/e.*$/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  // A fraction of 16 or 17 digits is a double as it came from a calculation; Excel keeps the same double.
  return Number.isInteger(value) && digits.length > 15;
}

/** A function from ms since epoch UTC to the ms at which the clocks of UTC show what those of the zone show then. */
export function clockOf(timeZone: string): (ms: number) => number {
  const offsets = new Map<number, number>();
  // Of the span asked for last: calls mostly come in the order of their times.
  let last = NaN;
  let lastOffset = 0;
  const offsetOf = (span: number) => {
    let offset = offsets.get(span);
    if (offset === undefined) {
      const { year, month, day, hour, minute, second } = wallClock(span, timeZone);
      // Clocks show whole seconds.
      offset = utcMs(year, month, day, hour, minute, second) - Math.floor(span / 1000) * 1000;
      offsets.set(span, offset);
    }
    return offset;
  };
  return (ms) => {
    const span = calendarSpan(ms);
    if (span !== last) {
      last = span;
      lastOffset = offsetOf(span);
    }
    return ms + lastOffset;
  };
}

/** A function from ms since epoch UTC to Excel's day number of the wall clock in the zone. */
export function excelTime(timeZone: string): (ms: number) => number {
  const clock = clockOf(timeZone);
  return (ms) => EPOCH_DAY + clock(ms) / DAY_MS;
}

/** Whether a measure takes the value for a number, however it stands in its cell. */
export function isMeasurable(value: Json, kind: ExportKind): boolean {
  return !Number.isNaN(kind === 'date' ? readDate(value).ms : readNumber(value));
}

export type ToCell = (value: Json, kind: ExportKind) => SheetCell | null;

/** How values become cells: times (ms since epoch UTC) on the wall clock of `timeZone`, what does not fit counted in `cuts`. A blank is an empty cell. */
export function cellMaker(timeZone: string, cuts: Cuts): ToCell {
  const dayOf = excelTime(timeZone);
  const text = (value: string): SheetCell => ({ value: cellText(value, cuts), style: 'text' });
  const number = (value: number): SheetCell => {
    if (!isTooLong(value)) return { value, style: 'number' };
    cuts.add('longNumbers');
    return { value: String(value), style: 'text' };
  };
  const day = (value: number, style: StyleName, words: () => string): SheetCell => {
    if (isExcelDay(value)) return { value, style };
    cuts.add('earlyTimes');
    return text(words());
  };
  const time = (ms: number) => day(dayOf(ms), 'time', () => formatDateTime(ms, timeZone));
  const date = (value: string): SheetCell => {
    const { ms, isDay } = readDate(value);
    if (Number.isNaN(ms)) return text(value);
    if (isDay) return day(EPOCH_DAY + ms / DAY_MS, 'date', () => value);
    return day(dayOf(ms), 'time', () => value);
  };
  return (value, kind) => {
    if (value === null || value === '') return null;
    if (typeof value === 'boolean') return { value, style: 'text' };
    if (typeof value === 'number') {
      if (kind === 'time') return time(value);
      if (kind !== 'duration') return number(value);
      // Excel shows a duration below zero as ####.
      return value < 0 ? text(formatDuration(value)) : { value: value / DAY_SECONDS, style: 'duration' };
    }
    if (typeof value === 'string') {
      if (kind === 'number' && isQuantity(value)) return number(readNumber(value));
      if (kind === 'date') return date(value);
      return text(value);
    }
    return text(displayValue(value));
  };
}
