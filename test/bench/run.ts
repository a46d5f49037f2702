import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { textTable } from '../../src/main/cli/table.ts';
import type { Bench, BenchRow } from './bench.ts';

/** `npm run bench -- [name…] [--quick] [--json FILE]`: measures Callbook against its peers on the same data in one run. */

const names = [
  'start',
  'ingest',
  'search',
  'pivot',
  'facets',
  'sort',
  'detail',
  'memory',
  'sync',
  'export',
  'felt',
] as const;
type Name = (typeof names)[number];

const benches: Readonly<Partial<Record<Name, () => Promise<{ readonly bench: Bench }>>>> = {
  start: () => import('./start.bench.ts'),
  ingest: () => import('./ingest.bench.ts'),
  search: () => import('./search.bench.ts'),
  pivot: () => import('./pivot.bench.ts'),
  facets: () => import('./facets.bench.ts'),
  sort: () => import('./sort.bench.ts'),
  detail: () => import('./detail.bench.ts'),
  memory: () => import('./memory.bench.ts'),
  sync: () => import('./sync.bench.ts'),
  felt: () => import('./felt.bench.ts'),
  export: () => import('./export.bench.ts'),
};

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) fail(`No bench “${unknown.join('”, “')}”. There are: ${Object.keys(benches).join(', ')}.`);
const wanted = positionals.length > 0 ? positionals : Object.keys(benches);

const rows: BenchRow[] = [];
for (const name of wanted) {
  console.error(`${name} …`);
  const { bench } = (await benches[name as Name]?.()) ?? fail(`No bench “${name}”.`);
  rows.push(...(await bench({ isQuick: values.quick })));
}

const peerNames = [...new Set(rows.flatMap((row) => Object.keys(row.peers)))];
const ms = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(3));
console.log(
  textTable(
    ['Bench', 'Case', 'Callbook (ms)', ...peerNames.map((name) => `${name} (ms)`), 'Ratio (peer / Callbook)', 'Note'],
    rows.map((row) => [
      row.bench,
      row.case,
      ms(row.ours_ms),
      ...peerNames.map((name) => ms(row.peers[name])),
      Object.entries(row.ratio)
        .map(([name, ratio]) => `${name} ${ratio.toFixed(2)}×`)
        .join(', '),
      row.note ?? '',
    ]),
  ),
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
