import type { Bin, ColumnKind } from '../../shared/columns.ts';
import { displayJson } from '../../shared/format.ts';
import { fold } from '../../shared/searchText.ts';
import { sizeOf } from './store.ts';
import { weekdays } from './timeBins.ts';

/** The order of values that people expect. */

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** A value made ready for comparing, so that sorting many reads each once. */
export interface SortKey {
  readonly json: string;
  /** A number or a date; NaN for a text. */
  readonly size: number;
  readonly text: string;
  /** The text without regard to case and accents, the numbers in it made as long as each other: what is compared first. */
  readonly folded: string;
}

const DIGITS = /\d+/g;
const LONGEST = 16;

function foldForOrder(text: string): string {
  return fold(text).replace(DIGITS, (digits) => digits.padStart(LONGEST, '0'));
}

export function sortKey(json: string, kind: ColumnKind, bin?: Bin): SortKey {
  const text = displayJson(json);
  const folded = foldForOrder(text);
  if (bin !== 'weekday') return { json, size: sizeOf(json, kind), text, folded };
  const day = weekdays.findIndex((name) => name === text);
  return { json, size: day < 0 ? NaN : day, text, folded };
}

/** Numbers and dates by size, then texts by alphabet with the numbers in them by size. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (Number.isNaN(a.size) !== Number.isNaN(b.size)) return Number.isNaN(a.size) ? 1 : -1;
  if (a.size !== b.size && !Number.isNaN(a.size)) return a.size - b.size;
  if (a.folded !== b.folded) return a.folded < b.folded ? -1 : 1;
  return collator.compare(a.text, b.text) || (a.json < b.json ? -1 : a.json > b.json ? 1 : 0);
}
