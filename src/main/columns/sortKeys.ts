import type { Bin, ColumnKind } from '../../shared/columns.ts';
import { displayJson } from '../../shared/format.ts';
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
}

export function sortKey(json: string, kind: ColumnKind, bin?: Bin): SortKey {
  const text = displayJson(json);
  if (bin !== 'weekday') return { json, size: sizeOf(json, kind), text };
  const day = weekdays.findIndex((name) => name === text);
  return { json, size: day < 0 ? NaN : day, text };
}

/** Numbers and dates by size, then texts by alphabet with the numbers in them by size. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (Number.isNaN(a.size) !== Number.isNaN(b.size)) return Number.isNaN(a.size) ? 1 : -1;
  if (a.size !== b.size && !Number.isNaN(a.size)) return a.size - b.size;
  return collator.compare(a.text, b.text) || (a.json < b.json ? -1 : a.json > b.json ? 1 : 0);
}
