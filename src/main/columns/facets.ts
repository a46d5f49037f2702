import type { ColumnId } from '../../shared/columns.ts';
import type { Facet, FacetValue, Histogram } from '../../shared/facet.ts';
import { displayJson } from '../../shared/format.ts';
import { fold } from '../../shared/searchText.ts';
import { blankKinds } from '../../shared/selection.ts';
import type { Mask } from './filter.ts';
import { FIRST_VALUE } from './segment.ts';
import type { ColumnStore } from './store.ts';

/** Counting the values of one column among the calls of a mask. */

const BARS = 24;

export interface FacetOptions {
  readonly most: number;
  readonly search: string;
  readonly timeZone: string;
}

export function facet(store: ColumnStore, mask: Mask, column: ColumnId, options: FacetOptions): Facet {
  const coded = store.coded({ column }, options.timeZone);
  const chunks = store.batches.map((batch) => coded.of(batch));
  const counts = new Uint32Array(coded.dictionary.size);
  let base = 0;
  for (const codes of chunks) {
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] ?? 0;
      if (mask.bits[base + i] === 1) counts[code] = (counts[code] ?? 0) + 1;
    }
    base += codes.length;
  }
  const wanted = fold(options.search.trim());
  const values: FacetValue[] = [];
  counts.forEach((count, code) => {
    if (count === 0) return;
    const kind = blankKinds[code];
    const json = coded.dictionary.values[code - FIRST_VALUE] ?? 'null';
    if (wanted !== '' && (kind !== undefined || !fold(displayJson(json)).includes(wanted))) return;
    values.push({ value: kind === undefined ? { json } : { blank: kind }, count });
  });
  values.sort((a, b) => b.count - a.count);
  return {
    column,
    values: values.slice(0, options.most),
    distinct: values.length,
    histogram: histogram(store, mask, column),
  };
}

function histogram(store: ColumnStore, mask: Mask, column: ColumnId): Histogram | null {
  if (!['time', 'duration', 'number', 'date'].includes(store.kindOf(column))) return null;
  const numbers = store.numbers(column);
  const chunks = store.batches.map((batch) => numbers.of(batch));
  const each = (look: (value: number) => void) => {
    let base = 0;
    for (const values of chunks) {
      values.forEach((value, i) => mask.bits[base + i] === 1 && !Number.isNaN(value) && look(value));
      base += values.length;
    }
  };
  let [min, max] = [Infinity, -Infinity];
  each((value) => {
    min = Math.min(min, value);
    max = Math.max(max, value);
  });
  if (min > max) return null;
  const counts = Array.from({ length: BARS }, () => 0);
  const width = (max - min) / BARS || 1;
  each((value) => {
    const bar = Math.min(BARS - 1, Math.floor((value - min) / width));
    counts[bar] = (counts[bar] ?? 0) + 1;
  });
  return { min, max, counts };
}
