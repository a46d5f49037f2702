import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { displayJson } from '../../shared/format.ts';
import type { Reader } from '../cache/reader.ts';
import type { Task } from '../threads.ts';
import { dayColumns } from './dayColumns.ts';
import { fileName } from './names.ts';
import type { RowProgress } from './portions.ts';
import type { ExportRequest, ExportResult } from './request.ts';
import { partsOf, type Part } from './split.ts';
import type { ColumnId } from '../../shared/columns.ts';

/** What the files of a folder have in common, so that they are read as one table. */
export interface Folder {
  /** The column that the folders' names tell. */
  readonly without: ColumnId | undefined;
  /** Columns that hold days. */
  readonly days: ReadonlySet<ColumnId>;
}

/** Writes one file of the request's format. */
export type WriteFile = (reader: Reader, request: ExportRequest, task: Task, folder?: Folder) => Promise<ExportResult>;

/** A name of a folder as Hive writes partitions, which DuckDB, Spark and BigQuery read as a column: `batch=sched_1`. */
function partitionName(name: string, { value, mask }: Part): string {
  if ('blank' in value) return `${name}=__HIVE_DEFAULT_PARTITION__`;
  return `${name}=${encodeURIComponent(mask(displayJson(value.json)).toWellFormed())}`;
}

interface Folders {
  readonly names: readonly string[];
  /** The column that they tell, so that the files need not. */
  readonly without?: ColumnId;
}

/** The folders of the parts. Where a name cannot be had as it should be (too long, like another but for case), the column stays in the files. */
function foldersOf(by: ColumnId, parts: readonly Part[]): Folders {
  const column = by.replace(/[^\p{L}\p{Nd}_]+/gu, '_');
  const namesOf = (name: string) => {
    const taken = new Set<string>();
    return parts.map((part) => fileName(partitionName(name, part), taken));
  };
  const names = namesOf(column);
  const isExact = parts.every((part, i) => names[i] === partitionName(column, part));
  return isExact ? { names, without: by } : { names: namesOf(`${column}_folder`) };
}

/** Writes one file for each value of a column into the new folder `request.part`; Parquet in folders that tell the value, see foldersOf. */
export async function writeFiles(
  reader: Reader,
  request: ExportRequest,
  by: ColumnId,
  write: WriteFile,
  task: Task,
): Promise<ExportResult> {
  const passes = request.format === 'xlsx' ? 1 + Number(request.outcomes) + Number(request.history) : 1;
  const rowsTotal = reader.count(request.selection) * passes;
  await mkdir(request.part);
  const taken = new Set<string>();
  const cuts = new Map<string, number>();
  let rowsBefore = 0;
  let rows = 0;
  let files = 0;
  const parts = partsOf(reader, request, by);
  const { names, without } = foldersOf(by, parts);
  const shared = request.format === 'parquet' ? { without, days: dayColumns(reader, request) } : undefined;
  for (const [i, part] of parts.entries()) {
    const subtask: Task = {
      ...task,
      progress(value) {
        const { rowsWritten } = value as RowProgress;
        task.progress({ rowsWritten: rowsBefore + rowsWritten, rowsTotal } satisfies RowProgress);
      },
    };
    const target = { ...request, split: null, selection: part.selection };
    let result: ExportResult;
    if (request.format === 'parquet') {
      const folder = join(request.part, names[i] ?? '');
      await mkdir(folder);
      result = await write(reader, { ...target, part: join(folder, 'calls.parquet') }, subtask, shared);
    } else {
      const name = `${fileName(part.label, taken)}.${request.format}`;
      result = await write(reader, { ...target, part: join(request.part, name) }, subtask);
    }
    rowsBefore += result.rows * passes;
    rows += result.rows;
    files++;
    for (const cut of result.cuts) cuts.set(cut, (cuts.get(cut) ?? 0) + 1);
  }
  const inFiles = (count: number) => (count === 1 ? '' : ` (so in ${count} files)`);
  return { rows, files, sheets: [], cuts: [...cuts].map(([cut, count]) => cut + inFiles(count)) };
}
