import type { Batch, RejectedItem } from '../../shared/model.ts';
import { cellText, excelTime, setCell } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';

const headers = ['Batch', 'Page', 'Reason', 'Seen', 'As received'];
const MASKED = '(left out, since phone numbers are masked)';

/** Writes the items that could not be read to "Rejected", as they came; with masked phones without their text, which may hold numbers. */
export async function writeRejectedSheet(
  workbook: OpenWorkbook,
  items: readonly RejectedItem[],
  batches: readonly Batch[],
  options: { readonly timeZone: string; readonly maskPhones: boolean },
  cuts: Cuts,
): Promise<void> {
  const idOf = new Map(batches.map((batch) => [batch.key, batch.batch_id]));
  const dayOf = excelTime(options.timeZone);
  const sheet = workbook.addSheet('Rejected', { frozenRows: 1 });
  sheet.columns = [24, 8, 50, 20, 100].map((width) => ({ width }));
  const first = sheet.getRow(1);
  headers.forEach((header, i) =>
    setCell(first.getCell(i + 1), header === 'Seen' ? `Seen (${options.timeZone})` : header, 'header'),
  );
  first.commit();
  for (const [i, item] of items.entries()) {
    const row = sheet.getRow(i + 2);
    setCell(row.getCell(1), cellText(idOf.get(item.batch) ?? item.batch, cuts), 'text');
    setCell(row.getCell(2), item.page, 'number');
    setCell(row.getCell(3), cellText(item.reason, cuts), 'text');
    setCell(row.getCell(4), dayOf(item.seenAt), 'time');
    setCell(row.getCell(5), options.maskPhones ? MASKED : cellText(item.received, cuts), 'text');
    row.commit();
    if (i % 1_000 === 999) await workbook.drained(sheet);
  }
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: items.length + 1, column: headers.length } };
  sheet.commit();
}
