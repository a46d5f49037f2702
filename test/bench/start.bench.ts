import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openReader } from '../../src/main/cache/reader.ts';
import { everything } from '../../src/shared/selection.ts';
import type { PivotSpec } from '../../src/shared/pivot.ts';
import { benchRow, medianMs, quantile, type Bench } from './bench.ts';
import { build, buildScript } from './built.ts';
import { benchCacheFolder } from './cache.ts';
import { duckPeer } from './peers.ts';

/** From nothing to the last view on screen, and to the first pivot. */

const spec: PivotSpec = {
  rows: [{ column: 'outcome:City' }],
  columns: [{ column: 'outcome:Plan' }],
  measures: [
    { type: 'count' },
    { type: 'avg', column: 'duration_seconds' },
    { type: 'sum', column: 'answer_duration_seconds' },
  ],
  base: 'filled',
};

export const bench: Bench = async ({ isQuick }) => {
  build();
  const folder = benchCacheFolder(isQuick ? 20_000 : 1_000_000);
  const file = join(folder, 'cache.sqlite');
  const byStatus = {
    ...everything('UTC'),
    filters: [{ op: 'any' as const, of: { column: 'status' }, values: [{ json: '"completed"' }], negate: false }],
  };
  const pivoted = await medianMs(() => {
    const reader = openReader(file);
    reader.pivot(byStatus, spec);
    reader.close();
  });
  const peers: Record<string, number> = {};
  const open = isQuick ? undefined : await duckPeer(folder);
  if (open !== undefined) {
    for (const table of ['text', 'enum']) {
      peers[`duckdb_${table}`] = await medianMs(async () => {
        const duck = await open();
        await duck.query(
          `SELECT city, plan, count(*), avg(duration), sum(answered) FROM calls_${table} WHERE status = 'completed' GROUP BY city, plan`,
        );
        duck.close();
      });
    }
  }
  const script = await buildScript('wholeApp');
  const runs = Array.from({ length: isQuick ? 1 : 7 }, () => {
    const printed = execFileSync(process.execPath, [script, folder, 'start'], { encoding: 'utf8' });
    return JSON.parse(printed) as { opened: number; firstWindow: number; usable: number };
  });
  const median = (of: (run: (typeof runs)[number]) => number) =>
    quantile(
      runs.map(of).sort((a, b) => a - b),
      0.5,
    );
  return [
    benchRow('start', 'open, five columns, first pivot', pivoted, peers),
    benchRow(
      'start',
      'process start to the last view’s first window',
      median((run) => run.firstWindow),
      {},
      `app open after ${median((run) => run.opened).toFixed(0)} ms`,
    ),
    benchRow(
      'start',
      'process start to columns, batches and another search',
      median((run) => run.usable),
    ),
  ];
};
