import type { Measure } from '../../shared/pivot.ts';
import { FIRST_VALUE } from './segment.ts';
import type { ColumnStore } from './store.ts';

/** Measures that need all values of a group at once: percentiles and the number of different values. */

export type SpreadMeasure = Extract<Measure, { type: 'percentile' } | { type: 'median' | 'distinct' }>;

export function isSpread(measure: Measure): measure is SpreadMeasure {
  return measure.type === 'median' || measure.type === 'percentile' || measure.type === 'distinct';
}

/** Measures each of `size` groups; `groups[i]` is the group of the i-th selected call. */
export function spreader(
  store: ColumnStore,
  places: Uint32Array,
  groups: Uint32Array,
  size: number,
): (measure: SpreadMeasure) => Float64Array {
  /** Several percentiles of a column look at the same values. */
  const known = new Map<string, ValuesByGroup>();
  return (measure) => {
    if (measure.type === 'distinct') return distinctOf(store, measure.column, places, groups, size);
    const values = known.get(measure.column) ?? valuesByGroup(store, measure.column, places, groups, size);
    known.set(measure.column, values);
    return quantiles(values, measure, size);
  };
}

interface ValuesByGroup {
  readonly starts: Uint32Array;
  readonly values: Float64Array;
}

function quantiles({ starts, values }: ValuesByGroup, measure: SpreadMeasure, size: number): Float64Array {
  const share = measure.type === 'percentile' ? measure.percent / 100 : 0.5;
  const result = new Float64Array(size);
  for (let group = 0; group < size; group++)
    result[group] = quantile(values, starts[group] ?? 0, starts[group + 1] ?? 0, share);
  return result;
}

/** The values of the selected calls, those of one group after those of another: group g has `starts[g]` to `starts[g + 1]`. */
function valuesByGroup(
  store: ColumnStore,
  id: string,
  places: Uint32Array,
  groups: Uint32Array,
  size: number,
): ValuesByGroup {
  const { values, limit } = store.numbers(id);
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < places.length; i++) {
    const next = (groups[i] as number) + 1;
    if ((values[places[i] as number] as number) < limit) starts[next] = (starts[next] as number) + 1;
  }
  for (let group = 0; group < size; group++)
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  const sorted = new Float64Array(starts[size] ?? 0);
  const next = starts.slice();
  for (let i = 0; i < places.length; i++) {
    const value = values[places[i] as number] as number;
    if (!(value < limit)) continue;
    const group = groups[i] as number;
    const at = next[group] as number;
    sorted[at] = value;
    next[group] = at + 1;
  }
  return { starts, values: sorted };
}

/** The value below which `share` of the values from `start` to `end` lie, between two of them in proportion. Reorders them. */
function quantile(values: Float64Array, start: number, end: number, share: number): number {
  if (start === end) return NaN;
  const rank = start + (end - start - 1) * share;
  const below = Math.floor(rank);
  select(values, start, end - 1, below);
  const low = values[below] as number;
  if (rank === below) return low;
  // What is right of the selected rank is not less; the next in order is the least of it.
  let high = Infinity;
  for (let i = below + 1; i < end; i++) if ((values[i] as number) < high) high = values[i] as number;
  return low + (high - low) * (rank - below);
}

/** Hoare's selection: afterwards `values[rank]` is what it would be in order, with nothing greater left of it and nothing less right. */
function select(values: Float64Array, first: number, last: number, rank: number): void {
  let [left, right] = [first, last];
  while (left < right) {
    const pivot = middleOf(values[left] as number, values[(left + right) >> 1] as number, values[right] as number);
    let [i, j] = [left, right];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] as number;
      values[i] = values[j] as number;
      values[j] = swapped;
      i++;
      j--;
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** So many bits mark which values a group has seen; beyond, a set of pairs does. */
const MOST_BITS = 1 << 28;

function distinctOf(
  store: ColumnStore,
  column: string,
  places: Uint32Array,
  groups: Uint32Array,
  size: number,
): Float64Array {
  const { codes, dictionary } = store.coded({ column }, 'UTC');
  const width = dictionary.size;
  const counts = new Float64Array(size);
  const isNew = size * width <= MOST_BITS ? newByBits(size * width) : newBySet();
  for (let i = 0; i < places.length; i++) {
    const code = codes[places[i] as number] as number;
    const group = groups[i] as number;
    if (code >= FIRST_VALUE && isNew(group * width + code)) counts[group] = (counts[group] as number) + 1;
  }
  return counts;
}

function newByBits(length: number): (at: number) => boolean {
  const bits = new Uint32Array(Math.ceil(length / 32));
  return (at) => {
    const held = bits[at >>> 5] as number;
    const bit = 1 << (at & 31);
    if ((held & bit) !== 0) return false;
    bits[at >>> 5] = held | bit;
    return true;
  };
}

function newBySet(): (pair: number) => boolean {
  const seen = new Set<number>();
  return (pair) => {
    const before = seen.size;
    return seen.add(pair).size > before;
  };
}
