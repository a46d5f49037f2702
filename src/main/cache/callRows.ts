import { CallbookError } from '../../shared/errors.ts';
import type { Call } from '../../shared/model.ts';
import type { WritableDb } from './database.ts';
import { openReceivedWriter } from './received.ts';
import { CALLS_PER_BATCH, positionOf, rowIdOf, rowIdSpan } from './rowId.ts';
import { openTextIndexWriter } from './textIndexWriter.ts';

/**
 * The rows of one batch. New ones go into the text index when the batch ends (settleBatch); of those that are in it already, text and words
 * are written together.
 */

export interface StoredRow {
  readonly row_id: number;
  readonly received: string;
  readonly gone_at: number | null;
  /** See contactRest; null: no contact is known, or it says nothing more. */
  readonly contact: string | null;
  /** Results list the call; false: it is a contact that is not called yet. */
  readonly isCalled: boolean;
}

export interface CallRows {
  /** All that is written here belongs into one. Returns how to run it. */
  transaction<Args extends unknown[], T>(work: (...args: Args) => T): (...args: Args) => T;
  /** The row that the next call gets; also how many there are. */
  readonly nextPosition: number;
  find(callId: string): StoredRow | undefined;
  /** Returns the row id. */
  add(call: Call, received: string): number;
  /** Another text for a call, which was `before`; it is no longer gone. */
  replace(rowId: number, before: Call, call: Call, received: string): void;
  /** Words anew, where those of the call `before` are in the index. */
  reindex(rowId: number, before: Call, call: Call): void;
}

export function openCallRows(db: WritableDb, batchNo: number): CallRows {
  const select = db.prepare<[number], Omit<StoredRow, 'received' | 'isCalled'> & { is_called: number }>(
    `SELECT call.row_id, gone_at, contact.rest AS contact, coalesce(contact.is_called, 1) AS is_called
     FROM call LEFT JOIN contact USING (row_id) WHERE call.row_id = ?`,
  );
  const selectIds = db
    .prepare<[number, number], string>('SELECT call_id FROM call WHERE row_id BETWEEN ? AND ? ORDER BY row_id')
    .pluck();
  const insertCall = db.prepare('INSERT INTO call (row_id, batch_no, call_id) VALUES (?, ?, ?)');
  const bringBack = db.prepare('UPDATE call SET gone_at = NULL WHERE row_id = ? AND gone_at IS NOT NULL');
  const texts = openReceivedWriter(db);
  const textIndex = openTextIndexWriter(db);
  const count = db.prepare<[number], number>('SELECT count(*) FROM call WHERE batch_no = ?').pluck();
  const selectIndexed = db.prepare<[number], number>('SELECT indexed FROM batch WHERE batch_no = ?').pluck();
  /** Calls at positions below are in the text index. */
  let indexed = 0;
  /** Positions by call id: most calls of a sync are new, and asking the file for each would cost as much as storing it. */
  let positions = new Map<string, number>();
  readPositions();

  function readPositions(): void {
    positions = new Map(selectIds.all(...rowIdSpan(batchNo)).map((callId, position) => [callId, position]));
  }

  function reindex(rowId: number, before: Call, call: Call): void {
    if (positionOf(rowId) < indexed) textIndex.replace(rowId, before, call);
  }

  return {
    transaction<Args extends unknown[], T>(work: (...args: Args) => T) {
      const inTransaction = db.transaction((...args: Args): T => {
        // One that failed has left something in memory; another writer of the batch may have come between.
        texts.begin();
        indexed = selectIndexed.get(batchNo) ?? 0;
        if (count.get(batchNo) !== positions.size) readPositions();
        const result = work(...args);
        texts.end();
        return result;
      });
      return (...args: Args): T => inTransaction.immediate(...args);
    },
    get nextPosition() {
      return positions.size;
    },
    find(callId) {
      const position = positions.get(callId);
      const row = position === undefined ? undefined : select.get(rowIdOf(batchNo, position));
      return row && { ...row, received: texts.get(row.row_id), isCalled: row.is_called === 1 };
    },
    add(call, received) {
      if (positions.size >= CALLS_PER_BATCH) {
        throw new CallbookError(
          'BAD_ENVELOPE',
          'The provider sends more calls for one batch than a batch can hold. What came before is kept.',
        );
      }
      const rowId = rowIdOf(batchNo, positions.size);
      positions.set(call.call_id, positions.size);
      insertCall.run(rowId, batchNo, call.call_id);
      texts.add(rowId, received);
      return rowId;
    },
    replace(rowId, before, call, received) {
      texts.replace(rowId, received);
      bringBack.run(rowId);
      reindex(rowId, before, call);
    },
    reindex,
  };
}
