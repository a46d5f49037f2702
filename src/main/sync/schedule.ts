import { hasEnded, type Account, type Batch } from '../../shared/model.ts';
import type { Settings } from '../../shared/settings.ts';

/** Syncs that nobody presses a button for: at the start, and every few minutes while a batch is running. */

export interface ScheduleOptions {
  readonly settings: () => Settings;
  readonly listAccounts: () => Promise<readonly Account[]>;
  readonly listBatches: () => Promise<readonly Batch[]>;
  readonly isRunning: () => boolean;
  /** Syncs batches of one account; resolves at the end. */
  readonly sync: (accountId: string, batches: readonly string[]) => Promise<void>;
  readonly onChange: (nextAt: number | null) => void;
  readonly onError: (thrown: unknown) => void;
  /** Shorter in tests. */
  readonly minuteMs: number;
}

export interface Schedule {
  /** The system tells whether the connection costs by the byte. The first time, the sync of the start begins. */
  setMetered(isMetered: boolean): void;
  /** Time has passed unnoticed, or what decides has changed: looks whether a sync is due. */
  look(): void;
  /** ms since epoch UTC of the next sync; null: none is due, as no batch is running or it is switched off. */
  nextAt(): number | null;
  stop(): void;
}

/** The key was refused, or there is none: asking again without a person's help would be refused again. */
const KEY_PROBLEMS = new Set(['UNAUTHORIZED', 'NO_KEY', 'FORBIDDEN']);

/** It runs, or the provider has said something new of it since its calls were read. */
const isMoving = (batch: Batch) => !hasEnded(batch) || batch.hasMoved;

export function createSchedule(options: ScheduleOptions): Schedule {
  let isMetered = false;
  let hasStarted = false;
  /** The sync of the start is still to come: another one may be running first. */
  let isStartOwed = false;
  let isBusy = false;
  let isStopped = false;
  let lastAt = Date.now();
  let nextAt: number | null = null;
  // Not one timer to the next sync: a timer does not run while the computer sleeps.
  const timer = setInterval(look, options.minuteMs / 4);
  timer.unref();

  const isAllowed = () => !isMetered || options.settings().syncsOnMetered;

  /** Synced before, by account: a batch that a person left out stays out. */
  async function listDue(isDue: (batch: Batch) => boolean): Promise<Map<string, string[]>> {
    const [accounts, batches] = await Promise.all([options.listAccounts(), options.listBatches()]);
    const due = new Map<string, string[]>();
    for (const { id, isSample, key } of accounts) {
      const own = batches.filter(({ accountId, syncedAt }) => accountId === id && syncedAt !== null);
      const isRefused = own.some(({ lastRun }) => KEY_PROBLEMS.has(lastRun?.error?.code ?? ''));
      const keys = own.filter(isDue).map((batch) => batch.key);
      if (!isSample && key !== 'none' && !isRefused && keys.length > 0) due.set(id, keys);
    }
    return due;
  }

  async function syncAll(isDue: (batch: Batch) => boolean): Promise<void> {
    if (isBusy || options.isRunning()) return;
    isBusy = true;
    try {
      for (const [accountId, batches] of await listDue(isDue)) await options.sync(accountId, batches);
    } finally {
      isBusy = false;
      lastAt = Date.now();
    }
    look();
  }

  function look(): void {
    if (!isStopped) lookNow().catch((thrown: unknown) => isStopped || options.onError(thrown));
  }

  async function lookNow(): Promise<void> {
    if (isStartOwed && isAllowed() && !isBusy && !options.isRunning()) {
      isStartOwed = false;
      return syncAll(() => true);
    }
    const minutes = options.settings().syncMinutes;
    const isOn = hasStarted && minutes !== null && isAllowed();
    const due = isOn ? await listDue(isMoving) : new Map<string, string[]>();
    const before = nextAt;
    // Somebody set the clock back: nothing waits for the time that was.
    lastAt = Math.min(lastAt, Date.now());
    nextAt = minutes === null || due.size === 0 ? null : lastAt + minutes * options.minuteMs;
    if (nextAt !== before) options.onChange(nextAt);
    if (options.isRunning()) lastAt = Date.now();
    else if (nextAt !== null && nextAt <= Date.now()) await syncAll(isMoving);
  }

  return {
    setMetered(now) {
      isMetered = now;
      if (!hasStarted) isStartOwed = options.settings().syncsOnStart;
      hasStarted = true;
      look();
    },
    look,
    nextAt: () => nextAt,
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
