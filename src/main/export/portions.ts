import { setImmediate } from 'node:timers/promises';
import { parseJson, type Json } from '../../shared/json.ts';
import type { CallSlice, Reader, StoredCall } from '../cache/reader.ts';
import type { ColumnId } from '../../shared/columns.ts';
import { FIRST_VALUE, NO_NUMBER, sameForAll, type Segment } from '../columns/segment.ts';
import type { Task } from '../threads.ts';
import type { Cuts } from './cuts.ts';
import { BATCH_KEY, isInItem, itemValue, type ExportColumn } from './exportColumns.ts';

/**
 * The calls of an export, some thousand at a time, column by column. Most columns come from the segments, where each value stands once a
 * batch, so that it is also made into a cell or a field of text once; items are only read where segments do not hold a column.
 */

/** Calls whose columns are in memory at a time: about two batches. */
const PORTION = 20_000;
/** Calls that are read as a whole at a time. */
const WHOLE_CALLS = 1_000;
/** Calls between two words about how far it is. */
export const STEP = 1_000;

export interface RowProgress {
  readonly rowsWritten: number;
  readonly rowsTotal: number;
}

export interface Portion {
  readonly length: number;
  /**
   * What `make` makes of the column's value of each call; null: blank. The same value may be made once for many calls, unless
   * making it was a cut: each of those counts.
   */
  column<T>(column: ExportColumn, make: (value: Exclude<Json, null>) => T | null, cuts: Cuts): (T | null)[];
}

/** Counts rows over all passes of an export, so that its progress is one line from 0 to the end. */
export interface RowCounter {
  /** The calls in order, a portion at a time, for these columns. */
  portions(rowIds: Float64Array, columns: readonly ExportColumn[]): Generator<Portion>;
  /** The calls in order as a whole, a few at a time; counts them. */
  calls(rowIds: Float64Array): AsyncGenerator<StoredCall[]>;
  /** Tells that so many more are written, and lets others have a turn. Throws CANCELLED once nobody wants the rest. */
  wrote(rows: number): Promise<void>;
}

/** `rowsTotal`: calls of all passes together. */
export function countRows(reader: Reader, rowsTotal: number, task: Task): RowCounter {
  let rowsWritten = 0;
  const tell = () => task.progress({ rowsWritten, rowsTotal } satisfies RowProgress);
  tell();
  const wrote = async (rows: number) => {
    rowsWritten += rows;
    tell();
    // Compressing and writing happen meanwhile.
    await setImmediate();
    task.throwIfCancelled();
  };
  return {
    wrote,
    *portions(rowIds, columns) {
      const inItems = new Set(columns.flatMap(({ from }) => from).filter(isInItem));
      for (let at = 0; at < rowIds.length; at += PORTION) {
        task.throwIfCancelled();
        yield openPortion(reader, rowIds.subarray(at, at + PORTION), [...inItems]);
      }
    },
    async *calls(rowIds) {
      for (let at = 0; at < rowIds.length; at += WHOLE_CALLS) {
        task.throwIfCancelled();
        yield reader.calls(rowIds.subarray(at, at + WHOLE_CALLS));
        await wrote(Math.min(WHOLE_CALLS, rowIds.length - at));
      }
    },
  };
}

function openPortion(reader: Reader, rowIds: Float64Array, inItems: readonly ColumnId[]): Portion {
  const slices = reader.slices(rowIds);
  const { length } = rowIds;
  const items = readItems(reader, slices, length, inItems);

  /** By place, what `make` makes of a source's values; asked once for each value of a batch, unless `isKept` says that it must not be. */
  function made<T>(source: ColumnId, make: (value: Json) => T | null, isKept: () => boolean): (T | null)[] {
    const values = items.get(source);
    if (values !== undefined) return values.map(make);
    const into = Array.from<T | null>({ length }).fill(null);
    for (const slice of slices) {
      const { batchNo, batch, positions } = slice;
      const segment =
        source === BATCH_KEY ? sameForAll((positions.at(-1) ?? 0) + 1, batch) : reader.column(batchNo, source);
      if (segment !== undefined) spread(segment, slice, make, isKept, into);
    }
    return into;
  }

  return {
    length,
    column<T>({ from, derive }: ExportColumn, make: (value: Exclude<Json, null>) => T | null, cuts: Cuts) {
      const makeOne = (value: Json) => (value === null ? null : make(value));
      let seen = cuts.total;
      const isKept = () => seen === (seen = cuts.total);
      const [source = '', ...others] = from;
      if (derive === undefined) return made(source, makeOne, isKept);
      if (others.length === 0) return made(source, (value) => makeOne(derive([value])), isKept);
      const all = from.map((one) => made(one, (value) => value, isKept));
      return Array.from({ length }, (_, place) => makeOne(derive(all.map((values) => values[place] ?? null))));
    },
  };
}

/** Puts what is made of a batch's values to the places of its calls. */
function spread<T>(
  segment: Segment,
  { positions, places }: CallSlice,
  make: (value: Json) => T | null,
  isKept: () => boolean,
  into: (T | null)[],
): void {
  if (segment.type === 'numbers' && segment.values instanceof Float64Array) {
    // Times: hardly two are alike.
    const { values } = segment;
    for (let i = 0; i < positions.length; i++) {
      const value = values[positions[i] ?? 0] ?? NaN;
      into[places[i] ?? 0] = Number.isNaN(value) ? make(null) : make(value);
    }
    return;
  }
  const codes = segment.type === 'codes' ? segment.codes : segment.values;
  const valueOf = (code: number): Json => {
    if (segment.type === 'numbers') return code === NO_NUMBER ? null : code;
    return code < FIRST_VALUE ? null : parseJson(segment.dictionary[code - FIRST_VALUE] ?? 'null');
  };
  const known: (T | null | undefined)[] = [];
  for (let i = 0; i < positions.length; i++) {
    const code = codes[positions[i] ?? 0] ?? 0;
    let value = known[code];
    if (value === undefined) {
      value = make(valueOf(code));
      if (isKept()) known[code] = value;
    }
    into[places[i] ?? 0] = value;
  }
}

/** What items alone hold, by source, by place. */
function readItems(
  reader: Reader,
  slices: readonly CallSlice[],
  length: number,
  sources: readonly ColumnId[],
): ReadonlyMap<ColumnId, Json[]> {
  const columns = sources.map((source) => ({ source, values: Array.from<Json>({ length }).fill(null) }));
  if (columns.length === 0) return new Map();
  for (const slice of slices) {
    reader.eachItem(slice, (place, received) => {
      // What is read of it are texts, which JSON.parse leaves as they are.
      const item = JSON.parse(received) as Json;
      for (const { source, values } of columns) values[place] = itemValue(item, source);
    });
  }
  return new Map(columns.map(({ source, values }) => [source, values]));
}
