import { readFileSync, existsSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import type { Reader } from '../../../src/main/cache/reader.ts';
import { writeCallsSheets } from '../../../src/main/export/callsSheet.ts';
import { writeCsv } from '../../../src/main/export/csv.ts';
import { Cuts } from '../../../src/main/export/cuts.ts';
import { exportColumns, uniqueHeaders } from '../../../src/main/export/exportColumns.ts';
import { maskPhone } from '../../../src/shared/format.ts';
import { openWorkbook } from '../../../src/main/export/openWorkbook.ts';
import { countRows } from '../../../src/main/export/portions.ts';
import type { ExportRequest, ExportResult } from '../../../src/main/export/request.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import type { PivotSpec } from '../../../src/shared/pivot.ts';
import { descendants, openPackage } from '../../support/xlsxPackage.ts';
import { cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';
import { everything, newestFirst } from '../../../src/shared/selection.ts';
import { usualLayout } from '../../../src/shared/view.ts';

interface ReadBack extends ExportResult {
  readonly book: XLSX.WorkBook;
  rowsOf(sheet: string): unknown[][];
  cell(sheet: string, header: string, row?: number): XLSX.CellObject | undefined;
}

async function exportAndRead(reader: Reader, change: Partial<ExportRequest> = {}): Promise<ReadBack> {
  const part = newFile('xlsx');
  const result = await writeWorkbook(reader, request(part, change), quiet);
  expect(openPackage(part).problems).toEqual([]);
  const book = XLSX.read(readFileSync(part), { cellNF: true, cellDates: false });
  const sheetOf = (name: string) => book.Sheets[name] as XLSX.WorkSheet;
  const rowsOf = (name: string) =>
    XLSX.utils.sheet_to_json<unknown[]>(sheetOf(name), { header: 1, raw: true, defval: null });
  return {
    ...result,
    book,
    rowsOf,
    cell(name, header, row = 1) {
      const column = (rowsOf(name)[0] ?? []).indexOf(header);
      expect(column, `column “${header}” in ${String(rowsOf(name)[0])}`).toBeGreaterThanOrEqual(0);
      return sheetOf(name)[XLSX.utils.encode_cell({ c: column, r: row })] as XLSX.CellObject | undefined;
    },
  };
}

describe('the Calls sheet', () => {
  let read: ReadBack;
  beforeAll(async () => {
    const outcomes = {
      Interested: 'Yes',
      interested: 'no',
      Date: '2026-05-20',
      NoDate: '2026-02-30',
      Budget: 12.5,
      Agreed: true,
      Tags: ['a', 'b'],
    };
    const hostile = {
      '': 'empty key',
      '=1+1': '=cmd()',
      Formula: '+49-1',
      At: '@x',
      Status: 'clash',
      Policy: 0,
      Escape: 'a_x0041_b',
      Space: '  x \n y ',
    };
    const text = JSON.stringify(call('call_1', { outcomes: { ...outcomes, ...hostile, Empty: null } })).replace(
      '"Policy":0',
      '"Policy":12345678901234567890,"__proto__":"kept"',
    );
    read = await exportAndRead(cacheOf([text]));
  });

  test('times are Excel dates on the wall clock of the zone that the header names', () => {
    const cell = read.cell('Calls', 'Started (Europe/Berlin)');
    expect(cell).toMatchObject({ t: 'n', w: '2026-05-15 10:30:05' });
    expect(cell?.v).toBeCloseTo(46157 + (10 * 3600 + 30 * 60 + 5) / 86400, 8);
  });

  test('durations are parts of a day shown as [h]:mm:ss', () => {
    expect(read.cell('Calls', 'Duration')).toMatchObject({ t: 'n', v: 145 / 86400, z: '[h]:mm:ss', w: '0:02:25' });
  });

  test('phone numbers and ids stay text with plus and leading zeros', () => {
    expect(read.cell('Calls', 'Phone number')).toMatchObject({ t: 's', v: '+4930901820' });
    expect(read.cell('Calls', 'External ID')).toMatchObject({ t: 's', v: '00101' });
  });

  test('outcome values are typed: numbers, yes/no, real dates; others as received', () => {
    expect(read.cell('Calls', 'Budget')).toMatchObject({ t: 'n', v: 12.5 });
    expect(read.cell('Calls', 'Agreed')).toMatchObject({ t: 'b', v: true });
    expect(read.cell('Calls', 'Date')).toMatchObject({ t: 'n', v: 46162, w: '2026-05-20' });
    expect(read.cell('Calls', 'NoDate')).toMatchObject({ t: 's', v: '2026-02-30' });
    expect(read.cell('Calls', 'Tags (outcome)')).toMatchObject({ t: 's', v: 'a, b' });
    expect(read.cell('Calls', 'Policy')).toMatchObject({ t: 's', v: '12345678901234567890' });
  });

  test('text that looks like a formula is text', () => {
    for (const [header, value] of [
      ['=1+1', '=cmd()'],
      ['Formula', '+49-1'],
      ['At', '@x'],
    ] as const) {
      const cell = read.cell('Calls', header);
      expect(cell).toMatchObject({ t: 's', v: value });
      expect(cell?.f).toBeUndefined();
    }
  });

  test('headers differ without regard to case, from fields too; any key has a column', () => {
    const headers = (read.rowsOf('Calls')[0] ?? []) as string[];
    expect(new Set(headers.map((header) => header.toLowerCase())).size).toBe(headers.length);
    expect(headers).toEqual(
      expect.arrayContaining([
        'Interested',
        'interested (2)',
        'Status',
        'Status (outcome)',
        '“”',
        '__proto__',
        'Empty',
      ]),
    );
    expect(read.cell('Calls', '__proto__')?.v).toBe('kept');
    expect(read.cell('Calls', '“”')?.v).toBe('empty key');
  });

  test('what looks like an escape and the space around a text survive', () => {
    expect(read.cell('Calls', 'Escape')?.v).toBe('a_x0041_b');
    expect(read.cell('Calls', 'Space')?.v).toBe('  x \n y ');
  });

  test('a blank is an empty cell', () => {
    expect(read.cell('Calls', 'Empty')).toBeUndefined();
  });

  test('the header is frozen and the data has a filter', () => {
    const sheet = read.book.Sheets['Calls'];
    expect(sheet?.['!autofilter']?.ref).toMatch(/^A1:[A-Z]+2$/);
  });

  test('fields of batch and account stand with each call', () => {
    expect(read.cell('Calls', 'Agent')?.v).toBe('Renewals');
    expect(read.cell('Calls', 'Batch')?.v).toBe('sched_1');
    expect(read.cell('Calls', 'Account')?.v).toBe('Sample');
    expect(read.cell('Calls', 'Prompt version')?.v).toBe('pmt-2');
    expect(read.cell('Calls', 'Recording file')?.v).toBe('recordings/call_1.wav');
  });
});

test('calls come in the order of the sort, all of them', async () => {
  const calls = Array.from({ length: 2_345 }, (_, i) =>
    call(`c${i}`, { started_at: new Date(Date.UTC(2026, 0, 1) + ((i * 7919) % 2_345) * 1000).toISOString() }),
  );
  const told: unknown[] = [];
  const part = newFile('xlsx');
  const task = { ...quiet, progress: (value: unknown) => told.push(value) };
  const result = await writeWorkbook(cacheOf(calls), request(part, { sort: [newestFirst] }), task);
  const rows = XLSX.utils.sheet_to_json<Record<string, unknown>>(XLSX.readFile(part).Sheets['Calls'] as XLSX.WorkSheet);
  const ids = calls.toSorted((a, b) => (a.started_at < b.started_at ? 1 : -1)).map(({ call_id }) => call_id);
  expect(rows.map((row) => row['Call ID'])).toEqual(ids);
  expect(result.rows).toBe(2_345);
  expect(told).toEqual([0, 1000, 2000, 2345].map((rowsWritten) => ({ rowsWritten, rowsTotal: 2345 })));
});

test('what Excel cannot hold is cut, counted and told on About', async () => {
  const read = await exportAndRead(
    cacheOf([
      call('c1', { summary: 'x'.repeat(40_000), name: 'Bell\u0007', outcomes: { Id: 1_234_567_890_123_456 } }),
      call('c2', { name: 'lone \ud800!', started_at: '1899-05-15T08:30:05Z' }),
      call('c3', { started_at: '0001-01-01T00:00:00Z' }),
    ]),
  );
  expect(read.cell('Calls', 'Summary')?.v).toHaveLength(32_767);
  expect(read.cell('Calls', 'Name')?.v).toBe('Bell');
  expect(read.cell('Calls', 'Name', 2)?.v).toBe('lone !');
  expect(read.cell('Calls', 'Id')).toMatchObject({ t: 's', v: '1234567890123456' });
  expect(read.cell('Calls', 'Started (Europe/Berlin)', 2)?.t).toBe('s');
  // By the sun, as clocks went before there were zones.
  expect(read.cell('Calls', 'Started (Europe/Berlin)', 3)).toMatchObject({ t: 's', v: '0001-01-01 00:53:28' });
  expect(read.cuts).toHaveLength(4);
  const about = read.rowsOf('About').flat();
  for (const cut of read.cuts) expect(about).toContain(cut);
});

test('any text survives, or its loss is told', async () => {
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 400, seed: 7 });
  const read = await exportAndRead(cacheOf(texts.map((text, i) => call(`c${i}`, { outcomes: { k: `.${text}.` } }))));
  const isHeld = (unit: string) => /[\t\n]/.test(unit) || unit >= '\x80' || (unit >= ' ' && unit !== '\x7f');
  const clean = (text: string) =>
    [...text.replace(/\r\n?/g, '\n')].filter((unit) => isHeld(unit) && !/\p{Cs}|[\ufffe\uffff]/u.test(unit)).join('');
  texts.forEach((text, i) => expect(read.cell('Calls', 'k', i + 1)?.v).toBe(clean(`.${text}.`)));
  const touched = texts.filter((text) => clean(text) !== text.replace(/\r\n?/g, '\n')).length;
  expect(read.cuts).toEqual([expect.stringMatching(new RegExp(`^${touched} texts held control characters`))]);
});

