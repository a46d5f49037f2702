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
  order.set(sortBy(sized, numberKeys(sourceOf(sizes), false, sized), values.length));
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

/** Numbers in the order in which places come, for each place of another order; blanks have the greatest. */
interface Keys {
  readonly low: Uint32Array;
  /** No key is greater. */
  readonly most: number;
  /** Where one number is not enough: the keys that decide more, of the places once they are in the order of these. */
  readonly high: ((order: Uint32Array) => Keys) | undefined;
}

/** The counters of so many bits still fit the processor's caches. */
const MOST_BITS = 16;

/**
 * Stable; goes through the bits of the keys some at a time, from the lowest, as far as `most` reaches. Each place takes along what of its
 * key is left: to fetch it by place takes three times as long. Places are less than `end`. Writes over the keys, as new memory costs as
 * much as a pass.
 */
function radixSort(order: Uint32Array, keys: Uint32Array, most: number, end: number): Uint32Array {
  const length = 32 - Math.clz32(most);
  const sorted = new Uint32Array(order.length);
  if (length <= MOST_BITS) {
    countingSort(order, keys, 0, length, sorted, undefined);
    return sorted;
  }
  const placeBits = 32 - Math.clz32(end);
  const bits = Math.max(Math.ceil(length / 2), length + placeBits - 32);
  if (bits <= MOST_BITS) {
    packSorted(order, keys, bits, placeBits, sorted);
    unpackSorted(sorted, placeBits, length - bits, keys);
    return keys;
  }
  const half = Math.ceil(length / 2);
  const moved = new Uint32Array(order.length);
  countingSort(order, keys, 0, half, sorted, moved);
  countingSort(sorted, moved, half, half, keys, undefined);
  return keys;
}

/** Where those begin that have each value of the `bits` from bit `shift` on. */
function startsOf(keys: Uint32Array, shift: number, bits: number): Uint32Array {
  const size = 1 << bits;
  const mask = size - 1;
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < keys.length; i++) {
    const digit = (((keys[i] as number) >>> shift) & mask) + 1;
    starts[digit] = (starts[digit] as number) + 1;
  }
  for (let i = 0; i < size; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  return starts;
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
  const mask = (1 << bits) - 1;
  const starts = startsOf(keys, shift, bits);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const digit = (key >>> shift) & mask;
    const at = starts[digit] as number;
    sorted[at] = places[i] as number;
    if (moved !== undefined) moved[at] = key;
    starts[digit] = at + 1;
  }
}

/** The same by the lowest bits; each place becomes one number with what of its key is above them. Half the time of two. */
function packSorted(
  places: Uint32Array,
  keys: Uint32Array,
  bits: number,
  placeBits: number,
  packed: Uint32Array,
): void {
  const mask = (1 << bits) - 1;
  const starts = startsOf(keys, 0, bits);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const digit = key & mask;
    const at = starts[digit] as number;
    packed[at] = ((key >>> bits) << placeBits) | (places[i] as number);
    starts[digit] = at + 1;
  }
}

/** The places of such numbers in the order of what is above them. */
function unpackSorted(packed: Uint32Array, placeBits: number, bits: number, sorted: Uint32Array): void {
  const mask = (1 << placeBits) - 1;
  const starts = startsOf(packed, placeBits, bits);
  for (let i = 0; i < packed.length; i++) {
    const both = packed[i] as number;
    const digit = both >>> placeBits;
    const at = starts[digit] as number;
    sorted[at] = both & mask;
    starts[digit] = at + 1;
  }
}

function smallKeys(
  values: Uint16Array,
  { limit, min, max }: KeySource,
  isDescending: boolean,
  order: Uint32Array,
): Keys {
  const low = new Uint32Array(order.length);
  const last = min <= max ? max - min + 1 : 0;
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i] as number] as number;
    low[i] = value < limit ? (isDescending ? max - value : value - min) : last;
  }
  return { low, most: last, high: undefined };
}

