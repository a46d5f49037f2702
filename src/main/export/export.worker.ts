import { workerData } from 'node:worker_threads';
import type { ExportFormat } from '../../shared/exportOptions.ts';
import type { View } from '../../shared/view.ts';
import { openReader } from '../cache/reader.ts';
import { serve, type Task } from '../threads.ts';
import { writeFiles, type WriteFile } from './files.ts';
import type { RowProgress } from './portions.ts';
import type { ExportRequest, ExportResult } from './request.ts';
import { targetError } from './targetError.ts';

/** The thread of one export: its own connection to the cache, so that searching goes on meanwhile. */

export interface ExportWorkerData {
  readonly cacheFile: string;
}

/** Loaded when asked for: exceljs alone takes longer to load than a person should wait for the first sign of progress. */
async function writerOf(format: ExportFormat): Promise<WriteFile> {
  switch (format) {
    case 'xlsx':
      return (await import('./workbook.ts')).writeWorkbook;
    case 'csv':
      return (await import('./csv.ts')).writeCsv;
    case 'parquet':
      return (await import('./parquet.ts')).writeParquet;
  }
}

const handlers = {
  async readView(file: string): Promise<View> {
    return (await import('./readView.ts')).readView(file);
  },
  async export(request: ExportRequest, task: Task): Promise<ExportResult> {
    const reader = openReader((workerData as ExportWorkerData).cacheFile);
    try {
      // A sync may write meanwhile: all sheets are of one moment.
      reader.hold();
      task.progress({ rowsWritten: 0, rowsTotal: reader.count(request.selection) } satisfies RowProgress);
      const write = await writerOf(request.format);
      const { split } = request;
      return split?.into === 'files'
        ? await writeFiles(reader, request, split.by, write, task)
        : await write(reader, request, task);
    } catch (thrown) {
      throw targetError(thrown, request.part.replace(/\.[^.]*\.part$/, ''));
    } finally {
      reader.close();
    }
  },
};
export type ExportHandlers = typeof handlers;

serve(() => handlers);
