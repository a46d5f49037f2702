import type { StoredCall } from '../cache/reader.ts';
import { cellMaker, cellText } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import { uniqueHeaders, type ExportColumn } from './exportColumns.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { MAX_COLUMNS, type SheetCell } from './sheet.ts';
import { openTable } from './table.ts';

/** Headers beyond it are no longer read. */
const LONGEST_HEADER = 250;
const SUMMARY_WIDTH = 70;
const LEAST_WIDTH = 9;
const MOST_WIDTH = 40;

/** Of Excel's columns in characters, by what the first calls hold; room for the filter's arrow. */
function widthsOf(
  columns: readonly ExportColumn[],
  headers: readonly string[],
  first: readonly (readonly (SheetCell | null)[])[],
): number[] {
  return columns.map(({ id, kind }, i) => {
    if (id === 'summary') return SUMMARY_WIDTH;
    let longest = (headers[i] ?? '').length + 4;
    if (kind === 'time') longest = Math.max(longest, 20);
    for (const row of first) {
      const value = row[i]?.value;
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
  calls: AsyncIterable<readonly StoredCall[]>,
  { name, columns: all, timeZone, cuts, onRow, maxRows }: CallsOptions,
): Promise<WrittenCalls> {
  const columns = all.slice(0, MAX_COLUMNS);
  if (columns.length < all.length) cuts.add('columns', all.length - columns.length);
  const headers = headersOf(columns, timeZone, cuts);
  const toCell = cellMaker(timeZone, cuts);

  const linked = columns.flatMap(({ linkOf }, i) => (linkOf === undefined ? [] : [{ i, linkOf }]));
  const cellsOf = (stored: StoredCall) =>
    columns.map((column): SheetCell | null => {
      const value = column.valueOf(stored);
      const cell = value === null ? null : toCell(value, column.kind);
      return cell !== null && column.style !== undefined ? { value: cell.value, style: column.style } : cell;
    });
  const asLinks = (cells: readonly (SheetCell | null)[], links: readonly (string | null)[]) =>
    cells.map((cell, i): SheetCell | null => {
      const l = linked.findIndex((column) => column.i === i);
      return l >= 0 && links[l] != null && cell !== null ? { ...cell, style: 'link' } : cell;
    });
  const open = (first: readonly (readonly (SheetCell | null)[])[]) => {
    const widths = widthsOf(columns, headers, first);
    return openTable(workbook, name, {
      columns: headers.map((header, i) => ({ header, width: widths[i] ?? LEAST_WIDTH })),
      cuts,
      cut: 'sheets',
      ...(maxRows === undefined ? {} : { maxRows }),
    });
  };

  let table: ReturnType<typeof openTable> | undefined;
  let rows = 0;
  for await (const portion of calls) {
    const lines = portion.map(cellsOf);
    table ??= open(lines);
    for (const [r, cells] of lines.entries()) {
      const links = linked.map(({ linkOf }) => linkOf(portion[r] as StoredCall));
      const shown = links.every((url) => url === null) ? cells : asLinks(cells, links);
      table.write(shown);
      links.forEach((url, l) => url !== null && table?.link(linked[l]?.i ?? 0, url));
      onRow?.(cells);
      rows++;
    }
    await table.drained();
  }
  table ??= open([]);
  table.close();
  return { rows, sheets: table.sheets, headers };
}
