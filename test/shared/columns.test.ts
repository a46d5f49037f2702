import { expect, test } from 'vitest';
import { columnLabel, fieldColumns, metadataColumn, outcomeColumn } from '../../src/shared/columns.ts';
import { filterInWords } from '../../src/shared/selection.ts';

/** The words for columns. */

test('an outcome key that is named as a field is told from it, however it is written; others are named as they are', () => {
  for (const { id, label } of fieldColumns) {
    expect(columnLabel(id)).toBe(label);
    expect(columnLabel(outcomeColumn(label))).toBe(`${label} (outcome)`);
  }
  expect(columnLabel(outcomeColumn('status'))).toBe('status (outcome)');
  expect(columnLabel(outcomeColumn('Status '))).toBe('Status  (outcome)');
  expect(columnLabel(outcomeColumn('Status of order'))).toBe('Status of order');
  expect(columnLabel(metadataColumn('Status'))).toBe('Status (metadata)');
});

test('so the words of a filter tell which of the two it is of', () => {
  const of = (column: string) =>
    filterInWords({ op: 'any', of: { column }, values: [{ json: '"Open"' }], negate: false }, 'UTC');
  expect(of('status')).toBe('Status is Open');
  expect(of('outcome:Status')).toBe('Status (outcome) is Open');
});
