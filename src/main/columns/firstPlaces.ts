import type { Sort } from '../../shared/selection.ts';
import { likelyPlaces } from './likelyPlaces.ts';
import type { Mask } from './masks.ts';
import type { Codes } from './segment.ts';
import { sortColumnOf, type SortColumn } from './sort.ts';
import type { NumberColumn } from './numberColumn.ts';
import type { ColumnStore } from './store.ts';

/** The first few calls of an order without putting all in order: what a grid shows first. */

/** Numbers are thrown into so many bins by size. */
const BINS = 1 << 12;
/** So few are compared one by one. */
const FEW = 1 << 9;
/** Of many places so many tell about where the edge lies. */
const SAMPLE = 1 << 10;
/** From so many places on. */
const MANY = 1 << 11;
/** Kept of them is at most so large a share: more are hardly worth it, and room for all of them takes longer to get than to fill. */
const MOST_KEPT = 1 / 8;

type Ranks = Extract<SortColumn, { type: 'ranks' }>;
type OfNumbers = Extract<SortColumn, { type: 'numbers' }>;

/** The first `count` of the mask's places in the order of the sorts, as sortPlaces would have them. */
export function firstPlaces(
  store: ColumnStore,
  mask: Mask,
  sorts: readonly Sort[],
  timeZone: string,
  count: number,
): Uint32Array {
  const columns = sorts.map((sort) => sortColumnOf(store, sort, timeZone));
  const [head] = columns;
  const likely =
    head?.type === 'numbers' && mask.count > FEW
      ? likelyPlaces(store.layout, mask.bits, head.column, head.isDescending, count)
      : undefined;
  const places = likely ?? mask.places();
  return Uint32Array.from(first(places, columns, Math.min(count, places.length), true));
}

/** A number for each place that is less the earlier the place comes; blanks come last. */
function keyOf(column: SortColumn): (place: number) => number {
  if (column.type === 'ranks') {
    const { codes, ranks } = column;
    return (place) => ranks[codes[place] as number] as number;
  }
  const { values, limit } = column.column;
  const sign = column.isDescending ? -1 : 1;
  return (place) => {
    const value = values[place] as number;
    return value < limit ? sign * value : Infinity;
  };
}

function compareBy(columns: readonly SortColumn[]): (a: number, b: number) => number {
  const keys = columns.map(keyOf);
  return (a, b) => {
    for (const key of keys) {
      const [one, other] = [key(a), key(b)];
      if (one !== other) return one < other ? -1 : 1;
    }
    return a - b;
  };
}

/**
 * Of many places those that come no later than an edge that a sample tells, ascending: the first `count` are among them, whatever tells
 * equal ones apart. All of them where the sample was wrong, the edge is a blank, too many come before it, or looking for it would gain
 * nothing.
 */
function narrowed(places: Uint32Array, [column, second]: readonly SortColumn[], count: number): Uint32Array {
  if (column === undefined || places.length < MANY) return places;
  const next = second?.type === 'numbers' ? second : undefined;
  // A few values, each of which many calls have, are told apart as quickly as they are narrowed.
  if (column.type === 'ranks' && column.last < BINS && next === undefined) return places;
  const sample = Uint32Array.from(
    { length: SAMPLE },
    (_, i) => places[Math.floor((i * places.length) / SAMPLE)] as number,
  );
  const keyAt = keyOf(column);
  const keys = Float64Array.from(sample, keyAt).sort();
  // Twice as far as the share of the sample goes and some more, so that there are hardly ever too few.
  const at = Math.ceil((2 * count * SAMPLE) / places.length) + 8;
  const edge = keys[at];
  if (edge === undefined || edge === Infinity) return places;
  if (column.type === 'numbers') return enough(upToNumber(places, column, edge), places, count);
  if (next === undefined) return enough(upToRank(places, column, edge), places, count);
  const equal = Float64Array.from(
    sample.filter((place) => keyAt(place) === edge),
    keyOf(next),
  ).sort();
  const nextEdge = equal[at - keys.indexOf(edge)] ?? Infinity;
  if (nextEdge === Infinity) return places;
  return enough(upToRankAndNumber(places, column, edge, next, nextEdge), places, count);
}

const enough = (kept: Uint32Array, all: Uint32Array, count: number) => (kept.length < count ? all : kept);

function upToRank(places: Uint32Array, { codes, ranks }: Ranks, edge: number): Uint32Array {
  return withRank(places, codes, ranks, (rank) => rank <= edge, places.length);
}

/** Those of a lesser rank, and of those of the rank the ones up to a number. */
function upToRankAndNumber(
  places: Uint32Array,
  { codes, ranks }: Ranks,
  edge: number,
  { column: { values, min, max }, isDescending }: OfNumbers,
  nextEdge: number,
): Uint32Array {
  const [from, to] = isDescending ? [-nextEdge, max] : [min, nextEdge];
  /** By code: it comes later, before, or decides nothing. */
  const table = Uint8Array.from(ranks, (rank) => (rank > edge ? 0 : rank < edge ? 1 : 2));
  const kept = new Uint32Array(places.length * MOST_KEPT);
  let at = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    const comes = table[codes[place] as number] as number;
    if (comes === 0) continue;
    const value = values[place] as number;
    if (comes === 2 && !(value >= from && value <= to)) continue;
    if (at === kept.length) return places;
    kept[at++] = place;
  }
  return kept.subarray(0, at);
}

/** The places whose rank is wanted; there are no more than `most`. */
function withRank(
  places: Uint32Array,
  codes: Codes,
  ranks: Uint32Array,
  isWanted: (rank: number) => boolean,
  most: number,
): Uint32Array {
  const isIn = Uint8Array.from(ranks, (rank) => (isWanted(rank) ? 1 : 0));
  // One more, since what does not count is written, too, and overwritten by the next: without a branch that is guessed wrong.
  const kept = new Uint32Array(most + 1);
  let at = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    kept[at] = place;
    at += isIn[codes[place] as number] as number;
  }
  return kept.subarray(0, at);
}

