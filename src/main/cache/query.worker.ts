import { workerData } from 'node:worker_threads';
import { serve, type Handlers, type Task } from '../threads.ts';
import { helpWith } from '../columns/sharedWork.ts';
import { openQuery } from './query.ts';
import type { ReaderOptions } from './reader.ts';

/** `helpsWith`: the name of work that another thread shares with this one, see sharedWork.ts. */
const { cacheFile, helpsWith, ...options } = workerData as ReaderOptions & {
  readonly cacheFile: string;
  readonly helpsWith?: string;
};
if (helpsWith !== undefined) helpWith(helpsWith);

/** A segment that a question found damaged; the answer came from the rows. */
export interface DamageNotice {
  readonly damagedBatch: number;
}

serve((): Handlers => {
  const { takeDamagedBatches, ...handlers } = openQuery(cacheFile, options);
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
