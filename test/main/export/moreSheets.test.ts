import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { openReader } from '../../../src/main/cache/reader.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { writeCsv } from '../../../src/main/export/csv.ts';
import { writeFiles } from '../../../src/main/export/files.ts';
import { fileName, sheetName } from '../../../src/main/export/names.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import type { ExportRequest } from '../../../src/main/export/request.ts';
import type { Reader } from '../../../src/main/cache/reader.ts';
import { displayValue } from '../../../src/shared/format.ts';
import type { Json } from '../../../src/shared/json.ts';
import { cacheFileOf, cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';
import { hasLibreOffice, printedByLibreOffice, sheetsInLibreOffice } from '../../support/libreOffice.ts';
import { descendants, openPackage } from '../../support/xlsxPackage.ts';

async function exported(reader: Reader, change: Partial<ExportRequest>) {
  const part = newFile('xlsx');
  const result = await writeWorkbook(reader, request(part, change), quiet);
  const opened = openPackage(part);
  expect(opened.problems).toEqual([]);
  const book = XLSX.readFile(part);
  const rowsOf = (name: string) =>
    XLSX.utils.sheet_to_json<unknown[]>(book.Sheets[name] ?? {}, { header: 1, raw: true, defval: null });
  return { part, result, book, rowsOf, ...opened };
}

test('the long form has a row for each outcome, typed', async () => {
  const outcomes = {
    Budget: 12,
    Agreed: true,
    Day: '2026-05-20',
    Tags: ['a', 'b'],
    More: { a: 1 },
    Empty: null,
    '': 'x',
  };
  const { rowsOf } = await exported(cacheOf([call('c1', { outcomes }), call('c2')]), { outcomes: true });
  expect(rowsOf('Outcomes')).toEqual([
    ['Call ID', 'Key', 'Value', 'Type'],
    ['c1', 'Budget', 12, 'number'],
    ['c1', 'Agreed', true, 'yes/no'],
    ['c1', 'Day', 46162, 'date'],
    ['c1', 'Tags', 'a, b', 'list'],
    ['c1', 'More', '{"a":1}', 'object'],
    ['c1', '', 'x', 'text'],
  ]);
});

test('a row is as high as its wrapped summary, in any script, and no higher than Excel has rows', async () => {
  const summaries = ['Short.', 'word '.repeat(40), '語'.repeat(100), 'a\nb\nc', 'word '.repeat(4_000)];
  const { parts } = await exported(cacheOf(summaries.map((summary, i) => call(`c${i}`, { summary }))), {
    columns: ['call_id', 'summary'],
  });
  const sheet = parts.get('xl/worksheets/sheet1.xml');
  const heights = (sheet === undefined ? [] : descendants(sheet, 'row')).map(({ attributes }) => attributes['ht']);
  // 200 letters in 65 of the column's 70 characters are four lines of 15 points, 100 of double width too.
  expect(heights).toEqual([undefined, undefined, '60', '60', '45', '409']);
});

test('the history tells what changed between syncs, with phone numbers masked where they are masked', async () => {
  const file = cacheFileOf([call('c1'), call('c2')]);
  const writer = openWriter(file);
  writer.startBatch({ batch: 'a/sched_1', runId: writer.startRun({ accountId: 'a', batches: [] }) });
  writer.startPass('a/sched_1');
  const items = [call('c1', { status: 'failed', phone_number: '+4930111222' }), call('c2')];
  writer.addPage({ batch: 'a/sched_1', page: 1, items: items.map((item) => JSON.stringify(item)) });
  writer.finishBatch({ batch: 'a/sched_1', end: 'whole' });
  writer.settle();
  writer.close();
  const { rowsOf } = await exported(openReader(file), { history: true, maskPhones: true });
  const rows = rowsOf('Call history');
  expect(rows.slice(1).map((row) => row.slice(0, 4))).toEqual(
    expect.arrayContaining([
      ['c1', 'Status', 'completed', 'failed'],
      ['c1', 'Phone number', '+•••••••820', '+•••••••222'],
    ]),
  );
  expect(rows).toHaveLength(3);
});

test('a sheet for each value, with names that Excel takes', async () => {
  const names = ['History', 'a/b:c', 'A/B:C', 'x'.repeat(40), `${'x'.repeat(40)}y`, 'About', "'quoted'"];
  const calls = names.map((name, i) => call(`c${i}`, { outcomes: { Group: name } }));
  const split = { by: 'outcome:Group', into: 'sheets' as const };
  const { result, rowsOf } = await exported(cacheOf([...calls, call('none')]), { split });
  expect(result.rows).toBe(calls.length + 1);
  expect(result.cuts).toEqual(['2 values are cut to the 31 characters of a sheet’s name.']);
  expect(result.sheets).toHaveLength(calls.length + 2);
  const ids = result.sheets.slice(0, -1).flatMap((name) =>
    rowsOf(name)
      .slice(1)
      .map((row) => row[(rowsOf(name)[0] ?? []).indexOf('Call ID')]),
  );
  expect(new Set(ids)).toEqual(new Set([...calls.map(({ call_id }) => call_id), 'none']));
});

test('names of sheets are allowed and different whatever they are made from', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 50 }), fc.constantFrom('History', 'A', 'a'))),
      (labels) => {
        const taken = new Set<string>();
        const names = labels.map((label) => sheetName(label, taken));
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(labels.length);
        for (const name of names) {
          expect(name.length).toBeLessThanOrEqual(31);
          expect(name).toMatch(/^[^[\]:*?/\\']+$/s);
          expect(name.toLowerCase()).not.toBe('history');
        }
      },
    ),
  );
});

