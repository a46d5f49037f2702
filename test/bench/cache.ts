import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openWriter } from '../../src/main/cache/writer.ts';
import type { StoredAccount } from '../../src/shared/model.ts';
import { benchBatches, CALLS_A_BATCH } from './data.ts';

/**
 * The cache that benches ask: a million calls, written by the real writer. Making it takes minutes, so it is made once and kept beside the
 * other temporary files for as long as neither the data nor what writes them changes.
 */

export const BENCH_ACCOUNT = 'acc_bench';
export const benchAccount: StoredAccount = {
  id: BENCH_ACCOUNT,
  name: 'Bench',
  baseUrl: 'https://example.test',
  isSample: false,
  rateLimit: null,
  providerAccountId: null,
};
const PAGE = 500;
const DAY_MS = 86_400_000;

/** The source files that a module is made of, itself included: what its imports reach in this checkout. */
function sourcesOf(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, path] of readFileSync(entry, 'utf8').matchAll(/from '(\.[^']+)'/g))
    sourcesOf(resolve(dirname(entry), path ?? ''), found);
  return found;
}

function keyOf(calls: number): string {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const sources = sourcesOf(path('./data.ts'), sourcesOf(path('../../src/main/cache/writer.ts')));
  const hash = createHash('sha256');
  for (const source of [...sources].sort()) hash.update(readFileSync(source));
  return `${calls}-${hash.digest('hex').slice(0, 16)}`;
}

/** Takes all batches into a new cache, the oldest first. */
function write(file: string, calls: number): void {
  const writer = openWriter(file);
  writer.saveAccount(benchAccount);
  const batches = benchBatches(calls, BENCH_ACCOUNT);
  writer.saveBatches({ accountId: BENCH_ACCOUNT, batches: JSON.stringify(batches.map(({ batch }) => batch)) });
  const runId = writer.startRun({ accountId: BENCH_ACCOUNT, batches: [] });
  batches.forEach(({ key, items }, b) => {
    if (b % 10 === 0 && calls > CALLS_A_BATCH * 10)
      console.error(`  making the cache: ${b} of ${batches.length} batches`);
    writer.startBatch({ batch: key, runId });
    writer.startPass(key);
    for (let page = 0; page < CALLS_A_BATCH / PAGE; page++)
      writer.addPage({ batch: key, page: page + 1, items: items(page * PAGE, (page + 1) * PAGE) });
    writer.finishBatch({ batch: key, end: 'whole' });
    writer.settle();
  });
  writer.close();
}

/** The folder of a cache with so many calls (`cache.sqlite`), for reading only; peers keep what they make of it beside. Makes it if need be. */
export function benchCacheFolder(calls: number): string {
  const root = join(tmpdir(), 'callbook-bench');
  mkdirSync(root, { recursive: true });
  const now = new Date();
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    if (now.getTime() - statSync(folder).mtimeMs > DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
  const folder = join(root, keyOf(calls));
  if (!readdirSync(root).includes(keyOf(calls))) {
    const part = `${folder}.${process.pid}.part`;
    mkdirSync(part);
    write(join(part, 'cache.sqlite'), calls);
    renameSync(part, folder);
  }
  utimesSync(folder, now, now);
  return folder;
}
