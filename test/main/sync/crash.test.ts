import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { all } from '../../support/cacheFile.ts';
import { openHeadless } from '../../support/headless.ts';
import { startProvider } from '../../support/provider/server.ts';

const source = (path: string) => new URL(`../../../src/main/${path}`, import.meta.url);

/** The entry of a writer thread in which something happens before one of its questions, for as long as there is no file “over”. */
function writerInWhich(folder: string, handler: string, happens: string): URL {
  const entry = join(folder, 'writer.worker.mjs');
  writeFileSync(
    entry,
    `import { existsSync, writeFileSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    import { serve } from ${JSON.stringify(source('threads.ts'))};
    import { openWriter } from ${JSON.stringify(source('cache/writer.ts'))};
    import { CallbookError } from ${JSON.stringify(new URL('../../../src/shared/errors.ts', import.meta.url).href)};
    const over = ${JSON.stringify(join(folder, 'over'))};
    serve(() => {
      const writer = openWriter(workerData.cacheFile);
      return {
        ...writer,
        ${handler}(input, task) {
          if (!existsSync(over)) { ${happens} }
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
        writer: writerInWhich(folder, handler, "if (input.page === 2) { writeFileSync(over, ''); process.exit(1); }"),
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

test('a writer that dies while it makes calls seen, as of a page of the batch beside, takes no batch with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-dying-'));
  const items = Array.from({ length: 10 }, (_, i) => ({ call_id: `call_${i}`, analysis_status: 'ready' }));
  const batch = { schedule_id: 'a', status: 'completed', created_at: '2026-01-01T00:00:00Z' };
  const provider = await startProvider({ rateLimitPerMinute: null, batches: [{ batch, items }] });
  const app = await openHeadless({
    workers: {
      writer: writerInWhich(folder, 'saveSettled', "writeFileSync(over, ''); process.exit(1);"),
      query: source('cache/query.worker.ts'),
      export: source('export/export.worker.ts'),
    },
  });
  try {
    const { state, batches } = await app.connectAndSync(provider);
    expect([state, batches.map(({ error }) => error)]).toEqual(['done', [null]]);
    expect(existsSync(join(folder, 'over'))).toBe(true);
    expect(await app.commands['calls.count']({ selection: all })).toBe(10);
  } finally {
    await app.close();
    await provider.close();
    rmSync(folder, { recursive: true });
  }
});

test('calls that could not be made seen, as the disk was full, are seen after the next sync, which need not ask for them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-full-'));
  writeFileSync(join(folder, 'over'), '');
  const calls = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ call_id: `call_${i}`, analysis_status: 'ready' }));
  const batch = { schedule_id: 'a', status: 'completed', created_at: '2026-01-01T00:00:00Z' };
  const provider = await startProvider({ rateLimitPerMinute: null, batches: [{ batch, items: calls(10) }] });
  const app = await openHeadless({
    workers: {
      writer: writerInWhich(folder, 'saveSettled', "throw new CallbookError('DISK_FULL')"),
      query: source('cache/query.worker.ts'),
      export: source('export/export.worker.ts'),
    },
  });
  try {
    const { accountId, batches } = await app.connectAndSync(provider);
    const syncAgain = async () => {
      await app.commands['sync.start']({ accountId, batches: batches.map(({ batch: key }) => key), everything: false });
      return app.syncEnd();
    };
    // They would be read, and what came made to be seen after them.
    for (const { batch: key } of batches)
      await app.commands['batches.setContacts']({ batch: key, wantsContacts: false });
    provider.setItems('a', calls(12), { completed_contacts: 12 });
    rmSync(join(folder, 'over'));
    expect((await syncAgain()).batches[0]?.error?.code).toBe('DISK_FULL');
    writeFileSync(join(folder, 'over'), '');
    expect((await syncAgain()).state).toBe('done');
    expect(await app.commands['calls.count']({ selection: all })).toBe(12);
  } finally {
    await app.close();
    await provider.close();
    rmSync(folder, { recursive: true });
  }
});
