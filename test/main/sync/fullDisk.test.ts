import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { all } from '../../support/cacheFile.ts';
import { canMount, smallDisk } from '../../support/disks.ts';
import { openHeadless } from '../../support/headless.ts';
import { startProvider } from '../../support/provider/server.ts';

/** A profile on a real disk that is full; skipped where this process may not mount one. */

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const calls = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    call_id: `call_${i}`,
    analysis_status: 'ready',
    summary: `${Array.from({ length: 40 }, (_word, at) => `word${i * 40 + at}`).join(' ')}`,
  }));
const batch = { schedule_id: 'a', status: 'completed', created_at: '2026-01-01T00:00:00Z' };

/** A small disk with the profile of a Callbook that has 900 calls. */
async function diskWithCalls() {
  const disk = smallDisk(16);
  open.push(disk);
  const provider = await startProvider({ rateLimitPerMinute: null, batches: [{ batch, items: calls(900) }] });
  open.push(provider);
  const before = await openHeadless({ dataDir: disk.folder });
  await before.connectAndSync(provider);
  await before.close();
  return disk;
}

test.skipIf(!canMount)('calls that cannot be made seen are told at the start, which shows all others', async () => {
  const disk = await diskWithCalls();
  // As a sync leaves it that is killed between its last page and making it seen.
  const db = new Database(join(disk.folder, 'cache.sqlite'));
  db.exec('UPDATE batch SET is_dirty = is_dirty + 1, calls = 0; DELETE FROM segment');
  db.close();

  disk.fill(100_000);
  const full = await openHeadless({ dataDir: disk.folder });
  const { startProblems } = await full.commands['app.info'](undefined);
  expect(startProblems).toEqual([
    { code: 'DISK_FULL', message: expect.stringContaining('Make room, then sync') as string },
  ]);
  expect((await full.commands['app.info'](undefined)).startProblems).toEqual([]);
  expect(await full.commands['batches.list'](undefined)).toMatchObject([{ batch_id: 'a' }]);
  await full.close();

  disk.makeRoom();
  const app = await openHeadless({ dataDir: disk.folder });
  open.push(app);
  expect((await app.commands['app.info'](undefined)).startProblems).toEqual([]);
  expect(await app.commands['calls.count']({ selection: all })).toBe(900);
});

test.skipIf(!canMount)('with a disk without a free byte all calls are there, at every start', async () => {
  const disk = await diskWithCalls();

  disk.fill(0);
  const full = await openHeadless({ dataDir: disk.folder });
  expect((await full.commands['app.info'](undefined)).startProblems).toEqual([
    { code: 'DISK_FULL', message: expect.stringContaining('All calls that are here can be read') as string },
  ]);
  const found = { ...all, text: 'word35999' };
  expect(await full.commands['calls.count']({ selection: found })).toBe(1);
  const [rowId = 0] = rowIdsIn(disk.folder);
  await full.commands['calls.annotate']({ rowId, annotation: { isStarred: true, tags: [], note: 'On the train' } });
  await full.close();

  const again = await openHeadless({ dataDir: disk.folder });
  expect(await again.commands['calls.count']({ selection: { ...all, text: 'note:train' } })).toBe(1);
  await again.close();

  disk.makeRoom();
  const app = await openHeadless({ dataDir: disk.folder });
  open.push(app);
  expect((await app.commands['app.info'](undefined)).startProblems).toEqual([]);
  expect(await app.commands['calls.count']({ selection: all })).toBe(900);
});

function rowIdsIn(folder: string): number[] {
  const db = new Database(join(folder, 'cache.sqlite'), { readonly: true });
  const rowIds = db.prepare<[], number>('SELECT row_id FROM call ORDER BY row_id LIMIT 1').pluck().all();
  db.close();
  return rowIds;
}
