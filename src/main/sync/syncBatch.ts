import type { BatchKey, SyncCounts } from '../../shared/model.ts';
import { PAGE_SIZE, type Provider, type ResultsPage } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';

/** Bringing one batch's results into the cache, page by page. */

/** While a batch runs, calls move between pages; a pass that missed some is read again this often at most. */
const MOST_PASSES = 3;
/** Requests under way at once. Four hide 50 ms of delay behind the writing of a page; more would only wait for it. */
const PAGES_AHEAD = 4;
/** Far above the provider's 10,000 calls a batch: a list of pages that never ends must. */
const MOST_PAGES = 400;

export interface BatchStep {
  readonly counts: SyncCounts;
  readonly fetched: number;
  readonly total: number;
}

export interface BatchResult {
  readonly counts: SyncCounts;
  /** Every call that the provider counted was seen in one pass. */
  readonly complete: boolean;
}

export interface SyncBatchOptions {
  readonly cache: Cache;
  readonly provider: Provider;
  readonly batch: BatchKey;
  readonly scheduleId: string;
  readonly runId: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: BatchStep) => void;
}

/**
 * Rejects with what stopped it (CANCELLED among others). What was fetched until then is kept and can be searched, and the next sync of
 * the batch goes on from there.
 */
export async function syncBatch(options: SyncBatchOptions): Promise<BatchResult> {
  const { cache, batch, runId } = options;
  const firstPage = await cache.write('startBatch', { batch, runId });
  let isWhole = false;
  try {
    if (firstPage > 1) isWhole = await readPages(options, firstPage);
    for (let pass = 1; pass <= MOST_PASSES && !isWhole; pass++) {
      await cache.write('startPass', batch);
      isWhole = await readPages(options, 1);
    }
  } catch (thrown) {
    await cache.write('finishBatch', { batch, end: 'stopped' });
    throw thrown;
  }
  const counts = await cache.write('finishBatch', { batch, end: isWhole ? 'whole' : 'moving' });
  return { counts, complete: isWhole };
}

/** Reads from `firstPage` to the end; true if the pass saw every call that the provider counts, each once. */
async function readPages(options: SyncBatchOptions, firstPage: number): Promise<boolean> {
  const { cache, provider, batch, scheduleId, onStep } = options;
  const abort = new AbortController();
  const signal = AbortSignal.any([options.signal, abort.signal]);
  const asked = new Map<number, Promise<ResultsPage>>();
  const ask = (page: number): Promise<ResultsPage> => {
    let answer = asked.get(page);
    if (answer === undefined) {
      answer = provider.getResults(scheduleId, page, signal);
      // Looked at when its turn comes; until then a failure must not count as unhandled.
      answer.catch(() => undefined);
      asked.set(page, answer);
    }
    return answer;
  };
  try {
    for (let page = firstPage; ; page++) {
      const { items, total, hasMore } = await ask(page);
      asked.delete(page);
      // The next pages are on their way while this one is written.
      const last = Math.min(Math.ceil(total / PAGE_SIZE), page + PAGES_AHEAD, MOST_PAGES);
      for (let ahead = page + 1; hasMore && ahead <= last; ahead++) void ask(ahead);
      const { counts, seen, fresh } = await cache.write('addPage', { batch, page, items });
      onStep({ counts, fetched: seen, total });
      if (!hasMore) return seen === total;
      if (items.length === 0 || fresh === 0 || page >= MOST_PAGES) return false;
    }
  } finally {
    // Pages asked for ahead of an end that came early.
    abort.abort();
  }
}
