import { expect, test } from 'vitest';
import type { Filter } from '../../src/shared/selection.ts';
import { readAmount, sayAmount } from '../../src/renderer/facets/amounts.ts';
import { filtersOf, withContains, withRange, withValues } from '../../src/renderer/stores/columnFilters.ts';

const yes = { json: '"Yes"' };
const no = { json: '"No"' };
const drilled: Filter = {
  op: 'any',
  of: { column: 'started_at', bin: 'day' },
  values: [{ json: '"2026-05-14"' }],
  negate: false,
};
const range = { from: 1, fromExclusive: false, to: 5, toInclusive: false };

test('values that are kept and left out are two filters, in the place where the first stood', () => {
  const before: Filter[] = [
    { op: 'any', of: { column: 'status' }, values: [yes], negate: false },
    { op: 'contains', of: { column: 'summary' }, text: 'refund', negate: false },
  ];
  const after = withValues(before, 'status', { included: [no], excluded: [yes] });
  expect(after).toEqual([
    { op: 'any', of: { column: 'status' }, values: [no], negate: false },
    { op: 'any', of: { column: 'status' }, values: [yes], negate: true },
    before[1],
  ]);
  expect(filtersOf(after, 'status')).toMatchObject({ included: [no], excluded: [yes] });
  expect(withValues(after, 'status', { included: [], excluded: [] })).toEqual([before[1]]);
});

test('a range takes the place of the one before, an open one takes it away; a drilled day stays', () => {
  const first = withRange([drilled], 'started_at', range);
  const second = withRange(first, 'started_at', { ...range, from: 2 });
  expect(second).toEqual([drilled, { op: 'range', of: { column: 'started_at' }, ...range, from: 2 }]);
  expect(withRange(second, 'started_at', { ...range, from: null, to: null })).toEqual([drilled]);
});

test('words are trimmed, and no words are no filter', () => {
  const filters = withContains([], 'name', '  smith ');
  expect(filtersOf(filters, 'name').contains).toBe('smith');
  expect(withContains(filters, 'name', ' ')).toEqual([]);
});

test.each([
  ['1:30', 'duration', 90],
  ['1:02:03', 'duration', 3723],
  ['90', 'duration', 90],
  ['1,200.5', 'number', 1200.5],
  ['-3', 'number', -3],
  ['.5', 'number', 0.5],
  ['1,5', 'number', undefined],
  ['1200,50', 'number', undefined],
  ['1:30', 'number', undefined],
  ['soon', 'number', undefined],
  ['', 'number', undefined],
] as const)('“%s” as a %s is %s', (text, kind, amount) => {
  expect(readAmount(text, kind)).toBe(amount);
  if (amount !== undefined) expect(readAmount(sayAmount(amount, kind, 'UTC'), kind)).toBe(amount);
});
