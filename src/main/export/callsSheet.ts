import { setImmediate } from 'node:timers/promises';
import type { Json } from '../../shared/json.ts';
import { Snippets } from './bytes.ts';
import { cellMaker, cellText, isMeasurable, type ToCell } from './cellValue.ts';
import { Cuts } from './cuts.ts';
import { uniqueHeaders, type ExportColumn } from './exportColumns.ts';
import type { Counter } from './livePivot.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { STEP, type Portion, type RowCounter } from './portions.ts';
import { heightOfLines, linesOf } from './rowHeight.ts';
import { MAX_COLUMNS, type SheetCell } from './sheet.ts';
import type { StyleName } from './styles.ts';
import { openTable, type Table } from './table.ts';

/** Headers beyond it are no longer read. */
const LONGEST_HEADER = 250;
const SUMMARY_WIDTH = 70;
const LEAST_WIDTH = 9;
const MOST_WIDTH = 40;
/** Calls whose texts tell how wide a column is. */
const LOOKED_AT = 1_000;

/** Of Excel's columns in characters, by what the first calls hold; room for the filter's arrow. */
function widthsOf(
  columns: readonly ExportColumn[],
  headers: readonly string[],
  timeZone: string,
  first: Portion | undefined,
): number[] {
  const cuts = new Cuts();
  const toCell = cellMaker(timeZone, cuts);
  return columns.map((column, i) => {
    const { id, kind } = column;
    if (id === 'summary') return SUMMARY_WIDTH;
    const lengthOf = (value: Exclude<Json, null>) => {
      const cell = toCell(value, kind);
      return typeof cell?.value === 'string' ? cell.value.length + 2 : null;
    };
    let longest = (headers[i] ?? '').length + 4;
    if (kind === 'time') longest = Math.max(longest, 20);
    for (const length of first?.column(column, lengthOf, cuts) ?? []) longest = Math.max(longest, length ?? 0);
    return Math.min(Math.max(longest, LEAST_WIDTH), MOST_WIDTH);
  });
}

export function headersOf(columns: readonly ExportColumn[], timeZone: string, cuts: Cuts): string[] {
  const labels = columns.map(({ label, kind }) => (kind === 'time' ? `${label} (${timeZone})` : label));
  // A PivotTable cannot count columns without a name.
  const named = (text: string) => (text.trim() === '' ? '(no name)' : text);
  return uniqueHeaders(labels.map((label) => named(cellText(label.slice(0, LONGEST_HEADER), cuts))));
}

interface CallsOptions {
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  readonly timeZone: string;
  readonly cuts: Cuts;
  /** Counts the rows for a PivotTable. */
  readonly pivot?: Counter;
  readonly maxRows?: number;
}

export interface WrittenCalls {
  readonly rows: number;
  readonly sheets: number;
  readonly headers: readonly string[];
}

/** Cells of one column, by row: numbers of snippets. */
type Numbers = readonly (number | null)[];

