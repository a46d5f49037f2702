import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryHandlers } from '../../src/main/cache/query.ts';
import { callOf } from '../../src/shared/call.ts';
import { Thread } from '../../src/main/threads.ts';
import { createRandom } from '../support/provider/random.ts';
import { benchRow, quantile, timesOf, type BenchOptions, type BenchRow } from './bench.ts';
import { benchCacheFolder } from './cache.ts';
import { plainRows } from './plainRows.ts';

/** Opening a call: from its row id to all of it in the thread that asked. Each run opens another, so its page is unpacked anew. */
export async function bench({ isQuick }: BenchOptions): Promise<readonly BenchRow[]> {
  const calls = isQuick ? 20_000 : 1_000_000;
  const folder = benchCacheFolder(calls);
  const cacheFile = join(folder, 'cache.sqlite');
  const rows = plainRows(folder);
  const query = new Thread<QueryHandlers>(
    new URL('../../src/main/cache/query.worker.ts', import.meta.url),
    { cacheFile },
    (error) => {
      throw error;
    },
  );
  const random = createRandom(1);
  const next = () => rows.rowIds[random.int(0, rows.rowIds.length - 1)] ?? 0;
  const times = await timesOf(() => query.ask('getCall', next()), { runs: 200, warmUps: 20 });
  const peer = await timesOf(() => callOf(rows.get(next()) ?? '{}'), { runs: 200, warmUps: 20 });
  await query.close();
  const received = rows.bytes();
  rows.close();
  const share = statSync(cacheFile).size / received;
  return [
    benchRow(
      'detail',
      'open a call',
      quantile(times, 0.5),
      { sqlite_rows: quantile(peer, 0.5) },
      `p95 ${quantile(times, 0.95).toFixed(2)} ms; the peer has no thread between. On disk ${share.toFixed(2)} × the JSON received (${Math.round(received / calls)} bytes a call)`,
    ),
  ];
}
