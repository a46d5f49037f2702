import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { pivotCells, pivotForSpreadsheet } from '../../src/renderer/screens/pivot/pivotCells.ts';
import { asItIs, masked } from '../../src/shared/masking.ts';
import { pivotSpecSchema, type PivotSpec } from '../../src/shared/pivot.ts';
import { everything } from '../../src/shared/selection.ts';
import { writeWorkbook } from '../../src/main/export/workbook.ts';
import { isCompared, lineWords, pivotLines, pivotNumbers, spanOf } from '../../src/shared/pivotLines.ts';
import { cacheOf, call, newFile, quiet, request } from '../support/exports.ts';

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
  const cells = pivotCells(pivot, 'UTC', asItIs);
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
  const { text, html } = pivotForSpreadsheet(pivot, 'UTC', asItIs);
  expect(html).toContain('<td class="text">=1+1</td><td class="percent">100%</td>');
  expect(html).toContain('<td class="text">007</td><td class="percent">50%</td>');
  const sheet = XLSX.read(text, { type: 'string', FS: '\t', raw: false }).Sheets['Sheet1'] ?? {};
  const rows = XLSX.utils.sheet_to_json<unknown[]>(sheet, { header: 1 });
  expect(rows.slice(1).map(([, share]) => share)).toEqual(expect.arrayContaining([1, 0.5]));
});

const on = { rows: true, columns: true };
const axes: readonly (readonly [name: string, Pick<PivotSpec, 'totals' | 'subtotals'>])[] = [
  ['on both axes', { subtotals: on }],
  ['on rows', { subtotals: { rows: true, columns: false }, totals: on }],
  ['on columns', { subtotals: { rows: false, columns: true }, totals: { rows: true, columns: false } }],
  ['of groups alone', { subtotals: on, totals: { rows: false, columns: false } }],
  ['nowhere', { totals: { rows: false, columns: false } }],
];

test.each(axes)(
  'totals %s stand in the copy as on the workbook’s sheet, and every number counts its own calls',
  async (_name, wanted) => {
    const calls = Array.from({ length: 60 }, (_, i) =>
      call(`n${i}`, {
        status: ['completed', 'busy', 'failed'][i % 3],
        disconnect_reason: ['agent_hangup', 'user_hangup'][i % 2],
        duration_seconds: i,
        outcomes: { Plan: ['Basic', 'Pro', null][i % 5], Region: ['North', 'South'][i % 7] },
      }),
    );
    const nested = cacheOf(calls);
    const spec = pivotSpecSchema.parse({
      rows: [{ column: 'status' }, { column: 'outcome:Plan' }],
      columns: [{ column: 'disconnect_reason' }, { column: 'outcome:Region' }],
      measures: [{ type: 'count' }, { type: 'median', column: 'duration_seconds' }],
      ...wanted,
    });
    const part = newFile('xlsx');
    await writeWorkbook(nested, request(part, { pivot: spec, livePivot: false }), quiet);
    const sheet = XLSX.readFile(part).Sheets['Pivot'] ?? {};
    const written = XLSX.utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, defval: '' });
    const pivot = nested.pivot(everything('UTC'), spec);
    const asWritten = pivotCells(pivot, 'UTC', asItIs).map((line) =>
      line.map(({ text, type }) => (type === 'number' ? Number(text) : text)),
    );
    const medians = new Set((asWritten[2] ?? []).flatMap((words, at) => (words === 'Median duration' ? [at] : [])));
    const withoutMedians = (lines: readonly (readonly unknown[])[]) =>
      lines.map((line) => line.filter((_, at) => !medians.has(at)));
    expect(withoutMedians(asWritten)).toEqual(withoutMedians(written));

    const lines = pivotLines(pivot);
    const { countAt } = pivotNumbers(pivot);
    const totals = lines.rows.filter(({ depth }) => depth < 2);
    const [each, all] = [wanted.subtotals?.rows === true ? [1, 1, 1] : [], wanted.totals?.rows === false ? [] : [0]];
    expect(totals.map(({ key }) => key.length)).toEqual([...each, ...all]);
    const across = lines.columns.filter(({ depth }) => depth < 2).map(({ key }) => key.length);
    expect(across).toEqual([
      ...(wanted.subtotals?.columns === true ? [1, 1] : []),
      ...(wanted.totals?.columns === false ? [] : [0]),
    ]);
    for (const row of lines.rows) {
      for (const column of lines.columns) {
        const within = calls.filter((one) => {
          const has = (key: typeof row.key, values: readonly unknown[]) =>
            key.every((value, i) => ('json' in value ? JSON.parse(value.json) : null) === (values[i] ?? null));
          return (
            has(row.key, [one.status, one.outcomes['Plan' as never]]) &&
            has(column.key, [one.disconnect_reason, one.outcomes['Region' as never]])
          );
        });
        expect(countAt(row, column)).toBe(within.length);
      }
    }
  },
);

test('colours tell apart what has a value: a blank that most calls have leaves the others their colours', () => {
  const blank = Array.from({ length: 50 }, (_, i) => call(`b${i}`));
  const few = cacheOf(
    [...blank, call('y1', { outcomes: { Plan: 'A' } }), call('y2', { outcomes: { Plan: 'B' } })],
    [call('y3', { outcomes: { Plan: 'B' } })],
  );
  const spec = pivotSpecSchema.parse({
    rows: [{ column: 'outcome:Plan' }],
    columns: [],
    measures: [{ type: 'count' }],
  });
  const pivot = few.pivot(everything('UTC'), spec);
  expect(spanOf(pivot, 0)).toEqual({ least: 1, most: 2 });
  const coloured = pivotLines(pivot).rows.filter((line) => isCompared(line, 1));
  expect(coloured.map((line) => lineWords(line, spec.rows, 0, 'UTC')).sort()).toEqual(['A', 'B']);
});

test('without subtotals only the totals of all are there', () => {
  const spec = { rows: [{ column: 'status' }, { column: 'outcome:Plan' }], columns: [], measures: [{ type: 'count' }] };
  const labels = pivotCells(pivotOf(spec), 'UTC', asItIs).map((line) => line.slice(0, 2).map(({ text }) => text));
  expect(labels.filter((line) => line.includes('Total'))).toEqual([['Total', '']]);
});

test('a copy masks what the table masks: keys, and numbers that are phone numbers', () => {
  const called = { phone_number: '+49 151 12345678', outcomes: { Callback: 4_915_112_345_678 } };
  const pivot = cacheOf([call('c1', called)]).pivot(
    everything('UTC'),
    pivotSpecSchema.parse({
      rows: [{ column: 'phone_number' }],
      columns: [{ column: 'outcome:Callback' }],
      measures: [{ type: 'count' }, { type: 'max', column: 'outcome:Callback' }],
    }),
  );
  const digits = (mask: typeof masked) => pivotForSpreadsheet(pivot, 'UTC', mask).text.match(/12345|112,?345/g);
  expect(digits(asItIs)).not.toBeNull();
  expect(digits(masked)).toBeNull();
});