test('calls that fill a sheet go on on the next, with the same header', async () => {
  const file = newFile('xlsx');
  const reader = cacheOf(Array.from({ length: 7 }, (_, i) => call(`c${i}`)));
  const workbook = openWorkbook(file, new Date());
  const selection = everything('UTC');
  const cuts = new Cuts();
  const counter = countRows(reader, 7, quiet);
  const columns = exportColumns(reader, { columns: null, batches: [], maskPhones: false, recordings: {} });
  const options = { name: 'Calls', columns, timeZone: 'UTC', cuts, maxRows: 4 };
  expect(await writeCallsSheets(workbook, counter, reader.order(selection, []), options)).toMatchObject({
    rows: 7,
    sheets: 3,
  });
  await workbook.finish();
  const { Sheets, SheetNames } = XLSX.readFile(file);
  expect(SheetNames).toEqual(['Calls', 'Calls 2', 'Calls 3']);
  const idsOf = (name: string) =>
    XLSX.utils.sheet_to_json<Record<string, string>>(Sheets[name] as XLSX.WorkSheet).map((row) => row['Call ID']);
  expect(SheetNames.map(idsOf)).toEqual([['c0', 'c1', 'c2'], ['c3', 'c4', 'c5'], ['c6']]);
  expect(cuts.inWords()).toEqual(['2 more sheets carry the calls on: a sheet holds 1,048,576 rows.']);
});

