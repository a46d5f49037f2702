import { dimensionLabel } from '../../shared/columns.ts';
import { baseWords, measureLabel, type Measure, type MeasureKind, type PivotResult } from '../../shared/pivot.ts';
import { keyLabels, type DimensionValue } from '../../shared/selection.ts';
import { cellText, excelTime } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { MAX_COLUMNS, MAX_ROWS, type SheetCell } from './sheet.ts';
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
  const { spec, rowKeys } = pivot;
  const labels = Math.max(spec.rows.length, 1);
  const hasRowTotals = spec.columns.length > 0;
  const hasColumnTotals = spec.rows.length > 0;
  const headerRows = spec.columns.length + 1;
  const measures = spec.measures.map((measure, m) => measureCell(measure, pivot.measureKinds[m] ?? 'number', timeZone));

  const room = Math.floor((MAX_COLUMNS - labels) / measures.length) - (hasRowTotals ? 1 : 0);
  const columnKeys = pivot.columnKeys.slice(0, room);
  if (columnKeys.length < pivot.columnKeys.length)
    cuts.add('pivotColumns', pivot.columnKeys.length - columnKeys.length);
  const shownRows = rowKeys.slice(0, MAX_ROWS - headerRows - 3);
  if (shownRows.length < rowKeys.length) cuts.add('pivotRows', rowKeys.length - shownRows.length);

  const width = labels + (columnKeys.length + (hasRowTotals ? 1 : 0)) * measures.length;
  const sheet = workbook.addSheet('Pivot', {
    widths: Array.from({ length: width }, (_, i) => (i < labels ? 26 : 16)),
    frozenRows: headerRows,
    frozenColumns: labels,
  });

  const header = (text: string): SheetCell => ({ value: cellText(text, cuts), style: 'header' });
  const label = (text: string): SheetCell => ({ value: cellText(text, cuts), style: 'text' });
  const labelsOf = (key: readonly DimensionValue[]) => keyLabels(key, spec.rows, timeZone).map(label);
  const number = (m: number, value: number, isTotal: boolean): SheetCell | null => {
    const { style, valueOf } = measures[m] as (typeof measures)[number];
    return Number.isNaN(value) ? null : { value: valueOf(value), style: isTotal ? totalStyle[style] : style };
  };
  const each = <T>(of: (m: number) => T) => measures.map((_, m) => of(m));

  spec.columns.forEach((dimension, level) => {
    sheet.write([
      ...Array.from({ length: labels - 1 }, () => header('')),
      header(dimensionLabel(dimension)),
      ...columnKeys.flatMap((key) => each(() => header(keyLabels(key, spec.columns, timeZone)[level] ?? ''))),
      ...(hasRowTotals ? each(() => header('Total')) : []),
    ]);
  });
  const measureHeaders = () => spec.measures.map((measure) => header(measureLabel(measure)));
  sheet.write([
    ...(spec.rows.length > 0 ? spec.rows.map((dimension) => header(dimensionLabel(dimension))) : [header('')]),
    ...columnKeys.flatMap(measureHeaders),
    ...(hasRowTotals ? measureHeaders() : []),
  ]);

  const at = (numbers: readonly Float64Array[], m: number, i: number, isTotal: boolean) =>
    number(m, numbers[m]?.[i] ?? NaN, isTotal);
  for (const [r, key] of shownRows.entries()) {
    sheet.write([
      ...(spec.rows.length > 0 ? labelsOf(key) : [label('All calls')]),
      ...columnKeys.flatMap((_, c) => each((m) => at(pivot.cells, m, r * pivot.columnKeys.length + c, false))),
      ...(hasRowTotals ? each((m) => at(pivot.rowTotals, m, r, true)) : []),
    ]);
    if (r % 1_000 === 999) await sheet.drained();
  }
  if (hasColumnTotals) {
    sheet.write([
      { value: 'Total', style: 'total' },
      ...Array.from({ length: labels - 1 }, () => null),
      ...columnKeys.flatMap((_, c) => each((m) => at(pivot.columnTotals, m, c, true))),
      ...(hasRowTotals ? each((m) => number(m, pivot.totals[m] ?? NaN, true)) : []),
    ]);
  }
  if (spec.measures.some(({ type }) => type === 'rate')) {
    sheet.write([]);
    sheet.write([label(`Percentages are of ${baseWords[spec.base]}.`)]);
  }
  sheet.close();
}
