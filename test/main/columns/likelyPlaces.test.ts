import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyBitmap, placesOf, countBits } from '../../../src/main/columns/bitmap.ts';
import { layoutOf } from '../../../src/main/columns/layout.ts';
import { describeNumbers } from '../../../src/main/columns/numberColumn.ts';
import { likelyPlaces } from '../../../src/main/columns/likelyPlaces.ts';

const batch = fc.record({
  /** Batches lie apart, touch, or are mixed. */
  from: fc.integer({ min: 0, max: 60 }),
  calls: fc.array(
    fc.record({
      value: fc.oneof({ weight: 6, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constant(NaN) }),
      isSet: fc.boolean(),
    }),
    { minLength: 1, maxLength: 70 },
  ),
});

test('among the places of the few batches that are looked at are the first of an order, whatever tells equal ones apart', () => {
  let answered = 0;
  fc.assert(
    fc.property(
      fc.array(batch, { minLength: 4, maxLength: 24 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 60 }),
      (batches, isDescending, count) => {
        const layout = layoutOf(
          batches.map(({ calls }, i) => ({ batchNo: i + 1, revision: 1, count: calls.length, constants: {} })),
        );
        const values = new Float64Array(layout.length).fill(NaN);
        const bits = emptyBitmap(layout);
        batches.forEach(({ from, calls }, b) =>
          calls.forEach(({ value, isSet }, i) => {
            const place = (layout.starts[b] ?? 0) + i;
            values[place] = from + value;
            if (isSet) bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
          }),
        );
        const column = describeNumbers(values, layout);
        const found = likelyPlaces(layout, bits, column, isDescending, count);
        if (found === undefined) return;
        answered++;
        const set = placesOf(bits, countBits(bits));
        expect([...found]).toEqual([...set].filter((place) => found.includes(place)));
        const key = (place: number) =>
          Number.isNaN(values[place]) ? Infinity : (isDescending ? -1 : 1) * (values[place] ?? 0);
        const edge = [...set].map(key).sort((a, b) => a - b)[count - 1] ?? Infinity;
        // All that are equal to the last one wanted, too.
        for (const place of set) if (key(place) <= edge) expect(found.includes(place)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(answered).toBeGreaterThan(50);
});
