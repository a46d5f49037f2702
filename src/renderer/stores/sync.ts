import { create } from 'zustand';
import type { RejectedItem, SyncRun } from '../../shared/model.ts';
import { call } from '../bridge.ts';
import { useBatches } from './batches.ts';
import { tell } from './notices.ts';

interface SyncState {
  readonly run: SyncRun | null;
  readonly rejected: readonly RejectedItem[];
  /** Batches of other accounts that wait for the running sync to end. */
  readonly queue: readonly Waiting[];
}

interface Waiting {
  readonly accountId: string;
  readonly batches: readonly string[];
  readonly everything: boolean;
}

export const useSync = create<SyncState>()(() => ({ run: null, rejected: [], queue: [] }));

export async function loadSync(): Promise<void> {
  const [run, rejected] = await Promise.all([call('sync.status'), call('sync.rejected', {})]);
  useSync.setState({ run, rejected });
}

/**
 * Syncs batches by key; one account after the other, as one run belongs to one account. `everything` reads those again whose calls
 * cannot have changed.
 */
export function startSync(keys: readonly string[], everything = false): void {
  const byAccount = new Map<string, string[]>();
  for (const batch of useBatches.getState().batches) {
    if (!keys.includes(batch.key)) continue;
    byAccount.set(batch.accountId, [...(byAccount.get(batch.accountId) ?? []), batch.key]);
  }
  useSync.setState(({ queue }) => ({
    queue: [...queue, ...[...byAccount].map(([accountId, batches]) => ({ accountId, batches, everything }))],
  }));
  void startNext();
}

async function startNext(): Promise<void> {
  const { run, queue } = useSync.getState();
  const [next, ...rest] = queue;
  if (next === undefined || run?.state === 'running') return;
  useSync.setState({ queue: rest });
  try {
    progressed(await call('sync.start', { ...next, batches: [...next.batches] }));
  } catch (thrown) {
    tell(thrown);
    void startNext();
  }
}

/** Takes in what a run says of itself. The answer to `sync.start` may come after the run's first or last event. */
export function progressed(run: SyncRun): void {
  const known = useSync.getState().run;
  if (known !== null && (known.runId > run.runId || (known.runId === run.runId && known.state !== 'running'))) return;
  useSync.setState({ run });
  if (run.state === 'running') return;
  loadRejected().catch(tell);
  void startNext();
}

/** Resolves when no sync runs. */
export function syncEnded(): Promise<void> {
  return new Promise((resolve) => {
    const look = ({ run }: SyncState) => {
      if (run?.state === 'running') return;
      stop();
      resolve();
    };
    const stop = useSync.subscribe(look);
    look(useSync.getState());
  });
}

async function loadRejected(): Promise<void> {
  useSync.setState({ rejected: await call('sync.rejected', {}) });
}

export function cancelSync(): void {
  useSync.setState({ queue: [] });
  call('sync.cancel').catch(tell);
}
