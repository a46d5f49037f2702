import type { Cell, CellValue, Style } from 'exceljs';
import { timeOf } from '../../shared/call.ts';
import { displayValue, formatDateTime, wallClock } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Cuts } from './cuts.ts';
import type { ExportKind } from './exportColumns.ts';

/** One value into one cell, typed as Excel types it and within Excel's limits. */

export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;
export const MAX_TEXT = 32_767;

const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
/** 1970-01-01 as Excel counts days. */
const EPOCH_DAY = 25_569;
/** 1900-03-01: before it Excel's calendar has a day that never was. */
const FIRST_DAY = 61;

// One object per style and no other: exceljs finds a style's number by the object, and 3 of 4 seconds go where it cannot.
export const styles = {
  text: {},
  number: { numFmt: 'General' },
  count: { numFmt: '#,##0' },
  average: { numFmt: '#,##0.00' },
  time: { numFmt: 'yyyy\\-mm\\-dd\\ hh:mm:ss' },
  date: { numFmt: 'yyyy\\-mm\\-dd' },
  duration: { numFmt: '[h]:mm:ss' },
  percent: { numFmt: '0.0%' },
  wrapped: { alignment: { wrapText: true, vertical: 'top' } },
  header: {
    font: { bold: true },
    fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE8ECF1' } },
    border: { bottom: { style: 'thin', color: { argb: 'FF8A94A3' } } },
    alignment: { vertical: 'middle' },
  },
  total: { font: { bold: true } },
} as const satisfies Record<string, Partial<Style>>;

export type StyleName = keyof typeof styles;

export function setCell(cell: Cell, value: CellValue, style: StyleName): void {
  cell.value = value;
  // exceljs does not change a style that it is given.
  cell.style = styles[style] as Partial<Style>;
}

/** What XML cannot hold: controls but tab and line feed (those above U+007F it can), halves of characters, two non-characters. */
const NOT_XML = /[[\p{Cc}--[\t\n\x80-\x9f]]\p{Cs}\ufffe\uffff]/gv;
const UNSAFE = /[[\p{Cc}--[\t\n\x80-\x9f]]\p{Cs}\ufffe\uffff]|_x[\da-f]{4}_/iv;
const OUTER_SPACE = /^\s|\s$/;

/** Text that a cell can hold: line ends as LF, no control characters or halves of characters, at most 32,767 characters. */
export function cellText(text: string, cuts: Cuts): CellValue {
  let kept = text;
  if (kept.length > MAX_TEXT) {
    // Not through the middle of a character.
    kept = kept.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '');
    cuts.add('shortened');
  }
  if (UNSAFE.test(kept)) {
    const lines = kept.replace(/\r\n?/g, '\n');
    const clean = lines.replace(NOT_XML, '');
    if (clean.length < lines.length) cuts.add('cleaned');
    // Excel reads _x0041_ as "A"; the underscore itself written that way keeps it as it is.
    kept = clean.replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_');
  }
  // Only rich text says "keep the space around it" in the file.
  return OUTER_SPACE.test(kept) ? { richText: [{ text: kept }] } : kept;
}

/** A number that Excel would round or not read at all: more than 15 digits of a whole number, or beyond its range. */
function isTooLong(value: number): boolean {
  const size = Math.abs(value);
  if (size > 9.99e307 || (size < 2.3e-308 && size > 0)) return true;
  return (
    Number.isInteger(value) &&
    size >= 1e15 &&
    String(size).replace(/e.*$/, '').replace('.', '').replace(/0+$/, '').length > 15
  );
}

/** A calendar date (YYYY-MM-DD) as Excel's day number; undefined where it is none. */
function dayNumber(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return undefined;
  return EPOCH_DAY + ms / DAY_MS;
}

/** No zone changes its clock within a quarter of an hour. */
const QUARTER_MS = 15 * 60_000;

/** A function from ms since epoch UTC to Excel's day number of the wall clock in the zone. */
export function excelTime(timeZone: string): (ms: number) => number {
  const offsets = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const { year, month, day, hour, minute, second } = wallClock(quarter * QUARTER_MS, timeZone);
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS;
      offsets.set(quarter, offset);
    }
    return EPOCH_DAY + (ms + offset) / DAY_MS;
  };
}

export type FillCell = (cell: Cell, value: Json, kind: ExportKind) => void;

/** How values get into cells: times on the wall clock of `timeZone`, what does not fit counted in `cuts`. A blank leaves the cell empty. */
export function cellFiller(timeZone: string, cuts: Cuts): FillCell {
  const dayOf = excelTime(timeZone);
  const fillText = (cell: Cell, text: string) => setCell(cell, cellText(text, cuts), 'text');
  const fillNumber = (cell: Cell, value: number) => {
    if (!isTooLong(value)) return setCell(cell, value, 'number');
    cuts.add('longNumbers');
    setCell(cell, String(value), 'text');
  };
  const fillTime = (cell: Cell, text: string) => {
    const ms = timeOf(text);
    const day = dayOf(ms);
    if (day >= FIRST_DAY) return setCell(cell, day, 'time');
    cuts.add('earlyTimes');
    fillText(cell, formatDateTime(ms, timeZone));
  };
  const fillOutcome = (cell: Cell, value: Json) => {
    if (typeof value === 'number') return fillNumber(cell, value);
    if (typeof value === 'boolean') return setCell(cell, value, 'text');
    const day = typeof value === 'string' ? dayNumber(value) : undefined;
    if (day === undefined) return fillText(cell, displayValue(value));
    if (day >= FIRST_DAY) return setCell(cell, day, 'date');
    cuts.add('earlyTimes');
    fillText(cell, displayValue(value));
  };
  return (cell, value, kind) => {
    if (value === null || value === '') return;
    if (kind === 'outcome') fillOutcome(cell, value);
    else if (kind === 'time' && typeof value === 'string') fillTime(cell, value);
    else if (kind === 'duration' && typeof value === 'number') setCell(cell, value / DAY_SECONDS, 'duration');
    else if (typeof value === 'boolean') setCell(cell, value, 'text');
    else fillText(cell, displayValue(value));
  };
}
