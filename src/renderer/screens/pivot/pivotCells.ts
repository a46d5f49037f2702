import { dimensionLabel, type Dimension } from '../../../shared/columns.ts';
import { measureInWords, type PivotResult } from '../../../shared/pivot.ts';
import { lineWords, pivotLines, pivotNumbers, type PivotLine } from '../../../shared/pivotLines.ts';
import { measureWords, type Mask } from '../../../shared/masking.ts';
import { cellsAsHtml, cellsAsText, copiedCell, type CopiedCell } from '../calls/copyCells.ts';

/** A larger table is copied as text only: programs take long to read the HTML. */
const MOST_HTML_CELLS = 200_000;

const text = (words: string): CopiedCell => ({ text: words, type: 'text' });

/** The pivot as it stands on screen, line by line: column keys on top, its totals where it has them; numbers, durations and percentages typed, phone numbers as they may be shown now. */
export function pivotCells(result: PivotResult, timeZone: string, mask: Mask): CopiedCell[][] {
  const { rows, columns, measures } = result.spec;
  const labels = Math.max(1, rows.length);
  const lines = pivotLines(result);
  const { valueAt } = pivotNumbers(result);
  const keyCell = (line: PivotLine, dimensions: readonly Dimension[], level: number): CopiedCell => {
    const words = lineWords(line, dimensions, level, timeZone);
    return text(line.key[level] === undefined ? words : mask(words, dimensions[level]?.column));
  };
  const each = measures.map((_, m) => m);

  const numberCell = (value: number, m: number): CopiedCell => {
    if (Number.isNaN(value)) return text('');
    const kind = result.measureKinds[m] ?? 'number';
    const words = measureInWords(value, kind, timeZone);
    if (kind === 'duration') return copiedCell({ type: 'value', value, text: words }, { kind });
    if (kind === 'share') return { text: `${value * 100}%`, type: 'percent' };
    if (kind === 'date' || kind === 'time') return { text: words, type: 'time' };
    const masked = mask(words);
    return masked === words ? { text: String(value), type: 'number' } : text(masked);
  };

  const levels = columns.map((dimension, level) => [
    ...Array.from({ length: labels - 1 }, () => text('')),
    text(dimensionLabel(dimension)),
    ...lines.columns.flatMap((line) => each.map(() => keyCell(line, columns, level))),
  ]);
  const captions = [
    ...Array.from({ length: labels }, (_, i) => text(rows[i] === undefined ? '' : dimensionLabel(rows[i]))),
    ...lines.columns.flatMap(() => measures.map((measure) => text(measureWords(measure, mask)))),
  ];
  const body = lines.rows.map((row) => [
    ...(rows.length === 0 ? [text('All calls')] : rows.map((_, level) => keyCell(row, rows, level))),
    ...lines.columns.flatMap((column) => each.map((m) => numberCell(valueAt(row, column, m), m))),
  ]);
  return [...levels, captions, ...body];
}

/** The same for the clipboard. */
export function pivotForSpreadsheet(
  result: PivotResult,
  timeZone: string,
  mask: Mask,
): { text: string; html: string | undefined } {
  const [first = [], ...others] = pivotCells(result, timeZone, mask);
  const headers = first.map((cell) => cell.text);
  const isSmall = headers.length * others.length <= MOST_HTML_CELLS;
  return { text: cellsAsText(headers, others), html: isSmall ? cellsAsHtml(headers, others) : undefined };
}
