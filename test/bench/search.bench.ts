import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache, type Cache } from '../../src/main/cache/cache.ts';
import { warmUp } from '../../src/main/warmUp.ts';
import { everything, newestFirst, type Selection } from '../../src/shared/selection.ts';
import { benchRow, quantile, timesOf, type BenchOptions, type BenchRow } from './bench.ts';
import { build, builtWorkers } from './built.ts';
import { BENCH_ACCOUNT, benchCacheFolder } from './cache.ts';
import { benchBatches, wordOfRank } from './data.ts';
import { plainRows } from './plainRows.ts';

/**
 * From a text in the search box to the first 100 rows and the exact count, in the thread that asked: through the app's own threads, which
 * keep less young memory than V8 would. Every run asks for something new: what was asked before is kept, and would say nothing about
 * typing.
 */

interface Case {
  readonly name: string;
  /** A text for each run. */
  readonly text: (run: number) => string;
  /** What a scan over the rows looks for instead. */
  readonly scan?: string;
}

const ranks = (from: number) => (run: number) => wordOfRank(from + run);
const digits = (run: number) => String(10_000 + run * 7_919).slice(0, 4);
const names = [
  'priya',
  'sharma',
  'kumar',
  'singh',
  'anna',
  'maria',
  'khan',
  'patel',
  'gupta',
  'reddy',
  'iyer',
  'verma',
];
/** Another piece of a name for each run. */
const name = (run: number) => (names[run % names.length] ?? '').slice(0, 3 + Math.floor(run / names.length));
const letters = 'abcdefghijklmnopqrstuvwxyz';

const cases: readonly Case[] = [
  { name: 'rare word', text: (run) => `"${wordOfRank(5_000 + run)}"`, scan: wordOfRank(5_000) },
  { name: 'frequent word', text: (run) => `"${wordOfRank(1 + run)}"`, scan: wordOfRank(1) },
  { name: 'word as typed', text: ranks(200) },
  { name: 'three letters', text: (run) => ranks(1)(run).slice(0, 3) },
  { name: 'two letters', text: (run) => `${letters[(run * 7) % 26]}${'aeiou'[run % 5]}` },
  { name: 'phrase', text: (run) => `"${wordOfRank(1 + run)} ${wordOfRank(2 + (run % 5))}"` },
  { name: 'word and not', text: (run) => `${wordOfRank(20 + run)} -${wordOfRank(2 + run)}` },
  { name: 'one or other', text: (run) => `${wordOfRank(40 + run)} OR ${wordOfRank(60 + run)}` },
  { name: 'field', text: (run) => `name:${name(run)}` },
  { name: 'outcome key', text: (run) => `City:"City ${run}"` },
  { name: 'part of a number', text: digits },
  { name: 'part of a name', text: (run) => name(run + names.length).slice(1) },
];

const open = (folder: string): Promise<Cache> =>
  openCache({
    dataDir: folder,
    workers: builtWorkers,
    onCrash(error) {
      throw error;
    },
  });

const RUNS = 21;
/** With texts of their own. */
const WARM_UPS = 15;

/** Ascending times of a case, each run with another text. */
async function searchTimes(cache: Cache, { text }: Case): Promise<number[]> {
  let run = 0;
  return timesOf(
    async () => {
      const selection: Selection = { ...everything('UTC'), text: text(run++) };
      await cache.query('window', { selection, sort: [newestFirst], offset: 0, limit: 100 });
    },
    { runs: RUNS, warmUps: WARM_UPS },
  );
}

const say = (ms: number) => `${ms.toFixed(1)} ms`;

