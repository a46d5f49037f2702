import {
  batchKey,
  batchState,
  contactsState,
  type Batch,
  type BatchProgress,
  type ProviderBatch,
} from '../../shared/model.ts';
import type { StoreBatch } from '../columns/layout.ts';

/** A batch as it lies in the file, and what readers make of it. */

export interface BatchRow {
  readonly batch_no: number;
  readonly account_id: string;
  readonly account_name: string;
  readonly schedule_id: string;
  readonly received: string;
  readonly calls: number;
  readonly revision: number;
  readonly is_complete: number;
  readonly pending: number;
  readonly synced_as: string | null;
  readonly synced_at: number | null;
  readonly rejected: number;
  readonly wants_contacts: number;
  readonly contacts_as: string | null;
  readonly uncalled: number;
  readonly last_run: string | null;
}

export const SELECT_BATCHES = `SELECT batch.*, account.name AS account_name,
    (SELECT count(*) FROM rejected WHERE rejected.batch_no = batch.batch_no AND list = 'results') AS rejected
  FROM batch JOIN account USING (account_id) ORDER BY batch_no`;

export function toBatch(row: BatchRow): Batch {
  const provider = JSON.parse(row.received) as ProviderBatch;
  return {
    key: batchKey(row.account_id, row.schedule_id),
    accountId: row.account_id,
    batch_id: row.schedule_id,
    agent_name: provider.agent_name ?? provider.agent_id ?? null,
    version_id: provider.version_id ?? null,
    status: provider.status ?? null,
    total_contacts: provider.total_contacts ?? null,
    created_at: provider.created_at ?? null,
    calls: row.calls - row.uncalled,
    uncalled: row.uncalled,
    wantsContacts: row.wants_contacts === 1,
    hasContacts: row.contacts_as === contactsState(provider),
    rejected: row.rejected,
    syncedAt: row.synced_at,
    isComplete: row.is_complete === 1,
    pending: row.pending,
    lastRun: row.last_run === null ? null : (JSON.parse(row.last_run) as BatchProgress),
    hasMoved: row.synced_as !== null && row.synced_as !== batchState(provider),
  };
}

export function toStoreBatch(row: BatchRow): StoreBatch {
  const batch = toBatch(row);
  return {
    batchNo: row.batch_no,
    revision: row.revision,
    count: row.calls,
    constants: { batch: batch.batch_id, agent: batch.agent_name, version: batch.version_id, account: row.account_name },
  };
}
