/** Ranges of picked cells: rectangles from the cell where picking began to where it is now. Rows and columns of the body. Pure. */

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface CellRange {
  readonly from: Cell;
  readonly to: Cell;
}

/** Both inclusive. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

export const MOST_RANGES = 1_000;

export function rowsOf({ from, to }: CellRange): Stretch {
  return { first: Math.min(from.row, to.row), last: Math.max(from.row, to.row) };
}

export function columnsOf({ from, to }: CellRange): Stretch {
  return { first: Math.min(from.column, to.column), last: Math.max(from.column, to.column) };
}

const holds = ({ first, last }: Stretch, at: number) => at >= first && at <= last;

/** Stretches in order, those that touch joined. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before !== undefined && stretch.first <= before.last + 1)
      result[result.length - 1] = { first: before.first, last: Math.max(before.last, stretch.last) };
    else result.push(stretch);
  }
  return result;
}

/** The picked columns of one row. */
export function pickedInRow(ranges: readonly CellRange[], row: number): readonly Stretch[] {
  return joined(ranges.flatMap((range) => (holds(rowsOf(range), row) ? [columnsOf(range)] : [])));
}

const nothing: readonly Stretch[] = [];

/** pickedInRow for row after row: rows in which the same columns are picked share one list, so that they need not be drawn anew. */
export function pickedByRow(ranges: readonly CellRange[]): (row: number) => readonly Stretch[] {
  const known = new Map<string, readonly Stretch[]>();
  return (row) => {
    const found = ranges.length === 0 ? nothing : pickedInRow(ranges, row);
    if (found.length === 0) return nothing;
    const key = found.map(({ first, last }) => `${first}-${last}`).join();
    const same = known.get(key);
    if (same === undefined) known.set(key, found);
    return same ?? found;
  };
}

/** All rows in which a cell is picked. */
export function pickedRows(ranges: readonly CellRange[]): readonly Stretch[] {
  return joined(ranges.map(rowsOf));
}

/** All columns in which a cell is picked, in order. */
export function pickedColumns(ranges: readonly CellRange[]): readonly number[] {
  return joined(ranges.map(columnsOf)).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}

export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

export function isPicked(stretches: readonly Stretch[], at: number): boolean {
  return stretches.some((stretch) => holds(stretch, at));
}

/** Rows cut into bands in which the same columns are picked; a cell of two ranges counts once. */
export function bandsOf(
  ranges: readonly CellRange[],
): readonly { readonly rows: Stretch; readonly columns: readonly Stretch[] }[] {
  const cuts = [...new Set(ranges.map(rowsOf).flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b);
  return cuts.slice(0, -1).flatMap((first, i) => {
    const columns = pickedInRow(ranges, first);
    return columns.length === 0 ? [] : [{ rows: { first, last: (cuts[i + 1] ?? first + 1) - 1 }, columns }];
  });
}

export function countPicked(ranges: readonly CellRange[]): number {
  return bandsOf(ranges).reduce((sum, { rows, columns }) => sum + lengthOf([rows]) * lengthOf(columns), 0);
}