test('masked phones show three digits, and rejected items lose their text', async () => {
  const read = await exportAndRead(cacheOf([call('c1'), { call_id: 7, phone_number: '+4930901820' }]), {
    maskPhones: true,
  });
  expect(read.cell('Calls', 'Phone number')?.v).toBe('+•••••••820');
  expect(read.sheets).toContain('Rejected');
  expect(JSON.stringify(read.rowsOf('Rejected'))).not.toContain('901820');
  expect(read.rowsOf('About').find(([label]) => label === 'Phone numbers')?.[1]).toMatch(/^masked/);
  expect(maskPhone('12')).toBe('12');
});

test('rejected items come with their reason, as received', async () => {
  const read = await exportAndRead(cacheOf([call('c1'), { call_id: 7, note: 'x' }]));
  expect(read.rowsOf('Rejected')[1]).toEqual([
    'sched_1',
    1,
    expect.stringContaining('call_id'),
    expect.any(Number),
    '{"call_id":7,"note":"x"}',
  ]);
});

test('About says what was exported, and its JSON is the selection', async () => {
  const selection = { ...everything('Europe/Berlin'), text: 'demo “ü”' };
  const read = await exportAndRead(cacheOf([call('c1', { summary: 'demo “ü”' }), call('c2')]), {
    selection,
    sort: [newestFirst],
  });
  const about = new Map(read.rowsOf('About').map(([label, value]) => [label, value]));
  expect(about.get('What')).toBe('Calls: contains “demo “ü””');
  expect(about.get('Calls exported')).toBe(1);
  expect(about.get('Calls in these batches')).toBe(2);
  expect(about.get('Time zone')).toBe('Europe/Berlin');
  expect(about.get('Callbook')).toBe('0.1.0');
  expect(JSON.parse(about.get('View (JSON)') as string)).toEqual({
    name: 'From a workbook',
    selection,
    sort: [newestFirst],
    layout: usualLayout,
    pivot: null,
  });
  expect(about.get('sched_1')).toBe('Renewals');
});

