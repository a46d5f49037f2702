import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eachReceived } from '../../../src/main/cache/received.ts';
import { openReader } from '../../../src/main/cache/reader.ts';
import { openSegments } from '../../../src/main/cache/segments.ts';
import { rawCalls } from '../../support/rawCalls.ts';
import { decodeSegment, encodeSegment } from '../../../src/main/columns/segment.ts';
import { buildSegments } from '../../../src/main/columns/segmentsMaker.ts';
import { all } from '../../support/cacheFile.ts';
import { createRandom, hashOf } from '../../support/provider/random.ts';
import { startProvider, type Provider } from '../../support/provider/server.ts';
import { checkout } from '../../support/runtime.ts';

/** A sync that is killed again and again, at any moment, ends with every call once. */

const BATCHES = 100;
/** Two pages: a batch can be killed in its middle. */
const CALLS = 520;
const PAGES = 2;
const KILLS = 50;
/** One page being written and four asked for ahead. */
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

/**
 * Resolves once the provider has read all that was sent before: what a killed sync sent on a connection that was not accepted yet would
 * be counted as the next one's. Connections are accepted in their order, and this one is new.
 */
function allRead(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(provider.baseUrl, { agent: false }, (answer) => answer.resume().once('end', resolve)).once('error', reject);
  });
}

interface Request {
  readonly page: string;
  /** Which of the syncs sent it, and how many it had sent before. */
  readonly sync: number;
  readonly at: number;
}

test('after fifty kills every call is there once, whole and in order, and no page was asked for again but those under way', async () => {
  expect(await callbook('account', 'add', '--name', 'Test', '--base-url', provider.baseUrl).ended).toBe(0);
  const random = createRandom(hashOf('kills'));
  const sent: Request[] = [];
  /** What the sync that has just ended has asked for. */
  const take = (sync: number) => {
    const pages = provider.requests.splice(0).filter(({ path }) => /\/(results|calls)$/.test(path));
    sent.push(...pages.map(({ path, query }, at) => ({ page: `${path} ${query['page']}`, sync, at })));
    return pages.length;
  };
  take(-1);
  const sentBy: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const target = random.int(1, 14);
    const { child, ended } = callbook('sync');
    await vi.waitUntil(() => provider.requests.length >= target || child.exitCode !== null, {
      timeout: 60_000,
      interval: random.int(1, 4),
    });
    child.kill('SIGKILL');
    await ended;
    await allRead();
    sentBy.push(take(kill));
  }
  expect(await callbook('sync').ended).toBe(0);
  take(KILLS);

  const known = new Map<string, Request>();
  for (const request of sent) {
    const before = known.get(request.page);
    known.set(request.page, request);
    if (before === undefined) continue;
    expect(before.sync, request.page).toBeLessThan(request.sync);
    expect(before.at, request.page).toBeGreaterThanOrEqual((sentBy[before.sync] ?? 0) - MOST_UNDER_WAY);
  }
  expect(known.size).toBe(BATCHES * PAGES * 2);

  const file = join(folder, 'cache.sqlite');
  const reader = openReader(file);
  expect(reader.count(all)).toBe(BATCHES * CALLS);
  expect(reader.count({ ...all, text: 'word3' })).toBe(BATCHES * Math.ceil((CALLS - 3) / 7));
  expect(reader.listBatches().every(({ isComplete, calls }) => isComplete && calls === CALLS)).toBe(true);
  expect(reader.columns([]).find(({ id }) => id === 'metadata:City')?.filled).toBe(BATCHES * CALLS);
  // By what the segments say, not the rows.
  const { rowKeys, cells } = reader.pivot(all, {
    rows: [{ column: 'outcome:Interested' }],
    columns: [],
    measures: [{ type: 'count' }, { type: 'sum', column: 'answer_duration_seconds' }],
    base: 'filled',
  });
  const half = (BATCHES * CALLS) / 2;
  expect(rowKeys).toEqual([[{ json: '"No"' }], [{ json: '"Yes"' }]]);
  expect(cells.map((cell) => [...cell])).toEqual([
    [half, half],
    [half * 10, half * 10],
  ]);
  reader.close();

  const db = new Database(file, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const batches = db
    .prepare<[], { batch_no: number; schedule_id: string }>('SELECT batch_no, schedule_id FROM batch')
    .all();
  const segments = openSegments(db);
  for (const { batch_no, schedule_id } of batches) {
    const received = [...eachReceived(db, batch_no)];
    const items = provider.items(schedule_id).map((item) => JSON.stringify(item));
    expect(hashOfAll(received), schedule_id).toBe(hashOfAll(items));
    // Metadata is no part of an item as received; its segments are looked at above.
    for (const [column, segment] of buildSegments(received.length, rawCalls(received))) {
      const expected = decodeSegment(encodeSegment(segment));
      expect(segments.get(batch_no, column), `${batch_no} ${column}`).toEqual(expected);
    }
  }
  expect(segments.takeDamaged()).toEqual([]);
  db.close();
  // More than fifty starts of Node, one after another: on two cores with ten others they took 170 s.
}, 600_000);

/** Of the texts, whatever their order. */
function hashOfAll(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts.toSorted())).digest('hex');
}
