import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { readView } from '../../../src/main/export/readView.ts';
import { readViewInWorkbook } from '../../../src/main/export/viewInWorkbook.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import type { Filter } from '../../../src/shared/selection.ts';
import { usualLayout } from '../../../src/shared/view.ts';
import { cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';

const filters = Array.from({ length: 900 }, (_, i): Filter => ({
  op: 'contains',
  of: { column: 'outcome:<K & "ü" _x0041_>' },
  text: `“${i}” \u0007 \ud800 🎉`,
  negate: true,
}));
const view = {
  selection: { batches: [], text: 'demo', filters, timeZone: 'Asia/Tokyo' },
  sort: [{ column: 'name', descending: true }],
  layout: { ...usualLayout, hidden: ['summary'] },
  pivot: {
    rows: [{ column: 'status' }],
    columns: [],
    measures: [{ type: 'count' as const }],
    base: 'dialled' as const,
    totals: { rows: false, columns: true },
    subtotals: { rows: true, columns: false },
  },
};

async function exported(): Promise<string> {
  const part = newFile('xlsx');
  await writeWorkbook(cacheOf([call('c1')]), request(part, view), quiet);
  return part;
}

test('a workbook opens as the view that it was exported from, however long', async () => {
  expect(await readViewInWorkbook(await exported())).toEqual({ name: 'From a workbook', ...view });
});

test('also once another program has saved it', async () => {
  const again = newFile('xlsx');
  XLSX.writeFile(XLSX.readFile(await exported()), again, { bookSST: true });
  expect(await readViewInWorkbook(again)).toEqual({ name: 'From a workbook', ...view });
});

test('also where a value is named as the sheet that holds the view', async () => {
  const part = newFile('xlsx');
  const names = ['About', 'about (2)', 'Zurich'];
  const reader = cacheOf(names.map((name, i) => call(`c${i}`, { outcomes: { Group: name } })));
  const split = { by: 'outcome:Group', into: 'sheets' as const };
  const { sheets } = await writeWorkbook(reader, request(part, { split }), quiet);
  expect(sheets).toEqual(['About', 'about (2)', 'Zurich', 'About (3)']);
  expect(await readViewInWorkbook(part)).toMatchObject({ name: 'From a workbook', sort: [] });
});

test('a workbook from when one switch was for the subtotals of both axes opens with both', async () => {
  const old = newFile('xlsx');
  const { selection, sort, layout, pivot } = view;
  const { totals: _, ...spec } = pivot;
  const text = JSON.stringify({
    name: 'Old',
    selection: { ...selection, filters: [] },
    sort,
    layout,
    pivot: { ...spec, subtotals: true },
  });
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([['View (JSON)', text]]), 'About');
  XLSX.writeFile(book, old);
  expect((await readViewInWorkbook(old))?.pivot).toEqual({ ...spec, subtotals: { rows: true, columns: true } });
});

test('any other workbook holds none, and what is no workbook is an error', async () => {
  const other = newFile('xlsx');
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([['View (JSON)', '{"name":1}']]), 'About');
  XLSX.writeFile(book, other);
  expect(await readViewInWorkbook(other)).toBeUndefined();
  writeFileSync(other, 'not a zip');
  await expect(readViewInWorkbook(other)).rejects.toThrow();
});

/** Larger than any that is opened. */
const large = {
  ...view,
  selection: {
    ...view.selection,
    filters: [
      {
        op: 'any' as const,
        of: { column: 'status' as const },
        values: Array(400_000).fill({ json: '"x"' }),
        negate: false,
      },
    ],
  },
};

test('a view that is larger than any is not read out of a workbook either', async () => {
  const part = newFile('xlsx');
  const parts = JSON.stringify({ name: 'Large', ...large }).match(/.{1,32000}/g) ?? [];
  const book = XLSX.utils.book_new();
  const rows = parts.map((one, i) => [i === 0 ? 'View (JSON)' : '', one]);
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), 'About');
  XLSX.writeFile(book, part);
  await expect(readViewInWorkbook(part)).rejects.toThrow('holds more than 5 MB where a view would be');
});

test('a workbook does not hold such a view, and says so', async () => {
  const part = newFile('xlsx');
  await writeWorkbook(cacheOf([call('c1')]), request(part, large), quiet);
  const about = XLSX.readFile(part).Sheets['About'];
  const rows = about === undefined ? [] : XLSX.utils.sheet_to_json(about, { header: 1 });
  expect(rows).toContainEqual(['View', 'left out, since Callbook opens none of more than 5 MB']);
  await expect(readView(part)).rejects.toThrow('the view was left out, which About then says');
});

test.each([
  ['rows that never end', '<row>'.repeat(2_000_000), undefined],
  ['cells that never end', `<row>${'<c r="A1">'.repeat(1_000_000)}</row>`, undefined],
  ['a shared text that never ends', '<row><c r="A1" t="s"><v>0</v></c></row>', `<si><t>${'x'.repeat(60_000_000)}`],
])('a hostile workbook is told at once: %s', async (_what, sheet, shared) => {
  const zip = XLSX.CFB.utils.cfb_new();
  const add = (path: string, xml: string) => XLSX.CFB.utils.cfb_add(zip, `/${path}`, Buffer.from(xml));
  add('xl/workbook.xml', `<sheets><sheet name="About" r:id="r"/><sheet ${'a'.repeat(2_000_000)}></sheets>`);
  add('xl/_rels/workbook.xml.rels', '<Relationship Id="r" Target="about.xml"/>');
  add('xl/about.xml', sheet);
  if (shared !== undefined) add('xl/sharedStrings.xml', shared);
  const file = newFile('xlsx');
  writeFileSync(file, XLSX.CFB.write(zip, { fileType: 'zip', type: 'buffer', compression: true }) as Buffer);
  expect(await readViewInWorkbook(file)).toBeUndefined();
});
