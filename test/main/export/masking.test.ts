import { readdirSync, readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { openReader } from '../../../src/main/cache/reader.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { writeCsv } from '../../../src/main/export/csv.ts';
import { writeFiles } from '../../../src/main/export/files.ts';
import { writeParquet } from '../../../src/main/export/parquet.ts';
import type { ExportRequest } from '../../../src/main/export/request.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import { pivotSpecSchema } from '../../../src/shared/pivot.ts';
import { everything } from '../../../src/shared/selection.ts';
import { cacheFileOf, call, newFile, quiet, request } from '../../support/exports.ts';
import { openPackage } from '../../support/xlsxPackage.ts';

/** What an export with masked phone numbers tells of them: in no sheet, name or address more than the last three digits. */

const NUMBER = '4915123456789';
const hidden = /4915123|1512345|123456789|49 151/;
const said = 'Call me at +49 151 23456789, please.';
const calls = [
  call('c1', {
    phone_number: NUMBER,
    summary: said,
    recording: { available: true, file_key: `recordings/${NUMBER}.wav` },
    outcomes: { Callback: NUMBER, 'As number': Number(NUMBER), Group: `+${NUMBER}`, Day: '2026-05-20', Score: 5 },
  }),
  call('c2', { phone_number: '4915123456780', outcomes: { Group: 'none', Day: '2026-05-21', Score: 7 } }),
];
const file = cacheFileOf(calls);
const writer = openWriter(file);
writer.startBatch({ batch: 'a/sched_1', runId: writer.startRun({ accountId: 'a', batches: [] }) });
writer.startPass('a/sched_1');
const [first, ...others] = calls;
const items = [{ ...first, summary: 'Called again.' }, ...others].map((item) => JSON.stringify(item));
writer.addPage({ batch: 'a/sched_1', page: 1, items });
writer.finishBatch({ batch: 'a/sched_1', end: 'whole' });
writer.settle();
writer.close();
const reader = openReader(file);
const recordings = { a: { prefix: 'https://store.example.com/{file_key}' } };
const masked = (part: string, change: Partial<ExportRequest> = {}) =>
  request(part, { maskPhones: true, recordings, ...change });
const pivot = pivotSpecSchema.parse({
  rows: [{ column: 'phone_number' }, { column: 'outcome:Group' }],
  columns: [],
  measures: [
    { type: 'count' },
    { type: 'sum', column: 'outcome:Callback' },
    { type: 'rate', column: 'phone_number', value: NUMBER },
  ],
});

test('no part of a workbook tells a masked number', async () => {
  const part = newFile('xlsx');
  const filters = [
    { op: 'contains' as const, of: { column: 'phone_number' }, text: '4915123', negate: false },
    { op: 'contains' as const, of: { column: 'outcome:Group' }, text: 'nowhere', negate: true },
  ];
  const selection = { ...everything('UTC'), filters, text: '49151' };
  const { sheets } = await writeWorkbook(
    reader,
    masked(part, { outcomes: true, history: true, pivot, selection }),
    quiet,
  );
  expect(sheets).toEqual(['Calls', 'Pivot', 'PivotTable', 'Outcomes', 'Call history', 'About']);
  expect(openPackage(part).problems).toEqual([]);
  const parts = Object.entries(unzipSync(readFileSync(part)));
  const files = new Map(parts.map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
  const told = [...files].filter(([, xml]) => hidden.test(xml)).map(([name]) => name);
  expect(told).toEqual([]);
  // What is no phone number stays, and so does the place of those that are.
  const sheet = files.get('xl/worksheets/sheet1.xml') ?? '';
  expect(sheet).toContain('••••••••••789');
  expect(files.get('xl/worksheets/sheet3.xml')).toContain('••••••••••780');
  expect(files.get('xl/worksheets/sheet4.xml')).toContain('<v>46162</v>');
});

test('a short number that a share is of is masked wherever the share is named, and the view that names it is left out', async () => {
  const part = newFile('xlsx');
  const spec = {
    ...pivot,
    rows: [{ column: 'status' }],
    measures: [{ type: 'rate' as const, column: 'phone_number', value: '86420' }],
  };
  await writeWorkbook(reader, masked(part, { pivot: spec }), quiet);
  const told = Object.entries(unzipSync(readFileSync(part))).filter(([, bytes]) =>
    Buffer.from(bytes).includes('86420'),
  );
  expect(told.map(([name]) => name)).toEqual([]);
});

test('sheets, files and folders are not named by numbers', async () => {
  for (const by of ['phone_number', 'outcome:Group']) {
    const { sheets } = await writeWorkbook(reader, masked(newFile('xlsx'), { split: { by, into: 'sheets' } }), quiet);
    expect(sheets.join(' ')).not.toMatch(hidden);
    for (const [format, write] of [
      ['csv', writeCsv],
      ['parquet', writeParquet],
    ] as const) {
      const part = newFile('folder');
      await writeFiles(reader, masked(part, { format }), by, write, quiet);
      const names = readdirSync(part);
      expect(names).toHaveLength(2);
      expect(names.join(' ')).not.toMatch(hidden);
    }
  }
});

test('CSV and Parquet mask what the window masks', async () => {
  const csv = newFile('csv');
  await writeCsv(reader, masked(csv), quiet);
  const text = readFileSync(csv, 'utf8');
  expect(text).not.toMatch(hidden);
  expect(text).toContain('2026-05-20');
  const parquet = newFile('parquet');
  await writeParquet(reader, masked(parquet), quiet);
  const duck = await DuckDBInstance.create(':memory:');
  const connection = await duck.connect();
  const read = await connection.runAndReadAll(`SELECT * FROM '${parquet}' ORDER BY call_id`);
  const rows = read.getRowObjectsJson();
  expect(JSON.stringify(rows)).not.toMatch(hidden);
  expect(rows[0]).toMatchObject({ phone_number: '••••••••••789', Score: 5, Day: '2026-05-20' });
  connection.closeSync();
  duck.closeSync();
});
