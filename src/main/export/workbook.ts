import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { writeAboutSheet } from './aboutSheet.ts';
import { writeCallsSheets } from './callsSheet.ts';
import { Cuts } from './cuts.ts';
import { exportColumns } from './exportColumns.ts';
import { openWorkbook } from './openWorkbook.ts';
import { writePivotSheet } from './pivotSheet.ts';
import { countRows } from './portions.ts';
import { writeRejectedSheet } from './rejectedSheet.ts';
import { timeZoneOf, type ExportRequest, type ExportResult } from './request.ts';

/** Writes Calls, Pivot, Rejected and About to `request.part`. Throws CANCELLED, or the error of the file system. */
export async function writeWorkbook(reader: Reader, request: ExportRequest, task: Task): Promise<ExportResult> {
  const { selection, maskPhones } = request;
  const timeZone = timeZoneOf(request);
  const counter = countRows(reader, reader.count(selection), task);
  const rowIds = reader.order(selection, request.sort);
  const columns = exportColumns(reader, { ...request, batches: selection.batches });
  const batches = reader
    .listBatches()
    .filter(({ key }) => selection.batches.length === 0 || selection.batches.includes(key));
  const isMeant = new Set(batches.map(({ key }) => key));
  const rejected = reader.listRejected().filter(({ batch }) => isMeant.has(batch));
  const cuts = new Cuts();
  const workbook = openWorkbook(request.part, new Date(request.requestedAt));
  try {
    const { rows } = await writeCallsSheets(workbook, counter.portions(rowIds), {
      name: 'Calls',
      columns,
      timeZone,
      cuts,
    });
    if (request.pivot !== null) {
      await writePivotSheet(workbook, reader.pivot(selection, request.pivot), selection.timeZone, cuts);
      task.throwIfCancelled();
    }
    if (rejected.length > 0) await writeRejectedSheet(workbook, rejected, batches, { timeZone, maskPhones }, cuts);
    const all = reader.countAll(selection);
    const facts = { request, rows, all, rejected: rejected.length, batches, accounts: reader.listAccounts() };
    writeAboutSheet(workbook, facts, cuts);
    await workbook.finish();
    return { rows, sheets: workbook.sheetNames, cuts: cuts.inWords() };
  } catch (thrown) {
    workbook.abandon();
    throw thrown;
  }
}
