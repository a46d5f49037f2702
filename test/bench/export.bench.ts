import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchRow, quantile, type BenchOptions, type BenchRow } from './bench.ts';
import { benchCacheFolder } from './cache.ts';

/** Exporting 24 typed columns to each format, beside the peers that write workbooks; each run in a process of its own. */

interface Once {
  readonly ms: number;
  readonly firstMs: number | null;
  readonly peakMb: number;
  readonly bytes: number;
}

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

const hasXlsxWriter = () => spawnSync('python3', ['-c', 'import xlsxwriter']).status === 0;

const say = ({ firstMs, peakMb, bytes }: Once) =>
  `peak ${peakMb.toFixed(0)} MB, ${(bytes / 1e6).toFixed(1)} MB written${firstMs === null ? '' : `, first progress after ${firstMs.toFixed(0)} ms`}`;

export async function bench({ isQuick }: BenchOptions): Promise<readonly BenchRow[]> {
  const calls = isQuick ? 20_000 : 1_000_000;
  const some = isQuick ? 2_000 : 100_000;
  const runs = isQuick ? 1 : 3;
  const cache = join(benchCacheFolder(calls), 'cache.sqlite');
  const peers = ['exceljs', 'sheetjs', ...(hasXlsxWriter() ? ['xlsxwriter'] : [])];
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
  return Promise.resolve(rows);
}
