import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import { pivotSpecSchema } from '../../../src/shared/pivot.ts';
import { cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';

/** The workbook as Python's openpyxl reads it, where that is installed. */

const hasOpenpyxl = spawnSync('python3', ['-c', 'import openpyxl']).status === 0;
if (!hasOpenpyxl) console.log('openpyxl is not installed (pip install openpyxl), so it does not read the workbooks.');

const script = `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book['Calls']
def cell(c):
    return {'value': c.value if isinstance(c.value, (str, int, float, bool, type(None))) else str(c.value), 'type': type(c.value).__name__,
            'format': c.number_format, 'quoted': bool(c.quotePrefix), 'link': c.hyperlink.target if c.hyperlink else None}
print(json.dumps({
    'sheets': book.sheetnames,
    'rows': [[cell(c) for c in row] for row in sheet.iter_rows()],
    'frozen': sheet.freeze_panes,
    'filter': sheet.auto_filter.ref,
    'pivots': len(book['PivotTable']._pivots),
    'refreshes': book['PivotTable']._pivots[0].cache.refreshOnLoad,
    'total': [[c.value for c in row] for row in book['Pivot'].iter_rows()][-1],
}))
`;

test.skipIf(!hasOpenpyxl)(
  'openpyxl reads values, types, formats, frozen header, filter, links and the PivotTable',
  async () => {
    const part = newFile('xlsx');
    const columns = [
      'call_id',
      'started_at',
      'duration_seconds',
      'phone_number',
      'recording',
      'outcome:F',
      'outcome:N',
      'outcome:D',
    ];
    const calls = [
      call('c1', { outcomes: { F: '=1+1', N: '1,200', D: '2026-05-20' } }),
      call('c2', { outcomes: { F: 'a\n <&> ', N: '7', D: '2026-05-21' }, recording: null }),
    ];
    const pivot = pivotSpecSchema.parse({ rows: [{ column: 'status' }], columns: [], measures: [{ type: 'count' }] });
    const recordings = { a: { prefix: 'https://store.example.com/{file_key}' } };
    const sort = [{ column: 'call_id', descending: false }];
    await writeWorkbook(cacheOf(calls), request(part, { columns, pivot, recordings, sort }), quiet);
    const { stdout, stderr } = spawnSync('python3', ['-c', script, part], { encoding: 'utf8' });
    expect(stderr).not.toContain('Traceback');
    const read = JSON.parse(stdout) as { rows: Record<string, unknown>[][] } & Record<string, unknown>;
    expect(read).toMatchObject({
      sheets: ['Calls', 'Pivot', 'PivotTable', 'About'],
      frozen: 'A2',
      filter: 'A1:J3',
      pivots: 1,
      refreshes: true,
      total: ['Total', 2],
    });
    expect(read.rows[1]?.slice(0, 9)).toMatchObject([
      { value: 'c1', type: 'str' },
      { value: '2026-05-15 10:30:05', type: 'datetime', format: String.raw`yyyy\-mm\-dd\ hh:mm:ss` },
      { type: 'timedelta', format: '[h]:mm:ss' },
      { value: '+4930901820', type: 'str', quoted: true },
      { value: true, type: 'bool' },
      { value: 'recordings/c1.wav', link: 'https://store.example.com/recordings/c1.wav' },
      { value: '=1+1', quoted: true },
      { value: 1_200, type: 'int' },
      { value: '2026-05-20 00:00:00', type: 'datetime', format: String.raw`yyyy\-mm\-dd` },
    ]);
    expect(read.rows[2]?.[6]).toMatchObject({ value: 'a\n <&> ' });
  },
);
