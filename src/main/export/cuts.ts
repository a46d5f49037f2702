import { formatCount } from '../../shared/format.ts';

/** What a workbook cannot hold as it came; each is counted and told on the About sheet and at the end of the export. */
const sentences = {
  shortened: [
    'text is longer than the 32,767 characters of a cell and is cut',
    'texts are longer than the 32,767 characters of a cell and are cut',
  ],
  lineFeeds: [
    'text has more than the 253 line breaks of a cell; those beyond are spaces',
    'texts have more than the 253 line breaks of a cell; those beyond are spaces',
  ],
  links: ['recording is no link: a sheet holds 65,530', 'recordings are no links: a sheet holds 65,530'],
  cleaned: [
    'text held control characters that a workbook cannot hold; they are left out',
    'texts held control characters that a workbook cannot hold; they are left out',
  ],
  nuls: [
    'text held NUL characters, at which spreadsheets stop reading; they are left out',
    'texts held NUL characters, at which spreadsheets stop reading; they are left out',
  ],
  notUnicode: ['text held half a character; it is written as �', 'texts held half a character; it is written as �'],
  longNumbers: [
    'number has more than 15 digits and is written as text, so that none is lost',
    'numbers have more than 15 digits and are written as text, so that none is lost',
  ],
  earlyTimes: [
    'date before March 1900 or after 9999 is written as text, since Excel knows none',
    'dates before March 1900 or after 9999 are written as text, since Excel knows none',
  ],
  columns: ['column is left out: a sheet holds 16,384', 'columns are left out: a sheet holds 16,384'],
  pivotColumns: [
    'column of the pivot is left out: a sheet holds 16,384',
    'columns of the pivot are left out: a sheet holds 16,384',
  ],
  pivotRows: [
    'row of the pivot is left out: a sheet holds 1,048,576',
    'rows of the pivot are left out: a sheet holds 1,048,576',
  ],
  livePivotSheets: [
    'PivotTable is left out: it counts one sheet, and the calls fill several',
    'PivotTables are left out: they count one sheet, and the calls fill several',
  ],
  livePivotTexts: [
    'number stands as text on the sheet, so that sums and averages of the PivotTable leave it out',
    'numbers stand as texts on the sheet, so that sums and averages of the PivotTable leave them out',
  ],
  livePivotTooLarge: [
    'PivotTable is left out: it is larger than a sheet',
    'PivotTables are left out: they are larger than a sheet',
  ],
  livePivotMeasures: [
    'value of the pivot is missing in the PivotTable: Excel’s own have no median',
    'values of the pivot are missing in the PivotTable: Excel’s own have no median',
  ],
  sheets: [
    'more sheet carries the calls on: a sheet holds 1,048,576 rows',
    'more sheets carry the calls on: a sheet holds 1,048,576 rows',
  ],
  outcomeSheets: [
    'more sheet carries the outcomes on: a sheet holds 1,048,576 rows',
    'more sheets carry the outcomes on: a sheet holds 1,048,576 rows',
  ],
  historySheets: [
    'more sheet carries the history on: a sheet holds 1,048,576 rows',
    'more sheets carry the history on: a sheet holds 1,048,576 rows',
  ],
  sheetNames: [
    'value is cut to the 31 characters of a sheet’s name',
    'values are cut to the 31 characters of a sheet’s name',
  ],
  rejectedSheets: [
    'more sheet carries the rejected items on: a sheet holds 1,048,576 rows',
    'more sheets carry the rejected items on: a sheet holds 1,048,576 rows',
  ],
} as const;

export type Cut = keyof typeof sentences;

export class Cuts {
  readonly #counts = new Map<Cut, number>();

  /** All that was counted. */
  total = 0;

  add(cut: Cut, count = 1): void {
    this.total += count;
    this.#counts.set(cut, (this.#counts.get(cut) ?? 0) + count);
  }

  /** "2 texts are longer than …", one sentence for each kind that happened. */
  inWords(): string[] {
    return [...this.#counts].map(([cut, count]) => `${formatCount(count)} ${sentences[cut][count === 1 ? 0 : 1]}.`);
  }
}
