import type { Measure } from '../../shared/pivot.ts';
import type { NumberColumn } from './numberColumn.ts';
import type { Picked } from './picked.ts';
import { FIRST_VALUE } from './segment.ts';
import type { ColumnStore } from './store.ts';

/** Measures that need all values of a group at once: percentiles and the number of different values. */

export type SpreadMeasure = Extract<Measure, { type: 'percentile' } | { type: 'median' | 'distinct' }>;

export function isSpread(measure: Measure): measure is SpreadMeasure {
  return measure.type === 'median' || measure.type === 'percentile' || measure.type === 'distinct';
}

/** The cells of a pivot taken together to groups, as totals do. */
export interface Groups {
  /** By cell its group; behind the last cell stands `size`. */
  readonly groupOf: Uint32Array;
  readonly size: number;
}

/**
 * What is measured of all values of a group. `cells[i]` is the cell of the picked call i, in ids of the cells `count` for what is no
 * call. Where there are not too many, it is counted once how often each cell has each value, and totals add that up; else the calls
 * are gone through for every total.
 */
export function spreadOver(
  store: ColumnStore,
  picked: Picked,
  cells: Uint32Array,
  count: number,
): (groups: Groups) => (measure: SpreadMeasure) => Float64Array {
  const tallies = new Map<string, Tally | undefined>();
  const tallyOf = (id: string, make: () => Tally | undefined) => {
    const known = tallies.get(id) ?? make();
    tallies.set(id, known);
    return known;
  };
  return (groups) => {
    /** Several percentiles of a column look at the same values. */
    const known = new Map<string, (share: number) => Float64Array>();
    const quantiles = (column: string) => {
      const tally = tallyOf(column, () => tallyNumbers(store.numbers(column), picked, cells, count));
      if (tally !== undefined) return quantilesOfTally(merged(tally, groups), groups.size);
      return quantilesOfValues(valuesByGroup(store.numbers(column), picked, cells, groups), groups.size);
    };
    return (measure) => {
      const { column } = measure;
      if (measure.type === 'distinct') {
        const tally = tallyOf(`distinct ${column}`, () => tallyCodes(store, column, picked, cells, count));
        return tally === undefined
          ? distinctOfCalls(store, column, picked, cells, groups)
          : distinctOfTally(merged(tally, groups), groups.size);
      }
      const of = known.get(column) ?? quantiles(column);
      known.set(column, of);
      return of(measure.type === 'percentile' ? measure.percent / 100 : 0.5);
    };
  };
}

/** How often each value is in each cell, or group: `counts[cell * bins + value - least]`. */
interface Tally {
  readonly bins: number;
  readonly least: number;
  readonly counts: Uint32Array;
}

/** So many numbers are counted; beyond, they would take longer than the calls. */
const MOST_COUNTS = 1 << 22;

/** Undefined where the column's values are too different. */
function tallyNumbers(column: NumberColumn, picked: Picked, cells: Uint32Array, count: number): Tally | undefined {
  const { values, limit, min: least, max } = column;
  const bins = max - least + 1;
  if (!(values instanceof Uint16Array) || !((count + 1) * bins <= MOST_COUNTS)) return undefined;
  const counts = new Uint32Array((count + 1) * bins);
  const { length, places } = picked;
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    if (value >= limit) continue;
    const at = (cells[i] as number) * bins + value - least;
    counts[at] = (counts[at] as number) + 1;
  }
  return { bins, least, counts };
}

/** Undefined where the column has too many values. */
function tallyCodes(
  store: ColumnStore,
  column: string,
  { length, places }: Picked,
  cells: Uint32Array,
  count: number,
): Tally | undefined {
  const { codes, dictionary } = store.coded({ column }, 'UTC');
  const bins = dictionary.size;
  if ((count + 1) * bins > MOST_COUNTS) return undefined;
  const counts = new Uint32Array((count + 1) * bins);
  for (let i = 0; i < length; i++) {
    const at = (cells[i] as number) * bins + (codes[places === undefined ? i : (places[i] as number)] as number);
    counts[at] = (counts[at] as number) + 1;
  }
  return { bins, least: 0, counts };
}

