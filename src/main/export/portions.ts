import { setImmediate } from 'node:timers/promises';
import type { Json } from '../../shared/json.ts';
import type { Reader, StoredCall } from '../cache/reader.ts';
import { batchNoOf } from '../cache/rowId.ts';
import type { Maker } from '../cache/slices.ts';
import type { ColumnId } from '../../shared/columns.ts';
import type { Task } from '../threads.ts';
import type { Cuts } from './cuts.ts';
import { BATCH_KEY, type ExportColumn } from './exportColumns.ts';

/**
 * The calls of an export, some thousand at a time, column by column. They come from the segments, where each value stands once a
 * batch, so that it is also made into a cell or a field of text once.
 */

/**
 * Calls whose columns are in memory at a time: about a batch, where the order goes from batch to batch. In an order that mixes all batches,
 * each portion reads something of all of them, so there are fewer and larger ones.
 */
const PORTION = 10_000;
const LARGEST_PORTION = 65_536;
const CALLS_OF_A_BATCH = 1_500;
/** Calls that are read as a whole at a time. */
const WHOLE_CALLS = 1_000;
/** Calls between two words about how far it is. */
export const STEP = 1_000;

export interface RowProgress {
  readonly rowsWritten: number;
  readonly rowsTotal: number;
}

export type MakeOfBytes<T> = NonNullable<Maker<T>['makeOfBytes']>;

export interface Portion {
  readonly length: number;
  /**
   * What `make` makes of the column's value of each call; null: blank. The same value may be made once for many calls, unless
   * making it was a cut: each of those counts. `makeOfBytes`: see Maker; only of values that are not derived.
   */
  column<T>(
    column: ExportColumn,
    make: (value: Exclude<Json, null>) => T | null,
    cuts: Cuts,
    makeOfBytes?: MakeOfBytes<T>,
  ): (T | null)[];
}

/** Counts rows over all passes of an export, so that its progress is one line from 0 to the end. */
export interface RowCounter {
  /** The calls in order, a portion at a time. */
  portions(rowIds: Float64Array): Generator<Portion>;
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
    *portions(rowIds) {
      for (let at = 0; at < rowIds.length;) {
        task.throwIfCancelled();
        const end = endOfPortion(rowIds, at);
        yield openPortion(reader, rowIds.subarray(at, end));
        at = end;
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

/** The calls that `portions` gives first. */
export function firstPortion(reader: Reader, rowIds: Float64Array): Portion {
  return openPortion(reader, rowIds.subarray(0, endOfPortion(rowIds, 0)));
}

function endOfPortion(rowIds: Float64Array, from: number): number {
  const batches = new Set<number>();
  for (let at = from; at < rowIds.length; at++) {
    const calls = at - from;
    if (calls >= PORTION && (calls >= batches.size * CALLS_OF_A_BATCH || calls >= LARGEST_PORTION)) return at;
    batches.add(batchNoOf(rowIds[at] ?? 0));
  }
  return rowIds.length;
}

function openPortion(reader: Reader, rowIds: Float64Array): Portion {
  const slices = reader.slices(rowIds);
  const { length } = rowIds;

  /** By place, what is made of a source's values. */
  function madeOf<T>(source: ColumnId, maker: Maker<T>): (T | null)[] {
    const into = Array<T | null>(length).fill(null);
    for (const slice of slices) {
      if (source === BATCH_KEY) {
        const made = maker.make(slice.batch);
        for (const place of slice.places) into[place] = made;
      } else reader.fill(slice, source, maker, into);
    }
    return into;
  }

  return {
    length,
    column<T>(
      { from, derive }: ExportColumn,
      make: (value: Exclude<Json, null>) => T | null,
      cuts: Cuts,
      makeOfBytes?: MakeOfBytes<T>,
    ) {
      const makeOne = (value: Json) => (value === null ? null : make(value));
      let seen = cuts.total;
      const isKept = () => seen === (seen = cuts.total);
      const [source = '', ...others] = from;
      if (derive === undefined)
        return madeOf(source, { make: makeOne, isKept, ...(makeOfBytes === undefined ? {} : { makeOfBytes }) });
      if (others.length === 0) return madeOf(source, { make: (value) => makeOne(derive([value])), isKept });
      const all = from.map((one) => madeOf<Json>(one, { make: (value) => value, isKept: () => true }));
      return Array.from({ length }, (_, place) => makeOne(derive(all.map((values) => values[place] ?? null))));
    },
  };
}
