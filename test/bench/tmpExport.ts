// in-process export, with phase marks
import { openReader } from '../../src/main/cache/reader.ts';
import { writeWorkbook } from '../../src/main/export/workbook.ts';
import { writeCsv } from '../../src/main/export/csv.ts';
import { writeParquet } from '../../src/main/export/parquet.ts';
import { exportOptionsSchema } from '../../src/shared/exportOptions.ts';
import { everything, newestFirst } from '../../src/shared/selection.ts';
import { rmSync, statSync } from 'node:fs';
const [, , cache = '', who = '', n = '0', times = '1'] = process.argv;
const reader = openReader(cache);
for (let i = 0; i < Number(times); i++) {
  const part = `/tmp/tmpexport.${who}`;
  rmSync(part, { force: true });
  const request = { ...exportOptionsSchema.parse({ selection: everything('Europe/Berlin'), sort: [newestFirst], places: [[0, Number(n) - 1]], columns: reader.columns([]).slice(0, 24).map(({ id }) => id) }), recordings: {}, part, appVersion: 'bench', requestedAt: Date.now() };
  const marks: number[] = [];
  const t = performance.now();
  const task = { throwIfCancelled() {}, progress(v: { rowsWritten: number }) { if (v.rowsWritten % 10000 === 0) marks.push(Math.round(performance.now() - t)); }, transfer() {} };
  const cpu = process.cpuUsage();
  await { xlsx: writeWorkbook, csv: writeCsv, parquet: writeParquet }[who as 'csv'](reader, request as never, task as never);
  const c = process.cpuUsage(cpu);
  console.log(who, n, (performance.now() - t).toFixed(0), 'ms, cpu', ((c.user + c.system) / 1000).toFixed(0), statSync(part).size, (process.memoryUsage().rss / 1e6).toFixed(0), marks.join(' '));
}