test('names of files differ also where a system takes letters with accents for one, however they are put together', () => {
  const taken = new Set<string>();
  const names = ['Zürich', 'Zu\u0308rich', 'ZÜRICH', 'Bern'].map((label) => fileName(label, taken));
  expect(names).toEqual(['Zürich', 'Zu\u0308rich (2)', 'ZÜRICH (3)', 'Bern']);
});

test('a file for each value, however many bytes its script takes', async () => {
  const long = ['न'.repeat(120), `${'न'.repeat(120)}y`, '😀'.repeat(120), 'x'.repeat(300)];
  const reader = cacheOf(long.map((value, i) => call(`c${i}`, { outcomes: { Group: value } })));
  const part = newFile('folder');
  const result = await writeFiles(reader, request(part, { format: 'csv' }), 'outcome:Group', writeCsv, quiet);
  expect(result).toMatchObject({ rows: 4, files: 4 });
  expect(readdirSync(part).filter((name) => name.endsWith('.csv') && name.isWellFormed())).toHaveLength(4);
});

test('recordings are links where the account says where they lie; a key that leads elsewhere is none', async () => {
  const bad = call('c2', { recording: { available: true, file_key: '../../etc/passwd' } });
  const { parts, relations } = await exported(cacheOf([call('c1'), bad]), {
    recordings: { a: { prefix: 'https://store.example.com/{file_key}?a=1&b=2' } },
  });
  const sheet = parts.get('xl/worksheets/sheet1.xml');
  const links = sheet === undefined ? [] : descendants(sheet, 'hyperlink');
  expect(links).toHaveLength(1);
  const target = relations('xl/worksheets/sheet1.xml').get(links[0]?.attributes['r:id'] ?? '');
  expect(target?.isExternal).toBe(true);
});

