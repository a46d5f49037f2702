import type { Bin, ColumnKind } from '../../shared/columns.ts';
import { displayJson } from '../../shared/format.ts';
import type { Sort } from '../../shared/selection.ts';
import { FIRST_VALUE } from './segment.ts';
import { sizeOf, type ColumnStore } from './store.ts';
import { weekdays } from './timeBins.ts';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** A value made ready for comparing, so that sorting many reads each once. */
interface SortKey {
  readonly json: string;
  /** A number or a date; NaN for a text. */
  readonly size: number;
  readonly text: string;
}

export function sortKey(json: string, kind: ColumnKind, bin?: Bin): SortKey {
  const text = displayJson(json);
  const size = bin === 'weekday' ? weekdays.findIndex((day) => day === text) : sizeOf(json, kind);
  return { json, size, text };
}

/** The order of values that people expect: numbers and dates by size, then texts by alphabet with the numbers in them by size. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (Number.isNaN(a.size) !== Number.isNaN(b.size)) return Number.isNaN(a.size) ? 1 : -1;
  if (a.size !== b.size && !Number.isNaN(a.size)) return a.size - b.size;
  return collator.compare(a.text, b.text) || (a.json < b.json ? -1 : a.json > b.json ? 1 : 0);
}

/** By code: its place in the order of values. Blanks get a place after all, whichever way the sort goes. */
function rankByCode(values: readonly string[], kind: ColumnKind, descending: boolean): Uint32Array {
  const order = values.map((json, i) => ({ key: sortKey(json, kind), i })).sort((a, b) => compareKeys(a.key, b.key));
  if (descending) order.reverse();
  const ranks = new Uint32Array(values.length + FIRST_VALUE).fill(values.length);
  order.forEach(({ i }, rank) => (ranks[i + FIRST_VALUE] = rank));
  return ranks;
}

/** Stable: places with equal keys keep their order. */
function countingSort(order: Uint32Array, keys: Uint32Array, size: number): Uint32Array {
  const starts = new Uint32Array(size + 1);
  for (const key of keys) starts[key + 1] = (starts[key + 1] ?? 0) + 1;
  for (let i = 0; i < size; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const sorted = new Uint32Array(order.length);
  for (const place of order) {
    const key = keys[place] ?? 0;
    const at = starts[key] ?? 0;
    sorted[at] = place;
    starts[key] = at + 1;
  }
  return sorted;
}

/** Stable radix sort of doubles by their bits, sixteen at a time; a round in which all agree is skipped. */
function numberSort(order: Uint32Array, values: Float64Array, descending: boolean): Uint32Array {
  const rounds = Array.from({ length: 4 }, () => new Uint32Array(values.length));
  const halves = new Uint16Array(values.buffer, values.byteOffset, values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const isBlank = Number.isNaN(values[i]);
    const isNegative = ((halves[i * 4 + 3] ?? 0) & 0x8000) !== 0;
    for (let round = 0; round < 4; round++) {
      const half = halves[i * 4 + round] ?? 0;
      // Doubles sort as integers once negative ones are turned round and positive ones moved above them.
      let key = isNegative ? half ^ 0xffff : round === 3 ? half ^ 0x8000 : half;
      if (descending) key ^= 0xffff;
      const keys = rounds[round];
      if (keys !== undefined) keys[i] = isBlank ? 0xffff : key;
    }
  }
  let sorted = order;
  for (const keys of rounds) if (keys.some((key) => key !== keys[0])) sorted = countingSort(sorted, keys, 0x10000);
  return sorted;
}

/**
 * All places (as in a Mask) in the order of the sorts, the first sort deciding most; stable, so equal calls stay in the order of
 * batches and positions. A sort by an unknown column changes nothing.
 */
export function sortPlaces(store: ColumnStore, sorts: readonly Sort[], timeZone: string): Uint32Array {
  const length = store.batches.reduce((sum, batch) => sum + batch.count, 0);
  let order: Uint32Array = Uint32Array.from({ length }, (_, i) => i);
  for (const { column, descending } of sorts.toReversed()) {
    let base = 0;
    if (store.isNumeric(column)) {
      const numbers = store.numbers(column);
      const values = new Float64Array(length);
      for (const batch of store.batches) {
        values.set(numbers.of(batch), base);
        base += batch.count;
      }
      order = numberSort(order, values, descending);
    } else {
      const coded = store.coded({ column }, timeZone);
      const codes = new Uint32Array(length);
      for (const batch of store.batches) {
        codes.set(coded.of(batch), base);
        base += batch.count;
      }
      const ranks = rankByCode(coded.dictionary.values, store.kindOf(column), descending);
      order = countingSort(
        order,
        codes.map((code) => ranks[code] ?? 0),
        coded.dictionary.values.length + 1,
      );
    }
  }
  return order;
}
