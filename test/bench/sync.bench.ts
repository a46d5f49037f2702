import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { openHeadless, type HeadlessApp } from '../support/headless.ts';
import { build, builtCli, builtWorkers } from './built.ts';
import { benchRow, medianMs, type Bench, type BenchRow } from './bench.ts';

/** A sync from loopback against the same pages only parsed and inserted, and against a plain loop of fetch and insert. */

const KEY = 'sk_bench';
const PAGE = 500;
const RUNS = { runs: 7, warmUps: 1 };

interface Provider {
  readonly baseUrl: string;
  stop(): void;
}

async function serve(args: readonly string[]): Promise<Provider> {
  const entry = fileURLToPath(new URL('./syncProvider.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { baseUrl } = JSON.parse(line) as { baseUrl: string };
    return { baseUrl, stop: () => void child.kill() };
  }
  throw new Error('the provider of the bench did not start');
}

interface Page {
  readonly items: { readonly call_id: string }[];
  readonly total: number;
  readonly has_more: boolean;
}

const resultsUrl = (baseUrl: string, id: string, page: number) =>
  `${baseUrl}/api/v1/public/call-batches/${id}/results?limit=${PAGE}&page=${page}`;

async function listIds(baseUrl: string): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const answer = await fetch(`${baseUrl}/api/v1/public/call-batches?limit=100&page=${page}`);
    const { data } = (await answer.json()) as { data: { items: { schedule_id: string }[]; has_more: boolean } };
    ids.push(...data.items.map(({ schedule_id }) => schedule_id));
    if (!data.has_more) return ids;
  }
}

