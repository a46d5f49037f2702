import { randomBytes, randomUUID } from 'node:crypto';
import { open, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { ExportProgress, ExportTarget, ParsedInput } from '../../shared/contract.ts';
import { CallbookError, toErrorValue } from '../../shared/errors.ts';
import { exportFormats, type ExportFormat } from '../../shared/exportOptions.ts';
import type { View } from '../../shared/view.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Desktop } from '../desktop.ts';
import { causeText, type Log } from '../log.ts';
import { replaceFile } from '../replaceFile.ts';
import { Thread } from '../threads.ts';
import type { ExportHandlers, ExportWorkerData } from './export.worker.ts';
import type { RowProgress } from './portions.ts';
import type { ExportRequest } from './request.ts';
import { notAView } from './viewFile.ts';
import { targetError } from './targetError.ts';
import { openUnfinished, partEnd } from './unfinished.ts';

export interface ExportJobsDeps {
  readonly workerEntry: URL;
  readonly cacheFile: string;
  /** Where what is being written is noted, for the next start to clear away. */
  readonly notesFolder: string;
  /** Where the recordings of accounts lie, by account id. */
  recordings(): Settings['recordings'];
  readonly desktop: Desktop;
  readonly log: Log;
  readonly version: string;
  /** Reading a view from a file may take so long. */
  readonly mostReadMs?: number | undefined;
  onProgress(progress: ExportProgress): void;
}

export interface ExportJobs {
  /** null: the person changed their mind. The path stays here; the token can be used once. */
  chooseTarget(suggestedName: string): Promise<ExportTarget | null>;
  /** Returns the job id at once; `onProgress` tells the rest, the end too. Throws UNKNOWN_TARGET. */
  start(request: ParsedInput<'export.start'>): number;
  /** Leaves nothing behind; the old file stays. A job that has ended stays as it is. */
  cancel(jobId: number): void;
  /** Both throw UNKNOWN_TARGET unless the job is done. */
  open(jobId: number): Promise<void>;
  reveal(jobId: number): Promise<void>;
  /** The view that a file or an exported workbook holds. Throws NOT_A_VIEW. */
  readView(file: string): Promise<View>;
  /** Cancels what runs and waits until it is cleared away. */
  close(): Promise<void>;
}

/** A view is read in a moment, also out of a large workbook; a file that was made to take forever keeps nobody waiting longer. */
const MOST_READ_MS = 10_000;

interface Job {
  readonly file: string;
  readonly abort: AbortController;
  ended: Promise<void>;
  isDone: boolean;
}

/** The end of the name says what the file is; where it says nothing, the options do. */
function formatOf(file: string, chosen: ExportFormat): ExportFormat {
  const end = extname(file).slice(1).toLowerCase();
  return exportFormats.find((format) => format === end) ?? chosen;
}

/** Throws what stands against replacing what is there, the file system's error for one: better now than after a million rows. */
async function checkReplaceable(file: string): Promise<void> {
  try {
    const there = await open(file, 'r+');
    const isFile = (await there.stat()).isFile();
    await there.close();
    if (!isFile)
      throw new CallbookError(
        'TARGET_NOT_WRITABLE',
        `“${basename(file)}” is a device or a pipe, and no file that could be replaced. Choose another name.`,
      );
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
  }
}

/** A folder is not replaced: half of it would be the old one's for a moment. Throws TARGET_NOT_WRITABLE. */
async function checkFree(folder: string): Promise<void> {
  const isThere = await stat(folder).catch(() => undefined);
  if (isThere === undefined || (isThere.isDirectory() && (await readdir(folder)).length === 0)) return;
  throw new CallbookError(
    'TARGET_NOT_WRITABLE',
    `“${basename(folder)}” is there already, and a folder is not replaced. Choose another name.`,
  );
}

/**
 * A thread for one export. Its young memory is half of what Node would give it: with a third more, exporting a million calls takes more than
 * 250 MB, for a few hundredths of the time.
 */
export function exportThread(workerEntry: URL, cacheFile: string): Thread<ExportHandlers> {
  const workerData: ExportWorkerData = { cacheFile };
  return new Thread(workerEntry, workerData, () => {}, { maxYoungGenerationSizeMb: 24 });
}

/** The exports of this run of the app: one thread each, writing beside the target, which is replaced at the very end. */
export function createExportJobs(deps: ExportJobsDeps): ExportJobs {
  const targets = new Map<string, string>();
  const jobs = new Map<number, Job>();
  const unfinished = openUnfinished(deps.notesFolder);
  const cleared = unfinished.clear();
  let lastJobId = 0;
  const openThread = () => exportThread(deps.workerEntry, deps.cacheFile);
  /** Started while a person names the file, which takes longer than a thread takes to start. */
  let ready: ReturnType<typeof openThread> | undefined;

  /** Writes beside the target and renames; throws a CallbookError. */
  async function write(job: Job, input: ParsedInput<'export.start'>, onRows: (rows: RowProgress) => void) {
    // Through a link, so that what it points to is replaced and not the link.
    const file = await realpath(job.file).catch(() => job.file);
    const part = file + partEnd(randomBytes(4).toString('hex'));
    const thread = ready ?? openThread();
    ready = undefined;
    const { token: _used, ...options } = input;
    const isFolder = options.split?.into === 'files';
    const request: ExportRequest = {
      ...options,
      format: isFolder ? options.format : formatOf(file, options.format),
      part,
      recordings: deps.recordings(),
      appVersion: deps.version,
      requestedAt: Date.now(),
    };
    const { signal } = job.abort;
    let forget = () => Promise.resolve();
    try {
      await (isFolder ? checkFree(file) : checkReplaceable(file));
      forget = await unfinished.note(part);
      const result = await thread.ask('export', request, { signal, onProgress: (rows) => onRows(rows as RowProgress) });
      if (signal.aborted) throw new CallbookError('CANCELLED');
      // Windows puts no folder in the place of another, not even of an empty one.
      if (isFolder) await rmdir(file).catch(() => undefined);
      await replaceFile(part, file);
      return result;
    } catch (thrown) {
      throw targetError(thrown, file);
    } finally {
      // Also ends a thread that was cancelled or crashed in the middle of its file.
      await thread.close();
      await rm(part, { force: true, recursive: true }).then(forget, (error: unknown) =>
        deps.log.warn({ cause: causeText(error) }, 'the unfinished export stays until the next start'),
      );
    }
  }

  async function run(jobId: number, job: Job, input: ParsedInput<'export.start'>): Promise<void> {
    let progress: ExportProgress = {
      jobId,
      fileName: basename(job.file),
      state: 'running',
      startedAt: Date.now(),
      rowsWritten: 0,
      rowsTotal: 0,
      files: 1,
      sheets: [],
      cuts: [],
      error: null,
    };
    const tell = (change: Partial<ExportProgress>) => deps.onProgress((progress = { ...progress, ...change }));
    try {
      const { rows, files, sheets, cuts } = await write(job, input, tell);
      job.isDone = true;
      deps.log.info({ jobId, rows, cuts: cuts.length }, 'export done');
      tell({ state: 'done', rowsWritten: rows, rowsTotal: rows, files, sheets, cuts });
    } catch (thrown) {
      const error = toErrorValue(thrown);
      if (error.code === 'CANCELLED') return tell({ state: 'cancelled' });
      deps.log.error({ jobId, code: error.code, cause: causeText(thrown) }, 'export failed');
      tell({ state: 'failed', error });
    }
  }

  function doneFile(jobId: number): string {
    const job = jobs.get(jobId);
    if (job === undefined || !job.isDone) throw new CallbookError('UNKNOWN_TARGET');
    return job.file;
  }

  return {
    async chooseTarget(suggestedName) {
      ready ??= openThread();
      ready.start();
      const file = await deps.desktop.chooseSaveTarget(suggestedName);
      if (file === null) return null;
      const token = randomUUID();
      targets.set(token, file);
      return { token, fileName: basename(file) };
    },
    start(input) {
      const file = targets.get(input.token);
      if (file === undefined) throw new CallbookError('UNKNOWN_TARGET');
      targets.delete(input.token);
      const jobId = ++lastJobId;
      const job: Job = { file, abort: new AbortController(), ended: Promise.resolve(), isDone: false };
      jobs.set(jobId, job);
      job.ended = run(jobId, job, input);
      return jobId;
    },
    cancel: (jobId) => jobs.get(jobId)?.abort.abort(),
    open: (jobId) => deps.desktop.openPath(doneFile(jobId)),
    reveal: (jobId) => deps.desktop.revealPath(doneFile(jobId)),
    async readView(file) {
      const thread = openThread();
      const signal = AbortSignal.timeout(deps.mostReadMs ?? MOST_READ_MS);
      try {
        return await thread.ask('readView', file, { signal });
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
        throw notAView(file, 'takes longer to read than a view ever does. Choose a file that Callbook has exported.');
      } finally {
        await thread.close();
      }
    },
    async close() {
      for (const { abort } of jobs.values()) abort.abort();
      const unused = ready;
      // After erasing everything, exports go on.
      ready = undefined;
      await Promise.all([cleared, unused?.close(), ...[...jobs.values()].map(({ ended }) => ended)]);
    },
  };
}
