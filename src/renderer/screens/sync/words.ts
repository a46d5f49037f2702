import { counted, formatCount, formatDateTime } from '../../../shared/format.ts';
import { hasEnded, type Batch, type BatchProgress, type SyncCounts, type SyncRun } from '../../../shared/model.ts';

/** What a sync did, in words. Pure. */

/** The time for today, else the day and time. */
export function syncedAgo(ms: number, timeZone: string, now = Date.now()): string {
  const [at, today] = [formatDateTime(ms, timeZone), formatDateTime(now, timeZone)];
  return at.slice(0, 10) === today.slice(0, 10) ? at.slice(11, 16) : at.slice(0, 16);
}

/** "120 new, 3 changed, 77 unchanged, 1 item could not be read"; what did not happen is left out, but for new. */
export function countsInWords({ new: fresh, changed, unchanged, gone, rejected }: SyncCounts): string {
  const parts = [`${formatCount(fresh)} new`];
  if (changed > 0) parts.push(`${formatCount(changed)} changed`);
  if (unchanged > 0) parts.push(`${formatCount(unchanged)} unchanged`);
  if (gone > 0) parts.push(`${formatCount(gone)} no longer listed`);
  if (rejected > 0) parts.push(`${counted(rejected, 'item')} could not be read`);
  return parts.join(', ');
}

export function sumCounts(batches: readonly BatchProgress[]): SyncCounts {
  const sum = (key: keyof SyncCounts) => batches.reduce((total, batch) => total + batch[key], 0);
  return {
    new: sum('new'),
    changed: sum('changed'),
    unchanged: sum('unchanged'),
    gone: sum('gone'),
    rejected: sum('rejected'),
  };
}

const endings: Record<Exclude<SyncRun['state'], 'running'>, string> = {
  done: 'Sync finished',
  partly: 'Sync partly finished',
  failed: 'Sync failed',
  cancelled: 'Sync cancelled',
};

/** How a run ended; undefined while it runs. */
export function endingInWords(run: SyncRun): string | undefined {
  if (run.state === 'running') return undefined;
  const requests = counted(run.requests, 'request');
  return `${endings[run.state]}: ${countsInWords(sumCounts(run.batches))} (${requests})`;
}

/** How far a run is: it brings calls first and contacts after them. */
export interface RunProgress {
  readonly unit: 'calls' | 'contacts';
  readonly done: number;
  /** As far as it is known. */
  readonly all: number;
}

export function progressOf({ batches }: SyncRun): RunProgress {
  const isOpen = ({ state }: BatchProgress) => state === 'waiting' || state === 'syncing';
  const hasContacts = batches.some((batch) => batch.step === 'contacts');
  const unit = hasContacts && !batches.some((batch) => batch.step === 'calls' && isOpen(batch)) ? 'contacts' : 'calls';
  const all = batches.filter(({ step }) => unit === 'calls' || step === 'contacts');
  const doneOf = (batch: BatchProgress) => (unit === 'calls' ? batch.fetched : batch.contacts);
  const allOf = (batch: BatchProgress) =>
    isOpen(batch)
      ? Math.max(doneOf(batch), (unit === 'calls' ? batch.total : null) ?? batch.expected ?? 0)
      : doneOf(batch);
  return {
    unit,
    done: all.reduce((sum, batch) => sum + doneOf(batch), 0),
    all: all.reduce((sum, batch) => sum + allOf(batch), 0),
  };
}

/** A moment of a run: when, and how far it was. */
export interface Sample {
  readonly at: number;
  readonly unit: RunProgress['unit'];
  readonly done: number;
}

const LOOK_BACK_MS = 20_000;

/** Takes in how far a run is; keeps what tells its speed. */
export function addSample(samples: readonly Sample[], { unit, done }: RunProgress, at: number): readonly Sample[] {
  const kept = samples.filter(
    (sample) => sample.unit === unit && sample.done <= done && at - sample.at <= LOOK_BACK_MS,
  );
  return [...kept, { at, unit, done }];
}

/** "2,900 calls a second, about 30 s left"; undefined while too little is known. */
export function speedInWords(samples: readonly Sample[], { unit, done, all }: RunProgress): string | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const perSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  if (!Number.isFinite(perSecond) || perSecond <= 0) return undefined;
  const speed = `${counted(Math.max(1, Math.round(perSecond)), unit === 'calls' ? 'call' : 'contact')} a second`;
  return all <= done ? speed : `${speed}, about ${spanInWords(((all - done) / perSecond) * 1000)} left`;
}

/** "40 s", "3 min", "1 h 20 min": as exact as an estimate is. */
export function spanInWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "1.4 MB" */
export function bytesInWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** How a batch stands; what is going on with it now goes first. */
export function stateInWords(batch: Batch, now: BatchProgress | undefined): string {
  if (now?.state === 'waiting') return 'waiting';
  if (now?.state === 'syncing') return now.step === 'contacts' ? 'contacts' : 'syncing';
  if (batch.lastRun?.state === 'failed') return 'failed';
  if (batch.syncedAt === null) return batch.calls > 0 ? 'begun' : 'not synced';
  if (!batch.isComplete) return 'still moving';
  if (batch.pending > 0) return 'analysis to come';
  return 'whole';
}

/** When a batch is asked for again: by the clock while it runs, with the next sync where something is still to come. */
export function nextTryInWords(batch: Batch, nextAt: number | null, timeZone: string, now = Date.now()): string {
  if (batch.syncedAt === null && batch.lastRun === null) return '–';
  if (!hasEnded(batch) && nextAt !== null) return syncedAgo(nextAt, timeZone, now);
  const isOwed =
    !hasEnded(batch) ||
    !batch.isComplete ||
    batch.pending > 0 ||
    batch.rejected > 0 ||
    (batch.lastRun?.error ?? null) !== null ||
    (batch.wantsContacts && !batch.hasContacts);
  return isOwed ? 'with the next sync' : '–';
}
