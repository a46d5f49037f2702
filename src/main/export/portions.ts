import { setImmediate } from 'node:timers/promises';
import type { Reader, StoredCall } from '../cache/reader.ts';
import type { Task } from '../threads.ts';

const PORTION = 1_000;

export interface RowProgress {
  readonly rowsWritten: number;
  readonly rowsTotal: number;
}

/** Counts rows over all passes of an export, so that its progress is one line from 0 to the end. */
export interface RowCounter {
  /** The calls in order, a portion at a time. Tells the progress; throws CANCELLED once nobody wants the rest. */
  portions(rowIds: Float64Array): AsyncGenerator<StoredCall[]>;
}

/** `rowsTotal`: calls of all passes together. */
export function countRows(reader: Reader, rowsTotal: number, task: Task): RowCounter {
  let rowsWritten = 0;
  const tell = () => task.progress({ rowsWritten, rowsTotal } satisfies RowProgress);
  tell();
  return {
    async *portions(rowIds) {
      for (let at = 0; at < rowIds.length; at += PORTION) {
        task.throwIfCancelled();
        yield reader.calls(rowIds.subarray(at, at + PORTION));
        rowsWritten += Math.min(PORTION, rowIds.length - at);
        tell();
        // Compressing and writing happen between portions.
        await setImmediate();
      }
      task.throwIfCancelled();
    },
  };
}
