import { setImmediate } from 'node:timers/promises';
import type { Reader, StoredCall } from '../cache/reader.ts';
import type { Task } from '../threads.ts';

const PORTION = 1_000;

export interface RowProgress {
  readonly rowsWritten: number;
  readonly rowsTotal: number;
}

/** The calls in order, a thousand at a time. Tells the progress; throws CANCELLED once nobody wants the rest. */
export async function* portions(reader: Reader, rowIds: Float64Array, task: Task): AsyncGenerator<StoredCall[]> {
  const rowsTotal = rowIds.length;
  const tell = (rowsWritten: number) => task.progress({ rowsWritten, rowsTotal } satisfies RowProgress);
  tell(0);
  for (let at = 0; at < rowsTotal; at += PORTION) {
    task.throwIfCancelled();
    yield reader.calls(rowIds.subarray(at, at + PORTION));
    tell(Math.min(at + PORTION, rowsTotal));
    // Compressing and writing happen between portions.
    await setImmediate();
  }
  task.throwIfCancelled();
}
