import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openReader } from '../../../src/main/cache/reader.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import type { Dimension } from '../../../src/shared/columns.ts';
import type { Measure, PivotResult, PivotSpec } from '../../../src/shared/pivot.ts';
import { pivotLines } from '../../../src/shared/pivotLines.ts';
import type { Filter, Selection, Sort } from '../../../src/shared/selection.ts';
import { ACCOUNT, makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';
import { openHeadless } from '../../support/headless.ts';
import { items, type Item } from '../../support/items.ts';
import {
  binIn,
  isBlankName,
  naiveHolds,
  naiveMeasure,
  naiveSorted,
  nameIn,
  nameOf,
  type Kinds,
} from '../../support/naive.ts';

const all: Selection = { batches: [], text: '', filters: [], timeZone: 'UTC' };

// Few columns, so that filters meet values and sorts meet ties.
const columns = [
  'status',
  'duration_seconds',
  'started_at',
  'name',
  'summary',
  'outcome:Interested',
  'outcome:',
  'outcome:__proto__',
];
const column = fc.constantFrom(...columns);
const filter: fc.Arbitrary<Filter> = column.chain((id) =>
  fc.oneof(
    fc.record({
      op: fc.constant('any' as const),
      of: fc.constant({ column: id }),
      values: fc.array(
        fc.constantFrom(
          { json: '"Yes"' },
          { json: '"completed"' },
          { json: '5' },
          { text: 'No' },
          { text: 'true' },
          { blank: 'any' as const },
          { blank: 'pending' as const },
          { blank: 'not_applicable' as const },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      negate: fc.boolean(),
    }),
    fc.record({
      op: fc.constant('range' as const),
      of: fc.constant({ column: id }),
      from: fc.constantFrom(null, 0, 5, 300, Date.UTC(2025, 0)),
      fromExclusive: fc.boolean(),
      to: fc.constantFrom(null, 5, 299, Date.UTC(2027, 0)),
      toInclusive: fc.boolean(),
    }),
    fc.record({
      op: fc.constant('contains' as const),
      of: fc.constant({ column: id }),
      text: fc.constantFrom('e', 'zur', '5', 'हि'),
      negate: fc.boolean(),
    }),
  ),
);
const sorts: fc.Arbitrary<Sort[]> = fc.array(fc.record({ column, descending: fc.boolean() }), { maxLength: 3 });

/** What a person would ask, and the items of two batches, the second of which is synced anew in between. */
const scene = fc.record({
  first: items,
  second: items,
  again: items,
  filters: fc.array(filter, { maxLength: 3 }),
  sort: sorts,
});

function kindsOf(cache: CacheFile): Kinds {
  return new Map(cache.reader.columns([]).map(({ id, kind }) => [id, kind]));
}

/** Through JSON once, as the provider's own bytes would be. */
const received = (some: readonly Item[]) => JSON.parse(JSON.stringify(some)) as Item[];

/** A batch after two passes: calls that are gone stay as they came, changed ones keep their place, new ones follow. */
function merged(before: readonly Item[], after: readonly Item[]): Item[] {
  const now = new Map(after.map((item) => [item.call_id, item]));
  const known = new Set(before.map(({ call_id }) => call_id));
  return [
    ...before.map((item) => now.get(item.call_id) ?? item),
    ...after.filter(({ call_id }) => !known.has(call_id)),
  ];
}

const idsIn = (cache: CacheFile, rowIds: ArrayLike<number>) =>
  cache.reader.calls(rowIds).map(({ call }) => call.call_id);

/** Asks, syncs one batch anew, asks again: the second answer must not come from what was before. */
function askTwice(
  { first, second, again }: { first: Item[]; second: Item[]; again: Item[] },
  ask: (cache: CacheFile, calls: readonly Item[]) => void,
): void {
  const cache = makeCacheFile();
  try {
    cache.ingest('one', first, 7);
    cache.ingest('two', second, 9);
    ask(cache, [...received(first), ...received(second)]);
    cache.ingest('one', again, 8);
    ask(cache, [...merged(received(first), received(again)), ...received(second)]);
  } finally {
    cache.close();
  }
}

test('filters, orders and windows equal plain loops over the received JSON, also after a sync of one batch', () => {
  fc.assert(
    fc.property(scene, fc.nat(30), fc.nat(30), (given, offset, limit) => {
      askTwice(given, (cache, calls) => {
        const kinds = kindsOf(cache);
        const selection = { ...all, filters: given.filters };
        const held = calls.filter((call) => given.filters.every((one) => naiveHolds(call, one, kinds)));
        expect(cache.reader.count(selection)).toBe(held.length);
        expect(cache.reader.countAll(selection)).toBe(calls.length);
        const sorted = naiveSorted(held, given.sort, kinds).map(({ call_id }) => call_id);
        const window = cache.reader.window(selection, given.sort, offset, limit);
        expect(window.total).toBe(held.length);
        expect(idsIn(cache, window.rowIds)).toEqual(sorted.slice(offset, offset + limit));
        expect(idsIn(cache, cache.reader.order(selection, given.sort))).toEqual(sorted);
      });
    }),
    { numRuns: 150 },
  );
});

test('each facet counts the calls of the selection without its own filters', () => {
  fc.assert(
    fc.property(scene, (given) => {
      askTwice(given, (cache, calls) => {
        const kinds = kindsOf(cache);
        const facets = cache.reader.facets({ ...all, filters: given.filters }, columns, { most: 1_000, search: '' });
        for (const { column: id, values, distinct, histogram } of facets) {
          const others = given.filters.filter(({ of }) => of.column !== id);
          const held = calls.filter((call) => others.every((one) => naiveHolds(call, one, kinds)));
          const counts = new Map<string, number>();
          for (const call of held) counts.set(nameIn(call, id), (counts.get(nameIn(call, id)) ?? 0) + 1);
          // A time is told by its histogram; only its blanks are counted.
          if (id === 'started_at') for (const name of counts.keys()) if (!isBlankName(name)) counts.delete(name);
          expect(new Map(values.map(({ value, count }) => [nameOf(value), count]))).toEqual(counts);
          expect(distinct).toBe(counts.size);
          const most = values.map(({ count }) => count);
          expect(most).toEqual(most.toSorted((a, b) => b - a));
          if (id !== 'started_at' && id !== 'duration_seconds') continue;
          const numbers = held
            .map((call) => naiveMeasure([call], { type: 'sum', column: id }, kinds))
            .filter((n) => !Number.isNaN(n));
          expect(histogram?.counts.reduce((sum, n) => sum + n, 0) ?? 0).toBe(numbers.length);
          if (histogram !== null)
            expect([histogram.min, histogram.max]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
        }
      });
    }),
    { numRuns: 80 },
  );
});

const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  fc.constantFrom('status', 'outcome:Interested', 'outcome:', 'analysis_status').map((id) => ({ column: id })),
  fc.constantFrom('day', 'month', 'hour_of_day').map((bin) => ({ column: 'started_at', bin }) as Dimension),
  fc.constantFrom('day', 'month').map((bin) => ({ column: 'outcome:Interested', bin }) as Dimension),
  fc.constantFrom('duration_seconds', 'outcome:').map((id) => ({ column: id, step: 60 })),
);
const measured = fc.constantFrom('duration_seconds', 'answer_duration_seconds', 'outcome:', 'outcome:Interested');
const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.constant({ type: 'count' as const }),
  fc.record({
    type: fc.constantFrom('sum' as const, 'avg' as const, 'min' as const, 'max' as const),
    column: measured,
  }),
  fc.record({ type: fc.constantFrom('median' as const, 'distinct' as const), column: measured }),
  fc.record({
    type: fc.constant('percentile' as const),
    column: measured,
    percent: fc.constantFrom(0, 10, 25, 90, 95, 100),
  }),
  fc.record({ type: fc.constant('rate' as const), column: measured, value: fc.constantFrom('Yes', '5', '30') }),
);
const spec: fc.Arbitrary<PivotSpec> = fc.record({
  rows: fc.array(dimension, { maxLength: 5 }),
  columns: fc.array(dimension, { maxLength: 2 }),
  measures: fc.array(measure, { minLength: 1, maxLength: 4 }),
  base: fc.constant('filled' as const),
  subtotals: fc.record({ rows: fc.boolean(), columns: fc.boolean() }),
});

interface Table {
  readonly rowDepth: number;
  readonly columnDepth: number;
  readonly rowKeys: PivotResult['rowKeys'];
  readonly columnKeys: PivotResult['columnKeys'];
  readonly cells: readonly Float64Array[];
}

/** Every table of a pivot: its cells, the totals of its axes, and the subtotals. */
function tablesOf(pivot: PivotResult): Table[] {
  const [r, c] = [pivot.spec.rows.length, pivot.spec.columns.length];
  const { rowKeys, columnKeys, cells, rowTotals, columnTotals, totals } = pivot;
  return [
    { rowDepth: r, columnDepth: c, rowKeys, columnKeys, cells },
    { rowDepth: r, columnDepth: 0, rowKeys, columnKeys: [[]], cells: rowTotals },
    { rowDepth: 0, columnDepth: c, rowKeys: [[]], columnKeys, cells: columnTotals },
    {
      rowDepth: 0,
      columnDepth: 0,
      rowKeys: [[]],
      columnKeys: [[]],
      cells: [...totals].map((total) => Float64Array.of(total)),
    },
    ...pivot.subtotals,
  ];
}

test('every cell, total and subtotal of any pivot equals a plain count, also after a sync of one batch', () => {
  fc.assert(
    fc.property(scene, spec, (given, wanted) => {
      askTwice(given, (cache, calls) => {
        const kinds = kindsOf(cache);
        const pivot = cache.reader.pivot({ ...all, filters: given.filters }, wanted);
        const held = calls.filter((call) => given.filters.every((one) => naiveHolds(call, one, kinds)));
        expect(pivot.calls).toBe(held.length);
        const size = cache.reader.pivotSize({ ...all, filters: given.filters }, wanted);
        if (held.length > 0) expect([size.rows, size.columns]).toEqual([pivot.rowKeys.length, pivot.columnKeys.length]);
        // Every line of the table has its numbers, and nothing is counted that no line shows.
        const lines = pivotLines(pivot);
        const shown = lines.rows.flatMap((row) => lines.columns.map((across) => `${row.depth} ${across.depth}`));
        const tables = tablesOf(pivot).map(({ rowDepth, columnDepth }) => `${rowDepth} ${columnDepth}`);
        if (held.length > 0) expect(new Set(tables)).toEqual(new Set(shown));
        expect(pivot.subtotals.length).toBe(new Set(tables).size - new Set(tables.slice(0, 4)).size);
        for (const { rowDepth, columnDepth, rowKeys, columnKeys, cells } of tablesOf(pivot)) {
          const dimensions = [...wanted.rows.slice(0, rowDepth), ...wanted.columns.slice(0, columnDepth)];
          const groups = Map.groupBy(held, (call) => JSON.stringify(dimensions.map((one) => binIn(call, one))));
          let met = 0;
          rowKeys.forEach((row, r) => {
            columnKeys.forEach((across, c) => {
              const group = groups.get(JSON.stringify([...row, ...across].map(nameOf))) ?? [];
              if (group.length > 0) met++;
              wanted.measures.forEach((one, m) => {
                const found = cells[m]?.[r * columnKeys.length + c] ?? NaN;
                const expected = naiveMeasure(group, one, kinds);
                if (Number.isNaN(expected)) expect(found).toBeNaN();
                else expect(found).toBeCloseTo(expected, 6);
              });
            });
          });
          expect(met).toBe(groups.size);
        }
      });
    }),
    { numRuns: 150 },
  );
});

test('a batch that takes the number of a removed one, with as many calls, is not taken for it', () => {
  const cache = makeCacheFile();
  const column = 'outcome:Score';
  const call = (name: string, Score: string) => ({
    call_id: 'a',
    name,
    duration_seconds: Score.length,
    answer_duration_seconds: 1,
    outcomes: { Score },
  });
  const answers = () => ({
    names: cache.reader.facets(all, ['name', 'batch'], { most: 5, search: '' }).map(({ values }) => values[0]?.value),
    kind: cache.reader.columns([]).find(({ id }) => id === column)?.kind,
    seconds: cache.reader.pivot(all, {
      rows: [],
      columns: [],
      measures: [{ type: 'sum', column: 'duration_seconds' }],
      base: 'filled',
    }).totals[0],
    found: ['first', 'second'].map((text) => cache.reader.count({ ...all, text })),
  });
  cache.ingest('one', [call('First', '5')]);
  expect(answers()).toEqual({
    names: [{ json: '"First"' }, { json: '"one"' }],
    kind: 'number',
    seconds: 1,
    found: [1, 0],
  });
  cache.writer.deleteBatch(`${ACCOUNT}/one`);
  cache.ingest('two', [call('Second', 'Yes')]);
  expect(answers()).toEqual({
    names: [{ json: '"Second"' }, { json: '"two"' }],
    kind: 'yes_no',
    seconds: 3,
    found: [0, 1],
  });
  cache.close();
});

test('a first window of thousands of calls is the beginning of the whole order', () => {
  const cache = makeCacheFile();
  const calls = Array.from({ length: 4_000 }, (_, i) => ({
    call_id: `c${i}`,
    status: ['completed', 'failed', 'no_answer'][(i * 7) % 3],
    duration_seconds: i % 5 === 0 ? null : (i * 7919) % 600,
    answer_duration_seconds: 1 / ((i % 97) + 1),
    started_at: new Date(Date.UTC(2026, 0, 1) + ((i * 104_729) % 5_000_000) * 1_000).toISOString(),
    outcomes: { Score: String((i * 31) % 1_000), City: `City ${(i * i) % 301}` },
  }));
  cache.ingest('one', calls.slice(0, 1_703));
  cache.ingest('two', calls.slice(1_703));
  const ids = ['status', 'duration_seconds', 'answer_duration_seconds', 'started_at', 'outcome:Score', 'outcome:City'];
  fc.assert(
    fc.property(
      fc.array(fc.record({ column: fc.constantFrom(...ids), descending: fc.boolean() }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.nat(800),
      fc.integer({ min: 1, max: 150 }),
      (sort, offset, limit) => {
        // A reader of its own, since one that knows the whole order would look there.
        const reader = openReader(cache.file);
        const window = reader.window(all, sort, offset, limit).rowIds;
        expect(idsIn(cache, window)).toEqual(
          naiveSorted(received(calls), sort, kindsOf(cache))
            .slice(offset, offset + limit)
            .map(({ call_id }) => call_id),
        );
        reader.close();
      },
    ),
    { numRuns: 60 },
  );
  cache.close();
});

test('a key with more values than two bytes can number is counted all the same, and so many calls are put in order', () => {
  const cache = makeCacheFile();
  const calls = 70_000;
  cache.ingest(
    'one',
    Array.from(
      { length: calls },
      (_, i) =>
        `{"call_id":"c${i}","answer_duration_seconds":${1 / ((i % 997) + 1)},"outcomes":{"Order":"A${i}","Half":"${i % 2}"}}`,
    ),
    10_000,
  );
  const facets = cache.reader.facets(all, ['outcome:Order', 'outcome:Half'], { most: 2, search: '' });
  expect(facets.map(({ distinct }) => distinct)).toEqual([calls, 2]);
  const found = cache.reader.facets(all, ['outcome:Order'], { most: 5, search: 'a6999' })[0];
  expect(found?.distinct).toBe(11);
  // Of equal numbers the first call comes first.
  const shortest = Array.from({ length: calls }, (_, i) => i).sort((a, b) => (b % 997) - (a % 997) || a - b);
  const order = cache.reader.order(all, [{ column: 'answer_duration_seconds', descending: false }]);
  expect([...order].map((rowId) => rowId - (order[0] ?? 0))).toEqual(shortest.map((i) => i - (shortest[0] ?? 0)));
  const wanted: Measure[] = [{ type: 'distinct', column: 'outcome:Order' }];
  const pivot = cache.reader.pivot(all, {
    rows: [{ column: 'outcome:Half' }],
    columns: [],
    measures: wanted,
    base: 'filled',
  });
  expect([...(pivot.cells[0] ?? [])]).toEqual([calls / 2, calls / 2]);
  cache.close();
});

test('a segment damaged on disk is answered from the rows and made anew', async () => {
  const app = await openHeadless();
  try {
    await app.commands['accounts.openSample'](undefined);
    await app.syncEnd();
    const file = `${app.dataDir}/cache.sqlite`;
    const question = {
      selection: all,
      spec: {
        rows: [{ column: 'status' }],
        columns: [],
        measures: [{ type: 'count' as const }],
        base: 'filled' as const,
      },
    };
    const db = new Database(file);
    const damaged = () =>
      db.prepare("SELECT count(*) FROM segment WHERE column_id = 'status' AND data = x'00'").pluck().get();
    const batches = Number(db.prepare("UPDATE segment SET data = x'00' WHERE column_id = 'status'").run().changes);
    expect(damaged()).toBe(batches);
    const { rowKeys, cells } = await app.commands['pivot.run'](question);
    expect(rowKeys.length).toBeGreaterThan(1);
    expect(cells[0]?.reduce((sum, n) => sum + n, 0)).toBe(await app.commands['calls.count']({ selection: all }));
    await expect.poll(damaged).toBe(0);
    db.close();
  } finally {
    await app.close();
  }
});

test('a cache of before has segments of summaries and recording files once it is opened', () => {
  const cache = makeCacheFile();
  const values = (column: string) => {
    const [slice] = cache.reader.slices(cache.reader.order(all, []));
    const into: unknown[] = [];
    if (slice !== undefined) cache.reader.fill(slice, column, { make: (value) => value, isKept: () => true }, into);
    return into.sort();
  };
  try {
    cache.ingest('b', [
      {
        call_id: 'c1',
        status: 'completed',
        summary: 'Wants a call "back"',
        recording: { available: true, file_key: 'a/1.wav' },
      },
      { call_id: 'c2', status: 'completed', summary: 'No.' },
    ]);
    const before = new Database(cache.file);
    before.exec(`
      DELETE FROM segment WHERE column_id IN ('summary', 'recording.file_key');
      ALTER TABLE account DROP COLUMN provider_account_id; DROP INDEX gone_call;
      PRAGMA user_version = 60;
    `);
    before.close();
    expect(values('summary')).toEqual([null, null]);
    openWriter(cache.file).close();
    expect(values('summary')).toEqual(['No.', 'Wants a call "back"']);
    expect(values('recording.file_key')).toEqual(['a/1.wav', null]);
    // It is no column to look at.
    expect(cache.reader.columns([]).map(({ id }) => id)).not.toContain('recording.file_key');
  } finally {
    cache.close();
  }
});

test('a newer question of the same asker cancels the one before', async () => {
  const app = await openHeadless();
  try {
    await app.commands['accounts.openSample'](undefined);
    await app.syncEnd();
    const ask = () =>
      app.commands['calls.facets']({ selection: all, columns: ['status'], most: 5, search: '', asker: 'panel' });
    const [first, second] = await Promise.allSettled([ask(), ask()]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    expect(second.status).toBe('fulfilled');
  } finally {
    await app.close();
  }
});
