import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { binnedColumn } from '../../../src/main/export/binnedColumn.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import { bases, pivotSpecSchema, type PivotSpec } from '../../../src/shared/pivot.ts';
import { cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';
import { hasLibreOffice, sheetsInLibreOffice } from '../../support/libreOffice.ts';
import { descendants, openPackage } from '../../support/xlsxPackage.ts';

/** Excel's own PivotTable in the workbook: its parts, what it shows before Excel has counted, and what LibreOffice counts from it. */

const plans = ['Basic', 'Plus', 'Premium'];
const calls = Array.from({ length: 60 }, (_, i) =>
  call(`c${i}`, {
    status: i % 5 === 0 ? 'busy' : 'completed',
    duration_seconds: (i * 7) % 50,
    started_at: new Date(Date.UTC(2026, 4, 4 + (i % 9), 10)).toISOString(),
    outcomes: {
      Plan: i % 7 === 0 ? null : plans[i % 3],
      Interested: i % 2 === 0 ? 'Yes' : i % 4 === 1 ? 'yes' : 'No',
      Score: i,
      'Call back': `2026-06-${String((i % 3) + 1).padStart(2, '0')}`,
      Long: `${'x'.repeat(300)}${i % 2}`,
      'Line\nbreak & <sign>': i % 2 === 0 ? '<a> & "b"' : 'c\nd',
    },
  }),
);
const reader = cacheOf(calls);

const count = { type: 'count' } as const;
const average = { type: 'avg', column: 'duration_seconds' } as const;
const specs: Readonly<Record<string, Partial<PivotSpec>>> = {
  'one value by rows': { rows: [{ column: 'outcome:Plan' }], columns: [], measures: [count] },
  'several values by rows': {
    rows: [{ column: 'outcome:Plan' }],
    columns: [],
    measures: [count, average, { type: 'sum', column: 'outcome:Score' }, { type: 'max', column: 'outcome:Score' }],
  },
  'two rows and a column': {
    rows: [{ column: 'status' }, { column: 'outcome:Plan' }],
    columns: [{ column: 'outcome:Interested' }],
    measures: [count],
  },
  'groups in groups with their totals': {
    rows: [{ column: 'status' }, { column: 'outcome:Call back' }, { column: 'outcome:Plan' }],
    columns: [{ column: 'outcome:Interested' }, { column: 'outcome:Score', step: 40 }],
    measures: [count],
    subtotals: { rows: true, columns: true },
  },
  'subtotals of rows alone, several values': {
    rows: [{ column: 'status' }, { column: 'outcome:Plan' }],
    columns: [{ column: 'outcome:Interested' }, { column: 'outcome:Call back' }],
    measures: [count, { type: 'max', column: 'outcome:Score' }],
    totals: { rows: true, columns: false },
    subtotals: { rows: true, columns: false },
  },
  'subtotals of columns alone, several values': {
    rows: [{ column: 'status' }, { column: 'outcome:Plan' }],
    columns: [{ column: 'outcome:Interested' }, { column: 'outcome:Call back' }],
    measures: [count, { type: 'sum', column: 'outcome:Score' }],
    totals: { rows: false, columns: true },
    subtotals: { rows: false, columns: true },
  },
  'columns with subtotals and no rows': {
    rows: [],
    columns: [{ column: 'outcome:Interested' }, { column: 'status' }],
    measures: [count, { type: 'sum', column: 'outcome:Score' }],
    subtotals: { rows: false, columns: true },
  },
  'several values across': {
    rows: [{ column: 'started_at', bin: 'weekday' }],
    columns: [{ column: 'status' }, { column: 'outcome:Plan' }],
    measures: [average, { type: 'rate', column: 'outcome:Plan', value: 'Plus' }],
  },
  'columns alone': { rows: [], columns: [{ column: 'status' }], measures: [count] },
  'columns with several values': { rows: [], columns: [{ column: 'status' }], measures: [count, average] },
  'dates, numbers and steps': {
    rows: [{ column: 'outcome:Call back' }, { column: 'outcome:Score', step: 20 }],
    columns: [{ column: 'duration_seconds' }],
    measures: [count],
  },
  'any text': {
    rows: [{ column: 'outcome:Line\nbreak & <sign>' }, { column: 'outcome:Long' }],
    columns: [],
    measures: [count, count],
  },
  'one field on both axes': { rows: [{ column: 'status' }], columns: [{ column: 'status' }], measures: [count] },
};

async function exported(spec: Partial<PivotSpec>) {
  const part = newFile('xlsx');
  const result = await writeWorkbook(reader, request(part, { pivot: pivotSpecSchema.parse(spec) }), quiet);
  const book = XLSX.readFile(part);
  const rows = XLSX.utils.sheet_to_json<unknown[]>(book.Sheets['PivotTable'] ?? {}, {
    header: 1,
    raw: false,
    defval: '',
  });
  return { part, result, table: rows.slice(2).map((row) => row.map(String)) };
}

test('in the column of bins, a text that only reads like a bin is told from it', () => {
  const source = { id: 'outcome:When', label: 'When', kind: 'date', from: ['outcome:When'] } as const;
  const binned = binnedColumn({ column: 'outcome:When', bin: 'weekday' }, source, 'UTC');
  const values = ['2026-05-14', 'Thursday', 'soon', 5].map((value) => binned.derive?.([value]));
  expect(values).toEqual(['Thursday', 'Thursday (text)', 'soon', 5]);
});

test.each(Object.entries(specs))('%s: the parts are whole, and it refreshes on opening', async (_name, spec) => {
  const { part, result } = await exported(spec);
  expect(result.sheets).toEqual(['Calls', 'Pivot', 'PivotTable', 'About']);
  const { problems, parts } = openPackage(part);
  expect(problems).toEqual([]);
  const cache = parts.get('xl/pivotCache/pivotCacheDefinition1.xml');
  expect(cache?.attributes).toMatchObject({ refreshOnLoad: '1', recordCount: '60' });
  const source = cache && descendants(cache, 'worksheetSource')[0]?.attributes;
  expect(source).toMatchObject({ sheet: 'Calls', ref: expect.stringMatching(/^A1:[A-Z]+61$/) as string });
});

/** Whole numbers of each row, in any order of rows: words and the look of averages are LibreOffice's own. */
function wholeNumbers(rows: readonly (readonly string[])[]): string[] {
  return rows
    .map((row) => row.filter((text) => /^\d+$/.test(text)).join(' '))
    .filter(Boolean)
    .sort();
}

test
  .skipIf(!hasLibreOffice)
  .each([
    'one value by rows',
    'several values by rows',
    'two rows and a column',
    'columns alone',
    'groups in groups with their totals',
    'subtotals of rows alone, several values',
    'subtotals of columns alone, several values',
    'columns with subtotals and no rows',
  ])('%s: LibreOffice counts from the calls what the sheet shows', async (name) => {
  const { part, table } = await exported(specs[name] as Partial<PivotSpec>);
  const counted = (sheetsInLibreOffice(part).get('PivotTable') ?? []).slice(2);
  expect(counted.flat().some((words) => /^Total (Result|Calls)$/.test(words))).toBe(true);
  expect(wholeNumbers(counted)).toEqual(wholeNumbers(table));
});

test('it shows the same numbers as the Pivot sheet, in three kinds of blank as one', async () => {
  const { part } = await exported(specs['one value by rows'] as Partial<PivotSpec>);
  const book = XLSX.readFile(part);
  const rowsOf = (name: string) => XLSX.utils.sheet_to_json<unknown[]>(book.Sheets[name] ?? {}, { header: 1 });
  expect(rowsOf('PivotTable').slice(3)).toEqual([
    ['Basic', 17],
    ['Plus', 17],
    ['Premium', 17],
    ['(blank)', 9],
    ['Grand Total', 60],
  ]);
  expect(new Map(rowsOf('Pivot').slice(1) as [string, number][]).get('Basic')).toBe(17);
});

test.each(bases)(
  'a share of the base “%s” is that of the Pivot sheet, also where some calls are not made yet',
  async (base) => {
    const some = [
      call('yes', { outcomes: { Plan: 'Plus' } }),
      call('no', { outcomes: { Plan: 'Basic' } }),
      call('unanswered', { answer_duration_seconds: 0, analysis_status: 'disabled', outcomes: {} }),
      ...['pending', 'queued'].map((status) => ({ call_id: status, status })),
    ];
    const spec = {
      rows: [{ column: 'agent' }],
      columns: [],
      measures: [{ type: 'rate' as const, column: 'outcome:Plan', value: 'Plus' }],
      base,
    };
    const part = newFile('xlsx');
    await writeWorkbook(cacheOf(some), request(part, { pivot: pivotSpecSchema.parse(spec) }), quiet);
    const book = XLSX.readFile(part);
    const shareIn = (name: string) =>
      XLSX.utils
        .sheet_to_json<unknown[]>(book.Sheets[name] ?? {}, { header: 1 })
        .find(([label]) => label === 'Renewals')?.[1];
    expect(shareIn('PivotTable')).toBe(shareIn('Pivot'));
    expect(shareIn('Pivot')).toBe({ dialled: 1 / 3, answered: 1 / 2, analysed: 1 / 2, filled: 1 / 2 }[base]);
  },
);

/** Of each line its numbers, in any order of lines and columns; what no call is in is blank here and 0 there. */
function numbersOf(rows: readonly (readonly unknown[])[]): string[] {
  return rows
    .map((row) => row.filter((value): value is number => typeof value === 'number' && value !== 0))
    .filter((numbers) => numbers.length > 0)
    .map((numbers) => numbers.toSorted((a, b) => a - b).join(' '))
    .sort();
}

test('whichever totals and subtotals a pivot has, the PivotTable shows the numbers of the Pivot sheet', async () => {
  const kinds = ['status', 'disconnect_reason', 'outcome:Plan', 'outcome:Region'] as const;
  const values = fc.tuple(...kinds.map(() => fc.constantFrom('a', 'b', 'c')), fc.integer({ min: 1, max: 99 }));
  const each = fc.record({ rows: fc.boolean(), columns: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(values, { minLength: 1, maxLength: 30 }),
      fc.shuffledSubarray([...kinds], { minLength: 1 }),
      fc.nat(4),
      each,
      each,
      async (given, dimensions, rows, totals, subtotals) => {
        const cache = cacheOf(
          given.map(([status, disconnect_reason, Plan, Region, Score], i) =>
            call(`c${i}`, { status, disconnect_reason, outcomes: { Plan, Region, Score } }),
          ),
        );
        const pivot = pivotSpecSchema.parse({
          rows: dimensions.slice(0, rows).map((column) => ({ column })),
          columns: dimensions.slice(rows).map((column) => ({ column })),
          measures: [count, { type: 'sum', column: 'outcome:Score' }, { type: 'min', column: 'outcome:Score' }],
          totals,
          subtotals,
        });
        const part = newFile('xlsx');
        await writeWorkbook(cache, request(part, { pivot }), quiet);
        expect(openPackage(part).problems).toEqual([]);
        const book = XLSX.readFile(part);
        const rowsOf = (name: string) =>
          XLSX.utils.sheet_to_json<unknown[]>(book.Sheets[name] ?? {}, { header: 1, raw: true });
        // Several values of a pivot without rows are lines in Excel, and columns on screen.
        const flat = (lines: string[]) => (pivot.rows.length > 0 ? lines : lines.join(' ').split(' ').sort());
        expect(flat(numbersOf(rowsOf('PivotTable')))).toEqual(flat(numbersOf(rowsOf('Pivot'))));
      },
    ),
    { numRuns: 40 },
  );
});

test('a key of controls alone has a header, without which Excel refuses to count', async () => {
  const part = newFile('xlsx');
  const odd = cacheOf([call('c1', { outcomes: { '\u0001': 'a', '\u0002 ': 'b' } })]);
  const pivot = pivotSpecSchema.parse({ rows: [{ column: 'outcome:\u0001' }], columns: [], measures: [count] });
  await writeWorkbook(odd, request(part, { pivot, columns: ['outcome:\u0001', 'outcome:\u0002 '] }), quiet);
  const { problems, parts } = openPackage(part);
  expect(problems).toEqual([]);
  const cache = parts.get('xl/pivotCache/pivotCacheDefinition1.xml');
  const names = cache && descendants(cache, 'cacheField').map(({ attributes }) => attributes['name']);
  expect(names).toEqual(['(no name)', '(no name) (2)', 'Call ID']);
});

test('a group’s total stands behind it and says the group; the innermost field has none', async () => {
  const { part, table } = await exported({
    rows: [{ column: 'outcome:Call back' }, { column: 'status' }],
    columns: [],
    measures: [count],
    subtotals: { rows: true, columns: true },
  });
  expect(table.slice(1)).toEqual([
    ['2026-06-01', 'busy', '4'],
    ['', 'completed', '16'],
    ['2026-06-01 Total', '', '20'],
    ['2026-06-02', 'busy', '4'],
    ['', 'completed', '16'],
    ['2026-06-02 Total', '', '20'],
    ['2026-06-03', 'busy', '4'],
    ['', 'completed', '16'],
    ['2026-06-03 Total', '', '20'],
    ['Grand Total', '', '60'],
  ]);
  const pivot = openPackage(part).parts.get('xl/pivotTables/pivotTable1.xml');
  const lines = pivot === undefined ? [] : (descendants(pivot, 'rowItems')[0]?.children ?? []);
  expect(lines.map(({ attributes }) => attributes['t'] ?? '')).toEqual(
    [...Array<string[]>(3).fill(['', '', 'default']), ['grand']].flat(),
  );
});

test('measures that Excel’s pivots do not have are left out and told', async () => {
  const { result, part } = await exported({
    rows: [{ column: 'status' }],
    columns: [],
    measures: [count, { type: 'median', column: 'duration_seconds' }],
  });
  expect(result.cuts).toEqual([expect.stringContaining('1 value of the pivot is missing in the PivotTable')]);
  expect(openPackage(part).problems).toEqual([]);
});

test('numbers among other values are added up as on the Pivot sheet, and what cannot be is told', async () => {
  const mixed = [
    call('c1', { duration_seconds: 60, outcomes: { Size: '2', Day: '2026-05-20T22:30:00Z', Code: 7 } }),
    call('c2', { duration_seconds: -20, outcomes: { Size: 'large', Day: '2026-06-01', Code: '0123' } }),
    call('c3', { duration_seconds: 80, outcomes: { Size: 4, Day: '2026-06-02', Code: 9 } }),
    ...Array.from({ length: 40 }, (_, i) => call(`d${i}`, { duration_seconds: null, outcomes: { Code: 8 } })),
  ];
  const measures = (['outcome:Size', 'outcome:Day', 'outcome:Code', 'duration_seconds'] as const).map((column) => ({
    type: 'min' as const,
    column,
  }));
  const pivot = pivotSpecSchema.parse({
    rows: [{ column: 'agent' }],
    columns: [],
    measures: [...measures, { type: 'avg', column: 'outcome:Size' }, { type: 'max', column: 'outcome:Code' }],
  });
  const part = newFile('xlsx');
  const { cuts } = await writeWorkbook(cacheOf(mixed), request(part, { pivot }), quiet);
  expect(openPackage(part).problems).toEqual([]);
  const book = XLSX.readFile(part);
  const lineOf = (name: string) =>
    XLSX.utils
      .sheet_to_json<unknown[]>(book.Sheets[name] ?? {}, { header: 1, raw: false })
      .find(([label]) => label === 'Renewals');
  const time = '2026-05-21 00:30:00';
  expect(lineOf('Pivot')).toEqual(['Renewals', '2', time, '7', '-0:20', '3.00', '123']);
  expect(lineOf('PivotTable')).toEqual(['Renewals', '2', time, '7', '0:01:00', '3.00', '9']);
  expect(cuts).toEqual([expect.stringContaining('2 numbers stand as texts on the sheet')]);
});
