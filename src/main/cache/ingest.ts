import { callOf, readItem } from '../../shared/call.ts';
import { CallbookError } from '../../shared/errors.ts';
import type { Call, SyncCounts } from '../../shared/model.ts';
import { listChanges } from './changes.ts';
import type { WritableDb } from './database.ts';
import { CALLS_PER_BATCH, rowIdOf } from './rowId.ts';
import { saveSegments } from './segments.ts';
import { indexTexts, searchableParts } from './words.ts';

/** Taking the pages of one batch into the cache: rows, words and history with each page, segments at the end. */

interface StoredRow {
  readonly row_id: number;
  readonly received: string;
  readonly gone_at: number | null;
}

export interface BatchIngest {
  /** Starts reading the batch from its first page (again): what is gone is judged by one whole pass. */
  startPass(): void;
  /** Stores the items of one page, each as JSON text, in one transaction. */
  addPage(page: number, items: readonly string[]): PageResult;
  /** Ends the batch: marks what a whole pass did not see as gone, writes the segments. */
  finish(passWasWhole: boolean): SyncCounts;
}

export interface PageResult {
  readonly counts: SyncCounts;
  /** Different calls seen in this pass so far, rejected ones included. */
  readonly seen: number;
  /** Of this page's items, those not seen before in this pass. */
  readonly fresh: number;
}

/** `now` in ms since epoch UTC is when what is found counts as seen. */
export function ingestBatch(db: WritableDb, batchNo: number, runId: number, now: number): BatchIngest {
  const find = db.prepare<[number, string], StoredRow>(
    'SELECT row_id, received, gone_at FROM call WHERE batch_no = ? AND call_id = ?',
  );
  const insertCall = db.prepare('INSERT INTO call (row_id, batch_no, call_id, received) VALUES (?, ?, ?, ?)');
  const updateCall = db.prepare('UPDATE call SET received = ?, gone_at = NULL WHERE row_id = ?');
  const insertWords = db.prepare(
    'INSERT INTO call_words (rowid, name, phone_number, external_id, call_id, summary, outcomes, transcript, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const deleteWords = db.prepare('DELETE FROM call_words WHERE rowid = ?');
  const insertParts = db.prepare('INSERT INTO call_parts (rowid, parts) VALUES (?, ?)');
  const deleteParts = db.prepare('DELETE FROM call_parts WHERE rowid = ?');
  const insertChange = db.prepare(
    'INSERT INTO change (row_id, run_id, field, old_value, new_value, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertRejected = db.prepare(
    'INSERT INTO rejected (batch_no, run_id, page, reason, received, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const markDirty = db.prepare('UPDATE batch SET is_dirty = 1 WHERE batch_no = ? AND is_dirty = 0');

  let nextPosition = db
    .prepare<[number], number>('SELECT count(*) FROM call WHERE batch_no = ?')
    .pluck()
    .get(batchNo) as number;
  const wasEmpty = nextPosition === 0;
  const counts = { new: 0, changed: 0, unchanged: 0, gone: 0, rejected: 0 };
  /** Calls of this run, so that a call seen twice is counted once. */
  const counted = new Set<string>();
  let seen = new Set<string>();
  let hasWritten = false;

  function index(rowId: number, call: Call): void {
    insertWords.run(rowId, ...indexTexts(call));
    insertParts.run(rowId, searchableParts(call).join('\n'));
  }

  function add(call: Call, received: string): void {
    if (nextPosition >= CALLS_PER_BATCH) {
      throw new CallbookError(
        'BAD_ENVELOPE',
        'The provider sends more calls for one batch than a batch can hold. What came before is kept.',
      );
    }
    const rowId = rowIdOf(batchNo, nextPosition++);
    insertCall.run(rowId, batchNo, call.call_id, received);
    index(rowId, call);
    hasWritten = true;
  }

  /** True if something differs. */
  function update(stored: StoredRow, call: Call, received: string): boolean {
    if (stored.received === received && stored.gone_at === null) return false;
    const changes = listChanges(callOf(stored.received), call);
    if (changes.length === 0 && stored.gone_at === null) return false;
    updateCall.run(received, stored.row_id);
    deleteWords.run(stored.row_id);
    deleteParts.run(stored.row_id);
    index(stored.row_id, call);
    for (const { field, oldValue, newValue } of changes) {
      insertChange.run(stored.row_id, runId, field, oldValue, newValue, now);
    }
    hasWritten = true;
    return true;
  }

  function takeItem(page: number, received: string): void {
    const item = readItem(received);
    if (!item.ok) {
      // An item without an id is told apart by its text: the same one on two pages is one item.
      const name = item.callId ?? `rejected ${received}`;
      if (!seen.has(name)) {
        insertRejected.run(batchNo, runId, page, item.reason, received, now);
        counts.rejected++;
      }
      seen.add(name);
      return;
    }
    const { call } = item;
    const stored = wasEmpty && !counted.has(call.call_id) ? undefined : find.get(batchNo, call.call_id);
    const isFirst = !counted.has(call.call_id);
    if (stored === undefined) {
      add(call, received);
      counts.new++;
    } else if (update(stored, call, received)) {
      if (isFirst) counts.changed++;
    } else if (isFirst) counts.unchanged++;
    counted.add(call.call_id);
    seen.add(call.call_id);
  }

  const addPage = db.transaction((page: number, items: readonly string[]): PageResult => {
    const before = seen.size;
    for (const item of items) takeItem(page, item);
    if (hasWritten) markDirty.run(batchNo);
    return { counts: { ...counts }, seen: seen.size, fresh: seen.size - before };
  });

  const startPass = db.transaction(() => {
    seen = new Set();
    counts.rejected = 0;
    db.prepare('DELETE FROM rejected WHERE batch_no = ? AND run_id = ?').run(batchNo, runId);
  });

  function markGone(): void {
    const rows = db
      .prepare<[number], { row_id: number; call_id: string }>(
        'SELECT row_id, call_id FROM call WHERE batch_no = ? AND gone_at IS NULL',
      )
      .all(batchNo);
    const mark = db.prepare('UPDATE call SET gone_at = ? WHERE row_id = ?');
    for (const row of rows) {
      if (seen.has(row.call_id)) continue;
      mark.run(now, row.row_id);
      insertChange.run(row.row_id, runId, 'gone upstream', null, 'true', now);
      counts.gone++;
      hasWritten = true;
    }
  }

  const finish = db.transaction((passWasWhole: boolean): SyncCounts => {
    if (passWasWhole) {
      markGone();
      // Older rejections were tried again by this pass: those that still fail have been stored anew.
      db.prepare('DELETE FROM rejected WHERE batch_no = ? AND run_id <> ?').run(batchNo, runId);
    }
    if (hasWritten) settleBatch(db, batchNo);
    db.prepare('UPDATE batch SET synced_at = ?, is_complete = ? WHERE batch_no = ?').run(
      now,
      passWasWhole ? 1 : 0,
      batchNo,
    );
    return { ...counts };
  });

  return {
    startPass: () => startPass.immediate(),
    addPage: (page, items) => addPage.immediate(page, items),
    finish: (passWasWhole) => finish.immediate(passWasWhole),
  };
}

/** Makes segments and counts agree with the rows. Part of the caller's transaction. */
export function settleBatch(db: WritableDb, batchNo: number): void {
  saveSegments(db, batchNo);
  db.prepare(
    `UPDATE batch SET is_dirty = 0, revision = revision + 1,
       calls = (SELECT count(*) FROM call WHERE call.batch_no = batch.batch_no) WHERE batch_no = ?`,
  ).run(batchNo);
}