describe('the Pivot sheet', () => {
  const calls = [
    call('c1', { outcomes: { Interested: 'Yes', Plan: 'A' }, duration_seconds: 60 }),
    call('c2', { outcomes: { Interested: 'Yes', Plan: 'B' }, duration_seconds: 120 }),
    call('c3', { outcomes: { Interested: 'No', Plan: 'A' }, duration_seconds: 30 }),
    call('c4', { outcomes: { Plan: 'A' }, duration_seconds: 30 }),
  ];
  const spec = (change: Partial<PivotSpec>): PivotSpec => ({
    rows: [{ column: 'outcome:Interested' }],
    columns: [],
    measures: [{ type: 'count' }],
    base: 'filled',
    ...change,
  });

  test('holds rows, columns and totals of the pivot', async () => {
    const read = await exportAndRead(cacheOf(calls), { pivot: spec({ columns: [{ column: 'outcome:Plan' }] }) });
    const rows = read.rowsOf('Pivot');
    expect(rows[0]).toEqual(['Plan', 'A', 'B', 'Total']);
    expect(rows[1]).toEqual(['Interested', 'Calls', 'Calls', 'Calls']);
    expect(new Set(rows.slice(2).map((row) => JSON.stringify(row)))).toEqual(
      new Set(['["Yes",1,1,2]', '["No",1,0,1]', '["(blank)",1,0,1]', '["Total",3,1,4]']),
    );
    expect(rows.at(-1)).toEqual(['Total', 3, 1, 4]);
  });

  test('formats durations and percentages and names the base', async () => {
    const measures: PivotSpec['measures'] = [
      { type: 'avg', column: 'duration_seconds' },
      { type: 'rate', column: 'outcome:Plan', value: 'A' },
    ];
    const read = await exportAndRead(cacheOf(calls), { pivot: spec({ measures }) });
    const rows = read.rowsOf('Pivot');
    expect(rows[0]).toEqual(['Interested', 'Average duration', 'Plan is A']);
    const yes = rows.findIndex(([label]) => label === 'Yes');
    const cell = (column: number) =>
      read.book.Sheets['Pivot']?.[XLSX.utils.encode_cell({ r: yes, c: column })] as XLSX.CellObject;
    expect(cell(1)).toMatchObject({ v: 90 / 86400, w: '0:01:30' });
    expect(cell(2)).toMatchObject({ v: 0.5, w: '50.0%' });
    expect(rows.find(([label]) => label === 'Total')).toEqual(['Total', 60 / 86400, 0.75]);
    expect(rows.at(-1)?.[0]).toBe('Percentages are of calls whose value is filled.');
  });

  test('says in words what Excel cannot show, and tells of it', async () => {
    const odd = [
      call('c1', { started_at: '0001-01-01T00:00:00Z', duration_seconds: -75, outcomes: { Sum: 1e308 } }),
      call('c2', { started_at: '2026-05-15T08:30:05Z', duration_seconds: 30, outcomes: { Sum: 1e308 } }),
    ];
    const measures: PivotSpec['measures'] = [
      { type: 'min', column: 'started_at' },
      { type: 'max', column: 'started_at' },
      { type: 'min', column: 'duration_seconds' },
      { type: 'sum', column: 'outcome:Sum' },
    ];
    const read = await exportAndRead(cacheOf(odd), { pivot: spec({ rows: [], measures }) });
    expect(read.rowsOf('Pivot').at(-1)).toEqual(['All calls', '0001-01-01 00:53:28', expect.any(Number), '-1:15', '∞']);
    expect(read.cuts).toHaveLength(2);
  });

  test('has colours by size unless they were switched off', async () => {
    const rulesWith = async (change: Partial<PivotSpec>) => {
      const part = newFile('xlsx');
      await writeWorkbook(cacheOf(calls), request(part, { pivot: spec(change) }), quiet);
      const parts = [...openPackage(part).parts.values()];
      const rules = parts.flatMap((xml) => descendants(xml, 'conditionalFormatting'));
      const coloured = rules.filter((rule) => descendants(rule, 'colorScale').length > 0);
      return coloured.map(({ attributes }) => attributes['sqref']);
    };
    // The rows of No and Yes; neither the blank nor the total.
    expect(await rulesWith({})).toEqual(['B2:B3']);
    expect(await rulesWith({ heat: false })).toEqual([]);
  });

  test('without dimensions is one number', async () => {
    const read = await exportAndRead(cacheOf(calls), { pivot: spec({ rows: [] }) });
    expect(read.rowsOf('Pivot')).toEqual([
      [expect.toSatisfy((v) => v === '' || v === null), 'Calls'],
      ['All calls', 4],
    ]);
  });
});

