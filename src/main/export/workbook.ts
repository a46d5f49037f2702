import { binnedColumn } from './binnedColumn.ts';
import { maskFor } from '../../shared/masking.ts';
import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { writeAboutSheet } from './aboutSheet.ts';
import { writeCallsSheets, type WrittenCalls } from './callsSheet.ts';
import { Cuts } from './cuts.ts';
import { columnMaker, exportColumns } from './exportColumns.ts';
import { writeHistorySheets } from './historySheet.ts';
import { countLivePivot, planLivePivot } from './livePivot.ts';
import { writeLivePivot } from './livePivotSheet.ts';
import { LONGEST_SHEET_NAME } from './names.ts';
import { openWorkbook } from './openWorkbook.ts';
import { writeOutcomesSheets } from './outcomesSheet.ts';
import { writePivotSheet } from './pivotSheet.ts';
import { countRows } from './portions.ts';
import { writeRejectedSheet } from './rejectedSheet.ts';
import { rowsOf, timeZoneOf, type ExportRequest, type ExportResult } from './request.ts';
import { partsOf } from './split.ts';

/** Writes the workbook that is asked for to `request.part`. Throws CANCELLED, or the error of the file system. */
export async function writeWorkbook(reader: Reader, request: ExportRequest, task: Task): Promise<ExportResult> {
  const { selection, maskPhones, pivot } = request;
  const timeZone = timeZoneOf(request);
  const passes = 1 + Number(request.outcomes) + Number(request.history);
  const rowIds = rowsOf(reader, request);
  const counter = countRows(reader, rowIds.length * passes, task);
  const isSplit = request.split?.into === 'sheets';
  const columns = exportColumns(reader, { ...request, batches: selection.batches });
  const columnOf = columnMaker(reader, request);
  const live =
    pivot === null || !request.livePivot || isSplit
      ? undefined
      : planLivePivot({
          spec: pivot,
          columns,
          columnOf,
          unmasked: columnMaker(reader, { ...request, maskPhones: false }),
          mask: maskFor(maskPhones),
          binned: (of) => binnedColumn(of, columnOf(of.column), selection.timeZone),
        });
  const counted = live && countLivePivot(live);

  const batches = reader
    .listBatches()
    .filter(({ key }) => selection.batches.length === 0 || selection.batches.includes(key));
  const isMeant = new Set(batches.map(({ key }) => key));
  const rejected = reader.listRejected().filter(({ batch }) => isMeant.has(batch));
  const cuts = new Cuts();
  const workbook = openWorkbook(request.part, new Date(request.requestedAt));
  try {
    const writeCalls = (name: string, ids: Float64Array) =>
      writeCallsSheets(workbook, counter, ids, {
        name,
        columns: [...columns, ...(live?.extra ?? [])],
        timeZone,
        cuts,
        ...(counted === undefined ? {} : { pivot: counted }),
      });
    const written: WrittenCalls[] = [];
    if (request.split?.into === 'sheets') {
      for (const part of partsOf(reader, request, request.split.by)) {
        if (part.label.length > LONGEST_SHEET_NAME) cuts.add('sheetNames');
        written.push(await writeCalls(part.label, reader.order(part.selection, request.sort)));
      }
    } else written.push(await writeCalls('Calls', rowIds));
    const rows = written.reduce((sum, part) => sum + part.rows, 0);
    const [calls] = written;

    if (pivot !== null) {
      const options = { timeZone: selection.timeZone, mask: maskFor(maskPhones), cuts };
      await writePivotSheet(workbook, reader.pivot(selection, pivot), options);
      task.throwIfCancelled();
    }
    if (live !== undefined && counted !== undefined && calls !== undefined) {
      if (calls.sheets > 1) cuts.add('livePivotSheets');
      else {
        if (live.missing.length > 0) cuts.add('livePivotMeasures', live.missing.length);
        if (counted.leftOut > 0) cuts.add('livePivotTexts', counted.leftOut);
        await writeLivePivot(workbook, live, counted, { sheetName: 'Calls', headers: calls.headers, rows }, cuts);
      }
      task.throwIfCancelled();
    }
    if (request.outcomes) {
      const all = exportColumns(reader, { ...request, columns: null, batches: selection.batches });
      await writeOutcomesSheets(workbook, counter.calls(rowIds), { columns: all, timeZone, cuts });
    }
    if (request.history)
      await writeHistorySheets(workbook, reader, counter.calls(rowIds), { timeZone, maskPhones, cuts });
    if (rejected.length > 0) await writeRejectedSheet(workbook, rejected, batches, { timeZone, maskPhones }, cuts);
    const all = reader.countAll(selection);
    const facts = { request, rows, all, rejected: rejected.length, batches, accounts: reader.listAccounts() };
    writeAboutSheet(workbook, facts, cuts);
    await workbook.finish();
    return { rows, files: 1, sheets: workbook.sheetNames, cuts: cuts.inWords() };
  } catch (thrown) {
    workbook.abandon();
    throw thrown;
  }
}