describe('any value of an outcome', () => {
  const values = fc.sample(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc
        .bigInt({ min: 10n ** 15n, max: 10n ** 24n })
        .map(String)
        .map(Number),
      fc
        .date({ min: new Date('1850-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      fc
        .date({ min: new Date('1850-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10)),
      fc.boolean(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    ),
    { numRuns: 400, seed: 11 },
  ) as Json[];

  test('is read back as it was, or is told as cut', async () => {
    const reader = cacheOf(values.map((value, i) => call(`c${i}`, { outcomes: { mixed: value } })));
    const { rowsOf, result } = await exported(reader, {});
    const column = (rowsOf('Calls')[0] ?? []).indexOf('mixed');
    const rows = rowsOf('Calls').slice(1);
    const ids = (rowsOf('Calls')[0] ?? []).indexOf('Call ID');
    const read = new Map(rows.map((row) => [row[ids], row[column]]));
    let differ = 0;
    values.forEach((value, i) => {
      const shown = read.get(`c${i}`) ?? null;
      const isBlank = value === null || (typeof value === 'string' && value.trim() === '');
      if (isBlank) return expect(shown).toBeNull();
      // JSON knows no minus zero.
      if (typeof value === 'number' && typeof shown === 'number') return expect(shown).toBe(value + 0);
      if (typeof value === 'boolean') return expect(shown).toBe(value);
      const words = displayValue(value);
      if (shown !== words && shown !== words.replace(/\r\n?/g, '\n')) differ++;
    });
    const told = result.cuts.reduce((sum, cut) => sum + Number(/^[\d,]+/.exec(cut)?.[0].replaceAll(',', '') ?? 0), 0);
    expect(told).toBeGreaterThanOrEqual(differ);
    if (differ === 0) expect(result.cuts.filter((cut) => cut.includes('control'))).toEqual([]);
  });
});

test('more line breaks than a cell holds become spaces, and are told', async () => {
  const summary = Array.from({ length: 400 }, (_, i) => `line ${i}`).join('\n');
  const { rowsOf, result } = await exported(cacheOf([call('c1', { summary })]), {});
  const cell = String(rowsOf('Calls')[1]?.[(rowsOf('Calls')[0] ?? []).indexOf('Summary')]);
  expect(cell.split('\n')).toHaveLength(254);
  expect(cell.replaceAll('\n', ' ')).toBe(summary.replaceAll('\n', ' '));
  expect(result.cuts).toEqual([expect.stringContaining('253 line breaks')]);
});

test('only the picked places of the order are written', async () => {
  const calls = Array.from({ length: 20 }, (_, i) => call(`c${String(i).padStart(2, '0')}`));
  const sort = [{ column: 'call_id', descending: true }];
  const { rowsOf } = await exported(cacheOf(calls), {
    sort,
    places: [
      [0, 1],
      [5, 5],
    ],
    columns: ['call_id', 'name'],
  });
  expect(rowsOf('Calls')).toEqual([
    ['Call ID', 'Name'],
    ['c19', 'Jane Doe'],
    ['c18', 'Jane Doe'],
    ['c14', 'Jane Doe'],
  ]);
});

test('picked calls are written whatever came before them since, in the order', async () => {
  const [b, c, d] = ['b', 'c', 'd'].map((id) => call(id));
  const file = cacheFileOf([b, c, d]);
  const picked = openReader(file);
  const sort = [{ column: 'call_id', descending: false }];
  const { selection } = request('');
  const calls = [...picked.order(selection, sort).subarray(0, 2)].reverse();
  const writer = openWriter(file);
  writer.startBatch({ batch: 'a/sched_1', runId: writer.startRun({ accountId: 'a', batches: [] }) });
  writer.startPass('a/sched_1');
  const items = [call('a'), b, c, d].map((item) => JSON.stringify(item));
  writer.addPage({ batch: 'a/sched_1', page: 1, items });
  writer.finishBatch({ batch: 'a/sched_1', end: 'whole' });
  writer.settle();
  writer.close();
  const { rowsOf } = await exported(openReader(file), { sort, calls, columns: ['call_id'] });
  expect(rowsOf('Calls')).toEqual([['Call ID'], ['b'], ['c']]);
  expect(rowsOf('About')[0]?.[1]).toBe('Picked rows of the calls: all calls');
});

test('subtotals stand behind their groups, totals at the end', async () => {
  const calls = [
    call('c1', { status: 'busy', outcomes: { Plan: 'A' } }),
    call('c2', { status: 'completed', outcomes: { Plan: 'A' } }),
    call('c3', { status: 'completed', outcomes: { Plan: 'B' } }),
  ];
  const pivot = {
    rows: [{ column: 'status' }, { column: 'outcome:Plan' }],
    columns: [],
    measures: [{ type: 'count' as const }],
    base: 'filled' as const,
    subtotals: { rows: true, columns: false },
  };
  const { rowsOf } = await exported(cacheOf(calls), { pivot });
  expect(rowsOf('Pivot').slice(1)).toEqual([
    ['busy', 'A', 1],
    ['busy', 'Total', 1],
    ['completed', 'A', 1],
    ['completed', 'B', 1],
    ['completed', 'Total', 2],
    ['Total', null, 3],
  ]);
});

test.skipIf(!hasLibreOffice)('LibreOffice shows the same calls, and prints them', async () => {
  const calls = [
    call('c1', { summary: 'Wants a demo.\nSoon.', outcomes: { F: '=1+1', Space: ' x ' } }),
    call('c2', { name: 'Zoë <b>&' }),
  ];
  const { part } = await exported(cacheOf(calls), {
    columns: ['call_id', 'name', 'started_at', 'duration_seconds', 'phone_number', 'summary', 'outcome:F'],
  });
  expect(sheetsInLibreOffice(part).get('Calls')).toEqual([
    ['Call ID', 'Name', 'Started (Europe/Berlin)', 'Duration', 'Phone number', 'Summary', 'F'],
    ['c1', 'Jane Doe', '2026-05-15 10:30:05', '0:02:25', '+4930901820', 'Wants a demo.\nSoon.', '=1+1'],
    ['c2', 'Zoë <b>&', '2026-05-15 10:30:05', '0:02:25', '+4930901820', 'Wants a demo.', ''],
  ]);
  expect(printedByLibreOffice(part)).toBeGreaterThan(1_000);
});
