import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eachReceived } from '../../../src/main/cache/received.ts';
import { openReader } from '../../../src/main/cache/reader.ts';
import { decodeSegment, buildSegments } from '../../../src/main/columns/segment.ts';
import { callOf } from '../../../src/shared/call.ts';
import { all } from '../../support/cacheFile.ts';
import { startProvider, type Provider } from '../../support/provider/server.ts';
import { checkout } from '../../support/runtime.ts';

/** A sync that is killed again and again, at any moment, ends with every call once. */

const BATCHES = 20;
const CALLS = 1_300;
const KILLS = 12;
/** Requests that a sync has under way when it is killed. */
const MOST_UNDER_WAY = 5;

const folder = mkdtempSync(join(tmpdir(), 'callbook-kill-'));
let provider: Provider;

beforeAll(async () => {
  const batches = Array.from({ length: BATCHES }, (_, b) => ({
    batch: { schedule_id: `sched_${b}`, agent_name: 'Agent', status: 'completed', created_at: '2026-01-01T00:00:00Z' },
    items: Array.from({ length: CALLS }, (_, i) => ({
      call_id: `call_${b}_${i}`,
      name: `Name ${i}`,
      status: 'completed',
      answer_duration_seconds: 10,
      analysis_status: 'ready',
      summary: `word${i % 7}`,
      outcomes: { Interested: i % 2 === 0 ? 'Yes' : 'No' },
    })),
  }));
  provider = await startProvider({ rateLimitPerMinute: null, batches });
});

afterAll(async () => {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

function callbook(...args: string[]) {
  const child = spawn(process.execPath, [join(checkout, 'src/main/cli/index.ts'), '--data-dir', folder, ...args], {
    env: { ...process.env, CALLBOOK_API_KEY: provider.key },
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended };
}

test('after many kills every call is there once, whole and in order, and hardly a page was asked for twice', async () => {
  expect(await callbook('account', 'add', '--name', 'Test', '--base-url', provider.baseUrl).ended).toBe(0);
  for (let kill = 0; kill < KILLS; kill++) {
    // Somewhere in the next few pages; the number of the kill makes it another moment each time.
    const target = provider.requests.length + 1 + ((kill * 7) % 9);
    const { child, ended } = callbook('sync');
    await vi.waitUntil(() => provider.requests.length >= target || child.exitCode !== null, {
      timeout: 60_000,
      interval: 1,
    });
    child.kill('SIGKILL');
    await ended;
  }
  expect(await callbook('sync').ended).toBe(0);

  const pages = provider.requests.filter(({ path }) => path.endsWith('/results'));
  const wanted = BATCHES * Math.ceil(CALLS / 500);
  expect(pages.length).toBeGreaterThanOrEqual(wanted);
  expect(pages.length).toBeLessThanOrEqual(wanted + KILLS * MOST_UNDER_WAY);

  const file = join(folder, 'cache.sqlite');
  const reader = openReader(file);
  expect(reader.count(all)).toBe(BATCHES * CALLS);
  expect(reader.count({ ...all, text: 'word3' })).toBe(BATCHES * Math.ceil((CALLS - 3) / 7));
  expect(reader.listBatches().every(({ isComplete, calls }) => isComplete && calls === CALLS)).toBe(true);
  reader.close();

  const db = new Database(file, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const rows = db
    .prepare<[], number>('SELECT batch_no FROM batch')
    .pluck()
    .all()
    .flatMap((batch_no) => [...eachReceived(db, batch_no)].map((received) => ({ batch_no, received })));
  const sent = provider.items('sched_0').map((item) => JSON.stringify(item));
  expect(
    rows
      .filter(({ batch_no }) => batch_no === rows[0]?.batch_no)
      .map(({ received }) => received)
      .sort(),
  ).toHaveLength(sent.length);
  expect(new Set(rows.map(({ received }) => received)).size).toBe(BATCHES * CALLS);
  for (const batchNo of new Set(rows.map(({ batch_no }) => batch_no))) {
    const built = buildSegments(
      rows.filter(({ batch_no }) => batch_no === batchNo).map(({ received }) => callOf(received)),
    );
    for (const [column, segment] of built) {
      const stored = db
        .prepare<[number, string], Uint8Array>('SELECT data FROM segment WHERE batch_no = ? AND column_id = ?')
        .pluck()
        .get(batchNo, column);
      expect(stored === undefined ? undefined : decodeSegment(stored), `${batchNo} ${column}`).toEqual(segment);
    }
  }
  db.close();
});
