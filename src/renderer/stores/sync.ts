import { create } from 'zustand';
import type { PastRun, RejectedItem, SyncRun } from '../../shared/model.ts';
import { call } from '../bridge.ts';
import { addSample, progressOf, type Sample } from '../screens/sync/words.ts';
import { useBatches } from './batches.ts';
import { tell } from './notices.ts';

interface SyncState {
  readonly run: SyncRun | null;
  readonly rejected: readonly RejectedItem[];
  /** Syncs that wait for the running one to end. */
  readonly queue: readonly Waiting[];
  /** Moments of the running sync, from which its speed is told. */
  readonly samples: readonly Sample[];
  /** Syncs of the past, the newest first. */
  readonly past: readonly PastRun[];
  /** ms since epoch UTC of the next sync that begins by itself; null: none will. */
  readonly nextAt: number | null;
}

const MOST_PAST = 50;

interface Waiting {
  readonly accountId: string;
  readonly batches: readonly string[];
  readonly everything: boolean;
}

export const useSync = create<SyncState>()(() => ({
  run: null,
  rejected: [],
  queue: [],
  samples: [],
  past: [],
  nextAt: null,
}));

export async function loadSync(): Promise<void> {
  await Promise.all([
    // At once: what the run says of itself while the others are still asked for is newer.
    call('sync.status').then((run) => useSync.setState({ run })),
    call('sync.next').then((nextAt) => useSync.setState({ nextAt })),
    loadEnded(),
  ]);
}

/** Tells the core of the network, now and whenever it changes; with the first word the sync of the start begins. */
export function watchNetwork(): void {
  // Only some systems tell what a connection costs.
  const connection = (navigator as { connection?: EventTarget & { saveData?: boolean; type?: string } }).connection;
  const report = () => {
    const isMetered = connection?.saveData === true || connection?.type === 'cellular';
    call('sync.network', { isOnline: navigator.onLine, isMetered }).catch(tell);
  };
  window.addEventListener('online', report);
  connection?.addEventListener('change', report);
  report();
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

/** One is asked for and its answer is not here: until then nothing says that it runs. */
let isStarting = false;

async function startNext(): Promise<void> {
  const { run, queue } = useSync.getState();
  const [next, ...rest] = queue;
  if (next === undefined || isStarting || run?.state === 'running') return;
  useSync.setState({ queue: rest });
  isStarting = true;
  try {
    progressed(await call('sync.start', { ...next, batches: [...next.batches] }));
  } catch (thrown) {
    tell(thrown);
  }
  isStarting = false;
  // It may have ended by now, or never begun.
  void startNext();
}

/** Takes in what a run says of itself. The answer to `sync.start` may come after the run's first or last event. */
export function progressed(run: SyncRun): void {
  const known = useSync.getState().run;
  if (known !== null && (known.runId > run.runId || (known.runId === run.runId && known.state !== 'running'))) return;
  useSync.setState(({ samples }) => ({
    run,
    samples:
      run.state === 'running' && run.hold === null
        ? addSample(known?.runId === run.runId ? samples : [], progressOf(run), Date.now())
        : [],
  }));
  if (run.state === 'running') return;
  loadEnded().catch(tell);
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

/** What a sync leaves behind. */
async function loadEnded(): Promise<void> {
  const [rejected, past] = await Promise.all([call('sync.rejected', {}), call('sync.runs', { limit: MOST_PAST })]);
  useSync.setState({ rejected, past });
}

export function cancelSync(): void {
  useSync.setState({ queue: [] });
  call('sync.cancel').catch(tell);
}

export function pauseSync(): void {
  call('sync.pause').catch(tell);
}

export function resumeSync(): void {
  call('sync.resume').catch(tell);
}

/** Tries at once what waits for the network. */
export function retrySync(): void {
  call('sync.retry').catch(tell);
}
