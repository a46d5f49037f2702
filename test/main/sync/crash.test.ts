import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { all } from '../../support/cacheFile.ts';
import { openHeadless } from '../../support/headless.ts';
import { startProvider } from '../../support/provider/server.ts';

const source = (path: string) => new URL(`../../../src/main/${path}`, import.meta.url);

/** The entry of a writer thread that dies once, in the middle of a question. */
function dyingWriter(folder: string, handler: string): URL {
  const entry = join(folder, 'dying.worker.mjs');
  writeFileSync(
    entry,
    `import { existsSync, writeFileSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    import { serve } from ${JSON.stringify(source('threads.ts'))};
    import { openWriter } from ${JSON.stringify(source('cache/writer.ts'))};
    const died = ${JSON.stringify(join(folder, 'died'))};
    serve(() => {
      const writer = openWriter(workerData.cacheFile);
      return {
        ...writer,
        ${handler}(input, task) {
          if (input.page === 2 && !existsSync(died)) {
            writeFileSync(died, '');
            process.exit(1);
          }
          return writer.${handler}(input, task);
        },
      };
    });`,
  );
  return pathToFileURL(entry);
}

test.each(['addPage', 'addContacts'])(
  'a writer that dies in %s fails that batch and says so, and the next sync brings the rest',
  async (handler) => {
    const folder = mkdtempSync(join(tmpdir(), 'callbook-dying-'));
    const served = (id: string) => ({
      batch: { schedule_id: id, status: 'completed', created_at: '2026-01-01T00:00:00Z' },
      items: Array.from({ length: 600 }, (_, i) => ({ call_id: `${id}_${i}`, analysis_status: 'ready' })),
    });
    const provider = await startProvider({ rateLimitPerMinute: null, batches: [served('a'), served('b')] });
    const app = await openHeadless({
      workers: {
        writer: dyingWriter(folder, handler),
        query: source('cache/query.worker.ts'),
        export: source('export/export.worker.ts'),
      },
    });
    try {
      const run = await app.connectAndSync(provider);
      expect(run.batches.map(({ state, error }) => [state, error?.code])).toEqual([
        ['failed', 'WORKER_CRASHED'],
        ['done', undefined],
      ]);
      const batches = run.batches.map(({ batch }) => batch);
      await app.commands['sync.start']({ accountId: run.accountId, batches, everything: false });
      expect((await app.syncEnd()).state).toBe('done');
      expect(await app.commands['calls.count']({ selection: all })).toBe(1_200);
    } finally {
      await app.close();
      await provider.close();
      rmSync(folder, { recursive: true });
    }
  },
);
