import { dimensionId, dimensionLabel, type Dimension } from '../../shared/columns.ts';
import { parseJson, type Json } from '../../shared/json.ts';
import {
  baseWords,
  measureId,
  measureInWords,
  measureLabel,
  type Base,
  type EachAxis,
  type PivotResult,
  type PivotSpec,
} from '../../shared/pivot.ts';
import { lineWords, pivotLines, pivotNumbers, type PivotLine } from '../../shared/pivotLines.ts';
import type { DimensionValue } from '../../shared/selection.ts';
import { parseDimensions, parseMeasure, type Known } from './expressions.ts';
import { knownColumns, readSelection, type ExitCode, type SelectionOptions, type Session } from './session.ts';
import { textTable } from './table.ts';

/** The command that counts. */

export const axisChoices = ['rows', 'columns', 'both', 'none'] as const;
type AxisChoice = (typeof axisChoices)[number];

const axesIn = (choice: AxisChoice): EachAxis => ({
  rows: choice === 'rows' || choice === 'both',
  columns: choice === 'columns' || choice === 'both',
});

export interface PivotOptions {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly measure: readonly string[];
  readonly base: Base;
  readonly totals: AxisChoice;
  readonly subtotals: AxisChoice;
}

export function readPivotSpec(options: PivotOptions, known: Known): PivotSpec {
  const measures = options.measure.map((text) => parseMeasure(text, known));
  return {
    rows: options.rows.flatMap((text) => parseDimensions(text, known)),
    columns: options.columns.flatMap((text) => parseDimensions(text, known)),
    measures: measures.length === 0 ? [{ type: 'count' }] : measures,
    base: options.base,
    totals: axesIn(options.totals),
    subtotals: axesIn(options.subtotals),
  };
}

export async function pivot(session: Session, options: PivotOptions & SelectionOptions): Promise<ExitCode> {
  const known = await knownColumns(session);
  const selection = await readSelection(session, options, known);
  const result = await session.app.commands['pivot.run']({ selection, spec: readPivotSpec(options, known) });
  const hasRate = result.spec.measures.some(({ type }) => type === 'rate');
  const base = hasRate ? `\nPercentages are of ${baseWords[result.spec.base]}.` : '';
  session.print(pivotDocument(result), pivotTable(result, session.timeZone) + base);
  return 0;
}

/** JSON has no NaN: null is "no call holds a value". */
const numberOrNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
const valueOrBlank = (value: DimensionValue): Json =>
  'blank' in value ? { blank: value.blank } : parseJson(value.json);

/** Cells without a call are left out. A subtotal's row and column name the group: they are shorter than those of a cell. */
function pivotDocument(result: PivotResult) {
  const { spec, totals, subtotals } = result;
  const ids = spec.measures.map(measureId);
  const values = (of: (m: number) => number | undefined) =>
    Object.fromEntries(ids.map((id, m) => [id, numberOrNull(of(m))]));
  const filled = ({ rowKeys, columnKeys, cells, counts }: PivotResult | PivotResult['subtotals'][number]) =>
    rowKeys.flatMap((row, r) =>
      columnKeys.flatMap((column, c) => {
        const at = r * columnKeys.length + c;
        if ((counts[at] ?? 0) === 0) return [];
        return [
          { row: row.map(valueOrBlank), column: column.map(valueOrBlank), values: values((m) => cells[m]?.[at]) },
        ];
      }),
    );
  return {
    rows: spec.rows.map(dimensionId),
    columns: spec.columns.map(dimensionId),
    measures: ids,
    cells: filled(result),
    ...(subtotals.length === 0 ? {} : { subtotals: subtotals.flatMap(filled) }),
    totals: values((m) => totals[m]),
  };
}

const JOIN = ' · ';

/** The lines of the pivot as the window shows them. */
function pivotTable(result: PivotResult, timeZone: string): string {
  const { rows, columns, measures } = result.spec;
  const lines = pivotLines(result);
  const { valueAt } = pivotNumbers(result);
  const wordsOf = (line: PivotLine, dimensions: readonly Dimension[]) =>
    dimensions.map((_, level) => lineWords(line, dimensions, level, timeZone));
  const head = lines.columns.flatMap((line) => {
    // Behind "Total" nothing follows, and one measure needs no name beside the values that it counts.
    const key = wordsOf(line, columns).slice(0, line.depth + 1);
    return measures.map((measure) =>
      [...key, ...(measures.length === 1 && key.length > 0 ? [] : [measureLabel(measure)])].join(JOIN),
    );
  });
  const labels = rows.length === 0 ? [''] : rows.map(dimensionLabel);
  const body = lines.rows.map((row) => [
    ...(rows.length === 0 ? ['All calls'] : wordsOf(row, rows)),
    ...lines.columns.flatMap((column) =>
      result.measureKinds.map((kind, m) => measureInWords(valueAt(row, column, m), kind, timeZone)),
    ),
  ]);
  const what =
    columns.length === 0
      ? ''
      : `${measures.map(measureLabel).join(', ')} by ${columns.map(dimensionLabel).join(JOIN)}\n`;
  const numbers = head.map((_, i) => labels.length + i);
  return what + textTable([...labels, ...head], body, numbers);
}
