import { expect, test } from 'vitest';
import { dimensionChoices, suggestions } from '../../src/renderer/screens/pivot/dimensions.ts';
import type { Column } from '../../src/shared/columns.ts';

const columns: Column[] = [
  { id: 'summary', label: 'Summary', kind: 'text', filled: 9 },
  { id: 'agent', label: 'Agent', kind: 'category', filled: 9 },
  { id: 'started_at', label: 'Started', kind: 'time', filled: 9 },
  { id: 'outcome:Plan', label: 'Plan', kind: 'category', filled: 4 },
  { id: 'outcome:Interested', label: 'Interested', kind: 'category', filled: 7 },
];

test('a pivot groups by outcome keys, fields and binned times, not by summaries', () => {
  const ids = dimensionChoices(columns).map(({ id }) => id);
  expect(ids.slice(0, 3)).toEqual(['outcome:Plan', 'outcome:Interested', 'agent']);
  expect(ids).toContain('started_at:weekday');
  expect(ids).not.toContain('started_at');
  expect(ids).not.toContain('summary');
});

test('the first suggestion is the two keys that are filled most', () => {
  expect(suggestions(columns)[0]).toMatchObject({
    rows: [{ column: 'outcome:Interested' }],
    columns: [{ column: 'outcome:Plan' }],
  });
  expect(suggestions([])).toEqual([]);
});
