import { expect, test } from 'vitest';
import { pivotSpecSchema } from '../../src/shared/pivot.ts';
import { usualLayout, viewSchema } from '../../src/shared/view.ts';
import { everything } from '../../src/shared/selection.ts';

/** What a pivot is, as it is kept. */

const pivot = { rows: [{ column: 'status' }], columns: [], measures: [{ type: 'count' as const }], base: 'filled' };

test('a view saved when one switch was for both axes is read, with both on or off', () => {
  const view = { name: 'Old', selection: everything('UTC'), sort: [], layout: usualLayout };
  for (const on of [true, false]) {
    const read = viewSchema.parse({ ...view, pivot: { ...pivot, subtotals: on, heat: false } });
    expect(read).toEqual({ ...view, pivot: { ...pivot, subtotals: { rows: on, columns: on }, heat: false } });
    // What was read is what is written, and is read again.
    expect(viewSchema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
  }
});

test('each axis has its own switches, and none need be said', () => {
  const spec = { ...pivot, subtotals: { rows: true, columns: false }, totals: { rows: false, columns: true } };
  expect(pivotSpecSchema.parse(spec)).toEqual(spec);
  expect(pivotSpecSchema.parse(pivot)).toEqual(pivot);
  expect(pivotSpecSchema.safeParse({ ...pivot, subtotals: 'rows' }).success).toBe(false);
});
