import type { ColumnKind } from '../../shared/columns.ts';
import { CallbookError } from '../../shared/errors.ts';
import { counted } from '../../shared/format.ts';
import type { Measure, MeasureKind, PivotResult, PivotSize, PivotSpec, Subtotals } from '../../shared/pivot.ts';
import type { DimensionValue, Selection } from '../../shared/selection.ts';
import { CALLS, accumulatorsFor, emptyAccumulators, mergeInto, type Accumulators } from './accumulate.ts';
import { axisOf, inOrder, type Axis, type AxisOrder } from './axis.ts';
import { idsOf } from './ids.ts';
import type { Mask } from './masks.ts';
import { pickedBy, type Picked } from './picked.ts';
import type { SharedWork } from './sharedWork.ts';
import { isSpread, spreadOver, type Groups } from './spread.ts';
import { addUp, type AddingUp } from './steps.ts';
import type { ColumnStore } from './store.ts';

/** Counting calls into the cells of a pivot. Every total is counted from the calls, never from cells' results. */

/** More cells than anyone can read, and more than a window can hold. */
export const MOST_CELLS = 1_000_000;

/** Accumulators are made for every combination of ids up to so many; beyond, the groups that are there are found first. */
const MOST_PLACES = 1 << 18;

export type Check = () => void;

/** Cells of a pivot of the calls in the mask; counted, not guessed. */
export function sizeOfPivot(
  store: ColumnStore,
  mask: Mask,
  { timeZone }: Selection,
  spec: PivotSpec,
  check: Check = () => undefined,
): PivotSize {
  const picked = pickedBy(store, mask);
  const [rows, columns] = [spec.rows, spec.columns].map((dimensions) => {
    const axis = axisOf(store, picked, dimensions, timeZone, check);
    return idsThere(axis, picked, check).length;
  });
  return { rows: rows ?? 0, columns: columns ?? 0, cells: (rows ?? 0) * (columns ?? 0), most: MOST_CELLS };
}

/** The pivot of the calls in the mask. Throws PIVOT_TOO_LARGE before it makes more cells than anyone can read; `check` may throw to stop it. */
export function pivot(
  store: ColumnStore,
  mask: Mask,
  { timeZone }: Selection,
  spec: PivotSpec,
  check: Check = () => undefined,
  shared?: SharedWork,
): PivotResult {
  const picked = pickedBy(store, mask);
  let rows = axisOf(store, picked, spec.rows, timeZone, check);
  let columns = axisOf(store, picked, spec.columns, timeZone, check);
  if (rows.space * columns.space > MOST_PLACES) {
    const [height, width] = [rows, columns].map((axis) => idsThere(axis, picked, check).length);
    refuseTooLarge(height ?? 0, width ?? 0);
    rows = withoutGaps(rows, picked, check);
    columns = withoutGaps(columns, picked, check);
  }
  const accumulators = accumulatorsFor(store, spec.measures, spec.base);
  const { stride } = accumulators;
  const space = rows.space * columns.space;
  // What is no call goes into a group of its own, behind those that are looked at.
  const taken = emptyAccumulators(accumulators, space + 1);
  check();
  const work = { ...partsOf(rows, columns, stride), picked, nowhere: space * stride, steps: accumulators.steps };
  const hasSpread = spec.measures.some(isSpread);
  const isShared = !hasSpread && shared?.addUp(work, taken, accumulators, check) === true;
  const ids = isShared ? undefined : addUp(work, taken, check);

  const { rowIds, columnIds } = idsWithCalls(taken, stride, rows.space, columns.space);
  const rowOrder = inOrder(store, rows, rowIds);
  const columnOrder = inOrder(store, columns, columnIds);
  refuseTooLarge(rowOrder.ids.length, columnOrder.ids.length);

  check();
  const spread =
    hasSpread && ids !== undefined
      ? spreadOver(
          store,
          picked,
          cellsOf(ids, picked, stride, cellsByGroup(rowOrder, columnOrder, columns.space, space)),
          rowOrder.ids.length * columnOrder.ids.length,
        )
      : undefined;
  const totalsAt = (rowDepth: number, columnDepth: number): Grouped => {
    check();
    return grouped({ spec, accumulators, taken, width: columns.space, spread }, [
      prefixes(rowOrder, rowDepth, spec.rows.length),
      prefixes(columnOrder, columnDepth, spec.columns.length),
    ]);
  };
  const [height, width] = [spec.rows.length, spec.columns.length];
  const whole = totalsAt(height, width);
  return {
    spec,
    rowKeys: rowOrder.keys,
    columnKeys: columnOrder.keys,
    cells: whole.cells,
    rowTotals: totalsAt(height, 0).cells,
    columnTotals: totalsAt(0, width).cells,
    totals: Float64Array.from(totalsAt(0, 0).cells, (cells) => cells[0] ?? NaN),
    counts: whole.counts,
    calls: mask.count,
    measureKinds: spec.measures.map((measure) => kindOfMeasure(store, measure)),
    subtotals: depthsBetween(spec).map(([r, c]) => ({ ...totalsAt(r, c), rowDepth: r, columnDepth: c })),
  };
}

