import { isBlank } from '../../shared/call.ts';
import { outcomeColumn, outcomeKeyOf } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import type { StoredCall } from '../cache/reader.ts';
import { cellMaker, cellText } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import { valueIn, type ExportColumn } from './exportColumns.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import type { SheetCell } from './sheet.ts';
import { openTable } from './table.ts';

/** What the value is, as it stands in its cell. */
function typeOf(value: Json, { value: shown, style }: SheetCell): string {
  if (style === 'date' || style === 'time') return 'date';
  if (typeof shown === 'number') return 'number';
  if (typeof shown === 'boolean') return 'yes/no';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'object' : 'text';
}

interface OutcomesOptions {
  readonly columns: readonly ExportColumn[];
  readonly timeZone: string;
  readonly cuts: Cuts;
  readonly maxRows?: number;
}

/** Writes "Outcomes": a row for each outcome that holds a value, for people who join elsewhere. `columns` tell the keys and their kinds. */
export async function writeOutcomesSheets(
  workbook: OpenWorkbook,
  calls: AsyncIterable<readonly StoredCall[]>,
  { columns, timeZone, cuts, maxRows }: OutcomesOptions,
): Promise<void> {
  const columnOf = new Map(columns.filter(({ id }) => outcomeKeyOf(id) !== undefined).map((one) => [one.id, one]));
  const toCell = cellMaker(timeZone, cuts);
  const text = (value: string): SheetCell => ({ value: cellText(value, cuts), style: 'text' });
  const table = openTable(workbook, 'Outcomes', {
    columns: [
      { header: 'Call ID', width: 28 },
      { header: 'Key', width: 28 },
      { header: 'Value', width: 40 },
      { header: 'Type', width: 10 },
    ],
    cuts,
    cut: 'outcomeSheets',
    ...(maxRows === undefined ? {} : { maxRows }),
  });
  for await (const portion of calls) {
    for (const { call } of portion) {
      for (const [key, value] of Object.entries(call.outcomes ?? {})) {
        const column = columnOf.get(outcomeColumn(key));
        if (column === undefined || isBlank(value)) continue;
        const shown = valueIn(column, [value]);
        const cell = toCell(shown, column.kind);
        if (cell !== null)
          table.write([text(call.call_id), text(key), cell, { value: typeOf(shown, cell), style: 'text' }]);
      }
    }
    await table.drained();
  }
  table.close();
}
