import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BenchRow } from '../bench/bench.ts';
import { checkout } from '../support/runtime.ts';

/** Those that need no window. */
const names = ['start', 'ingest', 'search', 'pivot', 'facets', 'sort', 'detail', 'memory', 'sync', 'export'];

test('the benches of the core run on few calls and give rows of one form', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-bench-test-'));
  const file = join(folder, 'rows.json');
  execFileSync(process.execPath, [join(checkout, 'test/bench/run.ts'), ...names, '--quick', '--json', file], {
    stdio: 'pipe',
    // `npm test` has built the app just before.
    env: { ...process.env, CALLBOOK_BUILT: '1' },
  });
  const rows = JSON.parse(readFileSync(file, 'utf8')) as BenchRow[];
  expect([...new Set(rows.map(({ bench }) => bench))]).toEqual(expect.arrayContaining(names));
  for (const row of rows) expect(row).toMatchObject({ case: expect.any(String), ours_ms: expect.any(Number) });
  rmSync(folder, { recursive: true });
});
