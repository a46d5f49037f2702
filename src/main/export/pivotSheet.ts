import type { ConditionalFormattingOptions } from 'exceljs';
import { dimensionLabel, type Dimension } from '../../shared/columns.ts';
import { measureWords, type Mask } from '../../shared/masking.ts';
import { baseWords, measureInWords, type Measure, type MeasureKind, type PivotResult } from '../../shared/pivot.ts';
import { isCompared, lineWords, pivotLines, pivotNumbers, type PivotLine } from '../../shared/pivotLines.ts';
import { cellText, DAY_MS, excelTime, isExcelDay, MOST_NUMBER } from './cellValue.ts';
import type { Cut, Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { areaOf, MAX_COLUMNS, MAX_ROWS, type SheetCell } from './sheet.ts';
import { totalStyle } from './styles.ts';

interface MeasureCell {
  readonly style: keyof typeof totalStyle;
  valueOf(value: number): number;
  /** What is told where Excel cannot show a value as what it is, so that it stands there in words. */
  readonly cut?: Cut;
}

/** How a measure's number stands in a cell: Excel's day count for durations, times and dates, a share for a percentage. */
function measureCell(measure: Measure, kind: MeasureKind, timeZone: string): MeasureCell {
  const asIs = (value: number) => value;
  switch (kind) {
    case 'count':
      return { style: 'count', valueOf: asIs };
    case 'share':
      return { style: 'percent', valueOf: asIs };
    case 'duration':
      return { style: 'duration', valueOf: (seconds) => seconds / 86_400 };
    case 'time':
      return { style: 'time', valueOf: excelTime(timeZone), cut: 'earlyTimes' };
    case 'date': {
      // A day without a time begins in UTC.
      const [dayOf, timeOf] = [excelTime('UTC'), excelTime(timeZone)];
      return { style: 'time', valueOf: (ms) => (ms % DAY_MS === 0 ? dayOf(ms) : timeOf(ms)), cut: 'earlyTimes' };
    }
    case 'number':
      return { style: isWhole.has(measure.type) ? 'number' : 'average', valueOf: asIs, cut: 'longNumbers' };
  }
}

/** Excel shows a day outside its calendar, and a duration below zero, as ####. */
function isShown(value: number, style: MeasureCell['style']): boolean {
  if (style === 'time') return isExcelDay(value);
  return style === 'duration' ? value >= 0 : Math.abs(value) <= MOST_NUMBER;
}

/** Measures of whole numbers that are whole. */
const isWhole: ReadonlySet<Measure['type']> = new Set(['sum', 'min', 'max']);

/** Colours by size over the cells of one measure, totals and blanks left out. */
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

interface PivotOptions {
  readonly timeZone: string;
  /** How words that quote calls may be shown. */
  readonly mask: Mask;
  readonly cuts: Cuts;
}

/**
 * Writes the pivot to "Pivot": one header row a column dimension, one with the measures, then the rows and the totals that it has. Labels are repeated, not merged, so that the sheet can be filtered and read by programs.
 */
export async function writePivotSheet(
  workbook: OpenWorkbook,
  pivot: PivotResult,
  { timeZone, mask, cuts }: PivotOptions,
): Promise<void> {
  const { spec } = pivot;
  const labels = Math.max(spec.rows.length, 1);
  const headerRows = spec.columns.length + 1;
  const measures = spec.measures.map((measure, m) => measureCell(measure, pivot.measureKinds[m] ?? 'number', timeZone));
  const lines = pivotLines(pivot);
  const { valueAt } = pivotNumbers(pivot);

  const columns = withinRoom(lines.columns, Math.floor((MAX_COLUMNS - labels) / measures.length));
  if (columns.length < lines.columns.length) cuts.add('pivotColumns', lines.columns.length - columns.length);
  const rows = withinRoom(lines.rows, MAX_ROWS - headerRows - 3);
  if (rows.length < lines.rows.length) cuts.add('pivotRows', lines.rows.length - rows.length);

  const sheet = workbook.addSheet('Pivot', {
    widths: Array.from({ length: labels + columns.length * measures.length }, (_, i) => (i < labels ? 26 : 16)),
    frozenRows: headerRows,
    frozenColumns: labels,
  });
  const header = (text: string): SheetCell => ({ value: cellText(text, cuts), style: 'header' });
  const each = <T>(of: (m: number) => T) => measures.map((_, m) => of(m));
  const isTotal = (line: PivotLine, depth: number) => line.depth < depth;
  const wordsOf = (line: PivotLine, dimensions: readonly Dimension[], level: number) => {
    const words = lineWords(line, dimensions, level, timeZone);
    return line.key[level] === undefined ? words : mask(words, dimensions[level]?.column);
  };

  spec.columns.forEach((dimension, level) => {
    sheet.write([
      ...Array.from({ length: labels - 1 }, () => header('')),
      header(dimensionLabel(dimension)),
      ...columns.flatMap((line) => each(() => header(wordsOf(line, spec.columns, level)))),
    ]);
  });
  sheet.write([
    ...(spec.rows.length > 0 ? spec.rows.map((dimension) => header(dimensionLabel(dimension))) : [header('')]),
    ...columns.flatMap(() => spec.measures.map((measure) => header(measureWords(measure, mask)))),
  ]);

  const labelsOf = (row: PivotLine): (SheetCell | null)[] => {
    if (spec.rows.length === 0) return [{ value: 'All calls', style: 'text' }];
    const style = isTotal(row, spec.rows.length) ? 'total' : 'text';
    return spec.rows.map((_, level) => {
      const words = wordsOf(row, spec.rows, level);
      return words === '' && isTotal(row, spec.rows.length) ? null : { value: cellText(words, cuts), style };
    });
  };
  for (const [r, row] of rows.entries()) {
    sheet.write([
      ...labelsOf(row),
      ...columns.flatMap((column) =>
        each((m): SheetCell | null => {
          const value = valueAt(row, column, m);
          if (Number.isNaN(value)) return null;
          const { style, valueOf, cut } = measures[m] as MeasureCell;
          const isSum = isTotal(row, spec.rows.length) || isTotal(column, spec.columns.length);
          const shown = valueOf(value);
          const words = measureInWords(value, pivot.measureKinds[m] ?? 'number', timeZone);
          const isHidden = mask(words) !== words;
          if (!isHidden && isShown(shown, style)) return { value: shown, style: isSum ? totalStyle[style] : style };
          if (!isHidden && cut !== undefined) cuts.add(cut);
          return { value: mask(words), style: isSum ? 'total' : 'text' };
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
  const columnPlaces = columns.flatMap((line, c) => (isCompared(line, spec.columns.length) ? [c] : []));
  const rules = each((m) => {
    if (spec.heat === false) return [];
    const areas = columnPlaces.flatMap((c) => {
      const column = labels + c * measures.length + m;
      return rowRuns.map(([from, to]) => areaOf(headerRows + 1 + from, column, headerRows + 1 + to, column));
    });
    return areas.length === 0 || areas.length > MOST_AREAS ? [] : [heat(areas, m + 1)];
  });
  sheet.close({ rules: rules.flat() });
}

/** As many lines as there is room for; the last, which is the total of all if there is one, stays. */
function withinRoom(lines: readonly PivotLine[], room: number): readonly PivotLine[] {
  const last = lines.at(-1);
  return lines.length <= room || last === undefined ? lines : [...lines.slice(0, room - 1), last];
}

/** Stretches of lines that are compared: first and last. */
function runsOf(lines: readonly PivotLine[], depth: number): [number, number][] {
  const runs: [number, number][] = [];
  lines.forEach((line, i) => {
    if (!isCompared(line, depth)) return;
    const run = runs.at(-1);
    if (run !== undefined && run[1] === i - 1) run[1] = i;
    else runs.push([i, i]);
  });
  return runs;
}
