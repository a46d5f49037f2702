import { CallbookError } from '../../shared/errors.ts';
import type { Call } from '../../shared/model.ts';
import type { WritableDb } from './database.ts';
import { openReceivedWriter } from './received.ts';
import { CALLS_PER_BATCH, rowIdOf, rowIdSpan } from './rowId.ts';

/** The rows of one batch. What readers see of them, segments and text index, is made when the batch ends; see settle.ts. */

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
  /** Another text for a call; it is no longer gone. */
  replace(rowId: number, received: string): void;
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
  const count = db.prepare<[number], number>('SELECT count(*) FROM call WHERE batch_no = ?').pluck();
  /** Positions by call id: most calls of a sync are new, and asking the file for each would cost as much as storing it. */
  let positions = new Map<string, number>();
  readPositions();

  function readPositions(): void {
    positions = new Map(selectIds.all(...rowIdSpan(batchNo)).map((callId, position) => [callId, position]));
  }

  return {
    transaction<Args extends unknown[], T>(work: (...args: Args) => T) {
      const inTransaction = db.transaction((...args: Args): T => {
        // One that failed has left something in memory; another writer of the batch may have come between.
        texts.begin();
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
      if (row === undefined) return undefined;
      const { row_id, gone_at, contact } = row;
      return {
        row_id,
        gone_at,
        contact,
        isCalled: row.is_called === 1,
        // Unpacked only where it is asked for.
        get received() {
          return texts.get(row_id);
        },
      };
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
    replace(rowId, received) {
      texts.replace(rowId, received);
      bringBack.run(rowId);
    },
  };
}
