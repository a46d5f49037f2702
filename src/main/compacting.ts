import type { EventName, Events } from '../shared/contract.ts';
import { CallbookError } from '../shared/errors.ts';
import type { Cache } from './cache/cache.ts';
import type { Log } from './log.ts';

interface Deps {
  readonly cache: Cache;
  readonly log: Log;
  readonly isSyncing: () => boolean;
  readonly emit: <Name extends EventName>(name: Name, event: Events[Name]) => void;
}

/**
 * Compacts the cache, once at a time: who asks for it while it is done gets the end of that. Bytes before and after.
 * Throws SYNC_RUNNING and DISK_FULL.
 */
export function createCompacting({ cache, log, isSyncing, emit }: Deps) {
  let running: Promise<{ readonly before: number; readonly after: number }> | undefined;
  async function compact() {
    if (isSyncing()) {
      throw new CallbookError('SYNC_RUNNING', 'A sync is running. Wait for its end or cancel it, then compact.');
    }
    const done = await cache.write('compact', undefined, {
      onProgress: (words) => emit('cache.compacting', String(words)),
    });
    log.info(done, 'cache compacted');
    return done;
  }
  return () => (running ??= compact().finally(() => (running = undefined)));
}
