import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { displayValue, formatDateTime } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { ByteStream, encoded, plainBut, Snippets } from './bytes.ts';
import { clockOf, DAY_MS } from './cellValue.ts';
import { Cuts } from './cuts.ts';
import { exportColumns, uniqueHeaders, type ExportColumn, type ExportKind } from './exportColumns.ts';
import { countRows, STEP } from './portions.ts';
import { rowsOf, timeZoneOf, type ExportRequest, type ExportResult } from './request.ts';
import { beginsFormula, looksLikeFormula } from './sheet.ts';

const LINE_END = encoded('\r\n');
const NOTHING = encoded('');
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

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** A function from ms since epoch UTC to the wall clock in the zone: "2026-05-14 10:30:05". */
function timeWriter(timeZone: string): (ms: number) => string {
  const clock = clockOf(timeZone);
  // Of the day asked for last: calls mostly come in the order of their times, and toISOString takes longer than all else of a field.
  let last = NaN;
  let date = '';
  return (ms) => {
    const shown = clock(ms);
    const day = Math.floor(shown / DAY_MS);
    if (day !== last) {
      last = day;
      date = new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length);
    }
    // Years of four digits: all but those that no call has.
    if (date.length !== 10) return formatDateTime(ms, timeZone);
    const second = Math.floor((shown - day * DAY_MS) / 1000);
    const minute = Math.floor(second / 60);
    return `${date} ${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}`;
  };
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
  const timeText = timeWriter(timeZone);
  // Spreadsheets end a file's text, or the field's, at a NUL.
  const withoutNuls = (text: string) => {
    if (!text.includes('\0')) return text;
    cuts.add('nuls');
    return text.replaceAll('\0', '');
  };
  // UTF-8 has no halves of characters.
  const whole = (text: string) => {
    const halves = text.isWellFormed() ? 0 : (text.match(/\p{Cs}/gu)?.length ?? 0);
    if (halves > 0) cuts.add('notUnicode', halves);
    return text;
  };
  const fieldOf = (value: Exclude<Json, null>, kind: ExportKind): string => {
    // A number may begin with a minus; it is no formula.
    if (typeof value === 'number') return kind === 'time' ? timeText(value) : String(value);
    return whole(csvField(withoutNuls(displayValue(value)), request));
  };
  const between = encoded(delimiter);
  const plain = plainBut(`\\"${delimiter}`);
  const pieces: Buffer[] = [];
  const bytes = new ByteStream((piece) => pieces.push(piece));
  // Each value's field is made once, and copied to the rows that hold it.
  const made = new Snippets();
  async function* lines() {
    const headers = uniqueHeaders(columns.map((column) => csvHeader(column, timeZone)));
    bytes.write(whole(`${BOM}${headers.map((header) => csvField(withoutNuls(header), request)).join(delimiter)}\r\n`));
    for (const portion of counter.portions(rowIds)) {
      made.clear();
      const fields = columns.map((column) => {
        const make = (value: Exclude<Json, null>) => {
          made.write(fieldOf(value, column.kind));
          return made.end();
        };
        const makeOfBytes = (text: Buffer, from: number, to: number) =>
          !beginsFormula(text[from] ?? 0) && made.copyIf(plain, NOTHING, text, from, to, NOTHING)
            ? made.end()
            : undefined;
        return portion.column(column, make, cuts, makeOfBytes);
      });
      const writeRow = (row: number) => {
        for (let i = 0; i < fields.length; i++) {
          if (i > 0) bytes.copy(between);
          const number = fields[i]?.[row] ?? 0;
          if (number > 0) made.copyTo(bytes, number);
        }
        bytes.copy(LINE_END);
      };
      for (let at = 0; at < portion.length; at += STEP) {
        const end = Math.min(at + STEP, portion.length);
        for (let row = at; row < end; row++) writeRow(row);
        yield* pieces.splice(0);
        await counter.wrote(end - at);
      }
    }
    bytes.flush();
    yield* pieces;
  }
  await pipeline(Readable.from(lines()), createWriteStream(request.part, { flags: 'wx', flush: true }));
  return { rows: rowIds.length, files: 1, sheets: [], cuts: cuts.inWords() };
}
