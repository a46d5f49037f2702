import { toErrorValue, type ErrorValue } from '../shared/errors.ts';
import type { Cache } from './cache/cache.ts';
import type { Log } from './log.ts';

/** Looks for damage of the cache that nothing has noticed, and tells of it. Never throws. */
export async function checkCache(cache: Cache, log: Log, tell: (damage: ErrorValue) => void): Promise<void> {
  try {
    const parts = await cache.damagedParts();
    if (parts.length === 0) return;
    log.error({ parts }, 'some of the cache is damaged');
    tell({
      code: 'CACHE_DAMAGED',
      message:
        `Some of the cache file is damaged: ${parts.join(', ')}. What you see of that may be wrong or missing. Nothing is lost at the ` +
        'provider: move the file away (Settings shows where it is) and sync again, or put back one of the backups beside it.',
    });
  } catch (thrown) {
    log.warn({ code: toErrorValue(thrown).code }, 'the cache could not be checked');
  }
}
