import { openSync, closeSync, fsyncSync, writeFileSync } from 'node:fs';
import { constants, zstdCompressSync } from 'node:zlib';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { columnLabel } from '../../shared/columns.ts';
import { displayValue } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import { isQuantity, readDate, readNumber } from '../../shared/recognise.ts';
import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { DAY_MS } from './cellValue.ts';
import { Cuts } from './cuts.ts';
import { hasOnlyDays } from './dayColumns.ts';
import { exportColumns, type ExportColumn } from './exportColumns.ts';
import type { Folder } from './files.ts';
import { countRows, type Portion } from './portions.ts';
import { rowsOf, type ExportRequest, type ExportResult } from './request.ts';

/**
 * Parquet for teams that outgrow one laptop: typed columns, named so that DuckDB, Spark and BigQuery take them as they are. Times are UTC,
 * durations seconds. Each portion is a row group. A value that is not of its column's kind ("next week" among dates) stands in `other_values`, as JSON.
 */

const QUICK = { [constants.ZSTD_c_compressionLevel]: 1 };
const OTHER_VALUES = 'other_values';
/** A batch or an agent; a portion may hold parts of several batches. */
const FEW_VALUES = 4;

type Value = string | Uint8Array | number | boolean | null;

/** A value that is not of its column's kind. */
class Other {
  readonly value: Json;

  constructor(value: Json) {
    this.value = value;
  }
}

