import { toErrorValue } from '../../shared/errors.ts';
import type { Batch, BatchProgress, SyncRun } from '../../shared/model.ts';
import type { Provider } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';
import type { Log } from '../log.ts';
import { syncBatch } from './syncBatch.ts';
import { syncContacts } from './syncContacts.ts';

/** A sync: some batches of one account, one after another, told as one value that changes. */

export interface RunningSync {
  /** The sync as it stands. */
  status(): SyncRun;
  cancel(): void;
  /** Stops it so that the next start goes on with it. */
  suspend(): void;
  /** Counts one request that was sent. */
  countRequest(): void;
  /** Tells until when (ms since epoch UTC) the rate limit makes it wait; null: it goes on. */
  wait(until: number | null): void;
  /** Resolves with the end; never rejects. */
  readonly finished: Promise<SyncRun>;
}

export interface SyncRunOptions {
  readonly cache: Cache;
  readonly provider: Provider;
  readonly accountId: string;
  readonly batches: readonly Batch[];
  /** Asks the provider what it says of the batches now, before their calls are asked for. */
  readonly refresh: (signal: AbortSignal) => Promise<readonly Batch[]>;
  /** Whether the calls of a batch can have changed; one whose calls cannot costs no request. */
  readonly isWanted: (batch: Batch) => boolean;
  /** Whether its contacts are to be fetched: once every batch has its calls. */
  readonly wantsContacts: (batch: Batch) => boolean;
  readonly log: Log;
  readonly onProgress: (run: SyncRun) => void;
  /** A batch's calls in the cache have changed. */
  readonly onBatchChanged: (batch: Batch) => void;
}

/** After these every further batch would fail alike. */
const FATAL = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'REDIRECTED',
  'TLS_FAILED',
  'NO_NETWORK',
  'NO_KEY',
  'DISK_FULL',
  'CACHE_DAMAGED',
  'CACHE_LOCKED',
]);

