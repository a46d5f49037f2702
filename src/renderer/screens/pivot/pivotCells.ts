import { dimensionLabel } from '../../../shared/columns.ts';
import { measureInWords, measureLabel, type PivotResult } from '../../../shared/pivot.ts';
import { keyLabels } from '../../../shared/selection.ts';
import { cellsAsHtml, cellsAsText, copiedCell, type CopiedCell } from '../calls/copyCells.ts';

/** A larger table is copied as text only: programs take long to read the HTML. */
const MOST_HTML_CELLS = 200_000;

const text = (words: string): CopiedCell => ({ text: words, type: 'text' });

/** The pivot as it stands on screen, line by line: column keys on top, totals at both ends; numbers, durations and percentages typed. */
export function pivotCells(result: PivotResult, timeZone: string): CopiedCell[][] {
  const { spec, rowKeys, columnKeys, measureKinds } = result;
  const { rows, columns, measures } = spec;
  const labels = Math.max(1, rows.length);
  const hasTotalColumn = columns.length > 0;
  const each = measures.map((_, m) => m);

  const valueOf = (value: number | undefined, m: number): CopiedCell => {
    if (value === undefined || Number.isNaN(value)) return text('');
    const kind = measureKinds[m] ?? 'number';
    const words = measureInWords(value, kind, timeZone);
    if (kind === 'duration') return copiedCell({ type: 'value', value, text: words }, { kind });
    if (kind === 'share') return { text: `${value * 100}%`, type: 'percent' };
    if (kind === 'date' || kind === 'time') return { text: words, type: 'time' };
    return { text: String(value), type: 'number' };
  };
  const line = (
    keys: readonly string[],
    cell: (column: number, m: number) => number | undefined,
    total: (m: number) => number | undefined,
  ) => [
    ...Array.from({ length: labels }, (_, i) => text(keys[i] ?? '')),
    ...columnKeys.flatMap((_, column) => each.map((m) => valueOf(cell(column, m), m))),
    ...(hasTotalColumn ? each.map((m) => valueOf(total(m), m)) : []),
  ];

  const keysAcross = columnKeys.map((key) => keyLabels(key, columns, timeZone));
  const levels = columns.map((dimension, level) => [
    ...Array.from({ length: labels - 1 }, () => text('')),
    text(dimensionLabel(dimension)),
    ...keysAcross.flatMap((words) => each.map(() => text(words[level] ?? ''))),
    ...(hasTotalColumn ? each.map(() => text(level === 0 ? 'Total' : '')) : []),
  ]);
  const groups = columnKeys.length + (hasTotalColumn ? 1 : 0);
  const captions = [
    ...Array.from({ length: labels }, (_, i) => text(rows[i] === undefined ? '' : dimensionLabel(rows[i]))),
    ...Array.from({ length: groups }, () => measures.map((measure) => text(measureLabel(measure)))).flat(),
  ];
  return [
    ...levels,
    captions,
    ...rowKeys.map((key, row) =>
      line(
        rows.length === 0 ? ['All calls'] : keyLabels(key, rows, timeZone),
        (column, m) => result.cells[m]?.[row * columnKeys.length + column],
        (m) => result.rowTotals[m]?.[row],
      ),
    ),
    ...(rows.length === 0
      ? []
      : [
          line(
            ['Total'],
            (column, m) => result.columnTotals[m]?.[column],
            (m) => result.totals[m],
          ),
        ]),
  ];
}

/** The same for the clipboard. */
export function pivotForSpreadsheet(result: PivotResult, timeZone: string): { text: string; html: string | undefined } {
  const [first = [], ...others] = pivotCells(result, timeZone);
  const headers = first.map((cell) => cell.text);
  const isSmall = headers.length * others.length <= MOST_HTML_CELLS;
  return { text: cellsAsText(headers, others), html: isSmall ? cellsAsHtml(headers, others) : undefined };
}
