import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  placeAfter,
  placeInWords,
  swapped,
  withMoved,
  type Place,
} from '../../src/renderer/screens/pivot/moveField.ts';
import { MOST_DIMENSIONS, pivotSpecSchema, type Measure, type PivotSpec } from '../../src/shared/pivot.ts';

/** Fields of a pivot change places. */

const dimensions = Array.from({ length: 2 * MOST_DIMENSIONS }, (_, i) => ({ column: `outcome:${i}` }));
const measures: Measure[] = [
  { type: 'count' },
  { type: 'avg', column: 'duration_seconds' },
  { type: 'sum', column: 'outcome:x' },
];
const each = fc.record({ rows: fc.boolean(), columns: fc.boolean() });
const spec: fc.Arbitrary<PivotSpec> = fc
  .record({
    rows: fc.nat(MOST_DIMENSIONS),
    columns: fc.nat(MOST_DIMENSIONS),
    measures: fc.integer({ min: 1, max: measures.length }),
    subtotals: each,
    totals: each,
  })
  .map((given) => ({
    ...given,
    rows: dimensions.slice(0, given.rows),
    columns: dimensions.slice(MOST_DIMENSIONS, MOST_DIMENSIONS + given.columns),
    measures: measures.slice(0, given.measures),
    base: 'filled' as const,
  }));
const shelves = ['rows', 'columns', 'measures'] as const;
const moves = ['left', 'right', 'rows', 'columns'] as const;
const places = (of: PivotSpec): Place[] => shelves.flatMap((shelf) => of[shelf].map((_, at) => ({ shelf, at })));

test('whatever is moved, every field is still there, it stands where it went, and the way back leads to what was', () => {
  fc.assert(
    fc.property(spec, (given) => {
      for (const from of places(given)) {
        for (const move of moves) {
          const to = placeAfter(given, from, move);
          if (to === undefined) continue;
          const next = withMoved(given, from, to);
          expect(pivotSpecSchema.parse(next)).toEqual(next);
          expect(next[to.shelf][to.at]).toEqual(given[from.shelf][from.at]);
          const all = ({ rows, columns, measures: counted }: PivotSpec) =>
            [...rows, ...columns, ...counted].map((field) => JSON.stringify(field)).sort();
          expect(all(next)).toEqual(all(given));
          expect(withMoved(next, to, from)).toEqual(given);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('there is nowhere to go at the ends of a shelf, to a full axis, and for a measure to an axis', () => {
  const given: PivotSpec = {
    rows: dimensions.slice(0, MOST_DIMENSIONS),
    columns: dimensions.slice(MOST_DIMENSIONS, MOST_DIMENSIONS + 2),
    measures,
    base: 'filled',
  };
  expect(placeAfter(given, { shelf: 'rows', at: 0 }, 'left')).toBeUndefined();
  expect(placeAfter(given, { shelf: 'measures', at: 2 }, 'right')).toBeUndefined();
  expect(placeAfter(given, { shelf: 'columns', at: 0 }, 'rows')).toBeUndefined();
  expect(placeAfter(given, { shelf: 'rows', at: 0 }, 'rows')).toBeUndefined();
  expect(placeAfter(given, { shelf: 'measures', at: 0 }, 'rows')).toBeUndefined();
  expect(placeAfter(given, { shelf: 'rows', at: 0 }, 'columns')).toEqual({ shelf: 'columns', at: 2 });
  expect(placeInWords(given, { shelf: 'measures', at: 1 })).toBe('Average duration, measure 2 of 3');
});

test('rows and columns that are swapped take their totals along, and twice is as before', () => {
  fc.assert(
    fc.property(spec, (given) => {
      const { rows, columns, totals, subtotals } = swapped(given);
      expect([rows, columns]).toEqual([given.columns, given.rows]);
      expect([totals?.rows, subtotals?.columns]).toEqual([given.totals?.columns, given.subtotals?.rows]);
      expect(swapped(swapped(given))).toEqual(given);
    }),
  );
});