export async function startSyncRun(options: SyncRunOptions): Promise<RunningSync> {
  const { cache, accountId, log, onProgress } = options;
  const batches = options.batches.map(({ key }) => key);
  const runId = await cache.write('startRun', { accountId, batches });
  const abort = new AbortController();
  let run: SyncRun = {
    runId,
    accountId,
    state: 'running',
    batches: options.batches.map(waiting),
    requests: 0,
    waitingUntil: null,
    startedAt: Date.now(),
    finishedAt: null,
  };
  let current = -1;
  let isSuspended = false;

  const change = (part: Partial<SyncRun>) => {
    run = { ...run, ...part };
  };
  const tell = () => onProgress(run);
  const changeBatch = (at: number, part: Partial<BatchProgress>) =>
    change({ batches: run.batches.map((batch, i) => (i === at ? { ...batch, ...part } : batch)) });

  async function syncCalls(at: number, batch: Batch, hasContacts: boolean): Promise<void> {
    const { counts, complete } = await syncBatch({
      cache,
      provider: options.provider,
      batch: batch.key,
      scheduleId: batch.batch_id,
      runId,
      signal: abort.signal,
      onStep: (step) => {
        changeBatch(at, { ...step.counts, fetched: step.fetched, total: step.total });
        tell();
      },
    });
    changeBatch(at, { ...counts, ...afterCalls(hasContacts), complete });
  }

  async function syncContactsOf(at: number, batch: Batch): Promise<void> {
    await syncContacts({
      cache,
      provider: options.provider,
      batch: batch.key,
      scheduleId: batch.batch_id,
      runId,
      signal: abort.signal,
      onStep(contacts) {
        changeBatch(at, { contacts });
        tell();
      },
    });
    changeBatch(at, { state: 'done' });
  }

  function endWaiting(part: Partial<BatchProgress>): void {
    run.batches.forEach((batch, i) => batch.state === 'waiting' && changeBatch(i, part));
  }

  /** What to tell of a failure; logs it unless a person cancelled. */
  function endOf(thrown: unknown, batchId?: string): Partial<BatchProgress> {
    if (abort.signal.aborted) return { state: 'cancelled' };
    const error = toErrorValue(thrown);
    log.warn({ batch: batchId, code: error.code, cause: causeText(thrown) }, 'sync failed');
    return { state: 'failed', error };
  }

  /** A batch that needs no request: all that is here is as it was. */
  function skip(at: number, { calls, isComplete }: Batch, hasContacts: boolean): void {
    changeBatch(at, {
      ...afterCalls(hasContacts),
      fetched: calls,
      total: calls,
      unchanged: calls,
      complete: isComplete,
    });
  }

  async function syncBatches(): Promise<void> {
    let known: ReadonlyMap<string, Batch>;
    try {
      known = new Map((await options.refresh(abort.signal)).map((batch) => [batch.key, batch]));
    } catch (thrown) {
      return endWaiting(endOf(thrown));
    }
    const wanted = options.batches.map((before) => {
      const batch = known.get(before.key) ?? before;
      return { batch, calls: options.isWanted(batch), contacts: options.wantsContacts(batch) };
    });
    wanted.forEach(({ batch, calls, contacts }, at) => !calls && skip(at, batch, contacts));
    for (const [at, { batch, contacts }] of wanted.entries()) {
      await syncIfWaiting(at, 'calls', batch, () => syncCalls(at, batch, contacts));
    }
    for (const [at, { batch }] of wanted.entries()) {
      await syncIfWaiting(at, 'contacts', batch, () => syncContactsOf(at, batch));
    }
    endWaiting({ state: 'cancelled' });
  }

  /** Does one step of a batch that waits for it. What stops it is told of the batch, and may end all others. */
  async function syncIfWaiting(
    at: number,
    step: BatchProgress['step'],
    batch: Batch,
    work: () => Promise<void>,
  ): Promise<void> {
    const progress = run.batches[at];
    if (abort.signal.aborted || progress?.state !== 'waiting' || progress.step !== step) return;
    current = at;
    changeBatch(at, { state: 'syncing' });
    tell();
    try {
      await work();
    } catch (thrown) {
      const end = endOf(thrown, batch.batch_id);
      changeBatch(at, end);
      if (end.error !== undefined && end.error !== null && FATAL.has(end.error.code)) endWaiting(end);
    }
    options.onBatchChanged(batch);
    tell();
  }

  async function syncAll(): Promise<SyncRun> {
    await syncBatches();
    current = -1;
    change({ state: endState(run), waitingUntil: null, finishedAt: Date.now() });
    if (!isSuspended) await recordEnd();
    tell();
    return run;
  }

  async function recordEnd(): Promise<void> {
    try {
      await cache.write('finishRun', run);
    } catch (thrown) {
      log.error({ cause: causeText(thrown) }, 'the run was not recorded');
    }
  }

  return {
    status: () => run,
    cancel: () => abort.abort(),
    suspend() {
      isSuspended = true;
      abort.abort();
    },
    countRequest() {
      change({ requests: run.requests + 1 });
      const batch = run.batches[current];
      if (batch !== undefined) changeBatch(current, { requests: batch.requests + 1 });
    },
    wait(until) {
      change({ waitingUntil: until });
      tell();
    },
    // Begun in the next turn, so that the caller has this object before the first request counts.
    finished: Promise.resolve().then(syncAll),
  };
}

function waiting(batch: Batch): BatchProgress {
  return {
    batch: batch.key,
    batch_id: batch.batch_id,
    agent_name: batch.agent_name,
    state: 'waiting',
    step: 'calls',
    contacts: 0,
    fetched: 0,
    total: null,
    new: 0,
    changed: 0,
    unchanged: 0,
    gone: 0,
    rejected: 0,
    requests: 0,
    complete: false,
    error: null,
  };
}

/** How a batch goes on that has its calls. */
function afterCalls(hasContacts: boolean): Partial<BatchProgress> {
  return hasContacts ? { state: 'waiting', step: 'contacts' } : { state: 'done' };
}

function endState(run: SyncRun): SyncRun['state'] {
  const states = new Set(run.batches.map((batch) => batch.state));
  if (states.has('cancelled')) return 'cancelled';
  if (!states.has('failed')) return 'done';
  return states.has('done') ? 'partly' : 'failed';
}

/** Codes and kinds only: messages of libraries may quote what they choked on. */
function causeText(thrown: unknown): string {
  const parts: string[] = [];
  for (let error = thrown; error instanceof Error && parts.length < 5; error = error.cause) {
    parts.push('code' in error ? `${error.name} ${String(error.code)}` : error.name);
  }
  return parts.join(' < ');
}
