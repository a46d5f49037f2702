import { join } from 'node:path';
import type { QueryHandlers } from '../../src/main/cache/query.ts';
import { openReader } from '../../src/main/cache/reader.ts';
import { Thread } from '../../src/main/threads.ts';
import type { Measure, PivotSpec } from '../../src/shared/pivot.ts';
import { everything, type Selection } from '../../src/shared/selection.ts';
import { benchRow, medianMs, type Bench, type BenchRow } from './bench.ts';
import { benchCacheFolder } from './cache.ts';
import { arqueroPeer, duckPeer, pandasPeer, sqlitePeer } from './peers.ts';

/** Pivots over all calls and over a filter, against the same in SQL and data frames. Ours has all totals too; the peers' only cells. */

const measures: Measure[] = [
  { type: 'count' },
  { type: 'avg', column: 'duration_seconds' },
  { type: 'sum', column: 'answer_duration_seconds' },
];
const SQL_MEASURES = 'count(*), avg(duration), sum(answered)';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly spec: PivotSpec;
  readonly isFiltered: boolean;
  readonly sqlMeasures: string;
}

const key = { city: 'outcome:City', region: 'outcome:Region', plan: 'outcome:Plan' } as const;

function pivotOf(
  rows: readonly (keyof typeof key)[],
  columns: readonly (keyof typeof key)[],
  of = measures,
): PivotSpec {
  const dimensions = (names: readonly (keyof typeof key)[]) => names.map((name) => ({ column: key[name] }));
  return { rows: dimensions(rows), columns: dimensions(columns), measures: of, base: 'filled' };
}

const spread: Measure[] = [
  { type: 'median', column: 'duration_seconds' },
  { type: 'percentile', column: 'duration_seconds', percent: 90 },
  { type: 'distinct', column: 'outcome:Region' },
];

const cases: readonly Case[] = [
  {
    id: 'two',
    name: '2 keys × 3 measures',
    keys: ['city', 'plan'],
    spec: pivotOf(['city'], ['plan']),
    isFiltered: false,
    sqlMeasures: SQL_MEASURES,
  },
  {
    id: 'three',
    name: '3 keys × 3 measures',
    keys: ['city', 'region', 'plan'],
    spec: pivotOf(['city', 'region'], ['plan']),
    isFiltered: false,
    sqlMeasures: SQL_MEASURES,
  },
  {
    id: 'filtered',
    name: '2 keys × 3 measures, filtered',
    keys: ['city', 'plan'],
    spec: pivotOf(['city'], ['plan']),
    isFiltered: true,
    sqlMeasures: SQL_MEASURES,
  },
  {
    id: 'spread',
    name: '2 keys, median, 90th percentile, different values',
    keys: ['city', 'plan'],
    spec: pivotOf(['city'], ['plan'], spread),
    isFiltered: false,
    sqlMeasures: 'quantile_cont(duration, 0.5), quantile_cont(duration, 0.9), count(DISTINCT region)',
  },
];

const selectionOf = ({ isFiltered }: Case): Selection => ({
  ...everything('UTC'),
  filters: isFiltered
    ? [{ op: 'any', of: { column: 'status' }, values: [{ json: '"completed"' }], negate: false }]
    : [],
});

export const bench: Bench = async ({ isQuick }) => {
  const folder = benchCacheFolder(isQuick ? 20_000 : 1_000_000);
  const cacheFile = join(folder, 'cache.sqlite');
  // As in the app: the thread that searches helps.
  const helper = new Thread<QueryHandlers>(
    new URL('../../src/main/cache/query.worker.ts', import.meta.url),
    { cacheFile, helpsWith: 'bench' },
    (error) => {
      throw error;
    },
  );
  await helper.ask('count', everything('UTC'));
  const reader = openReader(cacheFile, { sharedWork: 'bench' });
  const ours = new Map<Case, number>();
  for (const one of cases) ours.set(one, await medianMs(() => reader.pivot(selectionOf(one), one.spec)));
  const text = { ...everything('UTC'), text: '"wmi"' };
  const hits = reader.count(text);
  const afterSearch = await medianMs(() => reader.pivot(text, pivotOf(['city'], ['plan'])));
  const subtotals = await medianMs(() =>
    reader.pivot(everything('UTC'), {
      ...pivotOf(['region', 'city'], ['plan']),
      subtotals: { rows: true, columns: true },
    }),
  );
  const size = await medianMs(() => reader.pivotSize(everything('UTC'), pivotOf(['city'], ['plan'])));
  reader.close();
  await helper.close();

  const rows: BenchRow[] = [];
  const peers = isQuick ? undefined : await measurePeers(folder);
  for (const one of cases) rows.push(benchRow('pivot', one.name, ours.get(one) ?? NaN, peers?.get(one) ?? {}));
  rows.push(benchRow('pivot', `2 keys × 3 measures of the calls that a word is in`, afterSearch, {}, `${hits} calls`));
  rows.push(benchRow('pivot', '3 keys × 3 measures with subtotals', subtotals));
  rows.push(benchRow('pivot', 'size of 2 keys', size));
  return rows;
};

async function measurePeers(folder: string): Promise<Map<Case, Record<string, number>>> {
  const measured = new Map<Case, Record<string, number>>(cases.map((one) => [one, {}]));
  const put = (one: Case, peer: string, ms: number) => Object.assign(measured.get(one) ?? {}, { [peer]: ms });
  const sqlOf = (table: string, { keys, isFiltered, sqlMeasures }: Case) =>
    `SELECT ${keys.join(', ')}, ${sqlMeasures} FROM ${table}${isFiltered ? " WHERE status = 'completed'" : ''} GROUP BY ${keys.join(', ')}`;
  const open = await duckPeer(folder);
  const duck = await open?.();
  if (duck !== undefined) {
    for (const one of cases) {
      put(one, 'duckdb_text', await medianMs(() => duck.query(sqlOf('calls_text', one))));
      put(one, 'duckdb_enum', await medianMs(() => duck.query(sqlOf('calls_enum', one))));
    }
    duck.close();
  }
  const plain = cases.filter(({ id }) => id !== 'spread');
  const sqlite = sqlitePeer(folder);
  for (const one of plain) {
    const statement = sqlite.prepare(sqlOf('calls', one));
    put(one, 'sqlite_rows', await medianMs(() => statement.all(), { runs: 7, warmUps: 1 }));
  }
  sqlite.close();
  const arquero = await arqueroPeer(folder);
  if (arquero !== undefined) {
    for (const one of plain) {
      const table = one.isFiltered ? () => arquero.filter("d => d.status === 'completed'") : () => arquero;
      const rollup = { n: 'd => op.count()', a: 'd => op.mean(d.duration)', s: 'd => op.sum(d.answered)' };
      put(
        one,
        'arquero',
        await medianMs(() =>
          table()
            .groupby(...one.keys)
            .rollup(rollup)
            .numRows(),
        ),
      );
    }
  }
  const pandas = pandasPeer(folder);
  for (const one of plain) {
    const ms = pandas?.[one.id];
    if (ms !== undefined) put(one, 'pandas_category', ms);
  }
  return measured;
}