function upToNumber(places: Uint32Array, { column, isDescending }: OfNumbers, edge: number): Uint32Array {
  const { values, min, max } = column;
  // A blank lies in no span.
  const [from, to] = isDescending ? [-edge, max] : [min, edge];
  const kept = new Uint32Array(places.length * MOST_KEPT);
  let at = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    const value = values[place] as number;
    if (!(value >= from && value <= to)) continue;
    if (at === kept.length) return places;
    kept[at++] = place;
  }
  return kept.subarray(0, at);
}

/** `isNew`: the places have not been told apart by the first of the columns yet. */
function first(all: Uint32Array, columns: readonly SortColumn[], count: number, isNew: boolean): Uint32Array {
  const [column, ...rest] = columns;
  if (column === undefined || count === 0) return all.subarray(0, count);
  const places = narrowed(all, columns, count);
  const split = places.length <= FEW ? undefined : splitBy(places, column, count, isNew);
  if (split === undefined) return places.toSorted(compareBy(columns)).subarray(0, count);
  const { sure, maybe, isExact } = split;
  const found = new Uint32Array(count);
  found.set(sure.sort(compareBy(columns)));
  found.set(first(maybe, isExact ? rest : columns, count - sure.length, isExact), sure.length);
  return found;
}

/** Of some places those that are surely among the first, and those of which only the first are. Both ascend. */
interface Split {
  readonly sure: Uint32Array;
  readonly maybe: Uint32Array;
  /** All of `maybe` have one value, so that the next sort decides among them. */
  readonly isExact: boolean;
}

/** Undefined where numbers lie too far apart or too close together to be divided. */
function splitBy(places: Uint32Array, column: SortColumn, count: number, isNew: boolean): Split | undefined {
  if (column.type === 'ranks') return splitByRank(places, column, count);
  const binned = binning(places, column, isNew);
  return binned === undefined ? undefined : splitByBin(places, binned, count);
}

/** The bin in which the count is reached, and how many are in those before it. */
function edgeOf(counts: Uint32Array, count: number): { edge: number; before: number } {
  let [edge, before] = [0, 0];
  while (before + (counts[edge] as number) < count) before += counts[edge++] as number;
  return { edge, before };
}

function splitByRank(places: Uint32Array, { codes, ranks, last }: Ranks, count: number): Split {
  const byCode = new Uint32Array(ranks.length);
  for (let i = 0; i < places.length; i++) {
    const code = codes[places[i] as number] as number;
    byCode[code] = (byCode[code] as number) + 1;
  }
  const counts = new Uint32Array(last + 1);
  byCode.forEach((calls, code) => {
    const rank = ranks[code] as number;
    counts[rank] = (counts[rank] as number) + calls;
  });
  const { edge, before } = edgeOf(counts, count);
  return {
    sure: before === 0 ? new Uint32Array(0) : withRank(places, codes, ranks, (rank) => rank < edge, before),
    maybe: withRank(places, codes, ranks, (rank) => rank === edge, counts[edge] as number),
    isExact: true,
  };
}

function splitByBin(places: Uint32Array, { bins, most, isExact }: Binning, count: number): Split {
  const counts = new Uint32Array(most + 1);
  for (let i = 0; i < bins.length; i++) {
    const bin = bins[i] as number;
    counts[bin] = (counts[bin] as number) + 1;
  }
  const { edge, before } = edgeOf(counts, count);
  const sure = new Uint32Array(before);
  const maybe = new Uint32Array(counts[edge] as number);
  let [sureAt, maybeAt] = [0, 0];
  for (let i = 0; i < bins.length; i++) {
    const bin = bins[i] as number;
    if (bin > edge) continue;
    if (bin < edge) sure[sureAt++] = places[i] as number;
    else maybe[maybeAt++] = places[i] as number;
  }
  return { sure, maybe, isExact: isExact(edge) };
}

interface Binning {
  /** Of each of the places. */
  readonly bins: Uint32Array;
  readonly most: number;
  /** All places of the bin have one value. */
  readonly isExact: (bin: number) => boolean;
}

/** Between which numbers the values of the places lie. */
function spanOf(places: Uint32Array, { values, limit }: NumberColumn): { min: number; max: number } {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < places.length; i++) {
    const value = values[places[i] as number] as number;
    if (!(value < limit)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { min: least, max: most };
}

/** Undefined where the numbers lie too far apart or too close together to be divided. */
function binning(places: Uint32Array, { column, isDescending }: OfNumbers, isNew: boolean): Binning | undefined {
  const bins = new Uint32Array(places.length);
  const { values, limit } = column;
  // Of very many places it is as good to know between which all values lie.
  const { min, max } = isNew && places.length > values.length / 8 ? column : spanOf(places, column);
  const isOne = !(min < max);
  // Whole numbers that lie so close together have a bin each.
  const isWhole = values instanceof Uint16Array && max - min < BINS;
  const perBin = isOne ? 0 : isWhole ? 1 : (BINS - 1) / (max - min);
  if (!isOne && !(perBin > 0 && perBin < Infinity)) return undefined;
  const [from, sign] = isDescending ? [max, -1] : [min, 1];
  for (let i = 0; i < bins.length; i++) {
    const value = values[places[i] as number] as number;
    bins[i] = value < limit ? Math.min(BINS - 1, (value - from) * sign * perBin) : BINS;
  }
  return { bins, most: BINS, isExact: (bin) => isOne || isWhole || bin === BINS };
}
