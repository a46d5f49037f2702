import { expect, test } from 'vitest';
import { everything, newestFirst, type Filter, type RangeFilter } from '../../src/shared/selection.ts';
import { differsFrom, usualLayout, viewSchema, type View } from '../../src/shared/view.ts';

const view = (...filters: Filter[]): View => ({
  name: 'Fresh',
  selection: { ...everything('UTC'), filters },
  sort: [newestFirst],
  layout: usualLayout,
  pivot: null,
});
const days: RangeFilter = {
  op: 'range',
  of: { column: 'started_at' },
  from: Date.UTC(2026, 4, 8),
  fromExclusive: false,
  to: Date.UTC(2026, 4, 15),
  toInclusive: false,
};

test('a view of recent days is the same view on another day, and one of fixed days is not', () => {
  const later = { from: Date.UTC(2026, 4, 9), to: Date.UTC(2026, 4, 16) };
  expect(
    differsFrom(view({ ...days, recent: 'last_7_days' }), view({ ...days, ...later, recent: 'last_7_days' })),
  ).toBe(false);
  expect(differsFrom(view({ ...days, recent: 'last_7_days' }), view({ ...days, recent: 'last_30_days' }))).toBe(true);
  expect(differsFrom(view(days), view({ ...days, ...later }))).toBe(true);
});

test('a view may be in the order of many columns, and pin as many: the grid sets no limit', () => {
  const columns = Array.from({ length: 60 }, (_, i) => `outcome:Key ${i}`);
  const wide = {
    ...view(),
    sort: columns.map((column) => ({ column, descending: false })),
    layout: { ...usualLayout, pinned: columns },
  };
  expect(viewSchema.parse(wide)).toEqual(wide);
});