interface ParquetColumn {
  readonly source: ExportColumn;
  readonly name: string;
  readonly element: {
    type: 'BYTE_ARRAY' | 'DOUBLE' | 'BOOLEAN' | 'INT64' | 'INT32';
    converted_type?: 'UTF8' | 'TIMESTAMP_MILLIS' | 'DATE';
  };
  /** undefined: the value is not of the column's kind. */
  valueOf(value: Json): Value | undefined;
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

/** Names with letters, digits and _ only, and none twice without regard to case: what every warehouse takes. */
function namesOf(columns: readonly ExportColumn[]): string[] {
  const taken = new Set([OTHER_VALUES]);
  return columns.map(({ id, label }) => {
    const words = id.includes(':') ? label : id;
    const base =
      words
        .replace(/[^\p{L}\p{Nd}_]+/gu, '_')
        .slice(0, 120)
        .replace(/^_+|_+$/g, '') || 'column';
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function parquetColumn(source: ExportColumn, name: string, onlyDays: boolean): ParquetColumn {
  switch (source.kind) {
    case 'boolean':
      return {
        source,
        name,
        element: { type: 'BOOLEAN' },
        valueOf: (value) => (typeof value === 'boolean' ? value : undefined),
      };
    case 'time':
      return {
        source,
        name,
        element: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
        valueOf: (value) => (typeof value === 'number' ? value : undefined),
      };
    case 'duration':
      return {
        source,
        name,
        element: { type: 'DOUBLE' },
        valueOf: (value) => (typeof value === 'number' ? value : undefined),
      };
    case 'number':
      return {
        source,
        name,
        element: { type: 'DOUBLE' },
        valueOf: (value) => (isQuantity(value) ? readNumber(value) : undefined),
      };
    case 'date':
      return {
        source,
        name,
        element: onlyDays
          ? { type: 'INT32', converted_type: 'DATE' }
          : { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
        valueOf(value) {
          const { ms, isDay } = readDate(value);
          if (Number.isNaN(ms) || (onlyDays && !isDay)) return undefined;
          return onlyDays ? ms / DAY_MS : ms;
        },
      };
    default:
      return { source, name, element: text, valueOf: displayValue };
  }
}

const BACKSLASH = 0x5c;

/** A text of JSON that is no other in UTF-8. */
function isWhole(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === BACKSLASH) return false;
  return to > from;
}

/** Writes the calls to `request.part`. Throws CANCELLED, or the error of the file system. `folder`: what the files of a folder have in common. */
export async function writeParquet(
  reader: Reader,
  request: ExportRequest,
  task: Task,
  folder?: Folder,
): Promise<ExportResult> {
  const { selection, part } = request;
  const sources = exportColumns(reader, { ...request, batches: selection.batches }).filter(
    ({ id }) => id !== folder?.without,
  );
  const rowIds = rowsOf(reader, request);
  const counter = countRows(reader, rowIds.length, task);
  const cuts = new Cuts();
  // The writer would write over a file that is there.
  writeFileSync(part, '', { flag: 'wx' });
  const file = fileWriter(part);
  const names = namesOf(sources);

  const begin = (first?: Portion) => {
    const columns = sources.map((source, i) => {
      const isDays = () => folder?.days.has(source.id) ?? (first !== undefined && hasOnlyDays(source, first));
      const onlyDays = source.kind === 'date' && isDays();
      return parquetColumn(source, names[i] ?? '', onlyDays);
    });
    const schema = [
      { name: 'root', num_children: columns.length + 1 },
      ...columns.map(({ name, element }) => ({ name, repetition_type: 'OPTIONAL' as const, ...element })),
      { name: OTHER_VALUES, repetition_type: 'OPTIONAL' as const, ...text },
    ];
    const labels = Object.fromEntries(columns.map(({ name, source }) => [name, columnLabel(source.id)]));
    const kvMetadata = [{ key: 'callbook.labels', value: JSON.stringify(labels) }];
    const writer = new ParquetWriter({
      writer: file,
      schema,
      kvMetadata,
      codec: 'ZSTD',
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes, { params: QUICK, pledgedSrcSize: bytes.length }) },
      createdBy: `Callbook ${request.appVersion}`,
    });
    return { columns, writer };
  };

  let open: ReturnType<typeof begin> | undefined;
  for (const portion of counter.portions(rowIds)) {
    const { columns, writer } = (open ??= begin(portion));
    const others: ([string, Json][] | undefined)[] = [];
    const columnData = columns.map(({ source, name, valueOf }) => {
      const isText = source.kind === 'text';
      let hasOthers = false;
      let valuesMade = 0;
      const bytesOf = (bytes: Buffer, from: number, to: number) =>
        isWhole(bytes, from, to) ? bytes.subarray(from, to) : undefined;
      const data = portion.column(
        source,
        (value): Value | Other => {
          valuesMade++;
          const typed = value === '' ? null : valueOf(value);
          if (typeof typed === 'string') {
            if (!typed.isWellFormed()) cuts.add('notUnicode');
            // Of texts of which hardly two are alike the writer would make bytes one by one, in three times the time.
            return isText ? Buffer.from(typed) : typed;
          }
          if (typed !== undefined) return typed;
          hasOthers = true;
          return new Other(value);
        },
        cuts,
        isText ? bytesOf : undefined,
      );
      if (hasOthers) {
        data.forEach((value, row) => {
          if (!(value instanceof Other)) return;
          (others[row] ??= []).push([name, value.value]);
          data[row] = null;
        });
      }
      // Between the least and the greatest of names, ids and prose, and of answers of which there are several, lies nearly everything: they
      // would spare a reader nothing. Of those that are not of the kind none is left in it.
      const statistics = source.kind === 'category' ? valuesMade <= FEW_VALUES : !isText;
      return { name, data: data as Value[], statistics };
    });
    const otherValues = Array.from({ length: portion.length }, (_, row) => {
      const values = others[row];
      return values === undefined ? null : JSON.stringify(Object.fromEntries(values));
    });
    await writer.write({
      columnData: [...columnData, { name: OTHER_VALUES, data: otherValues }],
      rowGroupSize: portion.length,
      // One page for all: what is read is read whole, and looking for where pages end takes time.
      pageSize: 0,
    });
    await counter.wrote(portion.length);
  }
  await (open ?? begin()).writer.finish();
  const written = openSync(part, 'r+');
  fsyncSync(written);
  closeSync(written);
  return { rows: rowIds.length, files: 1, sheets: [], cuts: cuts.inWords() };
}
