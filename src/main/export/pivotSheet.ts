import type { ConditionalFormattingOptions } from 'exceljs';
import { dimensionLabel } from '../../shared/columns.ts';
import {
  baseWords,
  measureLabel,
  type Measure,
  type MeasureKind,
  type PivotResult,
  type PivotSpec,
} from '../../shared/pivot.ts';
import { keyLabels, type DimensionValue } from '../../shared/selection.ts';
import { cellText, excelTime } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { areaOf, MAX_COLUMNS, MAX_ROWS, type SheetCell } from './sheet.ts';
import { totalStyle } from './styles.ts';

/** How a measure's number stands in a cell: Excel's day count for durations, times and dates, a share for a percentage. */
function measureCell(
  measure: Measure,
  kind: MeasureKind,
  timeZone: string,
): { style: keyof typeof totalStyle; valueOf(value: number): number } {
  const asIs = (value: number) => value;
  switch (kind) {
    case 'count':
      return { style: 'count', valueOf: asIs };
    case 'share':
      return { style: 'percent', valueOf: asIs };
    case 'duration':
      return { style: 'duration', valueOf: (seconds) => seconds / 86_400 };
    case 'time':
      return { style: 'time', valueOf: excelTime(timeZone) };
    case 'date':
      return { style: 'time', valueOf: excelTime('UTC') };
    case 'number':
      return { style: isWhole.has(measure.type) ? 'number' : 'average', valueOf: asIs };
  }
}

/** Measures of whole numbers that are whole. */
const isWhole: ReadonlySet<Measure['type']> = new Set(['sum', 'min', 'max']);

type Key = readonly DimensionValue[];

/** One row or column: a key of the pivot (`depth` is that of its axis), the total of a group (less), or of the whole axis (0). */
interface Line {
  readonly depth: number;
  readonly key: Key;
  /** Its place among the keys of that depth. */
  readonly place: number;
}

/** The keys of an axis with, where there are subtotals, each group's total behind it, and the total of all at the end. */
function linesOf(keys: readonly Key[], depth: number, hasSubtotals: boolean): Line[] {
  const lines: Line[] = [];
  const groups: number[] = Array.from({ length: depth }, () => 0);
  const isSame = (a: Key, b: Key | undefined, upTo: number) =>
    b !== undefined && JSON.stringify(a.slice(0, upTo)) === JSON.stringify(b.slice(0, upTo));
  for (const [place, key] of keys.entries()) {
    lines.push({ depth, key, place });
    for (let d = depth - 1; d > 0; d--) {
      if (isSame(key, keys[place + 1], d)) continue;
      if (hasSubtotals) lines.push({ depth: d, key: key.slice(0, d), place: groups[d] ?? 0 });
      groups[d] = (groups[d] ?? 0) + 1;
    }
  }
  if (depth > 0) lines.push({ depth: 0, key: [], place: 0 });
  return lines;
}

/** The number of a measure where two lines meet. */
function numberFinder(pivot: PivotResult): (row: Line, column: Line, m: number) => number {
  const { spec } = pivot;
  const tables = new Map(pivot.subtotals.map((table) => [`${table.rowDepth} ${table.columnDepth}`, table]));
  const [R, C] = [spec.rows.length, spec.columns.length];
  return (row, column, m) => {
    const width = pivot.columnKeys.length;
    if (row.depth === R && column.depth === C) return pivot.cells[m]?.[row.place * width + column.place] ?? NaN;
    if (row.depth === R && column.depth === 0) return pivot.rowTotals[m]?.[row.place] ?? NaN;
    if (row.depth === 0 && column.depth === C) return pivot.columnTotals[m]?.[column.place] ?? NaN;
    if (row.depth === 0 && column.depth === 0) return pivot.totals[m] ?? NaN;
    const table = tables.get(`${row.depth} ${column.depth}`);
    return table?.cells[m]?.[row.place * table.columnKeys.length + column.place] ?? NaN;
  };
}

/** Colours by size over the cells of one measure, totals left out. */
function heat(areas: readonly string[], priority: number): ConditionalFormattingOptions {
  return {
    ref: areas.join(' '),
    rules: [
      {
        type: 'colorScale',
        priority,
        cfvo: [{ type: 'min' }, { type: 'max' }],
        color: [{ argb: 'FFFFFFFF' }, { argb: 'FFA9C8EE' }],
      },
    ],
  };
}

/** Areas of a rule beyond which Excel is slow to open it. */
const MOST_AREAS = 500;

/**
 * Writes the pivot to "Pivot": one header row a column dimension, one with the measures, then the rows and, where the axis has
 * a dimension, totals. Labels are repeated, not merged, so that the sheet can be filtered and read by programs.
 */
