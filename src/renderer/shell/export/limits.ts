import type { ExportChoices } from '../../../shared/exportOptions.ts';
import { formatCount } from '../../../shared/format.ts';

const ROWS = 1_048_575;
const COLUMNS = 16_384;

interface Extent {
  readonly calls: number;
  /** Of the Calls sheet. */
  readonly columns: number;
  /** Values of all outcome keys together, of all calls in these batches. */
  readonly outcomes: number;
  readonly hasPivot: boolean;
}

/** What Excel's limits will cut or change, told before the export. */
export function limitsInWords(
  { format, split, livePivot, outcomes: hasOutcomes }: ExportChoices,
  { calls, columns, outcomes, hasPivot }: Extent,
): string[] {
  if (format !== 'xlsx') return [];
  const sheets = Math.ceil(calls / ROWS);
  const isOne = split === null;
  return [
    ...(sheets > 1 && isOne
      ? [
          `A sheet holds ${formatCount(ROWS)} calls, so they go on on “Calls 2”${sheets > 2 ? ` to “Calls ${sheets}”` : ''}.`,
        ]
      : []),
    ...(sheets > 1 && isOne && hasPivot && livePivot
      ? ['The PivotTable is left out: it counts one sheet, and the calls fill several.']
      : []),
    ...(columns > COLUMNS
      ? [
          `A sheet holds ${formatCount(COLUMNS)} columns; ${formatCount(columns - COLUMNS)} ${columns - COLUMNS === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...(hasOutcomes && outcomes > ROWS
      ? [`There may be ${formatCount(outcomes)} outcomes: they go on on “Outcomes 2” and so on, and take long.`]
      : []),
    ...(calls > 300_000 ? ['Excel opens a workbook of this size slowly. CSV or Parquet may serve better.'] : []),
  ];
}
