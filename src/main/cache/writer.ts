import { CallbookError, type ErrorValue } from '../../shared/errors.ts';
import { fromJsonText, type JsonText } from '../../shared/json.ts';
import type { Annotation, BatchKey, BatchProgress, ProviderBatch, StoredAccount, SyncRun } from '../../shared/model.ts';
import type { ColumnId } from '../../shared/columns.ts';
import type { ValueKind } from '../../shared/recognise.ts';
import type { Handlers, Task } from '../threads.ts';
import type { Items } from '../items.ts';
import { saveAccount } from './accountRows.ts';
import { compact } from './compact.ts';
import { saveAnnotation } from './annotations.ts';
import { splitBatchKey } from './batchKey.ts';
import { ingestContacts, type ContactIngest, type ContactsEnd } from './contacts.ts';
import { explained, openWritable, type WritableDb } from './database.ts';
import { ingestBatch, type BatchEnd, type BatchIngest } from './ingest.ts';
import { giveRoom, keepRoom, takeRoom } from './keptRoom.ts';
import { saveColumnKind } from './kinds.ts';
import { migrate } from './migrations/index.ts';
import { rowIdSpan } from './rowId.ts';
import { markDirty, saveSettled, settleDirty } from './settle.ts';
import type { Settled } from './settled.ts';

/** Everything that writes to the cache. One thread has the only write connection; its questions come one after another. */

/** One page of a list of items; see addPage of ingest.ts. */
interface SentPage {
  readonly batch: BatchKey;
  /** Counted from 1. */
  readonly page: number;
  readonly items: Items;
  readonly isLast?: boolean;
}

interface Told extends Pick<StoredAccount, 'providerAccountId' | 'rateLimit'> {
  readonly accountId: string;
}

