import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import type { Reader } from '../../../src/main/cache/reader.ts';
import { writeCallsSheets } from '../../../src/main/export/callsSheet.ts';
import { writeCsv } from '../../../src/main/export/csv.ts';
import { Cuts } from '../../../src/main/export/cuts.ts';
import { exportColumns, type ExportColumn } from '../../../src/main/export/exportColumns.ts';
import { writeFiles } from '../../../src/main/export/files.ts';
import { openWorkbook } from '../../../src/main/export/openWorkbook.ts';
import { writeOutcomesSheets } from '../../../src/main/export/outcomesSheet.ts';
import { countRows } from '../../../src/main/export/portions.ts';
import { MAX_COLUMNS, MAX_LINKS } from '../../../src/main/export/sheet.ts';
import { openTable } from '../../../src/main/export/table.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import { pivotSpecSchema } from '../../../src/shared/pivot.ts';
import { everything } from '../../../src/shared/selection.ts';
import { cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';
import { hasLibreOffice, sheetsInLibreOffice } from '../../support/libreOffice.ts';
import { descendants, openPackage } from '../../support/xlsxPackage.ts';

/** What a workbook cannot hold, at its edge: the last that fits is there, the next is told. */

test('a sheet holds 65,530 links; recordings beyond are text, and the next sheet has links again', async () => {
  const file = newFile('xlsx');
  const workbook = openWorkbook(file, new Date());
  const cuts = new Cuts();
  const columns = [{ header: 'Recording file', width: 20 }];
  const table = openTable(workbook, 'Calls', { columns, cuts, cut: 'sheets', maxRows: MAX_LINKS + 3 });
  for (let i = 0; i < MAX_LINKS + 5; i++) {
    table.write([{ value: `r/${i}.wav`, style: 'link' }]);
    table.link(0, `https://store.example.com/${i}.wav`);
    if (i % 1_000 === 0) await table.drained();
  }
  table.close();
  await workbook.finish();
  const { Sheets } = XLSX.readFile(file);
  const linked = (name: string, row: number) => {
    const cell = Sheets[name]?.[`A${row}`] as XLSX.CellObject | undefined;
    return [cell?.v, cell?.l?.Target];
  };
  expect(linked('Calls', MAX_LINKS + 1)).toEqual([
    `r/${MAX_LINKS - 1}.wav`,
    `https://store.example.com/${MAX_LINKS - 1}.wav`,
  ]);
  expect(linked('Calls', MAX_LINKS + 2)).toEqual([`r/${MAX_LINKS}.wav`, undefined]);
  expect(linked('Calls 2', 2)[1]).toBe(`https://store.example.com/${MAX_LINKS + 2}.wav`);
  expect(cuts.inWords()).toContain('2 recordings are no links: a sheet holds 65,530.');
});

test('a sheet holds 16,384 columns; how many are left out is told', async () => {
  const file = newFile('xlsx');
  const reader = cacheOf([call('c1')]);
  const workbook = openWorkbook(file, new Date());
  const cuts = new Cuts();
  const columns = Array.from({ length: MAX_COLUMNS + 6 }, (_, i): ExportColumn => {
    return { id: 'call_id', label: `Column ${i}`, kind: 'text', from: ['call_id'] };
  });
  const order = reader.order(everything('UTC'), []);
  const counter = countRows(reader, 1, quiet);
  await writeCallsSheets(workbook, counter, order, { name: 'Calls', columns, timeZone: 'UTC', cuts });
  await workbook.finish();
  expect(XLSX.readFile(file).Sheets['Calls']?.['!ref']).toBe('A1:XFD2');
  expect(cuts.inWords()).toEqual(['6 columns are left out: a sheet holds 16,384.']);
});

test('a pivot that is wider than a sheet keeps its totals; how many columns are left out is told', async () => {
  const part = newFile('xlsx');
  const plans = Array.from({ length: MAX_COLUMNS + 5 }, (_, i) => call(`c${i}`, { outcomes: { Plan: `P${i}` } }));
  const pivot = pivotSpecSchema.parse({
    rows: [{ column: 'status' }],
    columns: [{ column: 'outcome:Plan' }],
    measures: [{ type: 'count' }],
  });
  const { cuts } = await writeWorkbook(cacheOf(plans), request(part, { pivot, columns: ['call_id'] }), quiet);
  const sheet = XLSX.readFile(part, { sheets: 'Pivot' }).Sheets['Pivot'];
  const rows = XLSX.utils.sheet_to_json<unknown[]>(sheet ?? {}, { header: 1 });
  expect(rows[0]).toHaveLength(MAX_COLUMNS);
  expect(rows.at(-1)?.at(-1)).toBe(plans.length);
  expect(cuts).toContain('7 columns of the pivot are left out: a sheet holds 16,384.');
});

test('an export is split into 500 sheets or files; more values are refused, with what to do', async () => {
  const values = Array.from({ length: 500 }, (_, i) => call(`c${i}`, { outcomes: { Group: `G${i}` } }));
  const by = 'outcome:Group';
  const write = {
    sheets: (reader: Reader, part: string) =>
      writeWorkbook(reader, request(part, { split: { by, into: 'sheets' }, columns: ['call_id'] }), quiet),
    files: (reader: Reader, part: string) => writeFiles(reader, request(part, { format: 'csv' }), by, writeCsv, quiet),
  };
  const fits = cacheOf(values);
  const workbook = newFile('xlsx');
  await write.sheets(fits, workbook);
  expect(XLSX.readFile(workbook, { bookSheets: true }).SheetNames).toHaveLength(501);
  const folder = newFile('folder');
  await write.files(fits, folder);
  expect(readdirSync(folder)).toHaveLength(500);
  // Having no value is a part, too.
  const more = cacheOf([...values, call('none'), call('other', { outcomes: { Group: 'another' } })]);
  const told = {
    code: 'BAD_INPUT',
    message: 'There are 502 values to split by; 500 is the most. Choose another column, or filter the calls first.',
  };
  await expect(write.sheets(more, newFile('xlsx'))).rejects.toMatchObject(told);
  await expect(write.files(more, newFile('folder'))).rejects.toMatchObject(told);
});

test.skipIf(!hasLibreOffice)('LibreOffice shows all calls and outcomes of the sheets that they go on on', async () => {
  const file = newFile('xlsx');
  const ids = Array.from({ length: 7 }, (_, i) => `c${i}`);
  const reader = cacheOf(ids.map((id) => call(id, { outcomes: { Plan: `of ${id}` } })));
  const workbook = openWorkbook(file, new Date());
  const order = reader.order(everything('UTC'), []);
  const counter = countRows(reader, ids.length, quiet);
  const columns = exportColumns(reader, {
    columns: ['call_id', 'outcome:Plan'],
    batches: [],
    maskPhones: false,
    recordings: {},
  });
  const options = { columns, timeZone: 'UTC', cuts: new Cuts(), maxRows: 4 };
  await writeCallsSheets(workbook, counter, order, { ...options, name: 'Calls' });
  await writeOutcomesSheets(workbook, counter.calls(order), options);
  await workbook.finish();
  const sheets = sheetsInLibreOffice(file);
  const header = { Calls: ['Call ID', 'Plan'], Outcomes: ['Call ID', 'Key', 'Value', 'Type'] };
  const parts = (name: keyof typeof header, rows: string[][]) =>
    [rows.slice(0, 3), rows.slice(3, 6), rows.slice(6)].map((part, i): [string, string[][]] => [
      i === 0 ? name : `${name} ${i + 1}`,
      [header[name], ...part],
    ]);
  expect(sheets).toEqual(
    new Map([
      ...parts(
        'Calls',
        ids.map((id) => [id, `of ${id}`]),
      ),
      ...parts(
        'Outcomes',
        ids.map((id) => [id, 'Plan', `of ${id}`, 'text']),
      ),
    ]),
  );
});

test('however many calls, keys and kinds of value, the styles stay few', async () => {
  const outcomes = (i: number) =>
    Object.fromEntries(
      Array.from({ length: 60 }, (_, k) => [`Key ${k}`, [i, `=${i}`, true, '2026-05-20', `text ${i}`][k % 5]]),
    );
  const part = newFile('xlsx');
  const pivot = pivotSpecSchema.parse({
    rows: [{ column: 'status' }],
    columns: [],
    measures: [{ type: 'count' }, { type: 'avg', column: 'duration_seconds' }],
  });
  const reader = cacheOf(Array.from({ length: 50 }, (_, i) => call(`c${i}`, { outcomes: outcomes(i) })));
  await writeWorkbook(reader, request(part, { pivot, outcomes: true, history: true }), quiet);
  const styles = openPackage(part).parts.get('xl/styles.xml');
  expect(styles && descendants(styles, 'cellXfs')[0]?.children.length).toBeLessThan(50);
});

test('durations beyond a day count on, and one below zero is text', async () => {
  const part = newFile('xlsx');
  const reader = cacheOf([call('c1', { duration_seconds: 100_000 }), call('c2', { duration_seconds: -5 })]);
  const sort = [{ column: 'call_id', descending: false }];
  await writeWorkbook(reader, request(part, { columns: ['duration_seconds'], sort }), quiet);
  const sheet = XLSX.readFile(part).Sheets['Calls'];
  expect(sheet?.['A2']).toMatchObject({ t: 'n', v: 100_000 / 86_400, w: '27:46:40' });
  expect(sheet?.['A3']).toMatchObject({ t: 's', v: '-0:05' });
});
