import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ItemsPage } from '../../src/main/api/provider.ts';
import { openCache } from '../../src/main/cache/cache.ts';
import { openReader } from '../../src/main/cache/reader.ts';
import { openWriter } from '../../src/main/cache/writer.ts';
import type { CutItems } from '../../src/main/items.ts';
import { openLog } from '../../src/main/log.ts';
import { startSyncRun } from '../../src/main/sync/syncRun.ts';
import { benchRow, quantile, type BenchOptions, type BenchRow } from './bench.ts';
import { build, builtWorkers } from './built.ts';
import { BENCH_ACCOUNT, benchAccount } from './cache.ts';
import { CALLS_A_BATCH, benchBatches, type BenchBatch } from './data.ts';
import { createPlainRows, insertPlainRow } from './plainRows.ts';

/**
 * Taking calls in, with everything on: checked, rows, words, parts, columns, history, a transaction a page of 500. As the app does it: a sync of
 * some batches, whose pages are here already, through the app's own threads, of which one settles a batch while another takes in the next; and by
 * the same parts one after another in one thread. The peer puts the same text into a plain table, a transaction a page, in the same kind of
 * file. Times are for a batch of 10,000 calls.
 */

const PAGE = 500;

interface Measured {
  readonly ms: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
}

async function measure(work: () => unknown): Promise<Measured> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

/** A page as the provider's answer is cut: see api/pageItems.ts. */
function cutItems(items: readonly string[]): CutItems {
  const places: number[] = [];
  let end = 0;
  for (const item of items) places.push(end, (end += Buffer.byteLength(item)));
  return { bytes: Buffer.from(items.join('')), places: Uint32Array.from(places) };
}

const median = (values: readonly number[]) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

const pagesOf = ({ items }: BenchBatch, size: number) =>
  Array.from({ length: size / PAGE }, (_, page) => items(page * PAGE, (page + 1) * PAGE));

/** The peer. */
function openPlain(file: string) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(createPlainRows);
  const insert = db.prepare(insertPlainRow);
  let rowId = 0;
  const insertPage = db.transaction((items: readonly string[]) => {
    for (const item of items) insert.run(rowId, String(rowId++), item);
  });
  return { insertPage: (items: readonly string[]) => insertPage.immediate(items), close: () => db.close() };
}

interface Sizes {
  readonly folder: string;
  /** Calls of a batch. */
  readonly size: number;
  readonly rounds: number;
}

const BATCHES_A_ROUND = 10;

/** Rounds of some batches one after another, through the writing and the settling thread; then the peer, with the same calls. */
async function inThreads({ folder, size, rounds }: Sizes): Promise<BenchRow> {
  build();
  const fail = (error: Error) => {
    throw error;
  };
  const cache = await openCache({ dataDir: folder, workers: builtWorkers, onCrash: fail });
  await cache.write('saveAccount', benchAccount);
  const plain = openPlain(join(folder, 'plain.sqlite'));
  const all = benchBatches(rounds * BATCHES_A_ROUND * CALLS_A_BATCH, BENCH_ACCOUNT);
  await cache.write('saveBatches', {
    accountId: BENCH_ACCOUNT,
    batches: JSON.stringify(all.map(({ batch }) => batch)),
  });
  const listed = new Map((await cache.query('listBatches', undefined)).map((batch) => [batch.key, batch]));
  const ours: Measured[] = [];
  const peer: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    const some = all.slice(round * BATCHES_A_ROUND, (round + 1) * BATCHES_A_ROUND);
    const texts = some.map((batch) => pagesOf(batch, size));
    const answers = new Map(some.map(({ batch }, i) => [batch.schedule_id, texts[i]?.map(cutItems) ?? []]));
    const batches = some.flatMap(({ key }) => listed.get(key) ?? []);
    const getResults = (id: string, page: number): Promise<ItemsPage> => {
      const pages = answers.get(id) ?? [];
      const items = pages[page - 1];
      if (items === undefined) throw new Error('no such page');
      return Promise.resolve({ items, total: size, hasMore: page < pages.length });
    };
    ours.push(
      await measure(async () => {
        const { finished } = await startSyncRun({
          cache,
          provider: { getResults, getContacts: getResults },
          accountId: BENCH_ACCOUNT,
          batches,
          isAutomatic: false,
          waitsForNetwork: false,
          refresh: () => Promise.resolve(batches),
          isWanted: () => true,
          wantsContacts: () => false,
          log: openLog(folder),
          onProgress: () => undefined,
          onBatchChanged: () => undefined,
        });
        const { state, batches: ended } = await finished;
        if (state !== 'done' || ended.some((batch) => batch.new !== size)) throw new Error(`the sync ended ${state}`);
      }),
    );
    peer.push(await measure(() => texts.flat().forEach(plain.insertPage)));
  }
  await cache.close();
  plain.close();
  // The first round is where code is compiled.
  const a = (pick: (one: Measured) => number, all: readonly Measured[]) =>
    median(all.slice(1).map(pick)) / BATCHES_A_ROUND;
  const ms = a((one) => one.ms, ours);
  const note = `two threads side by side, ${BATCHES_A_ROUND} batches in a row; ${speed(
    size,
    ms,
    a((one) => one.cpuMs, ours),
  )}`;
  return benchRow('ingest', `${size} new calls`, ms, { sqlite_rows: a((one) => one.ms, peer) }, note);
}