/** Opens (or makes) the cache at `file`; see openWritable and migrate for what it throws. */
export function openWriter(file: string) {
  const { db, isFull } = openAlsoFull(file);
  const problem = settleAtStart(db) ?? (isFull ? diskIsFull : null);
  /** The batch that pages are coming in for; a sync takes one after another. */
  let current: { readonly batch: BatchKey; readonly ingest: BatchIngest } | undefined;
  let currentContacts: { readonly batch: BatchKey; readonly ingest: ContactIngest } | undefined;

  function batchNoOf(batch: BatchKey): number {
    const { accountId, scheduleId } = splitBatchKey(batch);
    const found = db
      .prepare<[string, string], number>('SELECT batch_no FROM batch WHERE account_id = ? AND schedule_id = ?')
      .pluck()
      .get(accountId, scheduleId);
    if (found === undefined)
      throw new CallbookError('NOT_FOUND', 'This batch is no longer in the cache. Refresh the list of batches.');
    return found;
  }

  function ingestOf(batch: BatchKey): BatchIngest {
    if (current?.batch !== batch) throw wasRemoved();
    return current.ingest;
  }

  function contactsOf(batch: BatchKey): ContactIngest {
    if (currentContacts?.batch !== batch) throw wasRemoved();
    return currentContacts.ingest;
  }

  /** Its number may be another's by the time its next page comes. */
  function endIngestOf(isRemoved: (batch: BatchKey) => boolean): void {
    if (current !== undefined && isRemoved(current.batch)) current = undefined;
    if (currentContacts !== undefined && isRemoved(currentContacts.batch)) currentContacts = undefined;
  }

  const handlers = {
    /** The cache is open and migrated once this answers: with what of it cannot be seen yet, and why. */
    open: () => problem,

    saveAccount(account: StoredAccount) {
      db.transaction(() => saveAccount(db, account)).immediate();
      return null;
    },

    /** Keeps what the provider says of an account's key. Its own id of the account, once known, never becomes another. */
    saveMe({ accountId, providerAccountId, rateLimit }: Told) {
      db.prepare(
        'UPDATE account SET provider_account_id = coalesce(provider_account_id, ?), rate_limit = ? WHERE account_id = ?',
      ).run(providerAccountId, rateLimit, accountId);
      return null;
    },

    deleteAccount(accountId: string) {
      db.transaction(() => {
        const batches = db
          .prepare<[string], number>('SELECT batch_no FROM batch WHERE account_id = ?')
          .pluck()
          .all(accountId);
        for (const batchNo of batches) deleteBatchNo(db, batchNo);
        db.prepare('DELETE FROM account WHERE account_id = ?').run(accountId);
      }).immediate();
      endIngestOf((batch) => splitBatchKey(batch).accountId === accountId);
      return null;
    },

    /** Keeps what the provider says of batches, as JSON text of a list; calls stay as they are. */
    saveBatches({ accountId, batches }: { accountId: string; batches: JsonText<readonly ProviderBatch[]> }) {
      // A removed batch leaves its number to the next, which readers tell apart by a revision that no batch before it can have had.
      const firstRevision = Date.now();
      const save = db.prepare(
        `INSERT INTO batch (account_id, schedule_id, received, revision) VALUES (?, ?, ?, ?)
         ON CONFLICT (account_id, schedule_id) DO UPDATE SET received = json_patch(batch.received, excluded.received),
           revision = revision + (batch.received <> json_patch(batch.received, excluded.received))`,
      );
      db.transaction(() => {
        for (const batch of fromJsonText(batches))
          save.run(accountId, batch.schedule_id, JSON.stringify(batch), firstRevision);
      }).immediate();
      return null;
    },

    deleteBatch(batch: BatchKey) {
      const batchNo = batchNoOf(batch);
      db.transaction(() => deleteBatchNo(db, batchNo)).immediate();
      endIngestOf((one) => one === batch);
      return null;
    },

    /** Keeps what a person wrote about a call; answers with the call's batch. */
    saveAnnotation({ rowId, annotation }: { rowId: number; annotation: Annotation }): BatchKey {
      return db.transaction(() => saveAnnotation(db, rowId, annotation)).immediate();
    },

    /** A run that did not come to its end is given up with this: the newer one covers what it left. */
    startRun({ accountId, batches }: { accountId: string; batches: readonly BatchKey[] }): number {
      const now = Date.now();
      db.prepare('UPDATE run SET finished_at = ? WHERE finished_at IS NULL AND account_id = ?').run(now, accountId);
      const insert = db.prepare('INSERT INTO run (account_id, batches, started_at) VALUES (?, ?, ?)');
      return Number(insert.run(accountId, JSON.stringify(batches), now).lastInsertRowid);
    },

    finishRun(run: SyncRun) {
      db.prepare('UPDATE run SET finished_at = ?, result = ? WHERE run_id = ?').run(
        Date.now(),
        JSON.stringify(run),
        run.runId,
      );
      return null;
    },

    /** Keeps how the sync of a batch went. */
    saveLastRun(progress: BatchProgress) {
      db.prepare('UPDATE batch SET last_run = ? WHERE batch_no = ?').run(
        JSON.stringify(progress),
        batchNoOf(progress.batch),
      );
      return null;
    },

    /** Forgets that syncs of an account failed, as what made them fail has been mended. */
    forgetFailures(accountId: string) {
      db.prepare(
        `UPDATE batch SET last_run = json_set(last_run, '$.error', NULL) WHERE account_id = ? AND last_run IS NOT NULL`,
      ).run(accountId);
      return null;
    },

    /** Begins the sync of a batch, or goes on with one that was stopped; answers with the page to ask for first. */
    startBatch({ batch, runId }: { batch: BatchKey; runId: number }): number {
      current = { batch, ingest: ingestBatch(db, batchNoOf(batch), runId, Date.now()) };
      return current.ingest.nextPage;
    },

    startPass(batch: BatchKey) {
      ingestOf(batch).startPass();
      return null;
    },

    addPage({ batch, page, items, isLast = false }: SentPage) {
      return ingestOf(batch).addPage(page, items, isLast);
    },

    finishBatch({ batch, end }: { batch: BatchKey; end: BatchEnd }) {
      const counts = ingestOf(batch).finish(end);
      current = undefined;
      return counts;
    },

    /** Puts what readers see of a batch into the file; false: its rows have changed since that was made. */
    saveSettled({ batch, settled }: { batch: BatchKey; settled: Settled }): boolean {
      const batchNo = batchNoOf(batch);
      return db.transaction(() => saveSettled(db, batchNo, settled)).immediate();
    },

    /** Makes it for all batches whose rows have changed. */
    settle() {
      settleDirty(db);
      return null;
    },

    /** Makes anew what readers see of a batch, as some of it was found damaged. */
    mendBatch(batchNo: number) {
      markDirty(db, batchNo);
      settleDirty(db);
      return null;
    },

    saveColumnKind({ column, kind }: { column: ColumnId; kind: ValueKind | null }) {
      saveColumnKind(db, column, kind);
      return null;
    },

    /** Switches the contacts of a batch on or off; those that are here stay. */
    setWantsContacts({ batch, wantsContacts }: { batch: BatchKey; wantsContacts: boolean }) {
      db.prepare('UPDATE batch SET wants_contacts = ?, revision = revision + 1 WHERE batch_no = ?').run(
        wantsContacts ? 1 : 0,
        batchNoOf(batch),
      );
      return null;
    },

    /** Begins reading the contacts of a batch, or goes on with that; answers with the page to ask for first. */
    startContacts({ batch, runId }: { batch: BatchKey; runId: number }): number {
      currentContacts = { batch, ingest: ingestContacts(db, batchNoOf(batch), runId, Date.now()) };
      return currentContacts.ingest.nextPage;
    },

    addContacts({ batch, page, items, isLast = false }: SentPage) {
      return contactsOf(batch).addPage(page, items, isLast);
    },

    finishContacts({ batch, end }: { batch: BatchKey; end: ContactsEnd }) {
      contactsOf(batch).finish(end);
      currentContacts = undefined;
      return null;
    },

    /** Tells what it does, in words, as progress. */
    compact: (_input: undefined, task: Task) => compact(db, file, (words) => task.progress(words)),

    close() {
      try {
        db.pragma('optimize');
      } finally {
        db.close();
        if (isFull) takeRoom(file);
      }
      return null;
    },
  } satisfies Handlers;

  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (input: never, task: Task) => explained(() => (handler as (input: never, task: Task) => unknown)(input, task)),
    ]),
  ) as typeof handlers;
}