function refuseTooLarge(height: number, width: number): void {
  if (height * width <= MOST_CELLS) return;
  throw new CallbookError(
    'PIVOT_TOO_LARGE',
    `This pivot would have ${counted(height, 'row')} and ${counted(width, 'column')}. ` +
      'Filter the calls first, or choose dimensions with fewer values.',
  );
}

/** What makes of a call its row and column as one number, times the weight. */
function partsOf(rows: Axis, columns: Axis, weight: number): Pick<AddingUp, 'parts' | 'groups'> {
  const weighted = [
    { axis: rows, by: columns.space * weight },
    { axis: columns, by: weight },
  ];
  return {
    parts: weighted.flatMap(({ axis, by }) =>
      (axis.parts ?? []).map((part) => ({ ...part, weight: part.weight * by })),
    ),
    groups: weighted.flatMap(({ axis: { groups }, by }) => (groups === undefined ? [] : [{ groups, weight: by }])),
  };
}

/** For each picked call its id on the axis. */
function idsOfAxis(axis: Axis, picked: Picked): Uint32Array {
  const { parts, groups } = partsOf(axis, noAxis, 1);
  return idsOf(parts, groups, picked, axis.space);
}

const noAxis: Axis = { dimensions: [], columns: [], space: 1, parts: [], groups: undefined, codesOf: () => [] };

/** The ids of an axis that some picked call has. */
function idsThere(axis: Axis, picked: Picked, check: Check): number[] {
  check();
  const isThere = new Uint8Array(axis.space + 1);
  const ids = idsOfAxis(axis, picked);
  for (let i = 0; i < picked.length; i++) isThere[ids[i] as number] = 1;
  return idsIn(isThere.subarray(0, axis.space));
}

function idsIn(isThere: Uint8Array): number[] {
  const ids: number[] = [];
  isThere.forEach((there, id) => there === 1 && ids.push(id));
  return ids;
}

function idsWithCalls(
  taken: Float64Array,
  stride: number,
  height: number,
  width: number,
): { rowIds: number[]; columnIds: number[] } {
  const [rows, columns] = [new Uint8Array(height), new Uint8Array(width)];
  for (let row = 0, at = CALLS; row < height; row++) {
    for (let column = 0; column < width; column++, at += stride) {
      if (taken[at] === 0) continue;
      rows[row] = 1;
      columns[column] = 1;
    }
  }
  return { rowIds: idsIn(rows), columnIds: idsIn(columns) };
}

/** The same axis with only the ids that are there, numbered from 0. */
function withoutGaps(axis: Axis, picked: Picked, check: Check): Axis {
  if (axis.groups !== undefined || axis.dimensions.length === 0) return axis;
  const there = idsThere(axis, picked, check);
  const numberOf = new Uint32Array(axis.space + 1);
  there.forEach((id, number) => (numberOf[id] = number));
  const ids = idsOfAxis(axis, picked);
  const groups = new Uint32Array(picked.length);
  for (let i = 0; i < picked.length; i++) groups[i] = numberOf[ids[i] as number] as number;
  return { ...axis, space: there.length, parts: undefined, groups, codesOf: (id) => axis.codesOf(there[id] ?? 0) };
}

/** By group, `stride` apart, its cell in the finished pivot; behind them where nothing is. */
function cellsByGroup(rowOrder: AxisOrder, columnOrder: AxisOrder, width: number, space: number): Uint32Array {
  const across = columnOrder.ids.length;
  const cells = new Uint32Array(space + 1);
  rowOrder.ids.forEach((row, r) => {
    columnOrder.ids.forEach((column, c) => (cells[row * width + column] = r * across + c));
  });
  cells[space] = rowOrder.ids.length * across;
  return cells;
}

/** In the place of the ids, which are not needed any more, each picked call's cell. */
function cellsOf(ids: Uint32Array, { length }: Picked, stride: number, cells: Uint32Array): Uint32Array {
  for (let i = 0; i < length; i++) ids[i] = cells[(ids[i] as number) / stride] as number;
  return ids;
}