export async function writePivotSheet(
  workbook: OpenWorkbook,
  pivot: PivotResult,
  timeZone: string,
  cuts: Cuts,
): Promise<void> {
  const { spec } = pivot;
  const labels = Math.max(spec.rows.length, 1);
  const headerRows = spec.columns.length + 1;
  const hasSubtotals = spec.subtotals === true;
  const measures = spec.measures.map((measure, m) => measureCell(measure, pivot.measureKinds[m] ?? 'number', timeZone));
  const numberAt = numberFinder(pivot);

  const allColumns = linesOf(pivot.columnKeys, spec.columns.length, hasSubtotals);
  const columns = withinRoom(allColumns, Math.floor((MAX_COLUMNS - labels) / measures.length));
  if (columns.length < allColumns.length) cuts.add('pivotColumns', allColumns.length - columns.length);
  const allRows = linesOf(pivot.rowKeys, spec.rows.length, hasSubtotals);
  const rows = withinRoom(allRows, MAX_ROWS - headerRows - 3);
  if (rows.length < allRows.length) cuts.add('pivotRows', allRows.length - rows.length);

  const sheet = workbook.addSheet('Pivot', {
    widths: Array.from({ length: labels + columns.length * measures.length }, (_, i) => (i < labels ? 26 : 16)),
    frozenRows: headerRows,
    frozenColumns: labels,
  });
  const header = (text: string): SheetCell => ({ value: cellText(text, cuts), style: 'header' });
  const each = <T>(of: (m: number) => T) => measures.map((_, m) => of(m));
  const isTotal = (line: Line, depth: number) => line.depth < depth;

  /** The words of a line at one level: its value there, "Total" right behind them. */
  const wordsAt = ({ key, depth }: Line, dimensions: PivotSpec['rows'], level: number): string => {
    if (level < key.length) return keyLabels(key, dimensions, timeZone)[level] ?? '';
    return level === depth && depth < dimensions.length ? 'Total' : '';
  };

  spec.columns.forEach((dimension, level) => {
    sheet.write([
      ...Array.from({ length: labels - 1 }, () => header('')),
      header(dimensionLabel(dimension)),
      ...columns.flatMap((line) => each(() => header(wordsAt(line, spec.columns, level)))),
    ]);
  });
  sheet.write([
    ...(spec.rows.length > 0 ? spec.rows.map((dimension) => header(dimensionLabel(dimension))) : [header('')]),
    ...columns.flatMap(() => spec.measures.map((measure) => header(measureLabel(measure)))),
  ]);

  const labelsOf = (row: Line): (SheetCell | null)[] => {
    if (spec.rows.length === 0) return [{ value: 'All calls', style: 'text' }];
    const style = isTotal(row, spec.rows.length) ? 'total' : 'text';
    return spec.rows.map((_, level) => {
      const words = wordsAt(row, spec.rows, level);
      return words === '' && isTotal(row, spec.rows.length) ? null : { value: cellText(words, cuts), style };
    });
  };
  for (const [r, row] of rows.entries()) {
    sheet.write([
      ...labelsOf(row),
      ...columns.flatMap((column) =>
        each((m): SheetCell | null => {
          const value = numberAt(row, column, m);
          const { style, valueOf } = measures[m] as (typeof measures)[number];
          const isSum = isTotal(row, spec.rows.length) || isTotal(column, spec.columns.length);
          return Number.isNaN(value) ? null : { value: valueOf(value), style: isSum ? totalStyle[style] : style };
        }),
      ),
    ]);
    if (r % 1_000 === 999) await sheet.drained();
  }
  if (spec.measures.some(({ type }) => type === 'rate')) {
    sheet.write([]);
    sheet.write([{ value: `Percentages are of ${baseWords[spec.base]}.`, style: 'text' }]);
  }

  const rowRuns = runsOf(rows, spec.rows.length);
  const columnPlaces = columns.flatMap((line, c) => (isTotal(line, spec.columns.length) ? [] : [c]));
  const rules = each((m) => {
    const areas = columnPlaces.flatMap((c) => {
      const column = labels + c * measures.length + m;
      return rowRuns.map(([from, to]) => areaOf(headerRows + 1 + from, column, headerRows + 1 + to, column));
    });
    return areas.length === 0 || areas.length > MOST_AREAS ? [] : [heat(areas, m + 1)];
  });
  sheet.close({ rules: rules.flat() });
}

/** As many lines as there is room for; the total of all stays. */
function withinRoom(lines: readonly Line[], room: number): readonly Line[] {
  const last = lines.at(-1);
  return lines.length <= room || last === undefined ? lines : [...lines.slice(0, room - 1), last];
}

/** Stretches of lines that are no totals: first and last. */
function runsOf(lines: readonly Line[], depth: number): [number, number][] {
  const runs: [number, number][] = [];
  lines.forEach((line, i) => {
    if (line.depth < depth) return;
    const run = runs.at(-1);
    if (run !== undefined && run[1] === i - 1) run[1] = i;
    else runs.push([i, i]);
  });
  return runs;
}
