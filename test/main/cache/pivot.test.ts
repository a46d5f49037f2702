import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bin, Dimension } from '../../../src/shared/columns.ts';
import { drillInto, type PivotSpec } from '../../../src/shared/pivot.ts';
import type { DimensionValue } from '../../../src/shared/selection.ts';
import { all, makeCacheFile } from '../../support/cacheFile.ts';
import { item, items, outcomeKey, type Item } from '../../support/items.ts';

/** What a pivot groups a call by, read straight from the received JSON. */
function naiveValue(received: Item, key: string): string {
  const outcomes = (received['outcomes'] ?? {}) as Record<string, unknown>;
  const value = Object.hasOwn(outcomes, key) ? outcomes[key] : undefined;
  if (value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === ''))
    return JSON.stringify(value);
  if (['pending', 'processing'].includes(String(received['analysis_status']))) return 'pending';
  return Number(received['answer_duration_seconds'] ?? 0) > 0 ? 'missing' : 'not_applicable';
}

const nameOf = (value: DimensionValue) => ('json' in value ? value.json : value.blank);

test('pivot counts, averages and totals equal a naive count over the received JSON', () => {
  fc.assert(
    fc.property(items, items, outcomeKey, outcomeKey, (first, second, rowKey, columnKey) => {
      const cache = makeCacheFile();
      try {
        cache.ingest('one', first, 7);
        cache.ingest('two', second);
        const spec: PivotSpec = {
          rows: [{ column: `outcome:${rowKey}` }],
          columns: [{ column: `outcome:${columnKey}` }],
          measures: [
            { type: 'count' },
            { type: 'avg', column: 'duration_seconds' },
            { type: 'median', column: 'duration_seconds' },
          ],
          base: 'filled',
        };
        const pivot = cache.reader.pivot(all, spec);
        // Through JSON once, as the provider's own bytes would be.
        const calls = JSON.parse(JSON.stringify([...first, ...second])) as Item[];
        const groups = new Map<string, number[]>();
        for (const call of calls) {
          const cell = JSON.stringify([naiveValue(call, rowKey), naiveValue(call, columnKey)]);
          const durations = groups.get(cell) ?? [];
          groups.set(cell, [...durations, call['duration_seconds'] === null ? NaN : Number(call['duration_seconds'])]);
        }
        let cells = 0;
        pivot.rowKeys.forEach(([row], r) => {
          pivot.columnKeys.forEach(([column], c) => {
            const at = r * pivot.columnKeys.length + c;
            const found =
              groups.get(JSON.stringify([nameOf(row as DimensionValue), nameOf(column as DimensionValue)])) ?? [];
            const durations = found.filter((n) => !Number.isNaN(n)).sort((a, b) => a - b);
            expect(pivot.cells[0]?.[at]).toBe(found.length);
            const average = durations.reduce((sum, n) => sum + n, 0) / durations.length;
            expect(pivot.cells[1]?.[at]).toEqual(average);
            const middle = (durations.length - 1) / 2;
            const median = ((durations[Math.floor(middle)] ?? NaN) + (durations[Math.ceil(middle)] ?? NaN)) / 2;
            expect(pivot.cells[2]?.[at]).toEqual(median);
            if (found.length > 0) cells++;
          });
        });
        expect(cells).toBe(groups.size);
        expect(pivot.totals[0]).toBe(calls.length);
        expect(pivot.calls).toBe(calls.length);
        expect(pivot.rowTotals[0]?.reduce((sum, n) => sum + n, 0) ?? 0).toBe(calls.length);
        expect(pivot.columnTotals[0]?.reduce((sum, n) => sum + n, 0) ?? 0).toBe(calls.length);
      } finally {
        cache.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('drilling into any cell finds exactly the calls that it counted', () => {
  fc.assert(
    fc.property(items, outcomeKey, (calls, key) => {
      const cache = makeCacheFile();
      try {
        cache.ingest('one', calls);
        const rows: Dimension[] = [{ column: `outcome:${key}` }, { column: 'started_at', bin: 'weekday' }];
        const columns: Dimension[] = [{ column: 'status' }];
        const pivot = cache.reader.pivot(all, { rows, columns, measures: [{ type: 'count' }], base: 'filled' });
        pivot.rowKeys.forEach((row, r) => {
          pivot.columnKeys.forEach((column, c) => {
            const coordinates = [...row, ...column].map((value, i) => ({
              of: [...rows, ...columns][i] as Dimension,
              value,
            }));
            const found = cache.reader.order(drillInto(all, coordinates), [{ column: 'name', descending: false }]);
            expect(found.length).toBe(pivot.counts[r * pivot.columnKeys.length + c]);
          });
        });
      } finally {
        cache.close();
      }
    }),
    { numRuns: 40 },
  );
});

test('a rate is a share of its base', () => {
  const cache = makeCacheFile();
  const call = (id: string, answered: number, analysis: string, outcomes: object) => ({
    call_id: id,
    status: 'completed',
    answer_duration_seconds: answered,
    analysis_status: analysis,
    outcomes,
  });
  cache.ingest('one', [
    call('a', 10, 'ready', { Interested: 'Yes' }),
    call('b', 10, 'ready', { Interested: 'No' }),
    call('c', 10, 'ready', {}),
    call('d', 10, 'pending', {}),
    call('e', 0, 'disabled', {}),
  ]);
  const rate = (base: PivotSpec['base']) =>
    cache.reader.pivot(all, {
      rows: [],
      columns: [],
      measures: [{ type: 'rate', column: 'outcome:Interested', value: 'Yes' }],
      base,
    }).totals[0];
  expect([rate('filled'), rate('analysed'), rate('answered'), rate('dialled')]).toEqual([1 / 2, 1 / 3, 1 / 4, 1 / 5]);
  cache.close();
});

test('a pivot with more cells than anyone can read is refused before it is made', () => {
  const cache = makeCacheFile();
  cache.ingest(
    'one',
    Array.from({ length: 1_100 }, (_, i) => ({ call_id: `c${i}`, name: `n${i}`, status: 'completed' })),
  );
  const rows: Dimension[] = [{ column: 'call_id' }];
  const columns: Dimension[] = [{ column: 'name' }];
  expect(() => cache.reader.pivot(all, { rows, columns, measures: [{ type: 'count' }], base: 'filled' })).toThrow(
    /1,100 rows and 1,100 columns/,
  );
  cache.close();
});

test('measures of all values agree with a plain count where there are too many cells and values to count each', () => {
  const cache = makeCacheFile();
  const calls = Array.from({ length: 3_000 }, (_, i) => ({
    call_id: `c${i}`,
    name: `n${i % 1_500}`,
    duration_seconds: (i * 7_919) % 60_000,
  }));
  cache.ingest('one', calls);
  const measures: PivotSpec['measures'] = [
    { type: 'distinct', column: 'call_id' },
    { type: 'median', column: 'duration_seconds' },
  ];
  const pivot = cache.reader.pivot(all, { rows: [{ column: 'name' }], columns: [], measures, base: 'filled' });
  expect([...(pivot.cells[0] ?? [])]).toEqual(Array.from({ length: 1_500 }, () => 2));
  const median = (durations: readonly number[]) => {
    const sorted = durations.toSorted((a, b) => a - b);
    return ((sorted[sorted.length / 2 - 1] ?? NaN) + (sorted[sorted.length / 2] ?? NaN)) / 2;
  };
  const expected = pivot.rowKeys.map(([key]) =>
    median(
      calls
        .filter(({ name }) => key !== undefined && 'json' in key && JSON.parse(key.json) === name)
        .map(({ duration_seconds: seconds }) => seconds),
    ),
  );
  expect([...(pivot.cells[1] ?? [])]).toEqual(expected);
  expect(pivot.totals[0]).toBe(3_000);
  expect(pivot.totals[1]).toBe(median(calls.map(({ duration_seconds: seconds }) => seconds)));
  cache.close();
});

test('time bins are cut in the zone of the selection', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a', started_at: '2026-05-14T22:30:00Z' }]);
  const days = (timeZone: string) =>
    cache.reader.pivot(
      { ...all, timeZone },
      { rows: [{ column: 'started_at', bin: 'day' }], columns: [], measures: [{ type: 'count' }], base: 'filled' },
    ).rowKeys;
  expect(days('Europe/Berlin')).toEqual([[{ json: '"2026-05-15"' }]]);
  expect(days('UTC')).toEqual([[{ json: '"2026-05-14"' }]]);
  cache.close();
});

test.each([
  ['UTC', ['0001-01-01', '0001-W01', '0001-01', 'Monday']],
  // The year before the first; its clocks were set by the sun.
  ['America/New_York', ['0000-12-31', '0000-W52', '0000-12', 'Sunday']],
  ['Asia/Kolkata', ['0001-01-01', '0001-W01', '0001-01', 'Monday']],
])('the year 1, by which some say “never”, has the days that it has, in %s', (timeZone, expected) => {
  const cache = makeCacheFile();
  cache.ingest('one', [
    { call_id: 'a', started_at: '0001-01-01T00:00:00Z', answer_duration_seconds: 1, outcomes: { Due: '0001-01-01' } },
  ]);
  const binOf = (column: string, bin: Bin) =>
    cache.reader.pivot(
      { ...all, timeZone },
      { rows: [{ column, bin }], columns: [], measures: [{ type: 'count' }], base: 'filled' },
    ).rowKeys;
  expect((['day', 'week', 'month', 'weekday'] as const).map((bin) => binOf('started_at', bin))).toEqual(
    expected.map((label) => [[{ json: `"${label}"` }]]),
  );
  expect(binOf('outcome:Due', 'week')).toEqual([[{ json: '"0001-W01"' }]]);
  cache.close();
});

test.each<[bin: Bin, text: string]>([
  ['weekday', 'Thursday'],
  ['hour_of_day', '12'],
  ['month', '2026-05'],
  ['week', '2026-W20'],
])('among dates by %s, the text “%s” is no bin', (bin, text) => {
  const cache = makeCacheFile();
  const times = ['2026-05-14T12:30:00Z', '2026-05-14T12:40:00Z', text, 'soon'];
  cache.ingest(
    'one',
    times.map((time, i) => ({ call_id: 'abcd'[i], answer_duration_seconds: 1, outcomes: { When: time } })),
  );
  cache.writer.saveColumnKind({ column: 'outcome:When', kind: 'date' });
  const of = { column: 'outcome:When', bin };
  const utc = { ...all, timeZone: 'UTC' };
  const { rowKeys, cells } = cache.reader.pivot(utc, {
    rows: [of],
    columns: [],
    measures: [{ type: 'count' }],
    base: 'filled',
  });
  expect(rowKeys).toHaveLength(3);
  expect(rowKeys).toEqual(
    expect.arrayContaining([`"${text}"`, `"${text} (text)"`, '"soon"'].map((json) => [{ json }])),
  );
  const found = rowKeys.map(([value]) => cache.reader.order(drillInto(utc, value ? [{ of, value }] : []), []).length);
  expect(found).toEqual([...(cells[0] ?? [])]);
  expect(found[0]).toBe(2);
  cache.close();
});

test.each<[of: Dimension, from: number, expected: string[]]>([
  [{ column: 'started_at', bin: 'day' }, Date.UTC(2026, 4, 15), ['b', 'c']],
  [{ column: 'started_at', bin: 'hour' }, Date.UTC(2026, 4, 15, 1), ['c']],
  [{ column: 'started_at', bin: 'hour_of_day' }, 12, ['a']],
  [{ column: 'outcome:When', bin: 'hour_of_day' }, 12, ['a']],
  [{ column: 'outcome:When', bin: 'day' }, Date.UTC(2026, 4, 15), ['b', 'c']],
])('a range of bins %j from %d holds %j', (of, from, expected) => {
  const cache = makeCacheFile();
  const times = ['2026-05-14T12:30:00Z', '2026-05-15T00:30:00Z', '2026-05-15T01:30:00Z'];
  cache.ingest(
    'one',
    times.map((time, i) => ({ call_id: 'abc'[i], started_at: time, outcomes: { When: time } })),
  );
  cache.writer.saveColumnKind({ column: 'outcome:When', kind: 'date' });
  const range = { op: 'range' as const, of, from, fromExclusive: false, to: null, toInclusive: false };
  const found = cache.reader.order({ ...all, timeZone: 'UTC', filters: [range] }, []);
  expect(cache.reader.calls(found).map(({ call }) => call.call_id)).toEqual(expected);
  cache.close();
});

test('digits that no number holds are a value of their own, also among steps', () => {
  const cache = makeCacheFile();
  const digits = '9'.repeat(400);
  const call = (id: string, k: string) => ({ call_id: id, answer_duration_seconds: 1, outcomes: { k } });
  cache.ingest('one', [call('a', digits), call('b', '5'), call('c', `-${digits}`)]);
  const pivot = cache.reader.pivot(all, {
    rows: [{ column: 'outcome:k', step: 10 }],
    columns: [],
    measures: [
      { type: 'sum', column: 'outcome:k' },
      { type: 'max', column: 'outcome:k' },
    ],
    base: 'filled',
  });
  expect(pivot.rowKeys).toEqual([[{ json: '0' }], [{ json: `"-${digits}"` }], [{ json: `"${digits}"` }]]);
  expect([...pivot.totals]).toEqual([5, 5]);
  cache.close();
});

test('steps that are too many to be counted are the numbers themselves', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a', answer_duration_seconds: 1, outcomes: { k: 1e308 } }]);
  const { rowKeys } = cache.reader.pivot(all, {
    rows: [{ column: 'outcome:k', step: 0.5 }],
    columns: [],
    measures: [{ type: 'count' }],
    base: 'filled',
  });
  expect(rowKeys).toEqual([[{ json: '1e+308' }]]);
  cache.close();
});

test('a number with more digits than a double holds keeps every digit', () => {
  const cache = makeCacheFile();
  const received = '{"call_id":"a","answer_duration_seconds":1,"outcomes":{"Policy":12345678901234567890}}';
  cache.ingest('one', [received]);
  const pivot = cache.reader.pivot(all, {
    rows: [{ column: 'outcome:Policy' }],
    columns: [],
    measures: [{ type: 'count' }],
    base: 'filled',
  });
  expect(pivot.rowKeys).toEqual([[{ json: '"12345678901234567890"' }]]);
  expect(cache.reader.calls(cache.reader.order(all, []))[0]?.received).toBe(received);
  cache.close();
});

test('the generated items are of the kind that the cache accepts', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 3 }), (some) => {
      const cache = makeCacheFile();
      expect(cache.ingest('one', some).rejected).toBe(0);
      cache.close();
    }),
    { numRuns: 20 },
  );
});
