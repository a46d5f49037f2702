import { join } from 'node:path';
import { openReader } from '../../src/main/cache/reader.ts';
import { everything, type Selection } from '../../src/shared/selection.ts';
import { benchRow, medianMs, type Bench } from './bench.ts';
import { benchCacheFolder } from './cache.ts';
import { duckPeer, peerColumns, type PeerColumn } from './peers.ts';

/** Counts of fifteen columns under a filter and a text, each column without its own filter. */

const WORD = 'wmi';
const selection: Selection = {
  ...everything('UTC'),
  text: `"${WORD}"`,
  filters: [{ op: 'any', of: { column: 'outcome:Plan' }, values: [{ json: '"Basic"' }], negate: false }],
};
const options = { most: 50, search: '' };

/** One statement for all facets, so that the text is looked for once. */
function sqlOf(table: string): string {
  const found = `summary LIKE '% ${WORD} %' OR summary LIKE '% ${WORD}.%'`;
  const facet = (column: PeerColumn) =>
    `(SELECT '${column}', ${column}::VARCHAR, count(*) AS n FROM found ${column === 'plan' ? '' : "WHERE plan = 'Basic'"}
      GROUP BY ${column} ORDER BY n DESC LIMIT 50)`;
  return `WITH found AS MATERIALIZED (SELECT * EXCLUDE (summary, name) FROM ${table} WHERE ${found})
    ${(Object.keys(peerColumns) as PeerColumn[]).map(facet).join(' UNION ALL ')}`;
}

export const bench: Bench = async ({ isQuick }) => {
  const folder = benchCacheFolder(isQuick ? 20_000 : 1_000_000);
  const file = join(folder, 'cache.sqlite');
  const columns = Object.values(peerColumns);
  const reader = openReader(file);
  const hits = reader.count({ ...selection, filters: [] });
  const again = await medianMs(() => reader.facets(selection, columns, options));
  const whole = await medianMs(() => reader.facets(everything('UTC'), columns, options));
  // Another text each time, so that its calls have to be found: the word with one more that no call has.
  let run = 0;
  const fresh = await medianMs(() =>
    reader.facets({ ...selection, text: `"${WORD}" -zz${run++}zz` }, columns, options),
  );
  reader.close();
  const peers: Record<string, number> = {};
  const duck = isQuick ? undefined : await (await duckPeer(folder))?.();
  if (duck !== undefined) {
    peers['duckdb_text'] = await medianMs(() => duck.query(sqlOf('calls_text')));
    peers['duckdb_enum'] = await medianMs(() => duck.query(sqlOf('calls_enum')));
    duck.close();
  }
  return [
    benchRow('facets', '15 columns under a filter and a new text', fresh, peers, `${hits} calls hold the word`),
    benchRow('facets', '15 columns under a filter and a text asked before', again, peers),
    benchRow('facets', '15 columns of all calls', whole),
  ];
};