function merged(tally: Tally, { groupOf, size }: Groups): Tally {
  const cells = groupOf.length - 1;
  // Each cell is a group.
  if (size === cells) return tally;
  const { bins, least } = tally;
  const counts = new Uint32Array(size * bins);
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * bins;
    const to = (groupOf[cell] as number) * bins;
    for (let bin = 0; bin < bins; bin++)
      counts[to + bin] = (counts[to + bin] as number) + (tally.counts[from + bin] as number);
  }
  return { bins, least, counts };
}

function distinctOfTally({ bins, counts }: Tally, size: number): Float64Array {
  const found = new Float64Array(size);
  for (let group = 0; group < size; group++) {
    let different = 0;
    for (let code = FIRST_VALUE; code < bins; code++) if (counts[group * bins + code] !== 0) different++;
    found[group] = different;
  }
  return found;
}

function quantilesOfTally({ bins, least, counts }: Tally, size: number): (share: number) => Float64Array {
  const calls = new Uint32Array(size);
  for (let group = 0; group < size; group++) {
    let sum = 0;
    for (let bin = 0; bin < bins; bin++) sum += counts[group * bins + bin] as number;
    calls[group] = sum;
  }
  return (share) => {
    const found = new Float64Array(size).fill(NaN);
    for (let group = 0; group < size; group++) {
      const last = (calls[group] as number) - 1;
      if (last < 0) continue;
      const rank = last * share;
      const below = Math.floor(rank);
      let bin = group * bins;
      let upTo = counts[bin] as number;
      while (upTo <= below) upTo += counts[++bin] as number;
      const low = bin - group * bins + least;
      if (rank > below) while (upTo <= below + 1) upTo += counts[++bin] as number;
      const high = bin - group * bins + least;
      found[group] = low + (high - low) * (rank - below);
    }
    return found;
  };
}

interface ValuesByGroup {
  readonly starts: Uint32Array;
  readonly values: Float64Array;
}

function quantilesOfValues({ starts, values }: ValuesByGroup, size: number): (share: number) => Float64Array {
  return (share) => {
    const found = new Float64Array(size);
    for (let group = 0; group < size; group++)
      found[group] = quantile(values, starts[group] ?? 0, starts[group + 1] ?? 0, share);
    return found;
  };
}

/** The values of the picked calls, those of one group after those of another: group g has `starts[g]` to `starts[g + 1]`. */
function valuesByGroup(
  { values, limit }: NumberColumn,
  { length, places }: Picked,
  cells: Uint32Array,
  { groupOf, size }: Groups,
): ValuesByGroup {
  // What is no call is the last group.
  const starts = new Uint32Array(size + 2);
  for (let i = 0; i < length; i++) {
    const next = (groupOf[cells[i] as number] as number) + 1;
    const place = places === undefined ? i : (places[i] as number);
    if ((values[place] as number) < limit) starts[next] = (starts[next] as number) + 1;
  }
  for (let group = 0; group <= size; group++)
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  const sorted = new Float64Array(starts[size + 1] ?? 0);
  const next = starts.slice();
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    if (!(value < limit)) continue;
    const group = groupOf[cells[i] as number] as number;
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

function distinctOfCalls(
  store: ColumnStore,
  column: string,
  { length, places }: Picked,
  cells: Uint32Array,
  { groupOf, size }: Groups,
): Float64Array {
  const { codes, dictionary } = store.coded({ column }, 'UTC');
  const width = dictionary.size;
  const counts = new Float64Array(size + 1);
  const isNew = (size + 1) * width <= MOST_BITS ? newByBits((size + 1) * width) : newBySet();
  for (let i = 0; i < length; i++) {
    const code = codes[places === undefined ? i : (places[i] as number)] as number;
    const group = groupOf[cells[i] as number] as number;
    if (code >= FIRST_VALUE && isNew(group * width + code)) counts[group] = (counts[group] as number) + 1;
  }
  return counts.subarray(0, size);
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
