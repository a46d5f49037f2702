import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ResourceLimits } from 'node:worker_threads';
import { columnKind } from '../../shared/columns.ts';
import type { CallbookError, ErrorValue } from '../../shared/errors.ts';
import type { BatchKey } from '../../shared/model.ts';
import type { Sort } from '../../shared/selection.ts';
import { whileHeld } from '../replaceFile.ts';
import { Thread, type AskOptions } from '../threads.ts';
import type { QueryHandlers } from './query.ts';
import type { DamageNotice } from './query.worker.ts';
import { buffersOf } from './settled.ts';
import type { Writer } from './writer.ts';

/** The cache as the main thread sees it: threads to ask. No SQLite here. */
export interface Cache {
  /** For the export's own connection. */
  readonly file: string;
  /** What of it cannot be seen yet since it was opened, and why; null: nothing. */
  readonly problem: ErrorValue | null;
  readonly write: Thread<Writer>['ask'];
  /**
   * Searching and reading have one thread, counting another, so that nobody who types waits for a pivot. The first helps with large
   * pivots while nobody does.
   */
  readonly query: Thread<QueryHandlers>['ask'];
  /** Makes readers see what was written to a batch: a third thread makes it, so that the writer can take in the next batch meanwhile. */
  settle(batch: BatchKey): Promise<void>;
  /** What of it is damaged and was not noticed, in words. It takes a moment, in a thread that nobody waits for. */
  damagedParts(): Promise<readonly string[]>;
  /** Takes the file away with its backups and begins an empty one. Throws what the file system says, with the cache open again. */
  erase(): Promise<void>;
  close(): Promise<void>;
}

export interface CacheOptions {
  readonly dataDir: string;
  readonly workers: { readonly writer: URL; readonly query: URL };
  readonly onCrash: (error: Error) => void;
}

/** Questions that go through all calls of a selection; so does the first order by a text. */
const countingQuestions: ReadonlySet<keyof QueryHandlers> = new Set(['facets', 'pivot', 'pivotSize']);

function isLong(name: keyof QueryHandlers, input: unknown): boolean {
  if (countingQuestions.has(name)) return true;
  const { sort = [] } = (name === 'window' ? input : {}) as { readonly sort?: readonly Sort[] };
  return sort.some(({ column }) => columnKind(column) === 'text');
}

function damageIn(notice: unknown): number | undefined {
  return (notice as Partial<DamageNotice> | null)?.damagedBatch;
}

function falseIfCrashed(thrown: CallbookError): false {
  if (thrown.code === 'WORKER_CRASHED') return false;
  throw thrown;
}

/** Room for what is young in a thread's heap. V8's own takes 100 MB more for a sync, and is no faster with it. */
const limits: ResourceLimits = { maxYoungGenerationSizeMb: 6 };

/** What columns may take in the thread that finds and orders calls: that needs the columns of a filter or two, and those of the order. */
const WINDOW_COLUMN_BYTES = 32 * 2 ** 20;

/** What counting keeps of the file: it reads columns, once each. Whoever searches would wait a tenth longer with as little. */
const COUNTING_FILE_BYTES = 2 * 2 ** 20;

/** Opens the profile's cache, migrating it if need be. Throws CACHE_NEWER, CACHE_DAMAGED, CACHE_LOCKED or DISK_FULL. */
export async function openCache({ dataDir, workers, onCrash }: CacheOptions): Promise<Cache> {
  const file = join(dataDir, 'cache.sqlite');
  const { problem, ...threads } = await begin();
  let { writer, query, counting, settling } = threads;

  async function begin() {
    // Of this cache alone: there may be two in a process.
    const pivots = `pivots ${randomUUID()}`;
    const threads = {
      writer: new Thread<Writer>(workers.writer, { cacheFile: file }, onCrash, limits),
      query: new Thread<QueryHandlers>(
        workers.query,
        { cacheFile: file, columnBytes: WINDOW_COLUMN_BYTES, helpsWith: pivots },
        onCrash,
        limits,
      ),
      counting: new Thread<QueryHandlers>(
        workers.query,
        { cacheFile: file, fileBytes: COUNTING_FILE_BYTES, sharedWork: pivots },
        onCrash,
        limits,
      ),
      settling: new Thread<QueryHandlers>(workers.query, { cacheFile: file }, onCrash, limits),
    };
    // It opens the file at its first question, which comes once the writer has; loading goes on meanwhile.
    threads.query.start();
    try {
      return { ...threads, problem: await threads.writer.ask('open', undefined) };
    } catch (error) {
      await Promise.all([threads.writer.close(), threads.query.close()]);
      throw error as CallbookError;
    }
  }

  async function end(): Promise<void> {
    for (const thread of [query, counting, settling]) {
      if (thread.isRunning) await thread.ask('close', undefined).catch(() => undefined);
      await thread.close();
    }
    await writer.ask('close', undefined).catch(() => undefined);
    await writer.close();
  }

  return {
    file,
    problem,
    write: (name, input, options?: AskOptions) => writer.ask(name, input, options),
    query: (name, input, options: AskOptions = {}) =>
      (isLong(name, input) ? counting : query).ask(name, input, {
        ...options,
        onProgress(value) {
          const damaged = damageIn(value);
          if (damaged === undefined) return options.onProgress?.(value);
          // The batch may have been removed since.
          void writer.ask('mendBatch', damaged).catch(() => undefined);
        },
      }),
    async settle(batch) {
      const settled = await settling.ask('makeSettled', batch);
      if (settled === undefined) return;
      const transfer = buffersOf(settled) as ArrayBuffer[];
      const saved = writer.ask('saveSettled', { batch, settled }, { transfer });
      // Rows that have changed meanwhile: the writer itself leaves no time for that. One that died of another's page starts again.
      if (!(await saved.catch(falseIfCrashed))) await writer.ask('settle', undefined);
    },
    damagedParts: () => settling.ask('damagedParts', undefined),
    async erase() {
      await end();
      try {
        const own = (await readdir(dataDir)).filter((name) => name.startsWith(basename(file)));
        // The file itself last: a log that is left beside a new one would be read into it.
        for (const name of own.toSorted().toReversed()) await whileHeld(() => rm(join(dataDir, name), { force: true }));
      } finally {
        // Where another program holds a file, Windows does not let it go; the app goes on with what is there.
        ({ writer, query, counting, settling } = await begin());
      }
    },
    close: end,
  };
}
