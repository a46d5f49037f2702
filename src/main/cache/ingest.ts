import { isDeepStrictEqual } from 'node:util';
import { callOf, readItem, withContact, type ReadItem } from '../../shared/call.ts';
import { parseJsonKeepingDigits } from '../../shared/json.ts';
import { batchState, hasEnded, type Call, type ProviderBatch, type SyncCounts } from '../../shared/model.ts';
import { eachItem, type Items } from '../items.ts';
import { listChanges } from './changes.ts';
import type { WritableDb } from './database.ts';
import { PositionSet, deletePass, getPass, savePass, type Pass } from './pass.ts';
import { openCallRows, type StoredRow } from './callRows.ts';
import { positionOf } from './rowId.ts';
import { markDirty } from './settle.ts';

/** Taking the pages of one batch into the cache: rows and history with each page. What readers see is made then; see settle.ts. */

/**
 * How the sync of a batch ends: a pass saw every call that the provider counts (`whole`), the batch moved too fast to be sure of that
 * (`moving`), or something stopped it and the next sync goes on from there (`stopped`).
 */
export type BatchEnd = 'whole' | 'moving' | 'stopped';

export interface BatchIngest {
  /** Page to ask for first: 1, or where an earlier sync of the same state was stopped. */
  readonly nextPage: number;
  /** Starts reading the batch from its first page again: what is gone is judged by one whole pass. */
  startPass(): void;
  /**
   * Stores the items of one page, each as JSON text, and how far the batch is read, in one transaction. Stopped after the last page, the
   * batch goes on with it again: nobody says what a provider answers to a page beyond.
   */
  addPage(page: number, items: Items, isLast: boolean): PageResult;
  /** Ends the batch: marks what a whole pass did not see as gone. */
  finish(end: BatchEnd): SyncCounts;
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
  const callRows = openCallRows(db, batchNo);
  const insertChange = db.prepare(
    'INSERT INTO change (row_id, run_id, field, old_value, new_value, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertRejected = db.prepare(
    'INSERT INTO rejected (batch_no, run_id, page, reason, received, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const markCalled = db.prepare('UPDATE contact SET is_called = 1 WHERE row_id = ?');

  const { state, isSettled } = providerState(db, batchNo);
  const left = getPass(db, batchNo);
  const pass: Pass = left?.pass ?? {
    nextPage: 1,
    firstNew: callRows.nextPosition,
    seen: new PositionSet(),
    changed: new PositionSet(),
    called: new PositionSet(),
  };
  /** Items of this pass that cannot be read, by id, or by text where not even that is there. */
  const rejected = new Set<string>();
  /** Calls that were there when the pass began: what another Callbook adds meanwhile, this pass may have come too early to see. */
  let isJudged = callRows.listed();
  let gone = 0;
  let hasWritten = false;
  /** Where the next item is looked for first: most syncs bring the items of the one before in the same order. */
  let expected = 0;

  // Pages of a batch that still moves, or of another state of it, would not fit together.
  const isResumed = left !== undefined && isSettled && left.state === state;
  if (isResumed) takeOverRejected(left.runId);

  function takeOverRejected(fromRun: number): void {
    const rows = db
      .prepare<[number, number], string>(
        `SELECT received FROM rejected WHERE batch_no = ? AND run_id = ? AND list = 'results'`,
      )
      .pluck()
      .all(batchNo, fromRun);
    for (const received of rows) rejected.add(rejectedName(received, readItem(received)));
    db.prepare(`UPDATE rejected SET run_id = ? WHERE batch_no = ? AND run_id = ? AND list = 'results'`).run(
      runId,
      batchNo,
      fromRun,
    );
  }

  const seenCount = () => pass.seen.size + rejected.size;

  function counts(): SyncCounts {
    let changedOld = 0;
    let seenOld = 0;
    for (let position = 0; position < pass.firstNew; position++) {
      if (pass.called.has(position)) continue;
      if (pass.changed.has(position)) changedOld++;
      else if (pass.seen.has(position)) seenOld++;
    }
    return {
      new: callRows.nextPosition - pass.firstNew + pass.called.size,
      changed: changedOld,
      unchanged: seenOld,
      gone,
      rejected: rejected.size,
    };
  }

  /** Returns the call's position. */
  function add(call: Call, item: Buffer): number {
    hasWritten = true;
    return positionOf(callRows.add(call, item));
  }

  /** True if something differs of what a call tells, or it was gone. */
  function update(stored: StoredRow, call: Call, item: Buffer): boolean {
    if (stored.item.equals(item) && stored.gone_at === null) return false;
    const before = callOf(stored.item.toString(), stored.contact);
    const changes = listChanges(before, stored.contact === null ? call : withContact(call, stored.contact));
    const isChanged = changes.length > 0 || stored.gone_at !== null;
    // What nobody documents of a recording is kept, too; another order of keys is the same item.
    if (!isChanged && isDeepStrictEqual(jsonOf(stored.item), jsonOf(item))) return false;
    callRows.replace(stored.row_id, item);
    for (const { field, oldValue, newValue } of changes) {
      insertChange.run(stored.row_id, runId, field, oldValue, newValue, now);
    }
    hasWritten = true;
    return isChanged;
  }

  /** A contact is called for the first time: a new call for a person, so nothing of it has changed. */
  function takeCalled(stored: StoredRow, item: Buffer): void {
    callRows.replace(stored.row_id, item);
    markCalled.run(stored.row_id);
    hasWritten = true;
    pass.called.add(positionOf(stored.row_id));
  }

  /** Returns the call's position; undefined: the item cannot be read. */
  function takeUnknown(page: number, item: Buffer): number | undefined {
    const received = item.toString();
    const read = readItem(received);
    if (!read.ok) {
      const name = rejectedName(received, read);
      if (!rejected.has(name)) insertRejected.run(batchNo, runId, page, read.reason, received, now);
      rejected.add(name);
      return undefined;
    }
    const stored = callRows.find(read.call.call_id);
    if (stored === undefined) return add(read.call, item);
    const position = positionOf(stored.row_id);
    if (!stored.isCalled) takeCalled(stored, item);
    else if (update(stored, read.call, item)) pass.changed.add(position);
    return position;
  }

  function takeItem(page: number, item: Buffer): void {
    const position = callRows.isKnown(expected, item) ? expected : takeUnknown(page, item);
    if (position === undefined) return;
    pass.seen.add(position);
    expected = position + 1;
  }

  const addPage = callRows.transaction((page: number, items: Items, isLast: boolean): PageResult => {
    const before = seenCount();
    hasWritten = false;
    for (const item of eachItem(items)) takeItem(page, item);
    if (hasWritten) markDirty(db, batchNo);
    pass.nextPage = isLast ? page : page + 1;
    savePass(db, batchNo, runId, state, pass);
    return { counts: counts(), seen: seenCount(), fresh: seenCount() - before };
  });

  const startPass = db.transaction(() => {
    pass.seen = new PositionSet();
    pass.nextPage = 1;
    isJudged = callRows.listed();
    rejected.clear();
    db.prepare(`DELETE FROM rejected WHERE batch_no = ? AND run_id = ? AND list = 'results'`).run(batchNo, runId);
  });

  function markGone(): void {
    if (pass.seen.size === callRows.nextPosition) return;
    const rows = db
      .prepare<[number], { row_id: number; call_id: string }>(
        `SELECT call.row_id, call.call_id FROM call LEFT JOIN contact USING (row_id)
         WHERE batch_no = ? AND gone_at IS NULL AND coalesce(is_called, 1) = 1`,
      )
      .all(batchNo);
    const mark = db.prepare('UPDATE call SET gone_at = ? WHERE row_id = ?');
    for (const row of rows) {
      const position = positionOf(row.row_id);
      if (!isJudged(position) || pass.seen.has(position) || rejected.has(row.call_id)) continue;
      mark.run(now, row.row_id);
      insertChange.run(row.row_id, runId, 'gone upstream', null, 'true', now);
      gone++;
    }
    if (gone > 0) markDirty(db, batchNo);
  }

  function isSeen(callId: string): boolean {
    const stored = callRows.find(callId);
    return stored !== undefined && pass.seen.has(positionOf(stored.row_id));
  }

  /** Older rejections that were tried again: what still fails has been stored anew. A whole pass has tried all. */
  function dropOlderRejected(isWhole: boolean): void {
    const older = db
      .prepare<[number, number], { rejected_id: number; received: string }>(
        `SELECT rejected_id, received FROM rejected WHERE batch_no = ? AND run_id <> ? AND list = 'results'`,
      )
      .all(batchNo, runId);
    const drop = db.prepare('DELETE FROM rejected WHERE rejected_id = ?');
    for (const { rejected_id: id, received } of older) {
      const name = rejectedName(received, readItem(received));
      if (isWhole || rejected.has(name) || isSeen(name)) drop.run(id);
    }
  }

  const finish = db.transaction((end: BatchEnd): SyncCounts => {
    dropOlderRejected(end === 'whole');
    if (end === 'whole') {
      markGone();
      db.prepare('UPDATE batch SET synced_as = ? WHERE batch_no = ?').run(state, batchNo);
    }
    if (end !== 'stopped') {
      deletePass(db, batchNo);
      db.prepare('UPDATE batch SET synced_at = ?, is_complete = ? WHERE batch_no = ?').run(
        now,
        end === 'whole' ? 1 : 0,
        batchNo,
      );
    }
    return counts();
  });

  return {
    nextPage: isResumed ? pass.nextPage : 1,
    startPass: () => startPass.immediate(),
    addPage,
    finish: (end) => finish.immediate(end),
  };
}

const jsonOf = (item: Buffer) => parseJsonKeepingDigits(item.toString());

/** An item without a readable id is told apart by its text: the same one on two pages is one item. Ids as the file gives them back. */
function rejectedName(received: string, item: ReadItem): string {
  return (item.ok ? item.call.call_id : (item.callId ?? `rejected ${received}`)).toWellFormed();
}

/** What the provider says of a batch, as text to compare; settled: its calls have ended, so pages do not move. */
function providerState(db: WritableDb, batchNo: number): { state: string; isSettled: boolean } {
  const received = db.prepare<[number], string>('SELECT received FROM batch WHERE batch_no = ?').pluck().get(batchNo);
  const batch = JSON.parse(received ?? '{}') as ProviderBatch;
  return { state: batchState(batch), isSettled: hasEnded(batch) };
}