describe('CSV', () => {
  test('is UTF-8 with BOM, quoted by RFC 4180, and no spreadsheet takes a value for a formula', async () => {
    const part = newFile('csv');
    await writeCsv(
      cacheOf([call('c1', { name: 'Zoë "Z", Jr.\nX', summary: '=cmd()', outcomes: { N: -5, T: '\tx' } })]),
      request(part),
      quiet,
    );
    const text = readFileSync(part, 'utf8');
    expect(text.startsWith('\ufeffName,Phone number,')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    const sheet = XLSX.read(text.slice(1), { type: 'string', raw: true }).Sheets['Sheet1'] as XLSX.WorkSheet;
    const [row] = XLSX.utils.sheet_to_json<Record<string, string>>(sheet, { raw: true });
    expect(row).toMatchObject({
      Name: 'Zoë "Z", Jr.\nX',
      'Phone number': "'+4930901820",
      Summary: "'=cmd()",
      'Started (Europe/Berlin)': '2026-05-15 10:30:05',
      'Duration (seconds)': '145',
      N: '-5',
      T: "'\tx",
    });
  });
});

test('headers stay unique whatever they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom('a', 'A', 'a (2)', 'A (2)', 'a (3)'), fc.string({ maxLength: 3 }))),
      (labels) => {
        const headers = uniqueHeaders(labels);
        expect(new Set(headers.map((header) => header.toLowerCase())).size).toBe(labels.length);
        headers.forEach((header, i) => expect(header.startsWith(labels[i] as string)).toBe(true));
      },
    ),
  );
});

test('a file that exists is never written over by the writer itself', async () => {
  const part = newFile('xlsx');
  await writeWorkbook(cacheOf([call('c1')]), request(part), quiet);
  const before = readFileSync(part);
  await expect(writeWorkbook(cacheOf([call('c1')]), request(part), quiet)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(part).equals(before)).toBe(true);
  expect(existsSync(part)).toBe(true);
});
