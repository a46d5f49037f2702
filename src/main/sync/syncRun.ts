import { toErrorValue } from '../../shared/errors.ts';
import type { Batch, BatchProgress, SyncRun } from '../../shared/model.ts';
import type { Provider } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';
import { causeText, type Log } from '../log.ts';
import { createReach, type Reach } from './reach.ts';
import { syncBatch } from './syncBatch.ts';
import { syncContacts } from './syncContacts.ts';

/** A sync: some batches of one account, one after another, told as one value that changes. */

/** What a provider says of its requests, one by one. */
export type Traffic = Partial<Record<'requests' | 'retries' | 'bytes', number>>;

/** What a sync asks of a provider. */
type PagesProvider = Pick<Provider, 'getResults' | 'getContacts'>;

export interface RunningSync {
  /** The sync as it stands. */
  status(): SyncRun;
  cancel(): void;
  /** Stops it so that the next start goes on with it; a paused one stays stopped until a person syncs again. */
  suspend(): void;
  /** What stands between it and the provider. */
  readonly reach: Pick<Reach, 'pause' | 'resume' | 'retryNow'>;
  /** Counts what its requests are. */
  count(traffic: Traffic): void;
  /** Tells until when (ms since epoch UTC) the rate limit makes it wait; null: it goes on. */
  wait(until: number | null): void;
  /** Resolves with the end; never rejects. */
  readonly finished: Promise<SyncRun>;
}

