import { workerData } from 'node:worker_threads';
import { openReader, type Reader } from '../cache/reader.ts';
import { serve, type Task } from '../threads.ts';
import { writeCsv } from './csv.ts';
import type { ExportRequest, ExportResult } from './request.ts';
import { targetError } from './targetError.ts';
import { writeWorkbook } from './workbook.ts';

/** The thread of one export: its own connection to the cache, so that searching goes on meanwhile. */

export interface ExportWorkerData {
  readonly cacheFile: string;
}

type Write = (reader: Reader, request: ExportRequest, task: Task) => Promise<ExportResult>;

async function run(write: Write, request: ExportRequest, task: Task): Promise<ExportResult> {
  const reader = openReader((workerData as ExportWorkerData).cacheFile);
  try {
    return await write(reader, request, task);
  } catch (thrown) {
    throw targetError(thrown, request.part.replace(/\.[^.]*\.part$/, ''));
  } finally {
    reader.close();
  }
}

const handlers = {
  exportWorkbook: (request: ExportRequest, task: Task) => run(writeWorkbook, request, task),
  exportCsv: (request: ExportRequest, task: Task) => run(writeCsv, request, task),
};
export type ExportHandlers = typeof handlers;

serve(() => handlers);
