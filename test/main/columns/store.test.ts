import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnId } from '../../../src/shared/columns.ts';
import type { StoreBatch } from '../../../src/main/columns/layout.ts';
import { FIRST_VALUE, NO_NUMBER, type Segment } from '../../../src/main/columns/segment.ts';
import { ColumnStore, type ColumnSource } from '../../../src/main/columns/store.ts';

/** Columns that live through syncs: what is left of them from before must not show. */

interface Value {
  readonly city: string | null;
  readonly seconds: number | null;
  readonly startedAt: number | null;
}
/** By batch number, its calls and how often they changed. */
type State = ReadonlyMap<number, { readonly revision: number; readonly values: readonly Value[] }>;

const numbers = (values: readonly (number | null)[]): Segment => {
  const isSmall = values.every((value) => value === null || value < NO_NUMBER);
  return isSmall
    ? { type: 'numbers', values: Uint16Array.from(values, (value) => value ?? NO_NUMBER) }
    : { type: 'numbers', values: Float64Array.from(values, (value) => value ?? NaN) };
};

function cities(values: readonly Value[]): Segment {
  const dictionary = [...new Set(values.flatMap(({ city }) => (city === null ? [] : [JSON.stringify(city)])))];
  const codes = Uint16Array.from(values, ({ city }) =>
    city === null ? 0 : dictionary.indexOf(JSON.stringify(city)) + FIRST_VALUE,
  );
  return { type: 'codes', codes, dictionary };
}

function sourceOf(state: () => State): ColumnSource {
  return {
    kindOf: (column) => (column === 'started_at' ? 'time' : column === 'duration_seconds' ? 'duration' : 'text'),
    readSegment({ batchNo }, column: ColumnId) {
      const values = state().get(batchNo)?.values ?? [];
      // Nothing is kept of a column without a value.
      if (column === 'name') return values.some(({ city }) => city !== null) ? cities(values) : undefined;
      const some = values.map(({ seconds, startedAt }) => (column === 'started_at' ? startedAt : seconds));
      return some.some((value) => value !== null) ? numbers(some) : undefined;
    },
  };
}

const batchesOf = (state: State): StoreBatch[] =>
  [...state]
    .sort(([a], [b]) => a - b)
    .map(([batchNo, { revision, values }]) => ({ batchNo, revision, count: values.length, constants: {} }));

function seen(store: ColumnStore) {
  const { codes, dictionary } = store.coded({ column: 'name' }, 'UTC');
  const [seconds, startedAt] = [store.numbers('duration_seconds'), store.numbers('started_at')];
  return store.batches.map(({ batchNo, count }) => {
    const base = store.layout.bases.get(batchNo) ?? 0;
    // Those up to the next batch belong to no call, and hold nothing.
    const places = Array.from({ length: Math.ceil(count / 32) * 32 }, (_, i) => base + i);
    const number = ({ values, limit }: typeof seconds, place: number) => {
      const value = values[place] ?? NaN;
      return value < limit ? value : null;
    };
    return {
      batchNo,
      values: places.map((place): Value => ({
        city: JSON.parse(dictionary.values[(codes[place] ?? 0) - FIRST_VALUE] ?? 'null') as string | null,
        seconds: number(seconds, place),
        startedAt: number(startedAt, place),
      })),
    };
  });
}

const value = fc.record({
  city: fc.option(fc.constantFrom('Pune', 'Agra', 'Goa', 'Ooty')),
  seconds: fc.option(fc.oneof({ weight: 20, arbitrary: fc.nat(600) }, { weight: 1, arbitrary: fc.nat(100_000) })),
  startedAt: fc.option(fc.integer({ min: 1.7e12, max: 1.8e12 })),
});
const change = fc.record({
  batchNo: fc.nat(5),
  /** None: the batch goes. */
  values: fc.option(fc.array(value, { minLength: 1, maxLength: 70, size: 'max' })),
});

test('after any batches came, changed and went, columns hold what such of a new store do', () => {
  let reused = 0;
  fc.assert(
    fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 2 }), { maxLength: 8, size: 'max' }), (syncs) => {
      let state: State = new Map();
      const store = new ColumnStore(
        sourceOf(() => state),
        Infinity,
      );
      let revision = 0;
      for (const changes of syncs) {
        const next = new Map(state);
        for (const { batchNo, values } of changes) {
          if (values === null) next.delete(batchNo);
          else next.set(batchNo, { revision: ++revision, values });
        }
        const before = store.layout.length === 0 ? undefined : store.numbers('started_at').values;
        state = next;
        store.setBatches(batchesOf(state));
        const padded = (values: readonly Value[]) => [
          ...values,
          ...Array.from({ length: -values.length & 31 }, () => ({ city: null, seconds: null, startedAt: null })),
        ];
        expect(seen(store)).toEqual(
          store.batches.map(({ batchNo }) => ({ batchNo, values: padded(state.get(batchNo)?.values ?? []) })),
        );
        if (before !== undefined && before.buffer === store.numbers('started_at').values.buffer) reused++;
      }
    }),
    { numRuns: 300 },
  );
  expect(reused).toBeGreaterThan(50);
});
