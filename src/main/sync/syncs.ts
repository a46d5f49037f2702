import type { EventName, Events } from '../../shared/contract.ts';
import { CallbookError, toErrorValue } from '../../shared/errors.ts';
import { toJsonText } from '../../shared/json.ts';
import type { Account, Batch, ProviderBatch, SyncRun } from '../../shared/model.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Provider } from '../api/provider.ts';
import type { Cache } from '../cache/cache.ts';
import type { Log } from '../log.ts';
import { reasonToSync } from './plan.ts';
import { createSchedule } from './schedule.ts';
import { startSyncRun, type RunningSync, type Traffic } from './syncRun.ts';

/** The syncs of all accounts: one at a time, started by a person, by the schedule, or because an earlier one was stopped. */

export interface SyncsDeps {
  readonly cache: Cache;
  readonly log: Log;
  readonly providerOf: (accountId: string) => Promise<Provider>;
  readonly listAccounts: () => Promise<readonly Account[]>;
  readonly settings: () => Settings;
  /** See reach.ts. */
  readonly waitsForNetwork: boolean;
  /** Shorter in tests of the schedule. */
  readonly minuteMs: number;
  readonly emit: <Name extends EventName>(name: Name, event: Events[Name]) => void;
}

/** What to sync: batches by key; `everything` reads those again whose calls cannot have changed. */
interface Wish {
  readonly accountId: string;
  readonly batches: readonly string[];
  readonly everything: boolean;
  readonly isAutomatic?: boolean;
}

