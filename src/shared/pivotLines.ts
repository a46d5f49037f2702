import type { Dimension } from './columns.ts';
import type { PivotResult } from './pivot.ts';
import { valueLabel, type DimensionValue } from './selection.ts';

/** The lines of a pivot with their totals: the table on screen, its copy and the workbook's sheet are made of the same ones. Pure. */

type Key = readonly DimensionValue[];

/** One row or column: a key of the pivot (`depth` is that of its axis), the total of a group (less), or of the whole axis (0). */
export interface PivotLine {
  readonly depth: number;
  readonly key: Key;
  /** Its place among the keys of that depth. */
  readonly place: number;
}

export interface PivotLines {
  readonly rows: readonly PivotLine[];
  readonly columns: readonly PivotLine[];
}

/** An axis with subtotals has each group's total behind it; one with totals and dimensions ends with the total of all. */
export function pivotLines({ spec, rowKeys, columnKeys }: PivotResult): PivotLines {
  const { totals, subtotals } = spec;
  return {
    rows: linesOf(rowKeys, spec.rows.length, totals?.rows ?? true, subtotals?.rows ?? false),
    columns: linesOf(columnKeys, spec.columns.length, totals?.columns ?? true, subtotals?.columns ?? false),
  };
}

function linesOf(keys: readonly Key[], depth: number, hasTotal: boolean, hasSubtotals: boolean): PivotLine[] {
  const lines: PivotLine[] = [];
  const groups: number[] = Array.from({ length: depth }, () => 0);
  for (const [place, key] of keys.entries()) {
    lines.push({ depth, key, place });
    const shared = hasSubtotals ? sharedDepth(key, keys[place + 1]) : depth;
    for (let d = depth - 1; d > shared; d--) {
      lines.push({ depth: d, key: key.slice(0, d), place: groups[d] ?? 0 });
      groups[d] = (groups[d] ?? 0) + 1;
    }
  }
  if (depth > 0 && hasTotal) lines.push({ depth: 0, key: [], place: 0 });
  return lines;
}

function isSameValue(a: DimensionValue | undefined, b: DimensionValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return 'json' in a ? 'json' in b && a.json === b.json : 'blank' in b && a.blank === b.blank;
}

/** How many values two keys begin with alike. */
export function sharedDepth(a: Key, b: Key | undefined): number {
  let depth = 0;
  while (b !== undefined && depth < a.length && isSameValue(a[depth], b[depth])) depth++;
  return depth;
}

export function isSameLine(a: PivotLine, b: PivotLine): boolean {
  return a.depth === b.depth && sharedDepth(a.key, b.key) === a.depth;
}

/** What stands where two lines meet: the number of a measure (NaN: no call has a value) and how many calls it is of. */
export interface PivotNumbers {
  valueAt(row: PivotLine, column: PivotLine, m: number): number;
  countAt(row: PivotLine, column: PivotLine): number;
}

export function pivotNumbers(pivot: PivotResult): PivotNumbers {
  const { spec, columnKeys } = pivot;
  const tables = new Map(pivot.subtotals.map((table) => [`${table.rowDepth} ${table.columnDepth}`, table]));
  const [height, width] = [spec.rows.length, spec.columns.length];
  // Every call is in one cell, so the calls of a row or column are the sum of its cells'.
  const sums = sumCounts(pivot);
  const tableOf = (row: PivotLine, column: PivotLine) => tables.get(`${row.depth} ${column.depth}`);
  return {
    valueAt(row, column, m) {
      if (row.depth === height && column.depth === width) {
        return pivot.cells[m]?.[row.place * columnKeys.length + column.place] ?? NaN;
      }
      if (row.depth === height && column.depth === 0) return pivot.rowTotals[m]?.[row.place] ?? NaN;
      if (row.depth === 0 && column.depth === width) return pivot.columnTotals[m]?.[column.place] ?? NaN;
      if (row.depth === 0 && column.depth === 0) return pivot.totals[m] ?? NaN;
      const table = tableOf(row, column);
      return table?.cells[m]?.[row.place * table.columnKeys.length + column.place] ?? NaN;
    },
    countAt(row, column) {
      if (row.depth === height && column.depth === width) {
        return pivot.counts[row.place * columnKeys.length + column.place] ?? 0;
      }
      if (row.depth === height && column.depth === 0) return sums.rows[row.place] ?? 0;
      if (row.depth === 0 && column.depth === width) return sums.columns[column.place] ?? 0;
      if (row.depth === 0 && column.depth === 0) return pivot.calls;
      const table = tableOf(row, column);
      return table?.counts[row.place * table.columnKeys.length + column.place] ?? 0;
    },
  };
}

function sumCounts({ counts, rowKeys, columnKeys }: PivotResult) {
  const [rows, columns] = [new Float64Array(rowKeys.length), new Float64Array(columnKeys.length)];
  for (let r = 0, at = 0; r < rowKeys.length; r++) {
    for (let c = 0; c < columnKeys.length; c++, at++) {
      rows[r] = (rows[r] ?? 0) + (counts[at] ?? 0);
      columns[c] = (columns[c] ?? 0) + (counts[at] ?? 0);
    }
  }
  return { rows, columns };
}

/** The words of a line at one level of its axis: its value there, "Total" right behind its last one. */
export function lineWords(
  { key, depth }: PivotLine,
  dimensions: readonly Dimension[],
  level: number,
  timeZone: string,
): string {
  const [value, of] = [key[level], dimensions[level]];
  if (value !== undefined && of !== undefined) return valueLabel(value, of, timeZone);
  return level === depth && depth < dimensions.length ? 'Total' : '';
}

const hasNoBlank = (key: Key) => key.every((value) => 'json' in value);

/** Whether the numbers of a line of an axis with `depth` dimensions are coloured by size: beside totals and blanks the others would be pale. */
export function isCompared(line: PivotLine, depth: number): boolean {
  return line.depth === depth && hasNoBlank(line.key);
}

/** The least and the most of a measure over the cells that are compared; undefined where there is nothing to tell apart. */
export function spanOf(pivot: PivotResult, m: number): { readonly least: number; readonly most: number } | undefined {
  const { rowKeys, columnKeys } = pivot;
  const columns = columnKeys.flatMap((key, c) => (hasNoBlank(key) ? [c] : []));
  let [least, most] = [Infinity, -Infinity];
  rowKeys.forEach((key, r) => {
    if (!hasNoBlank(key)) return;
    for (const c of columns) {
      const value = pivot.cells[m]?.[r * columnKeys.length + c] ?? NaN;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  });
  return most > least ? { least, most } : undefined;
}
