import { join } from 'node:path';
import { openReader } from '../../src/main/cache/reader.ts';
import { everything, type Selection, type Sort } from '../../src/shared/selection.ts';
import { benchRow, medianMs, type Bench, type BenchRow } from './bench.ts';
import { benchCacheFolder } from './cache.ts';
import { duckPeer, sqlitePeer } from './peers.ts';

/** The first window of an order, the whole of it, and a window anywhere after that. */

const sorts: readonly { readonly name: string; readonly sql: string; readonly sort: readonly Sort[] }[] = [
  { name: 'a number', sql: 'duration DESC NULLS LAST', sort: [{ column: 'duration_seconds', descending: true }] },
  { name: 'a time', sql: 'started DESC NULLS LAST', sort: [{ column: 'started_at', descending: true }] },
  { name: 'a category', sql: 'city NULLS LAST', sort: [{ column: 'outcome:City', descending: false }] },
  {
    name: 'a category and a time',
    sql: 'plan NULLS LAST, started DESC NULLS LAST',
    sort: [
      { column: 'outcome:Plan', descending: false },
      { column: 'started_at', descending: true },
    ],
  },
  { name: 'a text', sql: 'name NULLS LAST', sort: [{ column: 'name', descending: false }] },
];

/** Until V8 has compiled all loops, an order takes up to three times as long. */
const WARM_UPS = 15;
const zones = Intl.supportedValuesOf('timeZone').slice(0, 30);
const all = everything('UTC');
const filtered: Selection = {
  ...all,
  filters: [{ op: 'any', of: { column: 'status' }, values: [{ json: '"completed"' }], negate: false }],
};

export const bench: Bench = async ({ isQuick }) => {
  const calls = isQuick ? 20_000 : 1_000_000;
  const folder = benchCacheFolder(calls);
  const reader = openReader(join(folder, 'cache.sqlite'));
  const open = isQuick ? undefined : await duckPeer(folder);
  const duck = await open?.();
  const sqlite = isQuick ? undefined : sqlitePeer(folder);
  const rows: BenchRow[] = [];
  for (const { name, sql, sort } of sorts) {
    // The columns are there before; the order is not: an order is kept for the time zone that it was made in.
    let run = 0;
    const fresh = () => everything(zones[run++ % zones.length] ?? 'UTC');
    reader.window(all, sort, 0, 1);
    const first = await medianMs(() => reader.window(filtered, sort, 0, 100), { warmUps: WARM_UPS });
    const peers: Record<string, number> = {};
    const top = `SELECT rowid FROM %TABLE% WHERE status = 'completed' ORDER BY ${sql} LIMIT 100`;
    const far = `SELECT rowid FROM %TABLE% ORDER BY ${sql} LIMIT 100 OFFSET ${calls / 2}`;
    const farPeers: Record<string, number> = {};
    for (const [into, query] of [
      [peers, top],
      [farPeers, far],
    ] as const) {
      if (duck !== undefined)
        for (const table of ['text', 'enum'])
          into[`duckdb_${table}`] = await medianMs(() => duck.query(query.replace('%TABLE%', `calls_${table}`)), {
            runs: 7,
          });
      const statement = sqlite?.prepare(query.replace('%TABLE%', 'calls'));
      if (statement !== undefined) into['sqlite_rows'] = await medianMs(() => statement.all(), { runs: 7, warmUps: 1 });
    }
    rows.push(benchRow('sort', `first 100 of a filter by ${name}`, first, peers));
    const whole = await medianMs(() => reader.window(fresh(), sort, calls / 2, 100), { runs: 7, warmUps: WARM_UPS });
    rows.push(benchRow('sort', `whole order by ${name}, then 100 from the middle`, whole, farPeers));
    reader.window(all, sort, calls / 2, 100);
    let offset = 0;
    const anywhere = await medianMs(
      () => reader.calls(reader.window(all, sort, (offset += 7_919) % calls, 100).rowIds),
      { warmUps: WARM_UPS },
    );
    rows.push(benchRow('sort', `100 calls at any place by ${name}, the order known`, anywhere));
  }
  reader.close();
  duck?.close();
  sqlite?.close();
  return rows;
};
