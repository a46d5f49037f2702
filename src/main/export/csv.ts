import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { timeOf } from '../../shared/call.ts';
import { displayValue, formatDateTime } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { Cuts } from './cuts.ts';
import { exportColumns, uniqueHeaders, type ExportColumn, type ExportKind } from './exportColumns.ts';
import { countRows } from './portions.ts';
import { rowsOf, timeZoneOf, type ExportRequest, type ExportResult } from './request.ts';
import { looksLikeFormula } from './sheet.ts';

const BOM = '\ufeff';

export interface CsvStyle {
  readonly delimiter: string;
  /** Text that a spreadsheet would take for a formula gets an apostrophe before it. */
  readonly guardFormulas: boolean;
}

/** One field of RFC 4180. */
export function csvField(text: string, { delimiter, guardFormulas }: CsvStyle): string {
  const safe = guardFormulas && looksLikeFormula(text) ? `'${text}` : text;
  return /["\r\n]/.test(safe) || safe.includes(delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvValue(value: Json, kind: ExportKind, timeZone: string, style: CsvStyle): string {
  if (value === null) return '';
  // A number may begin with a minus; it is no formula.
  if (typeof value === 'number') return String(value);
  return csvField(kind === 'time' ? formatDateTime(timeOf(String(value)), timeZone) : displayValue(value), style);
}

function csvHeader({ label, kind }: ExportColumn, timeZone: string): string {
  return kind === 'time' ? `${label} (${timeZone})` : kind === 'duration' ? `${label} (seconds)` : label;
}

/** Writes the calls to `request.part` as CSV: UTF-8 with BOM, CRLF, durations in seconds. Throws CANCELLED, or the error of the file system. */
export async function writeCsv(reader: Reader, request: ExportRequest, task: Task): Promise<ExportResult> {
  const { selection, delimiter } = request;
  const timeZone = timeZoneOf(request);
  const columns = exportColumns(reader, { ...request, batches: selection.batches });
  const rowIds = rowsOf(reader, request);
  const counter = countRows(reader, rowIds.length, task);
  const cuts = new Cuts();
  let rows = 0;
  async function* text() {
    const headers = uniqueHeaders(columns.map((column) => csvHeader(column, timeZone)));
    yield `${BOM}${headers.map((header) => csvField(header, request)).join(delimiter)}\r\n`;
    for await (const portion of counter.portions(rowIds)) {
      let lines = '';
      for (const stored of portion) {
        for (const [i, column] of columns.entries())
          lines += (i > 0 ? delimiter : '') + csvValue(column.valueOf(stored), column.kind, timeZone, request);
        lines += '\r\n';
      }
      rows += portion.length;
      // UTF-8 has no halves of characters.
      const halves = lines.isWellFormed() ? 0 : (lines.match(/\p{Cs}/gu)?.length ?? 0);
      if (halves > 0) cuts.add('notUnicode', halves);
      yield lines;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(request.part, { flags: 'wx', flush: true }));
  return { rows, files: 1, sheets: [], cuts: cuts.inWords() };
}