/** Times of whole seconds, and whole numbers: how far each is from the first, where that fits 31 bits. */
function wholeKeys(
  { values, limit, min, max }: KeySource,
  unit: number,
  isDescending: boolean,
  order: Uint32Array,
): Keys | undefined {
  const span = min <= max ? (max - min) / unit : 0;
  if (!Number.isInteger(span) || span >= 2 ** 31 - 1) return undefined;
  const [from, sign] = isDescending ? [max, -1] : [min, 1];
  const [perUnit, step] = [sign / unit, sign * unit];
  const low = new Uint32Array(order.length);
  let misses = 0;
  // Without a branch, and multiplied rather than divided: half the time.
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i] as number] as number;
    const key = ((value - from) * perUnit + 0.5) | 0;
    const isThere = value < limit ? 1 : 0;
    // What was rounded on the way does not come back.
    const isOff = from + key * step === value ? 0 : 1;
    misses |= isThere & isOff;
    low[i] = isThere === 1 ? key : span + 1;
  }
  return misses === 0 ? { low, most: span + 1, high: undefined } : undefined;
}

/** Doubles sort as integers once negative ones are turned round and positive ones moved above them: `half` 1 is the upper half of one. */
function halfKeys({ values, limit }: KeySource, isDescending: boolean, half: 0 | 1, order: Uint32Array): Uint32Array {
  const low = new Uint32Array(order.length).fill(0xffffffff);
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i] as number] as number;
    if (!(value < limit)) continue;
    // -0 and 0 are one number.
    double[0] = value + 0;
    const isTurned = ((words[1] as number) & 0x80000000) !== 0;
    const word = words[half] as number;
    low[i] = (isTurned !== isDescending ? ~word : word) ^ (half === 1 && !isTurned ? 0x80000000 : 0);
  }
  return low;
}

function doubleKeys(column: KeySource, isDescending: boolean, order: Uint32Array): Keys {
  const keys = (half: 0 | 1, places: Uint32Array, high?: Keys['high']) => ({
    low: halfKeys(column, isDescending, half, places),
    most: 0xffffffff,
    high,
  });
  return keys(0, order, (sorted) => keys(1, sorted));
}

function numberKeys(column: KeySource, isDescending: boolean, order: Uint32Array): Keys {
  if (column.values instanceof Uint16Array) return smallKeys(column.values, column, isDescending, order);
  return (
    wholeKeys(column, 1000, isDescending, order) ??
    wholeKeys(column, 1, isDescending, order) ??
    doubleKeys(column, isDescending, order)
  );
}

function keysOf(by: SortColumn, order: Uint32Array): Keys {
  if (by.type === 'numbers') return numberKeys(by.column, by.isDescending, order);
  const { codes, ranks, last } = by;
  const low = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) low[i] = ranks[codes[order[i] as number] as number] as number;
  return { low, most: last, high: undefined };
}

/** Places are less than `end`. */
function sortBy(order: Uint32Array, { low, most, high }: Keys, end: number): Uint32Array {
  const sorted = radixSort(order, low, most, end);
  return high === undefined ? sorted : sortBy(sorted, high(sorted), end);
}

/** Two keys as one, the first deciding most; undefined where one number cannot hold both. Writes over the second. */
function together(first: Keys, { low, most, high }: Keys): Keys | undefined {
  const size = most + 1;
  const all = first.most * size + most;
  if (first.high !== undefined || high !== undefined || all >= 2 ** 32) return undefined;
  for (let i = 0; i < low.length; i++) low[i] = (first.low[i] as number) * size + (low[i] as number);
  return { low, most: all, high };
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
    const column = sortColumnOf(store, sort, timeZone);
    const next = keysOf(column, order);
    const both = keys === undefined ? next : together(next, keys);
    if (both === undefined && keys !== undefined) order = sortBy(order, keys, store.layout.length);
    keys = both ?? keysOf(column, order);
  }
  return keys === undefined ? order : sortBy(order, keys, store.layout.length);
}
