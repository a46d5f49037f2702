import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type Exceljs from 'exceljs';
import type * as Sheetjs from 'xlsx';
import { openReader, type Reader } from '../../src/main/cache/reader.ts';
import { cellMaker } from '../../src/main/export/cellValue.ts';
import { Cuts } from '../../src/main/export/cuts.ts';
import { exportThread } from '../../src/main/export/exportJobs.ts';
import { exportColumns } from '../../src/main/export/exportColumns.ts';
import { countRows } from '../../src/main/export/portions.ts';
import type { ExportRequest } from '../../src/main/export/request.ts';
import { styles } from '../../src/main/export/styles.ts';
import type { Task } from '../../src/main/threads.ts';
import { exportOptionsSchema } from '../../src/shared/exportOptions.ts';
import { everything, newestFirst } from '../../src/shared/selection.ts';
import { python } from './bench.ts';
import { builtWorkers } from './built.ts';

/** `node exportOnce.ts CACHE WHO ROWS`: one export in a process of its own, so that its memory is its own. Prints what it took as JSON. */

const COLUMNS = 24;
const [cache = '', who = '', rowsText = '0'] = process.argv.slice(2);
const rows = Number(rowsText);
const folder = mkdtempSync(join(tmpdir(), 'callbook-export-bench-'));
const part = join(folder, `out.${who === 'csv' || who === 'parquet' ? who : 'xlsx'}`);
const reader = openReader(cache);
const request: ExportRequest = {
  ...exportOptionsSchema.parse({
    selection: everything('Europe/Berlin'),
    sort: [newestFirst],
    places: [[0, rows - 1]],
    columns: reader
      .columns([])
      .slice(0, COLUMNS)
      .map(({ id }) => id),
  }),
  recordings: {},
  part,
  appVersion: 'bench',
  requestedAt: Date.now(),
};

/** The cells as Callbook types them, read as Callbook reads them, for the peers to write. */
function* typedRows(source: Reader) {
  const cuts = new Cuts();
  const toCell = cellMaker('Europe/Berlin', cuts);
  const columns = exportColumns(source, { ...request, batches: [] });
  const ids = source.order(request.selection, request.sort).subarray(0, rows);
  for (const portion of countRows(source, rows, task).portions(ids)) {
    const cells = columns.map((column) => portion.column(column, (value) => toCell(value, column.kind), cuts));
    for (let row = 0; row < portion.length; row++) yield cells.map((some) => some[row] ?? null);
  }
}

/** As exceljs' own documentation streams a workbook: a row of values, and the formats of its cells. */
async function withExceljs(ExcelJS: typeof Exceljs): Promise<void> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: part, useStyles: true });
  const sheet = workbook.addWorksheet('Calls', { views: [{ state: 'frozen', ySplit: 1 }] });
  for (const cells of typedRows(reader)) {
    const row = sheet.addRow(cells.map((cell) => cell?.value ?? null));
    cells.forEach((cell, i) => {
      if (cell !== null) row.getCell(i + 1).style = styles[cell.style];
    });
    row.commit();
  }
  await workbook.commit();
}

function withSheetJs(XLSX: typeof Sheetjs): void {
  const table = [...typedRows(reader)].map((cells) =>
    cells.map((cell) => {
      if (cell === null) return null;
      const style = styles[cell.style] as { numFmt?: string };
      return {
        t: typeof cell.value === 'number' ? 'n' : typeof cell.value === 'boolean' ? 'b' : 's',
        v: cell.value,
        z: style.numFmt,
      };
    }),
  );
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(table), 'Calls');
  XLSX.writeFile(book, part, { compression: true });
}

/** The rows as JSON lines, each cell with the name of its style, and what python needs to read them; this is not timed. */
function rowsForPython(): string {
  const source = join(folder, 'rows.jsonl');
  const lines: string[] = [];
  for (const cells of typedRows(reader))
    lines.push(JSON.stringify(cells.map((cell) => cell && [cell.value, cell.style])));
  writeFileSync(source, lines.join('\n'));
  return `
import json, time
rows = [json.loads(line) for line in open(${JSON.stringify(source)})]
target = ${JSON.stringify(part)}
`;
}

