import type { ColumnKind } from '../../shared/columns.ts';
import { CallbookError } from '../../shared/errors.ts';
import { formatCount } from '../../shared/format.ts';
import type { Measure, MeasureKind, PivotResult, PivotSize, PivotSpec, Subtotals } from '../../shared/pivot.ts';
import type { DimensionValue, Selection } from '../../shared/selection.ts';
import { CALLS, accumulatorsFor, emptyAccumulators, mergeInto, type Accumulators } from './accumulate.ts';
import { axisOf, inOrder, writeIds, type Axis, type AxisOrder } from './axis.ts';
import type { Mask } from './masks.ts';
import { isSpread, spreader } from './spread.ts';
import type { ColumnStore } from './store.ts';

/** Counting calls into the cells of a pivot. Every total is counted from the calls, never from cells' results. */

/** More cells than anyone can read, and more than a window can hold. */
export const MOST_CELLS = 1_000_000;

/** Accumulators are made for every combination of ids up to so many; beyond, the groups that are there are found first. */
const MOST_PLACES = 1 << 18;

/** Calls that one step takes: their ids stay in the processor's first cache from step to step. */
const BLOCK = 4096;

export type Check = () => void;

/** Cells of a pivot of the calls in the mask; counted, not guessed. */
export function sizeOfPivot(
  store: ColumnStore,
  mask: Mask,
  { timeZone }: Selection,
  spec: PivotSpec,
  check: Check = () => undefined,
): PivotSize {
  const [rows, columns] = [spec.rows, spec.columns].map((dimensions) => {
    const axis = axisOf(store, mask.places(), dimensions, timeZone, check);
    return idsThere(axis, mask.places(), check).length;
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
): PivotResult {
  const places = mask.places();
  let rows = axisOf(store, places, spec.rows, timeZone, check);
  let columns = axisOf(store, places, spec.columns, timeZone, check);
  if (rows.space * columns.space > MOST_PLACES) {
    const [height, width] = [rows, columns].map((axis) => idsThere(axis, places, check).length);
    refuseTooLarge(height ?? 0, width ?? 0);
    rows = withoutGaps(rows, places, check);
    columns = withoutGaps(columns, places, check);
  }
  const accumulators = accumulatorsFor(store, spec.measures, spec.base);
  const { stride } = accumulators;
  const taken = emptyAccumulators(accumulators, rows.space * columns.space);
  eachBlock(rows, columns.space * stride, columns, stride, places, check, (ids, from, count) => {
    for (const step of accumulators.steps) step(taken, ids, places, from, count);
  });

  const { rowIds, columnIds } = idsWithCalls(taken, stride, rows.space, columns.space);
  const rowOrder = inOrder(store, rows, rowIds);
  const columnOrder = inOrder(store, columns, columnIds);
  refuseTooLarge(rowOrder.ids.length, columnOrder.ids.length);

  const cellOf = spec.measures.some(isSpread)
    ? cellNumbers(rows, columns, rowOrder, columnOrder, places, check)
    : undefined;
  const totalsAt = (rowDepth: number, columnDepth: number): Grouped => {
    check();
    return grouped({ store, spec, places, accumulators, taken, width: columns.space, cellOf }, [
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
    `This pivot would have ${formatCount(height)} rows and ${formatCount(width)} columns. ` +
      'Filter the calls first, or choose dimensions with fewer values.',
  );
}

/** Goes along the selected calls with the ids of their groups: row times its weight plus column times its weight. */
function eachBlock(
  rows: Axis,
  rowWeight: number,
  columns: Axis,
  columnWeight: number,
  places: Uint32Array,
  check: Check,
  take: (ids: Uint32Array, from: number, count: number) => void,
): void {
  const ids = new Uint32Array(BLOCK);
  for (let from = 0; from < places.length; from += BLOCK) {
    check();
    const count = Math.min(BLOCK, places.length - from);
    writeIds(
      ids,
      [
        [rows, rowWeight],
        [columns, columnWeight],
      ],
      places,
      from,
      count,
    );
    take(ids, from, count);
  }
}

const noAxis: Axis = { dimensions: [], columns: [], space: 1, parts: [], groups: undefined, codesOf: () => [] };

/** The ids of an axis that some selected call has. */
function idsThere(axis: Axis, places: Uint32Array, check: Check): number[] {
  const isThere = new Uint8Array(axis.space);
  eachBlock(axis, 1, noAxis, 0, places, check, (ids, _from, count) => {
    for (let i = 0; i < count; i++) isThere[ids[i] as number] = 1;
  });
  return idsIn(isThere);
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
function withoutGaps(axis: Axis, places: Uint32Array, check: Check): Axis {
  if (axis.groups !== undefined || axis.dimensions.length === 0) return axis;
  const there = idsThere(axis, places, check);
  const numberOf = new Uint32Array(axis.space);
  there.forEach((id, number) => (numberOf[id] = number));
  const groups = new Uint32Array(places.length);
  eachBlock(axis, 1, noAxis, 0, places, check, (ids, from, count) => {
    for (let i = 0; i < count; i++) groups[from + i] = numberOf[ids[i] as number] as number;
  });
  return { ...axis, space: there.length, parts: undefined, groups, codesOf: (id) => axis.codesOf(there[id] ?? 0) };
}

/** For each selected call its cell in the finished pivot. */
function cellNumbers(
  rows: Axis,
  columns: Axis,
  rowOrder: AxisOrder,
  columnOrder: AxisOrder,
  places: Uint32Array,
  check: Check,
): Uint32Array {
  const width = columnOrder.ids.length;
  const cellOfId = new Uint32Array(rows.space * columns.space);
  rowOrder.ids.forEach((row, r) => {
    columnOrder.ids.forEach((column, c) => (cellOfId[row * columns.space + column] = r * width + c));
  });
  const cells = new Uint32Array(places.length);
  eachBlock(rows, columns.space, columns, 1, places, check, (ids, from, count) => {
    for (let i = 0; i < count; i++) cells[from + i] = cellOfId[ids[i] as number] as number;
  });
  return cells;
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
  readonly store: ColumnStore;
  readonly spec: PivotSpec;
  readonly places: Uint32Array;
  readonly accumulators: Accumulators;
  readonly taken: Float64Array;
  /** Ids of the column axis. */
  readonly width: number;
  readonly cellOf: Uint32Array | undefined;
}

type Grouped = Omit<Subtotals, 'rowDepth' | 'columnDepth'>;

/** The results for all pairs of a group of rows and a group of columns. */
function grouped(
  { store, spec, places, accumulators, taken, width, cellOf }: Work,
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
  const spread = spreader(
    store,
    places,
    cellOf === undefined ? new Uint32Array(0) : groupsOf(cellOf, rows, columns),
    size,
  );
  const cells = spec.measures.map((measure) => {
    if (isSpread(measure)) return spread(measure);
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

/** For each selected call its group, from its cell. */
function groupsOf(cellOf: Uint32Array, rows: Prefixes, columns: Prefixes): Uint32Array {
  const across = columns.ids.length;
  const groupOf = new Uint32Array(rows.ids.length * across);
  for (let cell = 0; cell < groupOf.length; cell++) {
    const [r, c] = [Math.floor(cell / across), cell % across];
    groupOf[cell] = (rows.groupOf[r] ?? 0) * columns.keys.length + (columns.groupOf[c] ?? 0);
  }
  const groups = new Uint32Array(cellOf.length);
  for (let i = 0; i < cellOf.length; i++) groups[i] = groupOf[cellOf[i] as number] as number;
  return groups;
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
