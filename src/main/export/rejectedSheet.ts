import type { Batch, RejectedItem } from '../../shared/model.ts';
import { cellText, excelTime } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import type { SheetCell } from './sheet.ts';
import { openTable } from './table.ts';

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
  const text = (value: string): SheetCell => ({ value: cellText(value, cuts), style: 'text' });
  const table = openTable(workbook, 'Rejected', {
    columns: [
      { header: 'Batch', width: 24 },
      { header: 'Page', width: 8 },
      { header: 'Reason', width: 50 },
      { header: `Seen (${options.timeZone})`, width: 24 },
      { header: 'As received', width: 100 },
    ],
    cuts,
    cut: 'rejectedSheets',
  });
  for (const [i, item] of items.entries()) {
    table.write([
      text(idOf.get(item.batch) ?? item.batch),
      { value: item.page, style: 'number' },
      text(item.reason),
      { value: dayOf(item.seenAt), style: 'time' },
      text(options.maskPhones ? MASKED : item.received),
    ]);
    if (i % 1_000 === 999) await table.drained();
  }
  table.close();
}
