import { expect, test } from 'vitest';
import type { Cache } from '../../../src/main/cache/cache.ts';
import type { Log } from '../../../src/main/log.ts';
import { createSyncs } from '../../../src/main/sync/syncs.ts';
import { CallbookError } from '../../../src/shared/errors.ts';
import { readSettings } from '../../../src/shared/settings.ts';

test('where what was left of syncs cannot be read, the others begin by themselves all the same', async () => {
  let asked = 0;
  const answers: Record<string, () => unknown> = {
    listBatches: () => [{ accountId: 'acc_here', key: 'acc_here/a', syncedAt: 1, lastRun: null }],
    listUnfinishedRuns() {
      // The first one has no batches any more; after it, the thread that reads is gone.
      if (asked++ > 0) throw new CallbookError('WORKER_CRASHED');
      return [{ accountId: 'acc_gone', batches: ['acc_gone/b'] }];
    },
  };
  const cache = { query: async (name: string) => answers[name]?.() } as unknown as Cache;
  const begun = Promise.withResolvers<string>();
  const syncs = createSyncs({
    cache,
    log: { warn: () => undefined, error: () => undefined } as unknown as Log,
    providerOf(accountId) {
      begun.resolve(accountId);
      return Promise.reject(new CallbookError('NO_KEY'));
    },
    listAccounts: () => Promise.resolve([{ id: 'acc_here', isSample: false, key: 'session' }] as never),
    settings: () => readSettings({ syncsOnStart: true }),
    waitsForNetwork: false,
    minuteMs: 60_000,
    emit: () => undefined,
  });
  await syncs.goOn();
  expect(asked).toBe(2);
  syncs.schedule.setMetered(false);
  expect(await Promise.race([begun.promise, new Promise((resolve) => setImmediate(resolve, 'none'))])).toBe('acc_here');
  await syncs.close();
});
