import type { ColumnKind } from '../../shared/columns.ts';
import type { Sort } from '../../shared/selection.ts';
import { FIRST_VALUE, type Codes } from './segment.ts';
import { compareKeys, sortKey, type SortKey } from './sortKeys.ts';
import type { NumberColumn } from './numberColumn.ts';
import type { ColumnStore } from './store.ts';

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
  order.set(sortBy(sized, numberKeys(sourceOf(sizes), false)));
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

/** What keys are made from. */
type KeySource = Pick<NumberColumn, 'values' | 'limit' | 'min' | 'max'>;

function sourceOf(values: Float64Array): KeySource {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { values, limit: Infinity, min, max };
}

/** Of all places, numbers in the order in which the places come; blanks have the greatest. Where one is not enough, two make one. */
interface Keys {
  readonly low: Uint32Array;
  readonly high: Uint32Array | undefined;
  /** No key is greater. */
  readonly most: number;
}

/** The counters of so many bits still fit the processor's caches. */
const MOST_BITS = 16;

/**
 * Stable; goes through the bits of the keys some at a time, from the lowest, as far as `most` reaches. Each place takes its key along: to
 * fetch it by place in each pass takes three times as long.
 */
function radixSort(order: Uint32Array, keys: Uint32Array, most: number): Uint32Array {
  const length = 32 - Math.clz32(most);
  const passes = Math.ceil(length / MOST_BITS);
  const bits = Math.ceil(length / passes);
  let places = order;
  let own = new Uint32Array(order.length);
  for (let i = 0; i < own.length; i++) own[i] = keys[order[i] as number] as number;
  for (let pass = 0; pass < passes; pass++) {
    const sorted = new Uint32Array(order.length);
    const moved = pass + 1 < passes ? new Uint32Array(order.length) : undefined;
    countingSort(places, own, pass * bits, bits, sorted, moved);
    places = sorted;
    own = moved ?? own;
  }
  return places;
}

/** Stable: places with the same `bits` of their keys, from bit `shift` on, keep their order. Keys are moved where they are needed again. */
function countingSort(
  places: Uint32Array,
  keys: Uint32Array,
  shift: number,
  bits: number,
  sorted: Uint32Array,
  moved: Uint32Array | undefined,
): void {
  const size = 1 << bits;
  const mask = size - 1;
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < keys.length; i++) {
    const digit = (((keys[i] as number) >>> shift) & mask) + 1;
    starts[digit] = (starts[digit] as number) + 1;
  }
  for (let i = 0; i < size; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const digit = (key >>> shift) & mask;
    const at = starts[digit] as number;
    sorted[at] = places[i] as number;
    if (moved !== undefined) moved[at] = key;
    starts[digit] = at + 1;
  }
}

function smallKeys(values: Uint16Array, { limit, min, max }: KeySource, isDescending: boolean): Keys {
  const low = new Uint32Array(values.length);
  const last = min <= max ? max - min + 1 : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    low[i] = value < limit ? (isDescending ? max - value : value - min) : last;
  }
  return { low, high: undefined, most: last };
}

/** Times of whole seconds, and whole numbers: how far each is from the first, where that fits 32 bits. */
function wholeKeys({ values, limit, min, max }: KeySource, unit: number, isDescending: boolean): Keys | undefined {
  const span = min <= max ? (max - min) / unit : 0;
  if (!Number.isInteger(span) || span >= 2 ** 32 - 1) return undefined;
  const [from, sign] = isDescending ? [max, -1] : [min, 1];
  const low = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value < limit)) {
      low[i] = span + 1;
      continue;
    }
    const key = (((value - from) * sign) / unit) >>> 0;
    // What was rounded on the way does not come back.
    if (from + key * sign * unit !== value) return undefined;
    low[i] = key;
  }
  return { low, high: undefined, most: span + 1 };
}

function doubleKeys({ values, limit }: KeySource, isDescending: boolean): Keys {
  const low = new Uint32Array(values.length).fill(0xffffffff);
  const high = new Uint32Array(values.length).fill(0xffffffff);
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value < limit)) continue;
    // -0 and 0 are one number.
    double[0] = value + 0;
    // Doubles sort as integers once negative ones are turned round and positive ones moved above them.
    const isTurned = ((words[1] as number) & 0x80000000) !== 0;
    const isLess = isTurned !== isDescending;
    low[i] = isLess ? ~(words[0] as number) : (words[0] as number);
    high[i] = (isLess ? ~(words[1] as number) : (words[1] as number)) ^ (isTurned ? 0 : 0x80000000);
  }
  return { low, high, most: 0xffffffff };
}

function numberKeys(column: KeySource, isDescending: boolean): Keys {
  if (column.values instanceof Uint16Array) return smallKeys(column.values, column, isDescending);
  return (
    wholeKeys(column, 1000, isDescending) ?? wholeKeys(column, 1, isDescending) ?? doubleKeys(column, isDescending)
  );
}

function keysOf(by: SortColumn): Keys {
  if (by.type === 'numbers') return numberKeys(by.column, by.isDescending);
  const { codes, ranks, last } = by;
  const low = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i++) low[i] = ranks[codes[i] as number] as number;
  return { low, high: undefined, most: last };
}

function sortBy(order: Uint32Array, { low, high, most }: Keys): Uint32Array {
  const sorted = radixSort(order, low, most);
  return high === undefined ? sorted : radixSort(sorted, high, most);
}

/** Two keys as one, the first deciding most; undefined where one number cannot hold both. Writes over the second. */
function together(first: Keys, { low, high, most }: Keys): Keys | undefined {
  const size = most + 1;
  const all = first.most * size + most;
  if (first.high !== undefined || high !== undefined || all >= 2 ** 32) return undefined;
  for (let i = 0; i < low.length; i++) low[i] = (first.low[i] as number) * size + (low[i] as number);
  return { low, high, most: all };
}

/** Places in the order of the sorts, the first sort deciding most; equal ones as they were. A sort by an unknown column changes nothing. */
export function sortPlaces(
  store: ColumnStore,
  places: Uint32Array,
  sorts: readonly Sort[],
  timeZone: string,
): Uint32Array {
  let order = places;
  /** Those that the order does not follow yet. */
  let keys: Keys | undefined;
  for (const sort of sorts.toReversed()) {
    const next = keysOf(sortColumnOf(store, sort, timeZone));
    const both = keys === undefined ? next : together(next, keys);
    if (both === undefined && keys !== undefined) order = sortBy(order, keys);
    keys = both ?? next;
  }
  return keys === undefined ? order : sortBy(order, keys);
}
