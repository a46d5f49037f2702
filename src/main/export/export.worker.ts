import { workerData } from 'node:worker_threads';
import { openReader, type Reader } from '../cache/reader.ts';
import { serve, type Task } from '../threads.ts';
import type { ExportRequest, ExportResult } from './request.ts';
import { targetError } from './targetError.ts';

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
  // Loaded when asked for: exceljs alone takes longer to load than a person should wait for the first sign of progress.
  async exportWorkbook(request: ExportRequest, task: Task) {
    const { writeWorkbook } = await import('./workbook.ts');
    return run(writeWorkbook, request, task);
  },
  async exportCsv(request: ExportRequest, task: Task) {
    const { writeCsv } = await import('./csv.ts');
    return run(writeCsv, request, task);
  },
};
export type ExportHandlers = typeof handlers;

serve(() => handlers);
