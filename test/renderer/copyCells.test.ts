import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { cellsAsHtml, cellsAsText, copiedCell } from '../../src/renderer/screens/calls/copyCells.ts';
import type { Json } from '../../src/shared/json.ts';
import type { CellValue } from '../../src/renderer/screens/calls/cellValue.ts';

const value = (text: string, json: Json = text): CellValue => ({ type: 'value', value: json, text });

test('a spreadsheet reads the text back cell by cell, line breaks and quotes included', () => {
  const rows = [
    [
      { text: 'a\tb\n"c"', type: 'text' as const },
      { text: '5', type: 'number' as const },
    ],
  ];
  const sheet = XLSX.read(cellsAsText(['One', 'Two'], rows), { type: 'string', FS: '\t' }).Sheets['Sheet1'] ?? {};
  expect(XLSX.utils.sheet_to_json(sheet)).toEqual([{ One: 'a\tb\n"c"', Two: 5 }]);
});

test('the table says what is text, so that numbers of phones stay and nothing is run', () => {
  const html = cellsAsHtml(['Phone <x>'], [[{ text: '=1+1 & "more"', type: 'text' }]]);
  expect(html).toContain('<th class="text">Phone &lt;x&gt;</th>');
  expect(html).toContain('<td class="text">=1+1 &amp; &quot;more&quot;</td>');
  expect(html).toContain(String.raw`.text{mso-number-format:"\@"}`);
});

test.each([
  [5, '0:00:05', '0:05'],
  [245, '0:04:05', '4:05'],
  [725, '0:12:05', '12:05'],
  [3_725, '1:02:05', '1:02:05'],
  [-65, '-0:01:05', '-1:05'],
])('%d seconds are copied as %s', (seconds, copied, shown) => {
  expect(copiedCell(value(shown, seconds), { kind: 'duration' })).toEqual({ text: copied, type: 'duration' });
});

test('numbers, times, texts and blanks keep their type', () => {
  expect(copiedCell(value('5', 5), { kind: 'category' }).type).toBe('number');
  expect(copiedCell(value('0123'), { kind: 'text' })).toEqual({ text: '0123', type: 'text' });
  expect(copiedCell(value('2026-05-14 10:30:05'), { kind: 'time' }).type).toBe('time');
  expect(copiedCell({ type: 'blank', kind: 'missing' }, { kind: 'number' })).toEqual({ text: '', type: 'text' });
});
