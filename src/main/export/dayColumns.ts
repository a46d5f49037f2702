import type { ColumnId } from '../../shared/columns.ts';
import { readDate } from '../../shared/recognise.ts';
import type { Reader } from '../cache/reader.ts';
import { Cuts } from './cuts.ts';
import { exportColumns, type ExportColumn } from './exportColumns.ts';
import { firstPortion, type Portion } from './portions.ts';
import { rowsOf, type ExportRequest } from './request.ts';

/** A date column holds days where the first calls do, else moments. */
export function hasOnlyDays(column: ExportColumn, first: Portion): boolean {
  const dates = first.column(column, readDate, new Cuts());
  return dates.every((date) => date === null || Number.isNaN(date.ms) || date.isDay);
}

/** The date columns of an export that hold days: the same in all its files, so that they are read as one table. */
export function dayColumns(reader: Reader, request: ExportRequest): ReadonlySet<ColumnId> {
  const columns = exportColumns(reader, { ...request, batches: request.selection.batches });
  const first = firstPortion(reader, rowsOf(reader, request));
  return new Set(columns.filter((one) => one.kind === 'date' && hasOnlyDays(one, first)).map(({ id }) => id));
}
