import { workerData } from 'node:worker_threads';
import { serve, type Handlers, type Task } from '../threads.ts';
import { openQuery } from './query.ts';

/** `columnBytes`, and `secondThread` as an address: see openReader. */
const { cacheFile, secondThread, ...options } = workerData as {
  cacheFile: string;
  columnBytes?: number;
  secondThread?: string | undefined;
};

/** A segment that a question found damaged; the answer came from the rows. */
export interface DamageNotice {
  readonly damagedBatch: number;
}

serve((): Handlers => {
  const { takeDamagedBatches, ...handlers } = openQuery(cacheFile, {
    ...options,
    ...(secondThread === undefined ? {} : { secondThread: new URL(secondThread) }),
  });
  const noticing = ([name, handler]: [string, unknown]) => {
    const answer = handler as (input: unknown, task: Task) => unknown;
    return [
      name,
      (input: unknown, task: Task) => {
        const value = answer(input, task);
        // This thread only reads: whoever asked has the writer make the segments anew.
        if (name !== 'close') {
          for (const damagedBatch of takeDamagedBatches()) task.progress({ damagedBatch } satisfies DamageNotice);
        }
        return value;
      },
    ] as const;
  };
  return Object.fromEntries(Object.entries(handlers).map(noticing));
});
