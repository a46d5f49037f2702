import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { writeCsv } from '../../../src/main/export/csv.ts';
import { writeParquet } from '../../../src/main/export/parquet.ts';
import { displayValue, formatDateTime } from '../../../src/shared/format.ts';
import type { Json } from '../../../src/shared/json.ts';
import { everything } from '../../../src/shared/selection.ts';
import { cacheOf, newFile, quiet, request } from '../../support/exports.ts';

/** Any value that an outcome or a summary may hold, through CSV and Parquet and back by another program. */

const text = fc.string({ unit: 'binary', maxLength: 40 });
const values = fc.sample(
  fc.oneof(
    text,
    fc.constantFrom('=1+1', '+49', '-x', '@x', '\tx', 'a"b', 'a,b;c', 'a\r\nb', ' x '),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.jsonValue({ maxDepth: 2 }),
  ),
  { numRuns: 400, seed: 5 },
) as Json[];
const summaries = fc.sample(fc.option(text), { numRuns: values.length, seed: 6 });
const items = values.map((value, i) => ({
  call_id: `c${i}`,
  summary: summaries[i] ?? null,
  outcomes: { mixed: value },
}));
const reader = cacheOf(items);
const sort = [{ column: 'call_id', descending: false }];
const columns = ['call_id', 'summary', 'outcome:mixed'];

const isBlank = (value: Json) => value === null || (typeof value === 'string' && value.trim() === '');
/** What stands for a value in words; JSON knows no minus zero. */
const words = (value: Json) => (isBlank(value) ? '' : displayValue(value === 0 ? 0 : value)).toWellFormed();
const wanted = items.map(({ call_id, summary, outcomes }) => [
  call_id,
  summary?.toWellFormed() ?? '',
  words(outcomes.mixed),
]);
const byId = (rows: string[][]) => rows.toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));

test('CSV gives every value back', async () => {
  const part = newFile('csv');
  const { cuts } = await writeCsv(reader, request(part, { sort, columns, guardFormulas: false }), quiet);
  const csv = readFileSync(part, 'utf8').slice(1);
  const sheet = XLSX.read(csv, { type: 'string', raw: true }).Sheets['Sheet1'] as XLSX.WorkSheet;
  const rows = XLSX.utils.sheet_to_json<string[]>(sheet, { header: 1, raw: true, defval: '' }).slice(1);
  // SheetJS makes line feeds of all line ends.
  const withLineFeeds = (table: string[][]) => table.map((row) => row.map((cell) => cell.replace(/\r\n?/g, '\n')));
  const withoutNuls = (table: string[][]) => table.map((row) => row.map((cell) => cell.replaceAll('\0', '')));
  expect(byId(withLineFeeds(rows))).toEqual(byId(withoutNuls(withLineFeeds(wanted))));
  for (const cut of cuts) expect(cut).toMatch(/half a character|NUL/);
});

test('CSV holds no NUL, at which spreadsheets stop reading, also before a formula and in a header; the end tells', async () => {
  const part = newFile('csv');
  const calls = [{ call_id: 'c1', summary: 'be\0fore\0', outcomes: { 'k\0ey': '\0=1+1', other: 'as it is' } }];
  const only = ['summary', 'outcome:k\0ey', 'outcome:other'];
  const { cuts } = await writeCsv(cacheOf(calls), request(part, { sort, columns: only, guardFormulas: true }), quiet);
  expect(readFileSync(part, 'utf8')).toBe("\ufeffSummary,key,other\r\nbefore,'=1+1,as it is\r\n");
  expect(cuts).toEqual(['3 texts held NUL characters, at which spreadsheets stop reading; they are left out.']);
});

test.each(['UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'])(
  'CSV tells any time as the clocks of %s do, also one of the year 1',
  async (timeZone) => {
    const times = fc.sample(
      fc.oneof(
        fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-30'), noInvalidDate: true }),
        fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
      ),
      { numRuns: 300, seed: 8 },
    );
    times.push(new Date('0001-01-01T00:00:00Z'));
    const calls = times.map((time, i) => ({ call_id: `c${i}`, started_at: time.toISOString() }));
    const part = newFile('csv');
    const options = { sort, columns: ['call_id', 'started_at'], selection: everything(timeZone) };
    await writeCsv(cacheOf(calls), request(part, options), quiet);
    const [, ...lines] = readFileSync(part, 'utf8').trimEnd().split('\r\n');
    const told = times.map((time, i) => [`c${i}`, formatDateTime(time.getTime(), timeZone)]);
    expect(byId(lines.map((line) => line.split(',')))).toEqual(byId(told));
  },
);

test('Parquet gives every value back', async () => {
  const part = newFile('parquet');
  await writeParquet(reader, request(part, { sort, columns }), quiet);
  const duck = await DuckDBInstance.create(':memory:');
  const connection = await duck.connect();
  const read = await connection.runAndReadAll(
    `SELECT call_id, coalesce(summary, ''), coalesce(mixed, '') FROM '${part}'`,
  );
  expect(byId(read.getRows() as string[][])).toEqual(byId(wanted));
  connection.closeSync();
  duck.closeSync();
});
