import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { timeOf } from '../../shared/call.ts';
import { displayValue, formatDateTime } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { exportColumns, uniqueHeaders, type ExportColumn, type ExportKind } from './exportColumns.ts';
import { portions } from './portions.ts';
import type { ExportRequest, ExportResult } from './request.ts';

const BOM = '\ufeff';

/** One field of RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvValue(value: Json, kind: ExportKind, timeZone: string): string {
  if (value === null) return '';
  // A number may begin with a minus; it is no formula.
  if (typeof value === 'number') return String(value);
  return csvField(kind === 'time' ? formatDateTime(timeOf(String(value)), timeZone) : displayValue(value));
}

function csvHeader({ label, kind }: ExportColumn, timeZone: string): string {
  return kind === 'time' ? `${label} (${timeZone})` : kind === 'duration' ? `${label} (seconds)` : label;
}

/** Writes the calls to `request.part` as CSV: UTF-8 with BOM, CRLF, durations in seconds. Throws CANCELLED, or the error of the file system. */
export async function writeCsv(reader: Reader, request: ExportRequest, task: Task): Promise<ExportResult> {
  const { selection } = request;
  const columns = exportColumns(reader, selection, request.maskPhones);
  const rowIds = reader.order(selection, request.sort);
  let rows = 0;
  async function* text() {
    const headers = uniqueHeaders(columns.map((column) => csvHeader(column, selection.timeZone)));
    yield `${BOM}${headers.map(csvField).join(',')}\r\n`;
    for await (const portion of portions(reader, rowIds, task)) {
      let lines = '';
      for (const stored of portion) {
        lines += `${columns.map((column) => csvValue(column.valueOf(stored), column.kind, selection.timeZone)).join(',')}\r\n`;
      }
      rows += portion.length;
      yield lines;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(request.part, { flags: 'wx', flush: true }));
  return { rows, sheets: [], cuts: [] };
}
