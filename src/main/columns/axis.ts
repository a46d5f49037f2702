import type { Bin, ColumnKind, Dimension } from '../../shared/columns.ts';
import { blankKinds, type DimensionValue } from '../../shared/selection.ts';
import type { Dictionary } from './dictionary.ts';
import type { IdPart } from './ids.ts';
import type { Picked } from './picked.ts';
import { FIRST_VALUE, type Codes } from './segment.ts';
import { compareKeys, sortKey } from './sortKeys.ts';
import type { CodedColumn, ColumnStore } from './store.ts';

/**
 * One axis of a pivot: the groups that its dimensions make. A group's id is a number made of the codes of its values; where that would
 * need too large a table, the groups that are there are numbered instead.
 */

export interface Axis {
  readonly dimensions: readonly Dimension[];
  readonly columns: readonly CodedColumn[];
  /** Ids are less than this. */
  readonly space: number;
  /** The parts that add up to a call's id; undefined where `groups` holds the ids. */
  readonly parts: readonly IdPart[] | undefined;
  /** The id of each picked call, by its number. */
  readonly groups: Uint32Array | undefined;
  /** The codes that a group's id stands for. */
  codesOf(id: number): readonly number[];
}

/** Up to so many ids a table is made, used or not. */
const MOST_IDS = 1 << 18;
/** Up to so many combinations a table finds the number of a group; beyond, a map. */
const TABLE_SIZE = 1 << 22;

export function axisOf(
  store: ColumnStore,
  picked: Picked,
  dimensions: readonly Dimension[],
  timeZone: string,
  check: () => void,
): Axis {
  const columns = dimensions.map((dimension) => store.coded(dimension, timeZone));
  const sizes = columns.map(({ dictionary }) => dictionary.size);
  const space = sizes.reduce((product, size) => product * size, 1);
  if (space > MOST_IDS) return numbered(dimensions, columns, picked, check);
  const weights = sizes.map((_, d) => sizes.slice(d + 1).reduce((product, size) => product * size, 1));
  return {
    dimensions,
    columns,
    space,
    parts: columns.map(({ codes }, d) => ({ codes, weight: weights[d] ?? 1 })),
    groups: undefined,
    codesOf: (id) => sizes.map((size, d) => Math.floor(id / (weights[d] ?? 1)) % size),
  };
}

/** Numbers the groups that are there, in order of first appearance, one dimension after another. */
function numbered(
  dimensions: readonly Dimension[],
  columns: readonly CodedColumn[],
  picked: Picked,
  check: () => void,
): Axis {
  const groups = new Uint32Array(picked.length);
  let tuples: number[][] = [[]];
  for (const { codes, dictionary } of columns) {
    check();
    const { size } = dictionary;
    const before = tuples;
    const firsts = number(groups, codes, size, picked.places, before.length * size);
    tuples = firsts.map((id) => [...(before[Math.floor(id / size)] ?? []), id % size]);
  }
  return { dimensions, columns, space: tuples.length, parts: undefined, groups, codesOf: (id) => tuples[id] ?? [] };
}

/** Combines `groups` with one more code and numbers the results without gaps; returns what each number stands for. */
function number(
  groups: Uint32Array,
  codes: Codes,
  size: number,
  places: Uint32Array | undefined,
  ids: number,
): number[] {
  const firsts: number[] = [];
  if (ids <= TABLE_SIZE) {
    const table = new Int32Array(ids).fill(-1);
    for (let i = 0; i < groups.length; i++) {
      const id = (groups[i] ?? 0) * size + (codes[places === undefined ? i : (places[i] ?? 0)] ?? 0);
      let group = table[id] ?? -1;
      if (group < 0) table[id] = group = firsts.push(id) - 1;
      groups[i] = group;
    }
    return firsts;
  }
  const table = new Map<number, number>();
  for (let i = 0; i < groups.length; i++) {
    const id = (groups[i] ?? 0) * size + (codes[places === undefined ? i : (places[i] ?? 0)] ?? 0);
    let group = table.get(id);
    if (group === undefined) table.set(id, (group = firsts.push(id) - 1));
    groups[i] = group;
  }
  return firsts;
}

export interface AxisOrder {
  /** The ids that are there, so that their values ascend, blanks last. */
  readonly ids: Uint32Array;
  /** A value of a dimension is the same object in every key. */
  readonly keys: readonly (readonly DimensionValue[])[];
}

/** Puts the groups that are there in order. An axis without dimensions has its one group, with calls or not. */
export function inOrder(store: ColumnStore, axis: Axis, ids: readonly number[]): AxisOrder {
  if (axis.dimensions.length === 0) return { ids: Uint32Array.of(0), keys: [[]] };
  const depth = axis.dimensions.length;
  const tuples = ids.map((id) => axis.codesOf(id));
  const dimensions = axis.dimensions.map((dimension, d) => valuesInOrder(store, axis, dimension, d, tuples));
  const ranks = new Uint32Array(tuples.length * depth);
  tuples.forEach((codes, t) =>
    codes.forEach((code, d) => (ranks[t * depth + d] = dimensions[d]?.rankOf.get(code) ?? 0)),
  );
  const order = Uint32Array.from(tuples.keys()).sort((a, b) => {
    for (let d = 0; d < depth; d++) {
      const difference = (ranks[a * depth + d] as number) - (ranks[b * depth + d] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return {
    ids: order.map((t) => ids[t] ?? 0),
    keys: Array.from(order, (t) =>
      dimensions.map(({ values }, d) => values[ranks[t * depth + d] ?? 0] ?? { blank: 'missing' }),
    ),
  };
}

interface Ranked {
  readonly rankOf: ReadonlyMap<number, number>;
  /** By rank. */
  readonly values: readonly DimensionValue[];
}

/** The order that a dictionary's values were last put in: question after question is about the same ones. */
const lastOrders = new WeakMap<Dictionary, { readonly id: string; readonly ranked: Ranked }>();

/** The values that a dimension has among the groups, blanks last. */
function valuesInOrder(
  store: ColumnStore,
  axis: Axis,
  dimension: Dimension,
  d: number,
  tuples: readonly (readonly number[])[],
): Ranked {
  const kind = store.kindOf(dimension.column);
  const used = [...new Set(tuples.map((codes) => codes[d] ?? 0))];
  const dictionary = axis.columns[d]?.dictionary;
  const id = `${kind} ${dimension.bin ?? ''} ${used.join(' ')}`;
  const last = dictionary && lastOrders.get(dictionary);
  if (last?.id === id) return last.ranked;
  const ranked = orderValues(dictionary?.values ?? [], used, kind, dimension.bin);
  if (dictionary !== undefined) lastOrders.set(dictionary, { id, ranked });
  return ranked;
}

function orderValues(texts: readonly string[], used: readonly number[], kind: ColumnKind, bin?: Bin): Ranked {
  const blanks = used.filter((code) => code < FIRST_VALUE).sort((a, b) => a - b);
  const present = used
    .filter((code) => code >= FIRST_VALUE)
    .map((code) => ({ code, key: sortKey(texts[code - FIRST_VALUE] ?? '', kind, bin) }))
    .sort((a, b) => compareKeys(a.key, b.key));
  const codes = [...present.map(({ code }) => code), ...blanks];
  const valueOf = (code: number): DimensionValue => {
    const blank = blankKinds[code];
    return blank === undefined ? { json: texts[code - FIRST_VALUE] ?? 'null' } : { blank };
  };
  return { rankOf: new Map(codes.map((code, rank) => [code, rank])), values: codes.map(valueOf) };
}
