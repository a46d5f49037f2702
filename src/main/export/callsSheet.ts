import type { Column, Worksheet } from 'exceljs';
import type { Selection } from '../../shared/selection.ts';
import type { StoredCall } from '../cache/reader.ts';
import { cellFiller, cellText, MAX_COLUMNS, MAX_ROWS, setCell, styles } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import { uniqueHeaders, type ExportColumn } from './exportColumns.ts';
import type { OpenWorkbook } from './openWorkbook.ts';

const widths: Readonly<Record<string, number>> = {
  name: 24,
  phone_number: 18,
  summary: 70,
  disconnect_reason: 20,
  'recording.file_key': 34,
  call_id: 24,
  agent: 22,
  version: 18,
  batch: 22,
};

function widthOf({ id, kind }: ExportColumn, header: string): number {
  const usual = widths[id] ?? (kind === 'time' ? 20 : kind === 'duration' ? 11 : 14);
  // Room for the filter's arrow.
  return Math.min(Math.max(usual, header.length + 4), id === 'summary' ? 70 : 40);
}

function headersOf(columns: readonly ExportColumn[], timeZone: string, cuts: Cuts): string[] {
  const labels = columns.map(({ label, kind }) => (kind === 'time' ? `${label} (${timeZone})` : label));
  return uniqueHeaders(labels.map((label) => label.slice(0, 1_000))).map((header) => {
    const text = cellText(header, cuts);
    return typeof text === 'string' ? text : header.trim();
  });
}

/** Writes the calls to "Calls", and on to "Calls 2" … where a sheet is full. Returns how many. */
export async function writeCallsSheets(
  workbook: OpenWorkbook,
  calls: AsyncIterable<readonly StoredCall[]>,
  allColumns: readonly ExportColumn[],
  selection: Selection,
  cuts: Cuts,
  maxRows = MAX_ROWS,
): Promise<number> {
  const columns = allColumns.slice(0, MAX_COLUMNS);
  if (columns.length < allColumns.length) cuts.add('columns', allColumns.length - columns.length);
  const headers = headersOf(columns, selection.timeZone, cuts);
  const fill = cellFiller(selection.timeZone, cuts);
  let sheets = 0;
  let rows = 0;

  const openSheet = (): Worksheet => {
    sheets++;
    const opened = workbook.addSheet(sheets === 1 ? 'Calls' : `Calls ${sheets}`, { frozenRows: 1 });
    opened.columns = columns.map((column, i): Partial<Column> => ({ width: widthOf(column, headers[i] ?? '') }));
    const row = opened.getRow(1);
    headers.forEach((header, i) => setCell(row.getCell(i + 1), header, 'header'));
    row.commit();
    rows = 1;
    return opened;
  };
  const closeSheet = () => {
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows, column: columns.length } };
    sheet.commit();
  };

  let sheet = openSheet();
  let total = 0;
  for await (const portion of calls) {
    for (const stored of portion) {
      if (rows === maxRows) {
        closeSheet();
        sheet = openSheet();
        cuts.add('sheets');
      }
      const row = sheet.getRow(++rows);
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i] as ExportColumn;
        const value = column.valueOf(stored);
        if (value === null) continue;
        const cell = row.getCell(i + 1);
        fill(cell, value, column.kind);
        if (column.id === 'summary') cell.style = styles.wrapped;
      }
      row.commit();
      total++;
    }
    await workbook.drained(sheet);
  }
  closeSheet();
  return total;
}
