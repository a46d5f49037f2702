import { openSync, closeSync, fsyncSync, writeFileSync } from 'node:fs';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { timeOf } from '../../shared/call.ts';
import { columnLabel, type ColumnId } from '../../shared/columns.ts';
import { displayValue } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import { isQuantity, readDate, readNumber } from '../../shared/recognise.ts';
import type { Reader, StoredCall } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { Cuts } from './cuts.ts';
import { exportColumns, type ExportColumn } from './exportColumns.ts';
import { countRows } from './portions.ts';
import { rowsOf, type ExportRequest, type ExportResult } from './request.ts';

/**
 * Parquet for teams that outgrow one laptop: typed columns, named so that DuckDB, Spark and BigQuery take them as they are. Times are UTC,
 * durations seconds. A value that is not of its column's kind ("next week" among dates) stands in `other_values`, as JSON.
 */

/** Calls that are encoded together: enough for a reader to skip over, few enough to hold. */
const ROW_GROUP = 20_000;
const OTHER_VALUES = 'other_values';
const DAY_MS = 86_400_000;

type Value = string | number | boolean | bigint | null;

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

/** A date column holds days where the first calls do, else moments. */
function hasOnlyDays(column: ExportColumn, first: readonly StoredCall[]): boolean {
  return first.every((stored) => {
    const date = readDate(column.valueOf(stored));
    return Number.isNaN(date.ms) || date.isDay;
  });
}

function parquetColumn(source: ExportColumn, name: string, first: readonly StoredCall[]): ParquetColumn {
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
        valueOf(value) {
          const ms = timeOf(String(value));
          return Number.isNaN(ms) ? undefined : BigInt(ms);
        },
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
    case 'date': {
      const onlyDays = hasOnlyDays(source, first);
      return {
        source,
        name,
        element: onlyDays
          ? { type: 'INT32', converted_type: 'DATE' }
          : { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
        valueOf(value) {
          const { ms, isDay } = readDate(value);
          if (Number.isNaN(ms) || (onlyDays && !isDay)) return undefined;
          return onlyDays ? ms / DAY_MS : BigInt(ms);
        },
      };
    }
    default:
      return { source, name, element: text, valueOf: displayValue };
  }
}

/** Writes the calls to `request.part`. Throws CANCELLED, or the error of the file system. `without`: a column that the folder's name tells. */
export async function writeParquet(
  reader: Reader,
  request: ExportRequest,
  task: Task,
  without?: ColumnId,
): Promise<ExportResult> {
  const { selection, part } = request;
  const sources = exportColumns(reader, { ...request, batches: selection.batches }).filter(({ id }) => id !== without);
  const rowIds = rowsOf(reader, request);
  const counter = countRows(reader, rowIds.length, task);
  const cuts = new Cuts();
  // The writer would write over a file that is there.
  writeFileSync(part, '', { flag: 'wx' });
  const file = fileWriter(part);
  let open: { columns: readonly ParquetColumn[]; writer: ParquetWriter } | undefined;
  let rows = 0;

  const begin = (first: readonly StoredCall[]) => {
    const names = namesOf(sources);
    const columns = sources.map((source, i) => parquetColumn(source, names[i] ?? '', first));
    const schema = [
      { name: 'root', num_children: columns.length + 1 },
      ...columns.map(({ name, element }) => ({ name, repetition_type: 'OPTIONAL' as const, ...element })),
      { name: OTHER_VALUES, repetition_type: 'OPTIONAL' as const, ...text },
    ];
    const labels = Object.fromEntries(columns.map(({ name, source }) => [name, columnLabel(source.id)]));
    const kvMetadata = [{ key: 'callbook.labels', value: JSON.stringify(labels) }];
    return {
      columns,
      writer: new ParquetWriter({ writer: file, schema, kvMetadata, createdBy: `Callbook ${request.appVersion}` }),
    };
  };
  const writeGroup = async (group: readonly StoredCall[]) => {
    const { columns, writer } = (open ??= begin(group));
    const others: ([string, Json][] | undefined)[] = [];
    const columnData = columns.map(({ source, name, valueOf }) => ({
      name,
      data: group.map((stored, r): Value => {
        const value = source.valueOf(stored);
        if (value === null || value === '') return null;
        const typed = valueOf(value);
        if (typed === undefined) {
          (others[r] ??= []).push([name, value]);
          return null;
        }
        if (typeof typed === 'string' && !typed.isWellFormed()) cuts.add('notUnicode');
        return typed;
      }),
    }));
    const otherValues = group.map((_, r) => {
      const values = others[r];
      return values === undefined ? null : JSON.stringify(Object.fromEntries(values));
    });
    await writer.write({
      columnData: [...columnData, { name: OTHER_VALUES, data: otherValues }],
      rowGroupSize: group.length,
    });
    rows += group.length;
  };

  let group: StoredCall[] = [];
  for await (const portion of counter.portions(rowIds)) {
    group.push(...portion);
    if (group.length < ROW_GROUP) continue;
    await writeGroup(group);
    group = [];
  }
  if (group.length > 0) await writeGroup(group);
  await (open ?? begin([])).writer.finish();
  const written = openSync(part, 'r+');
  fsyncSync(written);
  closeSync(written);
  return { rows, files: 1, sheets: [], cuts: cuts.inWords() };
}