export type Writer = ReturnType<typeof openWriter>;

/** Opens and migrates it; where the disk has no room even for that, with what is kept for this case. */
function openAlsoFull(file: string): { readonly db: WritableDb; readonly isFull: boolean } {
  const open = () =>
    explained(() => {
      const db = openWritable(file);
      migrate(db, file);
      return db;
    });
  try {
    const db = open();
    keepRoom(file);
    return { db, isFull: false };
  } catch (thrown) {
    if (!isDiskFull(thrown) || !giveRoom(file)) throw thrown;
    return { db: open(), isFull: true };
  }
}

const isDiskFull = (thrown: unknown) => thrown instanceof CallbookError && thrown.code === 'DISK_FULL';

const diskIsFull: ErrorValue = {
  code: 'DISK_FULL',
  message:
    'The disk is full. All calls that are here can be read, found and counted, but nothing new can be stored: no calls, and perhaps no ' +
    'notes and settings. Make room before you sync.',
};

/** A sync that was killed leaves pages that readers do not see yet. They take room, without which all else can still be read. */
function settleAtStart(db: WritableDb): ErrorValue | null {
  try {
    explained(() => settleDirty(db));
    return null;
  } catch (thrown) {
    if (!isDiskFull(thrown)) throw thrown;
    return {
      code: 'DISK_FULL',
      message:
        'The disk is full. Some calls that the last sync brought are stored, but cannot be shown, found or counted yet; all others can. ' +
        'Make room, then sync or start Callbook again.',
    };
  }
}

function wasRemoved(): CallbookError {
  return new CallbookError('NOT_FOUND', 'This batch was removed while it was synced. Sync it again to have it back.');
}

function deleteBatchNo(db: WritableDb, batchNo: number): void {
  const [first, last] = rowIdSpan(batchNo);
  db.prepare('DELETE FROM received WHERE first_row BETWEEN ? AND ?').run(first, last);
  db.prepare('DELETE FROM change WHERE row_id BETWEEN ? AND ?').run(first, last);
  db.prepare('DELETE FROM contact WHERE row_id BETWEEN ? AND ?').run(first, last);
  for (const table of ['annotation', 'call', 'text_chunk', 'segment', 'profile', 'rejected', 'pass', 'batch'])
    db.prepare(`DELETE FROM ${table} WHERE batch_no = ?`).run(batchNo);
}
