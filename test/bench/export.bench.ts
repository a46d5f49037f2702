import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QueryHandlers } from '../../src/main/cache/query.ts';
import { exportThread } from '../../src/main/export/exportJobs.ts';
import type { RowProgress } from '../../src/main/export/portions.ts';
import { Thread } from '../../src/main/threads.ts';
import { exportOptionsSchema } from '../../src/shared/exportOptions.ts';
import { everything, newestFirst } from '../../src/shared/selection.ts';
import { benchRow, hasPythonModules, quantile, type BenchOptions, type BenchRow } from './bench.ts';
import { build, builtWorkers } from './built.ts';
import { benchCacheFolder } from './cache.ts';
import { wordOfRank } from './data.ts';

/** Exporting 24 typed columns to each format, beside the peers that write workbooks; each run in a process of its own. */

interface Once {
  readonly ms: number;
  readonly firstMs: number | null;
  /** Of the process, and how much of it came with the export. */
  readonly peakMb: number;
  readonly shareMb: number;
  readonly bytes: number;
}

const SEARCHES = 60;

const script = fileURLToPath(new URL('./exportOnce.ts', import.meta.url));

function once(cache: string, who: string, rows: number): Once {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, cache, who, String(rows)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${who} failed: ${stderr}`);
  return JSON.parse(stdout) as Once;
}

/** The run of the median time. */
function median(cache: string, who: string, rows: number, runs: number): Once {
  const all = Array.from({ length: runs }, () => once(cache, who, rows)).sort((a, b) => a.ms - b.ms);
  const ms = quantile(
    all.map((run) => run.ms),
    0.5,
  );
  return all.find((run) => run.ms === ms) ?? (all[0] as Once);
}

const say = ({ firstMs, peakMb, shareMb, bytes }: Once) =>
  `peak ${peakMb.toFixed(0)} MB, ${shareMb.toFixed(0)} MB of it the export, ${(bytes / 1e6).toFixed(1)} MB written${firstMs === null ? '' : `, first progress after ${firstMs.toFixed(0)} ms`}`;

const crash = (error: Error) => {
  throw error;
};

/** p95 in ms of searches that each ask for something new, one after the other; `from` is the first word's rank. */
async function searchP95(query: Thread<QueryHandlers>, from: number, isEnough: () => boolean): Promise<number> {
  const times: number[] = [];
  for (let run = 0; !isEnough() && run < SEARCHES; run++) {
    const selection = { ...everything('UTC'), text: `${wordOfRank(from + run)} OR ${wordOfRank(1 + (run % 50))}` };
    const start = performance.now();
    await query.ask('window', { selection, sort: [newestFirst], offset: 0, limit: 100 });
    times.push(performance.now() - start);
  }
  return quantile(
    times.sort((a, b) => a - b),
    0.95,
  );
}

/** What somebody who searches feels of an export of everything. */
async function searchMeanwhile(cacheFile: string): Promise<BenchRow> {
  const query = new Thread<QueryHandlers>(builtWorkers.query, { cacheFile }, crash);
  const folder = mkdtempSync(join(tmpdir(), 'callbook-export-bench-'));
  await searchP95(query, 100, () => false);
  const alone = await searchP95(query, 1_000, () => false);
  const thread = exportThread(builtWorkers.export, cacheFile);
  const begun = Promise.withResolvers<void>();
  let isOver = false;
  const exported = thread
    .ask(
      'export',
      {
        ...exportOptionsSchema.parse({ selection: everything('UTC'), sort: [newestFirst] }),
        recordings: {},
        part: join(folder, 'out.xlsx'),
        appVersion: 'bench',
        requestedAt: Date.now(),
      },
      { onProgress: (value) => (value as RowProgress).rowsWritten > 0 && begun.resolve() },
    )
    .finally(() => (isOver = true));
  await begun.promise;
  const meanwhile = await searchP95(query, 10_000, () => isOver);
  const wasLong = !isOver;
  await exported;
  await Promise.all([query.close(), thread.close()]);
  rmSync(folder, { recursive: true });
  const note = `p95; alone ${alone.toFixed(1)} ms, so ${(meanwhile / alone).toFixed(1)} times as long${wasLong ? '' : '; the export ended before'}`;
  return benchRow('export', 'search while a workbook is written', meanwhile, {}, note);
}

export async function bench({ isQuick }: BenchOptions): Promise<readonly BenchRow[]> {
  build();
  const calls = isQuick ? 20_000 : 1_000_000;
  const some = isQuick ? 2_000 : 100_000;
  const runs = isQuick ? 1 : 3;
  const cache = join(benchCacheFolder(calls), 'cache.sqlite');
  const peers = [
    'exceljs',
    'sheetjs',
    ...(hasPythonModules('xlsxwriter') ? ['xlsxwriter'] : []),
    ...(hasPythonModules('pandas', 'xlsxwriter') ? ['pandas_xlsxwriter'] : []),
  ];
  const rows: BenchRow[] = [];

  const ours = median(cache, 'xlsx', some, runs);
  const theirs = peers.map((who) => [who, median(cache, who, some, runs)] as const);
  const peaks = theirs.map(([who, run]) => `${who} ${run.peakMb.toFixed(0)} MB`).join(', ');
  rows.push(
    benchRow(
      'export',
      `workbook of ${some} calls`,
      ours.ms,
      Object.fromEntries(theirs.map(([who, run]) => [who, run.ms])),
      `${say(ours)}; peaks of peers: ${peaks}`,
    ),
  );
  for (const format of ['xlsx', 'csv', 'parquet'] as const) {
    const run = once(cache, format, calls);
    rows.push(benchRow('export', `${format} of ${calls} calls`, run.ms, {}, say(run)));
  }
  rows.push(await searchMeanwhile(cache));
  return rows;
}
