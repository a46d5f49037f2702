import { columnLabel, isColumnId } from '../../shared/columns.ts';
import { parseJson } from '../../shared/json.ts';
import { maskChange } from '../../shared/masking.ts';
import type { Reader, StoredCall } from '../cache/reader.ts';
import { cellMaker, cellText, excelTime } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import type { SheetCell } from './sheet.ts';
import { openTable } from './table.ts';

interface HistoryOptions {
  readonly timeZone: string;
  readonly maskPhones: boolean;
  readonly cuts: Cuts;
}

/** Excel keeps "History" for itself. */
const NAME = 'Call history';

/** Writes "Call history": what changed in the calls between two syncs, the newest first within a call. */
export async function writeHistorySheets(
  workbook: OpenWorkbook,
  reader: Reader,
  calls: AsyncIterable<readonly StoredCall[]>,
  { timeZone, maskPhones, cuts }: HistoryOptions,
): Promise<void> {
  const toCell = cellMaker(timeZone, cuts);
  const dayOf = excelTime(timeZone);
  const text = (value: string): SheetCell => ({ value: cellText(value, cuts), style: 'text' });
  const valueOf = (json: string | null) => (json === null ? null : toCell(parseJson(json), 'text'));
  const table = openTable(workbook, NAME, {
    columns: [
      { header: 'Call ID', width: 28 },
      { header: 'Field', width: 28 },
      { header: 'Before', width: 40 },
      { header: 'After', width: 40 },
      { header: `Seen (${timeZone})`, width: 24 },
    ],
    cuts,
    cut: 'historySheets',
  });
  for await (const portion of calls) {
    for (const { rowId, call } of portion) {
      for (const change of reader.listChanges(rowId)) {
        const { field, oldValue, newValue, seenAt } = maskPhones ? maskChange(change) : change;
        table.write([
          text(call.call_id),
          text(isColumnId(field) ? columnLabel(field) : field),
          valueOf(oldValue),
          valueOf(newValue),
          { value: dayOf(seenAt), style: 'time' },
        ]);
      }
    }
    await table.drained();
  }
  table.close();
}
