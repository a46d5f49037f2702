import { symlinkSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Measure } from '../../src/shared/pivot.ts';
import { everything } from '../../src/shared/selection.ts';
import { openHeadless } from '../support/headless.ts';
import { builtWorkers } from './built.ts';

/**
 * A process of its own with the whole app but its window, its threads as they are built, for what can only be measured from outside. Its argument names the cache's
 * folder; it prints what took how long and how much memory as one line of JSON.
 */

const startedAt = performance.timeOrigin;
const sinceStart = () => performance.timeOrigin + performance.now() - startedAt;
const [cacheFolder = '', what = 'start'] = process.argv.slice(2);
const dataDir = mkdtempSync(join(tmpdir(), 'callbook-bench-app-'));
symlinkSync(join(cacheFolder, 'cache.sqlite'), join(dataDir, 'cache.sqlite'));

const app = await openHeadless({ dataDir, workers: builtWorkers });
const { commands } = app;
const all = everything('UTC');
const newest = [{ column: 'started_at', descending: true }];
let mostBytes = 0;
const look = () => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss()));

async function start() {
  const last = { ...all, text: 'call' };
  const opened = sinceStart();
  await commands['calls.window']({ selection: last, sort: newest, offset: 0, limit: 100 });
  const firstWindow = sinceStart();
  await Promise.all([
    commands['calls.columns']({ batches: [] }),
    commands['batches.list'](undefined),
    commands['calls.window']({ selection: { ...last, text: 'call refund' }, sort: newest, offset: 0, limit: 100 }),
  ]);
  return { opened, firstWindow, usable: sinceStart() };
}

const sums: Measure[] = [
  { type: 'count' },
  { type: 'avg', column: 'duration_seconds' },
  { type: 'sum', column: 'answer_duration_seconds' },
];
const spread: Measure[] = [
  { type: 'count' },
  { type: 'median', column: 'duration_seconds' },
  { type: 'distinct', column: 'batch' },
];

/** What an analyst asks in a day: words as they are typed, filters, orders, facets of all columns, pivots by everything. */
async function day() {
  const columns = (await commands['calls.columns']({ batches: [] })).filter(({ kind }) => kind !== 'text');
  const texts = ['re', 'ref', 'refund', '"wlo"', '"wmi"', 'wne wpu', '6543', 'wra -wsi', 'demo OR trial'];
  for (const text of texts) {
    const selection = { ...all, text };
    await commands['calls.window']({ selection, sort: newest, offset: 0, limit: 100 });
    await commands['calls.facets']({
      selection,
      columns: columns.slice(0, 40).map(({ id }) => id),
      most: 50,
      search: '',
    });
    look();
  }
  for (const { id } of columns) {
    const filters = [{ op: 'any' as const, of: { column: id }, values: [{ blank: 'any' as const }], negate: true }];
    await commands['calls.window']({
      selection: { ...all, filters },
      sort: [{ column: id, descending: false }],
      offset: 0,
      limit: 100,
    });
    await commands['calls.window']({
      selection: all,
      sort: [{ column: id, descending: true }],
      offset: 400_000,
      limit: 100,
    });
    // Sums are added up by two threads, medians by one.
    for (const measures of [sums, spread]) {
      await commands['pivot.run']({
        selection: { ...all, filters },
        spec: { rows: [{ column: 'outcome:City' }], columns: [{ column: 'outcome:Plan' }], measures, base: 'filled' },
      });
    }
    look();
  }
  await commands['calls.window']({
    selection: all,
    sort: [{ column: 'name', descending: false }],
    offset: 0,
    limit: 100,
  });
  look();
}

if (what === 'start') console.log(JSON.stringify(await start()));
else {
  await day();
  const ms = sinceStart();
  // What is only there while it is used has gone by then.
  await setTimeout(30_000);
  console.log(JSON.stringify({ mostBytes, restBytes: process.memoryUsage.rss(), ms }));
}
process.exit(0);
