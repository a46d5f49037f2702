import { setImmediate } from 'node:timers/promises';
import type { Json } from '../../shared/json.ts';
import { cellMaker, cellText } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import { uniqueHeaders, type ExportColumn } from './exportColumns.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { STEP, type RowCounter } from './portions.ts';
import { MAX_COLUMNS, type SheetCell } from './sheet.ts';
import type { StyleName } from './styles.ts';
import { openTable } from './table.ts';

/** Headers beyond it are no longer read. */
const LONGEST_HEADER = 250;
const SUMMARY_WIDTH = 70;
const LEAST_WIDTH = 9;
const MOST_WIDTH = 40;
/** Calls whose cells are in memory at a time, where their order goes from batch to batch. */
const PORTION = 5_000;
/** Calls whose texts tell how wide a column is. */
const LOOKED_AT = 1_000;

/** Of one column, by row. */
type Cells = readonly (SheetCell | null)[];

/** Of Excel's columns in characters, by what the first calls hold; room for the filter's arrow. */
function widthsOf(columns: readonly ExportColumn[], headers: readonly string[], cells: readonly Cells[]): number[] {
  return columns.map(({ id, kind }, i) => {
    if (id === 'summary') return SUMMARY_WIDTH;
    let longest = (headers[i] ?? '').length + 4;
    if (kind === 'time') longest = Math.max(longest, 20);
    for (const cell of cells[i]?.slice(0, LOOKED_AT) ?? []) {
      const value = cell?.value;
      if (typeof value === 'string') longest = Math.max(longest, value.length + 2);
    }
    return Math.min(Math.max(longest, LEAST_WIDTH), MOST_WIDTH);
  });
}

export function headersOf(columns: readonly ExportColumn[], timeZone: string, cuts: Cuts): string[] {
  const labels = columns.map(({ label, kind }) => (kind === 'time' ? `${label} (${timeZone})` : label));
  return uniqueHeaders(labels.map((label) => cellText(label.slice(0, LONGEST_HEADER), cuts)));
}

interface CallsOptions {
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  readonly timeZone: string;
  readonly cuts: Cuts;
  /** Sees the cells of each row. */
  readonly onRow?: (cells: readonly (SheetCell | null)[]) => void;
  readonly maxRows?: number;
}

export interface WrittenCalls {
  readonly rows: number;
  readonly sheets: number;
  readonly headers: readonly string[];
}

/** Writes the calls to the sheet, and on to "… 2" where it is full. */
export async function writeCallsSheets(
  workbook: OpenWorkbook,
  counter: RowCounter,
  rowIds: Float64Array,
  { name, columns: all, timeZone, cuts, onRow, maxRows }: CallsOptions,
): Promise<WrittenCalls> {
  const columns = all.slice(0, MAX_COLUMNS);
  if (columns.length < all.length) cuts.add('columns', all.length - columns.length);
  const headers = headersOf(columns, timeZone, cuts);
  const toCell = cellMaker(timeZone, cuts);
  const links = columns.flatMap(({ link }, i) => (link === undefined ? [] : [{ i, link }]));

  const open = (cells: readonly Cells[]) => {
    const widths = widthsOf(columns, headers, cells);
    return openTable(workbook, name, {
      columns: headers.map((header, i) => ({ header, width: widths[i] ?? LEAST_WIDTH })),
      cuts,
      cut: 'sheets',
      ...(maxRows === undefined ? {} : { maxRows }),
    });
  };

  let table: ReturnType<typeof openTable> | undefined;
  for (const portion of counter.portions(rowIds, PORTION)) {
    const cells: Cells[] = [];
    for (const column of columns) {
      const { kind, style } = column;
      const make = (value: Exclude<Json, null>) => toCell(value, kind);
      cells.push(portion.column(column, style === undefined ? make : (value) => restyled(make(value), style), cuts));
      // Compressing goes on meanwhile.
      await setImmediate();
    }
    const urls = links.map(({ i, link }) => ({ i, urls: portion.column(link, String, cuts) }));
    table ??= open(cells);
    const line: (SheetCell | null)[] = [];
    for (let row = 0; row < portion.length; row++) {
      for (let i = 0; i < cells.length; i++) line[i] = cells[i]?.[row] ?? null;
      onRow?.(line);
      const linked = urls.filter(({ i, urls: some }) => some[row] != null && line[i] !== null);
      for (const { i } of linked) line[i] = restyled(line[i] ?? null, 'link');
      table.write(line);
      for (const { i, urls: some } of linked) table.link(i, some[row] ?? '');
      const isLast = row === portion.length - 1;
      if (!isLast && row % STEP !== STEP - 1) continue;
      await table.drained();
      await counter.wrote((row % STEP) + 1);
    }
  }
  table ??= open([]);
  table.close();
  return { rows: rowIds.length, sheets: table.sheets, headers };
}

function restyled(cell: SheetCell | null, style: StyleName): SheetCell | null {
  return cell === null ? null : { value: cell.value, style };
}
