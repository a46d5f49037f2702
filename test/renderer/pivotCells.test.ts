import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { pivotCells, pivotForSpreadsheet } from '../../src/renderer/screens/pivot/pivotCells.ts';
import { pivotSpecSchema } from '../../src/shared/pivot.ts';
import { everything } from '../../src/shared/selection.ts';
import { cacheOf, call } from '../support/exports.ts';

const reader = cacheOf([
  call('c1', { status: 'completed', duration_seconds: 3_725, outcomes: { Plan: '=1+1' } }),
  call('c2', { status: 'completed', duration_seconds: 35, outcomes: { Plan: '007' } }),
  call('c3', { status: 'busy', duration_seconds: 65, outcomes: { Plan: '007' } }),
]);
const pivotOf = (spec: object) => reader.pivot(everything('UTC'), pivotSpecSchema.parse(spec));

test('a pivot is copied with its keys, totals and types', () => {
  const pivot = pivotOf({
    rows: [{ column: 'status' }],
    columns: [{ column: 'outcome:Plan' }],
    measures: [{ type: 'count' }, { type: 'avg', column: 'duration_seconds' }],
  });
  const cells = pivotCells(pivot, 'UTC');
  const words = cells.map((line) => line.map(({ text }) => text));
  expect(words[0]?.[0]).toBe('Plan');
  expect(words[1]).toEqual(['Status', ...Array.from({ length: 3 }, () => ['Calls', 'Average duration']).flat()]);
  const at = (words[0] ?? []).indexOf('007');
  const total = (words[0] ?? []).indexOf('Total');
  const completed = words.find(([label]) => label === 'completed') ?? [];
  expect(completed.slice(at, at + 2)).toEqual(['1', '0:00:35']);
  expect(completed.slice(total, total + 2)).toEqual(['2', '0:31:20']);
  expect(words.at(-1)?.slice(total, total + 1)).toEqual(['3']);
  const types = cells.at(-1)?.map(({ type }) => type);
  expect(types?.slice(0, 3)).toEqual(['text', 'number', 'duration']);
});

test('percentages stay percentages, and a key that looks like a formula or a number stays text', () => {
  const pivot = pivotOf({
    rows: [{ column: 'outcome:Plan' }],
    columns: [],
    measures: [{ type: 'rate', column: 'status', value: 'completed' }],
  });
  const { text, html } = pivotForSpreadsheet(pivot, 'UTC');
  expect(html).toContain('<td class="text">=1+1</td><td class="percent">100%</td>');
  expect(html).toContain('<td class="text">007</td><td class="percent">50%</td>');
  const sheet = XLSX.read(text, { type: 'string', FS: '\t', raw: false }).Sheets['Sheet1'] ?? {};
  const rows = XLSX.utils.sheet_to_json<unknown[]>(sheet, { header: 1 });
  expect(rows.slice(1).map(([, share]) => share)).toEqual(expect.arrayContaining([1, 0.5]));
});