const pythonMs = (script: string) => Number(spawnSync(python, ['-c', script], { encoding: 'utf8' }).stdout);

/** Python's quickest writer, in its mode of constant memory. */
function withXlsxWriter(): number {
  return pythonMs(`${rowsForPython()}
import xlsxwriter
start = time.time()
book = xlsxwriter.Workbook(target, {'constant_memory': True})
sheet = book.add_worksheet('Calls')
formats = {name: book.add_format({'num_format': code} if code else {}) for name, code in json.loads(${JSON.stringify(
    JSON.stringify(Object.entries(styles).map(([name, style]) => [name, 'numFmt' in style ? style.numFmt : null])),
  )})}
for r, row in enumerate(rows):
    for c, cell in enumerate(row):
        if cell is None: continue
        value, style = cell
        if isinstance(value, str): sheet.write_string(r, c, value, formats[style])
        elif isinstance(value, bool): sheet.write_boolean(r, c, value, formats[style])
        else: sheet.write_number(r, c, value, formats[style])
book.close()
print((time.time() - start) * 1000)
`);
}

/** A data frame of typed columns as pandas writes it: what analysts do today. */
function withPandas(): number {
  return pythonMs(`${rowsForPython()}
import pandas
def column(c):
    values = [row[c] and row[c][0] for row in rows]
    style = next((row[c][1] for row in rows if row[c]), 'text')
    numbers = pandas.Series(values) if style not in ('time', 'date', 'duration') else pandas.to_numeric(pandas.Series(values), errors='coerce')
    if style in ('time', 'date'): return pandas.to_datetime(numbers, unit='D', origin='1899-12-30')
    if style == 'duration': return pandas.to_timedelta(numbers, unit='D')
    return numbers
frame = pandas.DataFrame({f'c{c}': column(c) for c in range(len(rows[0]))})
del rows
start = time.time()
frame.to_excel(target, sheet_name='Calls', index=False, engine='xlsxwriter')
print((time.time() - start) * 1000)
`);
}

const isOurs = who === 'csv' || who === 'parquet' || who === 'xlsx';
let firstMs = NaN;
const before = process.memoryUsage().rss;
let peak = before;
let start = performance.now();
const look = () => (peak = Math.max(peak, process.memoryUsage().rss));
const task: Task = {
  throwIfCancelled() {},
  progress() {
    look();
    if (Number.isNaN(firstMs)) firstMs = performance.now() - start;
  },
  transfer() {},
};
const timer = setInterval(look, 20);
let ms = NaN;
if (isOurs) {
  const thread = exportThread(builtWorkers.export, cache);
  const run = (options: Partial<ExportRequest>) =>
    thread.ask('export', { ...request, format: who, ...options }, { onProgress: task.progress });
  // The app starts it when it asks for the file's name, which takes a person longer than this.
  thread.start();
  await setTimeout(1_000);
  start = performance.now();
  // With a call first: how soon the first word comes. Then everybody's modules are loaded.
  await run({ places: [[0, 0]] });
  rmSync(part);
  start = performance.now();
  await run({});
  ms = performance.now() - start;
  await thread.close();
} else if (who === 'exceljs') {
  const { default: ExcelJS } = await import('exceljs');
  start = performance.now();
  await withExceljs(ExcelJS);
} else if (who === 'sheetjs') {
  const XLSX = await import('xlsx');
  start = performance.now();
  withSheetJs(XLSX);
} else ms = who === 'xlsxwriter' ? withXlsxWriter() : withPandas();
if (Number.isNaN(ms)) ms = performance.now() - start;
look();
clearInterval(timer);
const bytes = statSync(part).size;
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    ms,
    firstMs: Number.isNaN(firstMs) ? null : firstMs,
    peakMb: peak / 1e6,
    shareMb: (peak - before) / 1e6,
    bytes,
  }),
);
