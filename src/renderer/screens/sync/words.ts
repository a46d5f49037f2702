import { formatCount, formatDateTime } from '../../../shared/format.ts';
import type { BatchProgress, SyncCounts, SyncRun } from '../../../shared/model.ts';

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
  if (rejected > 0)
    parts.push(rejected === 1 ? '1 item could not be read' : `${formatCount(rejected)} items could not be read`);
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
  const requests = run.requests === 1 ? '1 request' : `${formatCount(run.requests)} requests`;
  return `${endings[run.state]}: ${countsInWords(sumCounts(run.batches))} (${requests})`;
}
