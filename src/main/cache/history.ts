import { callOf } from '../../shared/call.ts';
import type { BatchKey, Change, PastRun, RunChange, SyncCounts, SyncRun } from '../../shared/model.ts';
import type { ReadableDb } from './database.ts';
import type { Received } from './received.ts';

/** What syncs of the past found changed, and how they went. */

/** A sync that was stopped with Callbook: quit, crash, power cut. */
export interface UnfinishedRun {
  readonly accountId: string;
  readonly batches: readonly BatchKey[];
}

interface ChangeRow {
  readonly row_id: number;
  readonly run_id: number;
  readonly field: string;
  readonly old_value: string | null;
  readonly new_value: string | null;
  readonly seen_at: number;
}

function toChange(row: ChangeRow): Change {
  return { field: row.field, oldValue: row.old_value, newValue: row.new_value, seenAt: row.seen_at, runId: row.run_id };
}

/** What was found changed of a call, the newest first. */
export function listChanges(db: ReadableDb, rowId: number): Change[] {
  return db
    .prepare<[number], ChangeRow>('SELECT * FROM change WHERE row_id = ? ORDER BY change_id DESC')
    .all(rowId)
    .map(toChange);
}

/** What a sync found changed or gone, in the order in which it did: how many changes, and the first `limit`. */
export function listRunChanges(
  db: ReadableDb,
  texts: Received,
  runId: number,
  limit: number,
): { total: number; first: RunChange[] } {
  return {
    total: db.prepare<[number], number>('SELECT count(*) FROM change WHERE run_id = ?').pluck().get(runId) ?? 0,
    first: db
      .prepare<[number, number], ChangeRow>(
        'SELECT change.* FROM change JOIN call USING (row_id) WHERE run_id = ? ORDER BY change_id LIMIT ?',
      )
      .all(runId, limit)
      .map((row) => {
        const { call_id, name } = callOf(texts.get(row.row_id));
        return { ...toChange(row), rowId: row.row_id, call_id, name };
      }),
  };
}

interface RunRow {
  readonly run_id: number;
  readonly account_id: string;
  readonly batches: string;
  readonly started_at: number;
  readonly finished_at: number;
  readonly result: string | null;
}

/** Results of the first Callbook lack what was not counted yet. */
function toPastRun(row: RunRow): PastRun {
  const result = row.result === null ? undefined : (JSON.parse(row.result) as SyncRun);
  const sum = (count: keyof SyncCounts) => result?.batches.reduce((total, batch) => total + batch[count], 0) ?? 0;
  return {
    runId: row.run_id,
    accountId: row.account_id,
    state: result === undefined || result.state === 'running' ? 'interrupted' : result.state,
    isAutomatic: result?.isAutomatic ?? false,
    batches: (JSON.parse(row.batches) as BatchKey[]).length,
    requests: result?.requests ?? 0,
    retries: result?.retries ?? 0,
    bytes: result?.bytes ?? 0,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    new: sum('new'),
    changed: sum('changed'),
    unchanged: sum('unchanged'),
    gone: sum('gone'),
    rejected: sum('rejected'),
  };
}

/** Syncs that have ended, the newest first. */
export function listRuns(db: ReadableDb, limit: number): PastRun[] {
  return db
    .prepare<[number], RunRow>('SELECT * FROM run WHERE finished_at IS NOT NULL ORDER BY run_id DESC LIMIT ?')
    .all(limit)
    .map(toPastRun);
}

/** Syncs that were stopped with Callbook, and the one that runs; the newest first, one an account. */
export function listUnfinishedRuns(db: ReadableDb): UnfinishedRun[] {
  return db
    .prepare<[], { account_id: string; batches: string }>(
      'SELECT account_id, batches FROM run WHERE finished_at IS NULL ORDER BY run_id DESC',
    )
    .all()
    .map((row) => ({ accountId: row.account_id, batches: JSON.parse(row.batches) as BatchKey[] }));
}
