import { create } from 'zustand';
import type { Batch } from '../../shared/model.ts';
import { call } from '../bridge.ts';

interface BatchesState {
  readonly batches: readonly Batch[];
  /** False until the list has been read: none is known, and none is known to be gone. */
  readonly isRead: boolean;
}

export const useBatches = create<BatchesState>()(() => ({ batches: [], isRead: false }));

let lastAsk = 0;

/** Reads the list from the cache; no request. */
export async function loadBatches(): Promise<void> {
  const ask = ++lastAsk;
  const batches = await call('batches.list');
  if (ask === lastAsk) useBatches.setState({ batches, isRead: true });
}

/** What people call a batch: its agent and when it was made; the id where there is no agent. */
export function batchName(batch: Pick<Batch, 'agent_name' | 'batch_id'>): string {
  return batch.agent_name ?? batch.batch_id;
}
