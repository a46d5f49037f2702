import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { ErrorValue } from '../../../src/shared/errors.ts';
import { openHeadless, type HeadlessApp } from '../../support/headless.ts';
import { startProvider } from '../../support/provider/server.ts';

/** Pieces of the file that a power cut left blank, where no checksum tells of it. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** The sector with the first row of a table's first page becomes zeros, as one that was never written. */
function blank(file: string, table: string): void {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const page = db.prepare("SELECT min(pageno) FROM dbstat WHERE name = ? AND pagetype = 'leaf'").pluck().get(table);
  const start = (Number(page) - 1) * Number(db.pragma('page_size', { simple: true }));
  db.close();
  const handle = openSync(file, 'r+');
  const pointer = Buffer.alloc(2);
  readSync(handle, pointer, 0, 2, start + 8);
  writeSync(handle, Buffer.alloc(512), 0, 512, start + (pointer.readUInt16BE() & ~511));
  closeSync(handle);
}

test('blank pieces are told once somebody looks, table by table', async () => {
  const batch = { schedule_id: 'a', agent_name: 'Agent', status: 'completed', created_at: '2026-01-01T00:00:00Z' };
  const items = (status: string) => [
    ...Array.from({ length: 300 }, (_, i) => ({ call_id: `call_${i}`, status, metadata: { City: `City ${i}` } })),
    ...Array.from({ length: 50 }, (_, i) => ({ no_id: `item ${i}` })),
  ];
  const provider = await startProvider({ rateLimitPerMinute: null, batches: [{ batch, items: items('failed') }] });
  const dataDir = mkdtempSync(join(tmpdir(), 'callbook-damage-'));
  open.push({ close: () => Promise.resolve(rmSync(dataDir, { recursive: true })) }, provider);
  const app = await openHeadless({ dataDir });
  await app.connectAndSync(provider);
  provider.setItems('a', items('completed'), { completed_contacts: 9 });
  const [{ accountId = '', key = '' } = {}] = await app.commands['batches.list'](undefined);
  await app.commands['sync.start']({ accountId, batches: [key], everything: true });
  await app.syncEnd();
  const db = new Database(join(dataDir, 'cache.sqlite'), { readonly: true });
  const rows = db.prepare<[], number>('SELECT row_id FROM call LIMIT 50').pluck().all();
  db.close();
  for (const rowId of rows)
    await app.commands['calls.annotate']({ rowId, annotation: { isStarred: true, tags: [], note: `Note ${rowId}` } });

  expect(await damageTold(app)).toEqual([]);
  await app.close();
  for (const table of ['annotation', 'change', 'rejected', 'contact', 'segment'])
    blank(join(dataDir, 'cache.sqlite'), table);
  const later = await openHeadless({ dataDir });
  open.push(later);
  expect(await damageTold(later)).toEqual([
    {
      code: 'CACHE_DAMAGED',
      message: expect.stringContaining(
        'is damaged: stars, tags and notes, the history of calls, items that could not be read, contacts, columns. What',
      ) as string,
    },
  ]);
});

async function damageTold(app: HeadlessApp): Promise<readonly ErrorValue[]> {
  const told: ErrorValue[] = [];
  app.on('cache.damaged', (damage) => told.push(damage));
  await app.check();
  return told;
}
