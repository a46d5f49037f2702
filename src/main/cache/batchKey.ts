import type { BatchKey } from '../../shared/model.ts';

/** Account ids hold no slash (see newAccountId), schedule ids may. */
export function splitBatchKey(batch: BatchKey): { accountId: string; scheduleId: string } {
  const slash = batch.indexOf('/');
  return { accountId: batch.slice(0, slash), scheduleId: batch.slice(slash + 1) };
}
