import type { ColumnKind } from '../../shared/columns.ts';
import type { Sort } from '../../shared/selection.ts';
import type { Mask } from './masks.ts';
import { FIRST_VALUE, type Codes } from './segment.ts';
import { compareKeys, sortKey, type SortKey } from './sortKeys.ts';
import type { ColumnStore, NumberColumn } from './store.ts';

/** All calls in an order: blanks last either way, equal calls as batches and positions have them. */

/** A column made ready for sorting. Of codes, `ranks` tells by code the place in the order; blanks share the last. */
export type SortColumn =
  | { readonly type: 'ranks'; readonly codes: Codes; readonly ranks: Uint32Array; readonly last: number }
  | { readonly type: 'numbers'; readonly column: NumberColumn; readonly isDescending: boolean };

interface KnownRanks {
  readonly kind: string;
  readonly ranks: Uint32Array;
}

/** Ranks by dictionary: putting many texts in order costs far more than sorting calls by it. */
const knownRanks = new WeakMap<object, KnownRanks>();

export function sortColumnOf(store: ColumnStore, { column, descending }: Sort, timeZone: string): SortColumn {
  if (store.isNumeric(column)) return { type: 'numbers', column: store.numbers(column), isDescending: descending };
  const { codes, dictionary } = store.coded({ column }, timeZone);
  const kind = store.kindOf(column);
  let known = knownRanks.get(dictionary);
  if (known === undefined || known.kind !== kind || known.ranks.length !== dictionary.size) {
    const ranks = new Uint32Array(dictionary.size).fill(dictionary.values.length);
    orderOfValues(dictionary.values, kind).forEach((i, rank) => (ranks[i + FIRST_VALUE] = rank));
    knownRanks.set(dictionary, (known = { kind, ranks }));
  }
  const last = dictionary.values.length;
  const ranks = descending ? known.ranks.map((rank) => (rank === last ? last : last - 1 - rank)) : known.ranks;
  return { type: 'ranks', codes, ranks, last };
}

/**
 * The places of values in their order. A column of names may have as many values as there are calls, and comparing a million texts one
 * by one takes ten seconds: so numbers go by radix, texts as plain strings, and only what is equal by then is compared.
 */
function orderOfValues(values: readonly string[], kind: ColumnKind): Uint32Array {
  const keys = values.map((json) => sortKey(json, kind));
  const places = Uint32Array.from(keys.keys());
  const sizes = Float64Array.from(keys, ({ size }) => size);
  const sized = places.filter((i) => !Number.isNaN(sizes[i] ?? NaN));
  // The place stands behind the text as two characters, so that the sorted texts tell where they came from.
  const texts = Array.from(
    places.filter((i) => Number.isNaN(sizes[i] ?? NaN)),
    (i) => `${keys[i]?.folded ?? ''}\0${String.fromCharCode(i >>> 16, i & 0xffff)}`,
  ).sort();
  const order = new Uint32Array(values.length);
  order.set(numberSort(sized, describeNumbers(sizes), false));
  texts.forEach((text, t) => {
    order[sized.length + t] = text.charCodeAt(text.length - 2) * 0x10000 + text.charCodeAt(text.length - 1);
  });
  const isSame = (a: SortKey, b: SortKey) => (Number.isNaN(a.size) ? a.folded === b.folded : a.size === b.size);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    const first = keys[order[start] ?? 0];
    while (end < order.length && first !== undefined && isSame(first, keys[order[end] ?? 0] ?? first)) end++;
    if (end - start > 1) {
      const run = order.subarray(start, end);
      run.sort((a, b) => compareKeys(keys[a] as SortKey, keys[b] as SortKey));
    }
    start = end;
  }
  return order;
}

function describeNumbers(values: Float64Array): NumberColumn {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { values, limit: Infinity, hasMissing: false, min, max };
}

/** Stable: places with equal keys keep their order. Keys are less than `size`. */
function countingSort(order: Uint32Array, keyOf: (place: number) => number, size: number): Uint32Array {
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < order.length; i++) {
    const key = keyOf(order[i] as number) + 1;
    starts[key] = (starts[key] as number) + 1;
  }
  for (let i = 0; i < size; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  const sorted = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const place = order[i] as number;
    const key = keyOf(place);
    const at = starts[key] as number;
    sorted[at] = place;
    starts[key] = at + 1;
  }
  return sorted;
}

