import { CallbookError } from '../../shared/errors.ts';
import type { BatchKey } from '../../shared/model.ts';
import type { Provider } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';
import { buffersOf } from '../items.ts';
import { readPages } from './pages.ts';

/** Bringing the list of one batch's contacts into the cache, page by page. */

export interface SyncContactsOptions {
  readonly cache: Cache;
  readonly provider: Pick<Provider, 'getContacts'>;
  readonly batch: BatchKey;
  readonly scheduleId: string;
  readonly runId: number;
  readonly signal: AbortSignal;
  /** Hears how many contacts have come, and how many the provider counts. */
  readonly onStep: (seen: number, total: number) => void;
}

/** All contacts that the provider counts were seen, the list ended otherwise, or something stopped it. */
type ContactsEnd = 'whole' | 'ended' | 'stopped';

/** Rejects with what stopped it; what was fetched until then is kept, and the next sync goes on from there. */
export async function syncContacts(options: SyncContactsOptions): Promise<void> {
  const { cache, batch, runId } = options;
  const firstPage = await cache.write('startContacts', { batch, runId });
  let end: ContactsEnd;
  try {
    end = await readList(options, firstPage);
  } catch (thrown) {
    // See syncBatch.
    await cache.write('finishContacts', { batch, end: 'stopped' }).catch(() => undefined);
    throw thrown;
  }
  await cache.write('finishContacts', { batch, end });
}

async function readList(
  { cache, provider, batch, scheduleId, signal, onStep }: SyncContactsOptions,
  firstPage: number,
): Promise<ContactsEnd> {
  try {
    for await (const { page, items, total, hasMore } of readPages(
      (at, pageSignal) => provider.getContacts(scheduleId, at, pageSignal),
      firstPage,
      signal,
    )) {
      const { seen, fresh } = await cache.write(
        'addContacts',
        { batch, page, items, isLast: !hasMore },
        { transfer: buffersOf(items) },
      );
      onStep(seen, total);
      if (!hasMore) return seen === total ? 'whole' : 'ended';
      if (fresh === 0) return 'ended';
    }
    return 'ended';
  } catch (thrown) {
    // Not every account has this list. Without it a batch has its calls and no metadata.
    const isRefused = thrown instanceof CallbookError && (thrown.code === 'NOT_FOUND' || thrown.code === 'FORBIDDEN');
    if (isRefused) return 'ended';
    throw thrown;
  }
}