const speed = (size: number, ms: number, cpuMs: number) =>
  `${Math.round(size / (ms / 1000))} calls/s, ${((cpuMs / size) * 1000).toFixed(1)} µs of processor a call`;

async function inOneThread({ folder, size, rounds }: Sizes): Promise<BenchRow[]> {
  const cacheFile = join(folder, 'cache.sqlite');
  const writer = openWriter(cacheFile);
  writer.saveAccount(benchAccount);
  const reader = openReader(cacheFile);
  const plain = openPlain(join(folder, 'plain.sqlite'));
  const ours: Measured[] = [];
  const peer: Measured[] = [];
  const again: Measured[] = [];
  let bytes = 0;
  for (const one of benchBatches(rounds * CALLS_A_BATCH, BENCH_ACCOUNT)) {
    const { key, batch } = one;
    const pages = pagesOf(one, size);
    for (const item of pages.flat()) bytes += Buffer.byteLength(item);
    const answers = pages.map(cutItems);
    writer.saveBatches({ accountId: BENCH_ACCOUNT, batches: JSON.stringify([batch]) });
    const runId = writer.startRun({ accountId: BENCH_ACCOUNT, batches: [] });
    const takeIn = () => {
      writer.startBatch({ batch: key, runId });
      writer.startPass(key);
      answers.forEach((page, p) => writer.addPage({ batch: key, page: p + 1, items: page }));
      writer.finishBatch({ batch: key, end: 'whole' });
      const settled = reader.makeSettled(key);
      if (settled !== undefined) writer.saveSettled({ batch: key, settled });
    };
    ours.push(await measure(takeIn));
    again.push(await measure(takeIn));
    peer.push(await measure(() => pages.forEach(plain.insertPage)));
  }
  reader.close();
  writer.close();
  plain.close();
  const share = statSync(cacheFile).size / bytes;
  const msOf = (all: readonly Measured[]) => median(all.map(({ ms }) => ms));
  const speedOf = (all: readonly Measured[]) => speed(size, msOf(all), median(all.map(({ cpuMs }) => cpuMs)));
  return [
    benchRow(
      'ingest',
      `${size} new calls, in one thread`,
      msOf(ours),
      { sqlite_rows: msOf(peer) },
      `${speedOf(ours)}; ${share.toFixed(2)} × the JSON received on disk`,
    ),
    benchRow('ingest', `${size} calls again, unchanged, in one thread`, msOf(again), {}, speedOf(again)),
  ];
}

export async function bench({ isQuick }: BenchOptions): Promise<readonly BenchRow[]> {
  const size = isQuick ? 1_000 : CALLS_A_BATCH;
  const folders = ['threads', 'one'].map((name) => mkdtempSync(join(tmpdir(), `callbook-bench-ingest-${name}-`)));
  const [threads = '', one = ''] = folders;
  try {
    return [
      await inThreads({ folder: threads, size, rounds: isQuick ? 2 : 5 }),
      ...(await inOneThread({ folder: one, size, rounds: isQuick ? 3 : 10 })),
    ];
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}