export function createSyncs(deps: SyncsDeps) {
  const { cache, log, providerOf, emit } = deps;
  let running: RunningSync | undefined;
  /** Settles once what begins runs, or could not begin. */
  let starting: Promise<void> | undefined;
  let lastRun: SyncRun | null = null;
  /** More syncs are to go on with. */
  let isGoingOn = false;
  let isClosing = false;

  const listBatches = () => cache.query('listBatches', undefined);
  const isRunning = () => running !== undefined || starting !== undefined;
  const runningOf = (accountId: string) => (running?.status().accountId === accountId ? running : undefined);

  const schedule = createSchedule({
    settings: deps.settings,
    listAccounts: deps.listAccounts,
    listBatches,
    isRunning: () => isRunning() || isGoingOn,
    async sync(accountId, batches) {
      try {
        await start({ accountId, batches, everything: false, isAutomatic: true });
        await running?.finished;
      } catch (thrown) {
        log.warn({ code: toErrorValue(thrown).code }, 'a sync by schedule could not begin');
      }
    },
    onChange: (nextAt) => emit('sync.scheduled', nextAt),
    onError: (thrown) => log.error({ code: toErrorValue(thrown).code }, 'the schedule could not look'),
    minuteMs: deps.minuteMs,
  });

  async function saveBatches(accountId: string, batches: readonly ProviderBatch[]): Promise<void> {
    await cache.write('saveBatches', { accountId, batches: toJsonText(batches) });
    emit('cache.changed', { batches: [] });
  }

  /** Asks for the list, or for each batch where the account may not list. */
  async function refresh(accountId: string, known: readonly Batch[], signal?: AbortSignal): Promise<void> {
    const provider = await providerOf(accountId);
    try {
      await saveBatches(accountId, await provider.listBatches(signal));
    } catch (thrown) {
      if (!(thrown instanceof CallbookError) || thrown.code !== 'FORBIDDEN' || known.length === 0) throw thrown;
      for (const batch of known) await saveBatches(accountId, [await provider.getBatch(batch.batch_id, signal)]);
    }
  }

  /** Asks for one batch by its id. Throws NOT_FOUND. */
  async function find(accountId: string, scheduleId: string): Promise<Batch> {
    const found = await (await providerOf(accountId)).getBatch(scheduleId);
    await saveBatches(accountId, [found]);
    const batch = (await listBatches()).find(
      (one) => one.accountId === accountId && one.batch_id === found.schedule_id,
    );
    if (batch === undefined) throw new CallbookError('NOT_FOUND');
    return batch;
  }

  /** Throws SYNC_RUNNING, NOT_FOUND, NO_KEY or UNKNOWN_ACCOUNT; what happens later is told by the run. */
  async function start(wish: Wish): Promise<SyncRun> {
    if (isRunning()) {
      throw new CallbookError('SYNC_RUNNING', 'A sync is already running. Wait for its end, or cancel it first.');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    starting = promise;
    try {
      running = await begin(wish);
    } finally {
      starting = undefined;
      resolve();
    }
    lastRun = running.status();
    void running.finished.then(() => schedule.look());
    return lastRun;
  }

  async function begin({ accountId, batches: keys, everything, isAutomatic = false }: Wish): Promise<RunningSync> {
    const wanted = new Set(keys);
    const batches = (await listBatches()).filter((batch) => batch.accountId === accountId && wanted.has(batch.key));
    if (batches.length === 0)
      throw new CallbookError(
        'NOT_FOUND',
        'None of these batches belongs to the account. Refresh the list of batches.',
      );
    return startSyncRun({
      cache,
      provider: await providerOf(accountId),
      accountId,
      batches,
      isAutomatic,
      waitsForNetwork: deps.waitsForNetwork,
      async refresh(signal) {
        await refresh(accountId, batches, signal);
        return listBatches();
      },
      isWanted: (batch) =>
        everything || reasonToSync(batch, { now: Date.now(), revisitDays: deps.settings().revisitDays }) !== undefined,
      wantsContacts: (batch) => batch.wantsContacts && (everything || !batch.hasContacts),
      log,
      onProgress(progress) {
        lastRun = progress;
        // It ends with this, and whoever hears of that may begin the next.
        if (progress.state !== 'running') running = undefined;
        emit('sync.progressed', progress);
      },
      onBatchChanged: (batch) => emit('cache.changed', { batches: [batch.key] }),
    });
  }

  /** Goes on with what was stopped, but for accounts that were tried; resolves once a sync runs, or none is left. */
  async function goOn(tried: Set<string>): Promise<void> {
    if (isClosing) return;
    const left = (await cache.query('listUnfinishedRuns', undefined)).find(({ accountId }) => !tried.has(accountId));
    isGoingOn = left !== undefined;
    if (left === undefined) return schedule.look();
    if (!isRunning()) {
      tried.add(left.accountId);
      // Without a key or without its batches there is nothing to go on with; the Sync screen tells the state of each.
      await start({ ...left, everything: false }).catch(couldNotGoOn);
    }
    // Perhaps that of a person, who was first.
    await starting;
    if (running === undefined) return goOn(tried);
    void running.finished.then(() => goOn(tried)).catch(endGoingOn);
  }

  /** What is left cannot be read: nothing else waits for it. */
  function endGoingOn(thrown: unknown): void {
    isGoingOn = false;
    couldNotGoOn(thrown);
    schedule.look();
  }

  function couldNotGoOn(thrown: unknown): void {
    log.warn({ code: toErrorValue(thrown).code }, 'a sync that was stopped could not go on');
  }

  return {
    listBatches,
    isRunning,
    refresh,
    find,
    start,
    schedule,
    /** The running sync, or the last one since the start. */
    status: () => lastRun,
    /** Nothing is left of what it was about. */
    forget: () => void (lastRun = null),
    cancel: () => running?.cancel(),
    pause: () => running?.reach.pause(),
    resume: () => running?.reach.resume(),
    retryNow: () => running?.reach.retryNow(),
    count: (accountId: string, traffic: Traffic) => runningOf(accountId)?.count(traffic),
    wait: (accountId: string, until: number | null) => runningOf(accountId)?.wait(until),

    /** Ends the account's sync, if one is running, and resolves with what is left of it. */
    async stop(accountId: string): Promise<readonly string[]> {
      await starting;
      const run = runningOf(accountId);
      if (run === undefined) return [];
      run.cancel();
      const { batches } = await run.finished;
      return batches.filter(({ state }) => state === 'cancelled').map(({ batch }) => batch);
    },

    /** Goes on with the syncs that were stopped with Callbook, one after another; resolves once the first one runs. Never throws. */
    goOn: () => goOn(new Set()).catch(endGoingOn),

    /** Stops so that the next start goes on. */
    async close(): Promise<void> {
      isClosing = true;
      schedule.stop();
      await starting;
      running?.suspend();
      await running?.finished;
    },
  };
}
