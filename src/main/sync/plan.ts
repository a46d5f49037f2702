import { hasEnded, type Batch } from '../../shared/model.ts';

/** Which batches a sync asks for: those that can have changed. Pure. */

/** Why a batch is read. */
export type Reason =
  'never synced' | 'still running' | 'not whole here' | 'changed' | 'analysis to come' | 'items not read' | 'recent';

export interface PlanOptions {
  /** ms since epoch UTC. */
  readonly now: number;
  /** Batches made in the last so many days are always read: results may be mended after the fact. */
  readonly revisitDays: number;
}

const DAY_MS = 86_400_000;

/** undefined: nothing of the batch can have changed, so it costs no request. */
export function reasonToSync(batch: Batch, { now, revisitDays }: PlanOptions): Reason | undefined {
  if (batch.syncedAt === null) return 'never synced';
  if (!hasEnded(batch)) return 'still running';
  if (!batch.isComplete) return 'not whole here';
  if (batch.hasMoved) return 'changed';
  if (batch.pending > 0) return 'analysis to come';
  if (batch.rejected > 0) return 'items not read';
  const madeAt = Date.parse(batch.created_at ?? '');
  return now - madeAt < revisitDays * DAY_MS ? 'recent' : undefined;
}