const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;

/** Stable; goes through the keys' bits eleven at a time, from the lowest, as far as `most` reaches. */
function radixSort(order: Uint32Array, keys: Uint32Array, most: number): Uint32Array {
  let sorted = order;
  for (let shift = 0; shift < 32 && most >= 2 ** shift; shift += RADIX_BITS)
    sorted = countingSort(sorted, (place) => ((keys[place] as number) >>> shift) & (RADIX - 1), RADIX);
  return sorted;
}

/** Numbers as whole numbers in the same order: two words a number, the second 0 for all where the first is enough. */
function orderedKeys({ values, limit, min, max }: NumberColumn): { low: Uint32Array; high: Uint32Array | undefined } {
  const low = new Uint32Array(values.length);
  const span = wholeSpan(values, limit, min, max);
  if (span !== undefined) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < limit) low[i] = (value - min) / span;
    }
    return { low, high: undefined };
  }
  const high = new Uint32Array(values.length);
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  for (let i = 0; i < values.length; i++) {
    // -0 and 0 are one number.
    double[0] = (values[i] as number) + 0;
    // Doubles sort as integers once negative ones are turned round and positive ones moved above them.
    const isNegative = ((words[1] as number) & 0x80000000) !== 0;
    low[i] = isNegative ? ~(words[0] as number) : (words[0] as number);
    high[i] = isNegative ? ~(words[1] as number) : (words[1] as number) ^ 0x80000000;
  }
  return { low, high };
}

/** The unit (a second, or one) in which all values are whole and their span fits 32 bits; undefined where there is none. */
function wholeSpan(values: NumberColumn['values'], limit: number, min: number, max: number): number | undefined {
  if (values instanceof Uint16Array) return 1;
  for (const unit of [1000, 1]) {
    if ((max - min) / unit >= 2 ** 32) continue;
    let isWhole = true;
    for (let i = 0; i < values.length && isWhole; i++) {
      const value = values[i] as number;
      isWhole = !(value < limit) || Number.isInteger((value - min) / unit);
    }
    if (isWhole) return unit;
  }
  return undefined;
}

function numberSort(order: Uint32Array, column: NumberColumn, isDescending: boolean): Uint32Array {
  const { values, limit, hasMissing } = column;
  const { low, high } = orderedKeys(column);
  let most = 0;
  for (const word of high === undefined ? low : []) if (word > most) most = word;
  if (isDescending) {
    for (let i = 0; i < low.length; i++) low[i] = high === undefined ? most - (low[i] as number) : ~(low[i] as number);
    if (high !== undefined) for (let i = 0; i < high.length; i++) high[i] = ~(high[i] as number);
  }
  let sorted = radixSort(order, low, high === undefined ? most : 0xffffffff);
  if (high !== undefined) sorted = radixSort(sorted, high, 0xffffffff);
  return hasMissing ? countingSort(sorted, (place) => ((values[place] as number) < limit ? 0 : 1), 2) : sorted;
}

/**
 * The places of all calls in the order of the sorts, the first sort deciding most; stable. A sort by an unknown column changes nothing.
 */
export function sortPlaces(
  store: ColumnStore,
  everything: Mask,
  sorts: readonly Sort[],
  timeZone: string,
): Uint32Array {
  let order = everything.places();
  for (const sort of sorts.toReversed()) {
    const by = sortColumnOf(store, sort, timeZone);
    if (by.type === 'numbers') order = numberSort(order, by.column, by.isDescending);
    else {
      const { codes, ranks, last } = by;
      const keyOf = (place: number) => ranks[codes[place] as number] as number;
      order = last < RADIX * 32 ? countingSort(order, keyOf, last + 1) : rankSort(order, codes, ranks, last);
    }
  }
  return order;
}

/** Many ranks: a table of all of them would not fit the processor's caches. */
function rankSort(order: Uint32Array, codes: Codes, ranks: Uint32Array, last: number): Uint32Array {
  const keys = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i++) keys[i] = ranks[codes[i] as number] as number;
  return radixSort(order, keys, last);
}
