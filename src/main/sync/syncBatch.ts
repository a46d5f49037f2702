import type { BatchKey, SyncCounts } from '../../shared/model.ts';
import type { Provider } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';
import { buffersOf } from '../items.ts';
import { readPages } from './pages.ts';

/** Bringing one batch's results into the cache, page by page. */

/** While a batch runs, calls move between pages; a pass that missed some is read again this often at most. */
const MOST_PASSES = 3;

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
  readonly provider: Pick<Provider, 'getResults'>;
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
    if (firstPage > 1) isWhole = await readPass(options, firstPage);
    for (let pass = 1; pass <= MOST_PASSES && !isWhole; pass++) {
      await cache.write('startPass', batch);
      isWhole = await readPass(options, 1);
    }
  } catch (thrown) {
    // A writer that started again knows nothing of the batch: what stopped it is to be told, not that.
    await cache.write('finishBatch', { batch, end: 'stopped' }).catch(() => undefined);
    throw thrown;
  }
  const counts = await cache.write('finishBatch', { batch, end: isWhole ? 'whole' : 'moving' });
  return { counts, complete: isWhole };
}

/** Reads from `firstPage` to the end; true if the pass saw every call that the provider counts, each once. */
async function readPass(options: SyncBatchOptions, firstPage: number): Promise<boolean> {
  const { cache, provider, batch, scheduleId, signal, onStep } = options;
  for await (const { page, items, total, hasMore } of readPages(
    (at, pageSignal) => provider.getResults(scheduleId, at, pageSignal),
    firstPage,
    signal,
  )) {
    const { counts, seen, fresh } = await cache.write(
      'addPage',
      { batch, page, items, isLast: !hasMore },
      { transfer: buffersOf(items) },
    );
    onStep({ counts, fetched: seen, total });
    if (!hasMore) return seen === total;
    if (fresh === 0) return false;
  }
  return false;
}