/** Bare rows: what any cache at least writes. */
function rawCache() {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-bench-raw-'));
  const db = new Database(join(folder, 'raw.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec('CREATE TABLE call (batch TEXT, call_id TEXT, received TEXT, PRIMARY KEY (batch, call_id))');
  const insert = db.prepare('INSERT INTO call VALUES (?, ?, ?)');
  return {
    add: db.transaction((batch: string, { items }: Page) => {
      for (const item of items) insert.run(batch, item.call_id, JSON.stringify(item));
    }),
    close() {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openAccount(baseUrl: string, wantsContacts: boolean): Promise<HeadlessApp> {
  const app = await openHeadless({ workers: builtWorkers });
  const account = await app.commands['accounts.connect']({ name: 'Bench', baseUrl, key: KEY, keep: 'session' });
  const batches = await app.commands['batches.refresh']({ accountId: account.id });
  if (!wantsContacts)
    for (const { key } of batches) await app.commands['batches.setContacts']({ batch: key, wantsContacts });
  return app;
}

async function syncAll(app: HeadlessApp) {
  const batches = await app.commands['batches.list'](undefined);
  const accountId = batches[0]?.accountId ?? '';
  await app.commands['sync.start']({ accountId, batches: batches.map(({ key }) => key), everything: false });
  const run = await app.syncEnd();
  if (run.state !== 'done') throw new Error(`the sync ended ${run.state}`);
  return run;
}

const perSecond = (calls: number, ms: number) => `${Math.round(calls / (ms / 1000)).toLocaleString('en')} calls/s`;

async function throughput(calls: number, isQuick: boolean): Promise<BenchRow[]> {
  const provider = await serve(['--calls', String(calls), '--warm']);
  const { baseUrl } = provider;
  const options = isQuick ? { runs: 1, warmUps: 0 } : RUNS;
  const ids = await listIds(baseUrl);
  const pages: [id: string, body: string][] = [];
  for (const id of ids) {
    for (let page = 1; ; page++) {
      const body = await (await fetch(resultsUrl(baseUrl, id, page))).text();
      pages.push([id, body]);
      if ((JSON.parse(body) as { data: Page }).data.has_more === false) break;
    }
  }

  let app: HeadlessApp | undefined;
  const fresh = (wantsContacts: boolean) => async () => {
    await app?.close();
    app = await openAccount(baseUrl, wantsContacts);
  };
  const ours = await medianMs(() => app && syncAll(app), { ...options, prepare: fresh(false) });
  const withContacts = await medianMs(() => app && syncAll(app), { ...options, prepare: fresh(true) });
  let requests = 0;
  const again = await medianMs(async () => {
    requests = app === undefined ? 0 : (await syncAll(app)).requests;
  }, options);
  await app?.close();

  let raw = rawCache();
  const freshRaw = () => {
    raw.close();
    raw = rawCache();
  };
  const parsedAndInserted = await medianMs(
    () => {
      for (const [id, body] of pages) raw.add(id, (JSON.parse(body) as { data: Page }).data);
    },
    { ...options, prepare: freshRaw },
  );
  const loop = await medianMs(
    async () => {
      for (const id of ids) {
        for (let page = 1, hasMore = true; hasMore; page++) {
          const { data } = (await (await fetch(resultsUrl(baseUrl, id, page))).json()) as { data: Page };
          raw.add(id, data);
          hasMore = data.has_more;
        }
      }
    },
    { ...options, prepare: freshRaw },
  );
  raw.close();
  provider.stop();
  const words = `${calls.toLocaleString('en')} calls`;
  return [
    benchRow(
      'sync',
      `${words} into an empty cache`,
      ours,
      { 'parse + insert': parsedAndInserted, 'fetch + insert loop': loop },
      `${perSecond(calls, ours)}; parse + insert ${perSecond(calls, parsedAndInserted)}`,
    ),
    benchRow('sync', `${words}, and their contacts with metadata`, withContacts, {}, perSecond(calls, withContacts)),
    benchRow('sync', `${words} again, nothing changed`, again, {}, `${requests} requests, all for the list`),
  ];
}

/** The most requests in any sliding minute while there is work, and what was refused. */
async function realMinute(): Promise<BenchRow> {
  const provider = await serve(['--batches', '400', '--limit', '300']);
  const app = await openAccount(provider.baseUrl, false);
  const start = performance.now();
  await syncAll(app);
  const ms = performance.now() - start;
  await app.close();
  const { times, refused } = (await (await fetch(`${provider.baseUrl}/times`)).json()) as {
    times: number[];
    refused: number;
  };
  provider.stop();
  const peak = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
  return benchRow('sync', 'limit of 300 a minute, 400 batches', ms, {}, `peak ${peak} in a minute, ${refused} refused`);
}

/** The most memory of a process so far, in MB: threads are in it. One that is ending has none. */
function peakMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** A first sync by the command line: the whole app without a window, one process with its threads. */
async function memory(calls: number): Promise<BenchRow> {
  const provider = await serve(['--calls', String(calls)]);
  const folder = mkdtempSync(join(tmpdir(), 'callbook-bench-memory-'));
  const start = performance.now();
  const callbook = (args: readonly string[]) =>
    spawn(process.execPath, [builtCli, '--data-dir', folder, ...args], {
      env: { ...process.env, CALLBOOK_API_KEY: KEY },
      stdio: 'ignore',
    });
  const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));
  await ended(callbook(['account', 'add', '--name', 'Bench', '--base-url', provider.baseUrl]));
  const child = callbook(['sync']);
  let peak = 0;
  const timer = setInterval(() => {
    if (child.exitCode === null) peak = Math.max(peak, peakMegabytes(child));
  }, 200);
  await ended(child);
  clearInterval(timer);
  const ms = performance.now() - start;
  provider.stop();
  rmSync(folder, { recursive: true });
  return benchRow(
    'sync',
    `memory of a first sync of ${calls.toLocaleString('en')} calls`,
    ms,
    {},
    `${peak} MB at most`,
  );
}

export const bench: Bench = async ({ isQuick }) => {
  build();
  return [
    ...(await throughput(isQuick ? 5_000 : 100_000, isQuick)),
    ...(isQuick ? [] : [await realMinute()]),
    await memory(isQuick ? 5_000 : 1_000_000),
  ];
};
