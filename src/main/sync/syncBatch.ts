import type { BatchKey, SyncCounts } from '../../shared/model.ts';
import { PAGE_SIZE, type Provider, type ResultsPage } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';

/** Bringing one batch's results into the cache, page by page. */

/** While a batch runs, calls move between pages; a pass that missed some is read again this often at most. */
const MOST_PASSES = 3;
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

interface Pass {
  readonly isWhole: boolean;
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
 * Rejects with what stopped it (CANCELLED among others). What was fetched until then is kept and can be searched; only calls that are
 * gone upstream are not marked, since that takes a whole pass.
 */
export async function syncBatch(options: SyncBatchOptions): Promise<BatchResult> {
  const { cache, batch, runId } = options;
  await cache.write('startBatch', { batch, runId });
  let isWhole = false;
  try {
    for (let pass = 1; pass <= MOST_PASSES && !isWhole; pass++) ({ isWhole } = await readPass(options));
  } catch (thrown) {
    await cache.write('finishBatch', { batch, passWasWhole: false });
    throw thrown;
  }
  const counts = await cache.write('finishBatch', { batch, passWasWhole: isWhole });
  return { counts, complete: isWhole };
}

async function readPass({ cache, provider, batch, scheduleId, signal, onStep }: SyncBatchOptions): Promise<Pass> {
  await cache.write('startPass', batch);
  const fetchPage = (page: number): Promise<ResultsPage> => {
    const answer = provider.getResults(scheduleId, page, signal);
    // Looked at when its turn comes; until then a failure must not count as unhandled.
    answer.catch(() => undefined);
    return answer;
  };
  let next = fetchPage(1);
  for (let page = 1; ; page++) {
    const { items, total, hasMore } = await next;
    // The next page is on its way while this one is written.
    if (hasMore && items.length > 0 && page < MOST_PAGES) next = fetchPage(page + 1);
    const { counts, seen, fresh } = await cache.write('addPage', { batch, page, items });
    onStep({ counts, fetched: seen, total });
    const isEndless = items.length === 0 || fresh === 0 || page >= MOST_PAGES;
    if (!hasMore) return { isWhole: seen >= total && (items.length < PAGE_SIZE || seen === total) };
    if (isEndless) return { isWhole: false };
  }
}
