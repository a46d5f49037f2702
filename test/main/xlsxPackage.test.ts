import { readFileSync, writeFileSync } from 'node:fs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import { writeWorkbook } from '../../src/main/export/workbook.ts';
import { pivotSpecSchema } from '../../src/shared/pivot.ts';
import { cacheOf, call, newFile, quiet, request } from '../support/exports.ts';
import { openPackage } from '../support/xlsxPackage.ts';

/** The checker of packages sees what it is there to see. */

let whole: Readonly<Record<string, Uint8Array>>;
beforeAll(async () => {
  const part = newFile('xlsx');
  const pivot = pivotSpecSchema.parse({
    rows: [{ column: 'agent' }, { column: 'status' }],
    columns: [],
    measures: [{ type: 'count' }],
    subtotals: { rows: true, columns: false },
  });
  const recordings = { a: { prefix: 'https://store.example.com/{file_key}' } };
  await writeWorkbook(cacheOf([call('c1'), call('c2')]), request(part, { pivot, recordings }), quiet);
  expect(openPackage(part).problems).toEqual([]);
  whole = unzipSync(readFileSync(part));
});

type Parts = Record<string, Uint8Array>;

function problemsAfter(change: (parts: Parts) => void): readonly string[] {
  const parts = { ...whole };
  change(parts);
  const file = newFile('xlsx');
  writeFileSync(file, zipSync(parts));
  return openPackage(file).problems;
}

/** Changes the text of a part; the test is wrong if there is nothing to change. */
const edit = (name: string, from: string | RegExp, to: string) => (parts: Parts) => {
  const before = strFromU8(parts[name] ?? new Uint8Array());
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  parts[name] = strToU8(after);
};

const SHEET = 'xl/worksheets/sheet1.xml';
const TABLE = 'xl/pivotTables/pivotTable1.xml';
const CACHE = 'xl/pivotCache/pivotCacheDefinition1.xml';
const TYPES = '[Content_Types].xml';

test.each<[string, (parts: Parts) => void, RegExp]>([
  [
    'a part that a relation leads to is missing',
    (parts) => void delete parts[SHEET],
    /leads to .*sheet1\.xml, which is not there/,
  ],
  [
    'the relations of a sheet are missing',
    (parts) => void delete parts['xl/worksheets/_rels/sheet1.xml.rels'],
    /means relation .*, which is not there/,
  ],
  [
    'a relation is missing',
    edit('xl/_rels/workbook.xml.rels', /<Relationship Id="rIdCache1"[^>]*>/, ''),
    /means relation rIdCache1/,
  ],
  ['an id of a relation stands twice', edit('xl/_rels/workbook.xml.rels', 'rIdCache1', 'rId1'), /has an id twice/],
  [
    'a part is there twice but for case',
    (parts) => void (parts['XL/Workbook.xml'] = parts['xl/workbook.xml'] as Uint8Array),
    /there twice/,
  ],
  [
    'two sheets have one name but for case',
    edit('xl/workbook.xml', 'name="About"', 'name="calls"'),
    /two sheets of one name/,
  ],
  ['a sheet has a name that Excel keeps', edit('xl/workbook.xml', 'name="About"', 'name="History"'), /cannot be named/],
  ['a part is not well-formed', edit(SHEET, '</row>', ''), /not well-formed/],
  ['a text is not escaped', edit(SHEET, 'Wants a demo.', 'a < b'), /not well-formed/],
  [
    'a content type is missing',
    edit(TYPES, /<Override PartName="\/xl\/pivotTables[^>]*>/, ''),
    /has the content type undefined and not/,
  ],
  ['a content type is another', edit(TYPES, /pivotTable\+xml/, 'worksheet+xml'), /has the content type .*worksheet/],
  [
    'a content type is of a part that is not there',
    edit(TYPES, '/xl/styles.xml', '/xl/stiles.xml'),
    /which is not there/,
  ],
  ['a content type stands twice', edit(TYPES, /(<Override [^>]*>)/, '$1$1'), /stands twice/],
  [
    'elements are not in the order of the standard',
    edit(SHEET, /(<sheetData>.*<\/sheetData>)(<autoFilter[^>]*>)/s, '$2$1'),
    /stands too late/,
  ],
  ['an element does not belong', edit(SHEET, '<sheetData>', '<sheetDate/><sheetData>'), /does not belong/],
  ['a cell stands in another row', edit(SHEET, 'r="A2"', 'r="A9"'), /out of place/],
  ['a cell has a style that is not there', edit(SHEET, / s="\d+"/, ' s="999"'), /has no such style/],
  ['a count is wrong', edit('xl/styles.xml', /<cellXfs count="\d+"/, '<cellXfs count="1"'), /says 1 and has/],
  [
    'a PivotTable has other fields than its cache',
    edit(CACHE, /<cacheField name="Phone number".*?<\/cacheField>/s, ''),
    /fields differ|says/,
  ],
  ['a PivotTable means another cache', edit(TABLE, /cacheId="\d+"/, 'cacheId="7"'), /means another cache/],
  [
    'a field has totals and does not name them',
    edit(TABLE, /<items count="2">(.*?)<item t="default"\/>/, '<items count="1">$1'),
    /totals of field/,
  ],
  ['a line is the total of a field that has none', edit(TABLE, '<i t="default">', '<i t="default" r="1">'), /has none/],
  ['a line is short', edit(TABLE, '<i t="default">', '<i>'), /is short/],
  ['a line is of a value that is not there', edit(TABLE, '<i t="default">', '<i t="default" i="3">'), /no value/],
])('it sees when %s', (_name, change, problem) => {
  expect(problemsAfter(change)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
});