export interface SyncRunOptions {
  readonly cache: Cache;
  readonly provider: PagesProvider;
  readonly accountId: string;
  readonly batches: readonly Batch[];
  readonly isAutomatic: boolean;
  /** See reach.ts. */
  readonly waitsForNetwork: boolean;
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

const isFatal = ({ error }: Partial<BatchProgress>) => error != null && FATAL.has(error.code);

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
    retries: 0,
    bytes: 0,
    isAutomatic: options.isAutomatic,
    hold: null,
    nextTryAt: null,
    waitingUntil: null,
    startedAt: Date.now(),
    finishedAt: null,
  };
  let current = -1;
  let isSuspended = false;
  /** The batch whose pages are in and are being made to be seen. */
  let settling: { readonly at: number; readonly ended: Promise<void> } = { at: -1, ended: Promise.resolve() };

  const change = (part: Partial<SyncRun>) => {
    run = { ...run, ...part };
  };
  const tell = () => onProgress(run);
  const reach = createReach({
    waitsForNetwork: options.waitsForNetwork,
    onChange(state) {
      // A wait for the network that outlasts its run tells nobody: a later run may be what is told of now.
      if (run.state !== 'running') return;
      change(state);
      tell();
    },
  });
  const provider = throughReach(options.provider, reach, abort.signal);
  const changeBatch = (at: number, part: Partial<BatchProgress>) =>
    change({ batches: run.batches.map((batch, i) => (i === at ? { ...batch, ...part } : batch)) });

  async function syncCalls(at: number, batch: Batch, hasContacts: boolean): Promise<Partial<BatchProgress>> {
    const { counts, complete } = await syncBatch({
      cache,
      provider,
      batch: batch.key,
      scheduleId: batch.batch_id,
      runId,
      signal: abort.signal,
      onStep: (step) => {
        changeBatch(at, { ...step.counts, fetched: step.fetched, total: step.total, ...onePage(at) });
        tell();
      },
    });
    return { ...counts, ...afterCalls(hasContacts), complete };
  }

  async function syncContactsOf(at: number, batch: Batch): Promise<Partial<BatchProgress>> {
    await syncContacts({
      cache,
      provider,
      batch: batch.key,
      scheduleId: batch.batch_id,
      runId,
      signal: abort.signal,
      onStep(contacts) {
        changeBatch(at, { contacts, ...onePage(at) });
        tell();
      },
    });
    return { state: 'done' };
  }

  const onePage = (at: number) => ({ pages: (run.batches[at]?.pages ?? 0) + 1 });

  async function endWaiting(part: Partial<BatchProgress>): Promise<void> {
    for (const [at, batch] of run.batches.entries()) {
      if (batch.state !== 'waiting') continue;
      changeBatch(at, part);
      if (part.state !== 'failed') continue;
      await recordBatch(at);
      const known = options.batches[at];
      if (known !== undefined) options.onBatchChanged(known);
    }
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
      // What an earlier sync brought and a full disk kept from being made to be seen: its batch may be asked for no more.
      await cache.write('settle', undefined);
      known = new Map(
        (await reach.ask(() => options.refresh(abort.signal), abort.signal)).map((batch) => [batch.key, batch]),
      );
    } catch (thrown) {
      return await endWaiting(endOf(thrown));
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
    await settling.ended;
    await endWaiting({ state: 'cancelled' });
  }

  /** Does one step of a batch that waits for it. What stops it is told of the batch, and may end all others. */
  async function syncIfWaiting(
    at: number,
    step: BatchProgress['step'],
    batch: Batch,
    work: () => Promise<Partial<BatchProgress>>,
  ): Promise<void> {
    if (settling.at === at) await settling.ended;
    const progress = run.batches[at];
    if (abort.signal.aborted || progress?.state !== 'waiting' || progress.step !== step) return;
    current = at;
    changeBatch(at, { state: 'syncing' });
    tell();
    let end: Partial<BatchProgress>;
    try {
      end = await work();
    } catch (thrown) {
      end = endOf(thrown, batch.batch_id);
    }
    await settling.ended;
    settling = { at, ended: settle(at, batch, end) };
    if (isFatal(end)) await settling.ended;
  }

  /** Lets everybody see what came, then tells how it went. While the next batch comes; of one batch at a time, as it takes memory. */
  async function settle(at: number, batch: Batch, end: Partial<BatchProgress>): Promise<void> {
    let ending = end;
    try {
      await cache.settle(batch.key);
    } catch (thrown) {
      ending = { ...end, ...endOf(thrown, batch.batch_id) };
    }
    changeBatch(at, ending);
    if (isFatal(ending)) await endWaiting(ending);
    await recordBatch(at);
    options.onBatchChanged(batch);
    tell();
  }

  /** How it went is kept with the batch, for as long as nobody asks for it again. */
  async function recordBatch(at: number): Promise<void> {
    const progress = run.batches[at];
    if (progress === undefined || isSuspended) return;
    await cache
      .write('saveLastRun', progress)
      .catch((thrown: unknown) => log.error({ cause: causeText(thrown) }, 'how a batch went was not recorded'));
  }

  async function syncAll(): Promise<SyncRun> {
    await syncBatches();
    current = -1;
    change({ state: endState(run), waitingUntil: null, hold: null, nextTryAt: null, finishedAt: Date.now() });
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
      isSuspended = run.hold !== 'paused';
      abort.abort();
    },
    reach,
    count({ requests = 0, retries = 0, bytes = 0 }) {
      change({ requests: run.requests + requests, retries: run.retries + retries, bytes: run.bytes + bytes });
      const batch = run.batches[current];
      if (batch !== undefined) changeBatch(current, { requests: batch.requests + requests });
    },
    wait(until) {
      change({ waitingUntil: until });
      tell();
    },
    // Begun in the next turn, so that the caller has this object before the first request counts.
    finished: Promise.resolve().then(syncAll),
  };
}

/** The same provider, asked when the way is open. */
function throughReach(provider: PagesProvider, reach: Reach, signal: AbortSignal): PagesProvider {
  return {
    getResults: (id, page, own = signal) => reach.ask(() => provider.getResults(id, page, own), own),
    getContacts: (id, page, own = signal) => reach.ask(() => provider.getContacts(id, page, own), own),
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
    pages: 0,
    expected: batch.total_contacts,
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
