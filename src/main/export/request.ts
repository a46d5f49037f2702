import type { ExportOptions } from '../../shared/exportOptions.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Reader } from '../cache/reader.ts';

/** What the export's thread is asked for. */
export interface ExportRequest extends ExportOptions {
  /** A new file, beside the one that is meant; who asks gives it its name at the end. With `split` into files, a new folder. */
  readonly part: string;
  /** Where the recordings of accounts lie, by account id. */
  readonly recordings: Settings['recordings'];
  readonly appVersion: string;
  /** ms since epoch UTC. */
  readonly requestedAt: number;
}

export interface ExportResult {
  readonly rows: number;
  readonly files: number;
  readonly sheets: readonly string[];
  /** What Excel's limits cut, in words. */
  readonly cuts: readonly string[];
}

/** The zone in which times are written. */
export function timeZoneOf({ timeZone, selection }: ExportOptions): string {
  return timeZone ?? selection.timeZone;
}

/** Row ids of the calls that are asked for, in order. */
export function rowsOf(reader: Reader, { selection, sort, places, calls }: ExportOptions): Float64Array {
  if (calls !== null) {
    const wanted = new Set(calls);
    return reader.order(selection, sort).filter((rowId) => wanted.has(rowId));
  }
  const [only, ...others] = places ?? [];
  if (only !== undefined && others.length === 0) {
    const [first, last] = only;
    return reader.window(selection, sort, first, last - first + 1).rowIds;
  }
  const order = reader.order(selection, sort);
  if (places === null) return order;
  const isWanted = new Uint8Array(order.length);
  for (const [first, last] of places) isWanted.fill(1, first, last + 1);
  return order.filter((_, place) => isWanted[place] === 1);
}