/** Writes the calls to the sheet, and on to "… 2" where it is full. */
export async function writeCallsSheets(
  workbook: OpenWorkbook,
  counter: RowCounter,
  rowIds: Float64Array,
  { name, columns: all, timeZone, cuts, pivot, maxRows }: CallsOptions,
): Promise<WrittenCalls> {
  const { cellWriters } = workbook;
  const columns = all.slice(0, MAX_COLUMNS);
  if (columns.length < all.length) cuts.add('columns', all.length - columns.length);
  const headers = headersOf(columns, timeZone, cuts);
  const [first] = counter.portions(rowIds.subarray(0, LOOKED_AT));
  const widths = widthsOf(columns, headers, timeZone, first);
  const table = openTable(workbook, name, {
    columns: headers.map((header, i) => ({ header, width: widths[i] ?? LEAST_WIDTH })),
    cuts,
    cut: 'sheets',
    ...(maxRows === undefined ? {} : { maxRows }),
  });

  // Each value's cell is made once, and copied to the rows that hold it.
  const made = new Snippets();
  /** By the number of a cell: lines of its wrapped text. */
  const lines = new Map<number, number>();
  const maker =
    (counted: Cuts, toCell = cellMaker(timeZone, counted)) =>
    (portion: Portion, column: ExportColumn, i: number, style = column.style): Numbers => {
      const { kind } = column;
      const width = widths[i] ?? LEAST_WIDTH;
      const texts = cellWriters(style ?? 'text');
      const end = (text: string | number) => {
        const number = made.end();
        if (style === 'wrapped') lines.set(number, linesOf(text, width));
        return number;
      };
      const make = (value: Exclude<Json, null>) => {
        const cell = toCell(value, kind);
        if (cell === null) return null;
        cellWriters(style ?? cell.style).write(cell.value, made);
        // What is no text takes one line.
        return end(typeof cell.value === 'string' ? cell.value : 1);
      };
      const makeOfBytes = (bytes: Buffer, from: number, to: number) =>
        texts.copyIfPlain(bytes, from, to, made) ? end(to - from) : undefined;
      // Numbers and dates stand in texts, too.
      const isTyped = kind === 'number' || kind === 'date';
      return portion.column(column, make, counted, isTyped ? undefined : makeOfBytes);
    };
  const cellsOf = maker(cuts);
  // What is cut of them is counted once.
  const linksOf = maker(new Cuts());
  const toPivotCell = cellMaker(timeZone, new Cuts());

  for (const portion of counter.portions(rowIds)) {
    made.clear();
    lines.clear();
    const cells: Numbers[] = [];
    for (const [i, column] of columns.entries()) {
      cells.push(cellsOf(portion, column, i));
      // Compressing goes on meanwhile.
      await setImmediate();
    }
    const links = columns.flatMap((column, i) => {
      if (column.link === undefined) return [];
      return [{ i, cells: linksOf(portion, column, i, 'link'), urls: portion.column(column.link, String, cuts) }];
    });
    if (pivot !== undefined) countRows(pivot, portion, columns, toPivotCell);
    const rows = { table, made, lines, cells, wrapped: cells.filter((_, i) => columns[i]?.style === 'wrapped'), links };
    for (let at = 0; at < portion.length; at += STEP) {
      const end = Math.min(at + STEP, portion.length);
      writeRows(rows, at, end);
      await table.drained();
      await counter.wrote(end - at);
    }
  }
  table.close();
  return { rows: rowIds.length, sheets: table.sheets, headers };
}

interface MadeRows {
  readonly table: Table;
  readonly made: Snippets;
  readonly lines: ReadonlyMap<number, number>;
  readonly cells: readonly Numbers[];
  /** Those of them whose texts make rows higher. */
  readonly wrapped: readonly Numbers[];
  /** Cells of column `i` in rows that have an address. */
  readonly links: readonly { readonly i: number; readonly cells: Numbers; readonly urls: readonly (string | null)[] }[];
}

function writeRows({ table, made, lines, cells, wrapped, links }: MadeRows, from: number, to: number): void {
  const row: number[] = cells.map(() => 0);
  for (let at = from; at < to; at++) {
    for (let i = 0; i < cells.length; i++) row[i] = cells[i]?.[at] ?? 0;
    for (const { i, cells: asLinks, urls } of links) if (urls[at] != null) row[i] = asLinks[at] ?? 0;
    let most = 1;
    for (const some of wrapped) most = Math.max(most, lines.get(some[at] ?? 0) ?? 1);
    table.copy(made, row, heightOfLines(most));
    for (const { i, urls } of links) if (urls[at] != null && row[i] !== 0) table.link(i, urls[at] ?? '');
  }
}

/** `toCell`: what it cuts is counted where the cells are written. */
function countRows(pivot: Counter, portion: Portion, columns: readonly ExportColumn[], toCell: ToCell): void {
  const cuts = new Cuts();
  const fields = pivot.fields.flatMap((field) => {
    const column = columns[field];
    if (column === undefined) return [];
    const cellOf = (value: Exclude<Json, null>) => {
      const cell = toCell(value, column.kind);
      if (pivot.measured.has(field) && typeof cell?.value === 'string' && isMeasurable(value, column.kind))
        cuts.add('livePivotTexts');
      return restyled(cell, column.style);
    };
    return [{ field, cells: portion.column(column, cellOf, cuts) }];
  });
  pivot.leftOut += cuts.total;
  const row: (SheetCell | null)[] = [];
  for (let at = 0; at < portion.length; at++) {
    for (const { field, cells } of fields) row[field] = cells[at] ?? null;
    pivot.add(row);
  }
}

function restyled(cell: SheetCell | null, style: StyleName | undefined): SheetCell | null {
  return cell === null || style === undefined ? cell : { value: cell.value, style };
}