/** Groups of an axis by their first `depth` values: which group each key is in, and the groups' own keys, in order. */
interface Prefixes {
  readonly ids: Uint32Array;
  readonly groupOf: Uint32Array;
  readonly keys: readonly (readonly DimensionValue[])[];
}

function prefixes({ ids, keys }: AxisOrder, depth: number, dimensions: number): Prefixes {
  const groupOf = new Uint32Array(keys.length);
  if (depth === dimensions) return { ids, groupOf: groupOf.map((_, i) => i), keys };
  const found: (readonly DimensionValue[])[] = [];
  keys.forEach((key, i) => {
    // Keys are in order, so those that begin alike stand together.
    const before = keys[i - 1];
    if (before === undefined || !beginAlike(before, key, depth)) found.push(key.slice(0, depth));
    groupOf[i] = found.length - 1;
  });
  // A pivot of no calls still has its total.
  return { ids, groupOf, keys: found.length === 0 && depth === 0 ? [[]] : found };
}

function beginAlike(one: readonly DimensionValue[], other: readonly DimensionValue[], depth: number): boolean {
  for (let d = 0; d < depth; d++) if (one[d] !== other[d]) return false;
  return true;
}

interface Work {
  readonly spec: PivotSpec;
  readonly accumulators: Accumulators;
  readonly taken: Float64Array;
  /** Ids of the column axis. */
  readonly width: number;
  readonly spread: ReturnType<typeof spreadOver> | undefined;
}

type Grouped = Omit<Subtotals, 'rowDepth' | 'columnDepth'>;

/** The results for all pairs of a group of rows and a group of columns. */
function grouped(
  { spec, accumulators, taken, width, spread }: Work,
  [rows, columns]: readonly [Prefixes, Prefixes],
): Grouped {
  const { stride, merges } = accumulators;
  const groupsAcross = columns.keys.length;
  const size = rows.keys.length * groupsAcross;
  const merged = emptyAccumulators(accumulators, size);
  for (let r = 0; r < rows.ids.length; r++) {
    const [row, down] = [(rows.ids[r] as number) * width, (rows.groupOf[r] as number) * groupsAcross];
    for (let c = 0; c < columns.ids.length; c++) {
      const from = (row + (columns.ids[c] as number)) * stride;
      if (taken[from + CALLS] === 0) continue;
      mergeInto(merged, (down + (columns.groupOf[c] as number)) * stride, taken, from, merges);
    }
  }
  const spreadOf = spread?.(groupsOf(rows, columns));
  const cells = spec.measures.map((measure) => {
    if (isSpread(measure)) return spreadOf?.(measure) ?? new Float64Array(size).fill(NaN);
    const resultOf = accumulators.resultOf(measure);
    const results = new Float64Array(size).fill(NaN);
    for (let group = 0; group < size && resultOf !== undefined; group++)
      results[group] = resultOf(merged, group * stride);
    return results;
  });
  const counts = new Float64Array(size);
  for (let group = 0; group < size; group++) counts[group] = merged[group * stride + CALLS] as number;
  return { rowKeys: rows.keys, columnKeys: columns.keys, cells, counts };
}

function groupsOf(rows: Prefixes, columns: Prefixes): Groups {
  const size = rows.keys.length * columns.keys.length;
  const groupOf = new Uint32Array(rows.ids.length * columns.ids.length + 1);
  let cell = 0;
  for (const down of rows.groupOf)
    for (const across of columns.groupOf) groupOf[cell++] = down * columns.keys.length + across;
  groupOf[cell] = size;
  return { groupOf, size };
}

/** The pairs of depths that lines of the pivot have, and that are neither cells nor totals of a whole axis. */
function depthsBetween({ rows, columns, subtotals }: PivotSpec): (readonly [rowDepth: number, columnDepth: number])[] {
  const isEnd = (depth: number, all: number) => depth === 0 || depth === all;
  const depths = (all: number, hasSubtotals = false) =>
    Array.from({ length: all + 1 }, (_, depth) => depth).filter((depth) => hasSubtotals || isEnd(depth, all));
  const across = depths(columns.length, subtotals?.columns);
  return depths(rows.length, subtotals?.rows)
    .flatMap((r) => across.map((c) => [r, c] as const))
    .filter(([r, c]) => !(isEnd(r, rows.length) && isEnd(c, columns.length)));
}

function kindOfMeasure(store: ColumnStore, measure: Measure): MeasureKind {
  if (measure.type === 'count' || measure.type === 'distinct') return 'count';
  if (measure.type === 'rate') return 'share';
  const kind: ColumnKind = store.kindOf(measure.column);
  if (kind === 'duration') return 'duration';
  return (kind === 'time' || kind === 'date') && measure.type !== 'sum' ? kind : 'number';
}