async function quietly(folder: string, calls: number): Promise<BenchRow[]> {
  const cache = await open(folder);
  const rows = plainRows(folder);
  const first = everything('UTC');
  await cache.query('window', { selection: first, sort: [newestFirst], offset: 0, limit: 100 });
  const results: BenchRow[] = [];
  for (const one of cases) {
    const times = await searchTimes(cache, one);
    const scan =
      one.scan === undefined
        ? undefined
        : quantile(await timesOf(() => rows.scan(`%${one.scan}%`), { runs: 7, warmUps: 1 }), 0.5);
    const peers: Record<string, number> = scan === undefined ? {} : { sqlite_rows: scan };
    results.push(
      benchRow('search', one.name, quantile(times, 0.5), peers, `p95 ${say(quantile(times, 0.95))}, ${calls} calls`),
    );
  }
  rows.close();
  await cache.close();
  return results;
}

const STARTS = 7;

/** The first text of a person after a start: a beginning that two thirds of the calls have. By then the app has warmed up, see warmUp.ts. */
async function firstAfterStart(folder: string, calls: number): Promise<BenchRow> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const cache = await open(folder);
    const ask = (text: string) =>
      cache.query('window', { selection: { ...everything('UTC'), text }, sort: [newestFirst], offset: 0, limit: 100 });
    await ask('');
    await warmUp(cache);
    times.push(...(await timesOf(() => ask(wordOfRank(1).slice(0, 2)), { runs: 1, warmUps: 0 })));
    await cache.close();
  }
  times.sort((a, b) => a - b);
  const note = `at most ${say(times.at(-1) ?? NaN)}, ${calls} calls`;
  return benchRow('search', 'two letters, first after a start', quantile(times, 0.5), {}, note);
}

/** Searches while a sync writes new batches as fast as it can. */
async function whileWriting(folder: string, calls: number): Promise<BenchRow[]> {
  const copy = mkdtempSync(join(tmpdir(), 'callbook-bench-search-'));
  copyFileSync(join(folder, 'cache.sqlite'), join(copy, 'cache.sqlite'));
  const cache = await open(copy);
  let isStopped = false;
  async function write(): Promise<void> {
    const runId = await cache.write('startRun', { accountId: BENCH_ACCOUNT, batches: [] });
    for (let n = 0; !isStopped; n++) {
      const [batch] = benchBatches(2_000, BENCH_ACCOUNT);
      if (batch === undefined) return;
      const schedule_id = `new_${n}`;
      const key = `${BENCH_ACCOUNT}/${schedule_id}`;
      const batches = JSON.stringify([{ ...batch.batch, schedule_id }]);
      await cache.write('saveBatches', { accountId: BENCH_ACCOUNT, batches });
      await cache.write('startBatch', { batch: key, runId });
      await cache.write('startPass', key);
      for (let page = 0; page < 4 && !isStopped; page++)
        await cache.write('addPage', { batch: key, page: page + 1, items: batch.items(page * 500, page * 500 + 500) });
      await cache.write('finishBatch', { batch: key, end: 'whole' });
      await cache.settle(key);
    }
  }
  try {
    await cache.query('window', { selection: everything('UTC'), sort: [newestFirst], offset: 0, limit: 100 });
    const writing = write();
    const results: BenchRow[] = [];
    for (const one of cases.filter(({ name }) =>
      ['rare word', 'frequent word', 'two letters', 'part of a name'].includes(name),
    )) {
      const times = await searchTimes(cache, one);
      results.push(
        benchRow(
          'search',
          `${one.name}, while a sync writes`,
          quantile(times, 0.5),
          {},
          `p95 ${say(quantile(times, 0.95))}, ${calls} calls`,
        ),
      );
    }
    isStopped = true;
    await writing;
    return results;
  } finally {
    await cache.close();
    rmSync(copy, { recursive: true });
  }
}

export async function bench({ isQuick }: BenchOptions): Promise<readonly BenchRow[]> {
  build();
  const calls = isQuick ? 20_000 : 1_000_000;
  const folder = benchCacheFolder(calls);
  return [
    ...(await quietly(folder, calls)),
    await firstAfterStart(folder, calls),
    ...(await whileWriting(folder, calls)),
  ];
}
