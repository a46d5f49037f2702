import { CallbookError } from '../../shared/errors.ts';
import type { Call } from '../../shared/model.ts';
import type { WritableDb } from './database.ts';
import { openReceivedWriter } from './received.ts';
import { CALLS_PER_BATCH, positionOf, rowIdOf, rowIdSpan } from './rowId.ts';

/** The rows of one batch. What readers see of them, segments and text index, is made when the batch ends; see settle.ts. */

export interface StoredRow {
  readonly row_id: number;
  /** The item as it was received, as UTF-8. */
  readonly item: Buffer;
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
  /** Which positions, as far as is known here now, hold calls that results list. */
  listed(): (position: number) => boolean;
  /** Whether the call at the position came with this very item and results have listed it ever since: then nothing of it is new. */
  isKnown(position: number, item: Buffer): boolean;
  find(callId: string): StoredRow | undefined;
  /** Returns the row id. The item must stay as it is until the transaction ends, as for `replace`. */
  add(call: Call, item: Buffer): number;
  /** Another item for a call; it is no longer gone. */
  replace(rowId: number, item: Buffer): void;
}

/** An id as it comes back from the file: half a surrogate pair, which JSON can bring, has no UTF-8. */
const asKept = (callId: string) => callId.toWellFormed();

export function openCallRows(db: WritableDb, batchNo: number): CallRows {
  const select = db.prepare<[number], Omit<StoredRow, 'item' | 'isCalled'> & { is_called: number }>(
    `SELECT call.row_id, gone_at, contact.rest AS contact, coalesce(contact.is_called, 1) AS is_called
     FROM call LEFT JOIN contact USING (row_id) WHERE call.row_id = ?`,
  );
  const selectIds = db
    .prepare<[number, number], string>('SELECT call_id FROM call WHERE row_id BETWEEN ? AND ? ORDER BY row_id')
    .pluck();
  const selectUnlisted = db
    .prepare<[number, number, number, number], number>(
      `SELECT row_id FROM call WHERE row_id BETWEEN ? AND ? AND gone_at IS NOT NULL
       UNION ALL SELECT row_id FROM contact WHERE row_id BETWEEN ? AND ? AND is_called = 0`,
    )
    .pluck();
  // Calls in a row with one statement: each of its own takes five times as long.
  const insertCalls = db.prepare(
    'INSERT INTO call (row_id, batch_no, call_id) SELECT ? + key, ?, value FROM json_each(?)',
  );
  const bringBack = db.prepare('UPDATE call SET gone_at = NULL WHERE row_id = ? AND gone_at IS NOT NULL');
  const items = openReceivedWriter(db);
  const selectLast = db
    .prepare<[number, number], number | null>('SELECT max(row_id) FROM call WHERE row_id BETWEEN ? AND ?')
    .pluck();
  /** Positions by call id: most calls of a sync are new, and asking the file for each would cost as much as storing it. */
  let positions = new Map<string, number>();
  /** Calls that are gone, and contacts that are not called yet. */
  let unlisted = new Set<number>();
  /** Ids of the last calls, whose rows are not in the file yet. */
  let added: string[] = [];
  /** Rises with what other connections write. */
  const selectVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let version: number | undefined;
  readPositions();

  function readPositions(): void {
    version = selectVersion.get();
    const span = rowIdSpan(batchNo);
    positions = new Map(selectIds.all(...span).map((callId, position) => [callId, position]));
    unlisted = new Set(selectUnlisted.all(...span, ...span));
  }

  function isAsRead(): boolean {
    if (selectVersion.get() !== version) return false;
    const last = selectLast.get(...rowIdSpan(batchNo)) ?? null;
    return (last === null ? 0 : positionOf(last) + 1) === positions.size;
  }

  function insertAdded(): void {
    if (added.length === 0) return;
    insertCalls.run(rowIdOf(batchNo, positions.size - added.length), batchNo, JSON.stringify(added));
    added = [];
  }

  return {
    transaction<Args extends unknown[], T>(work: (...args: Args) => T) {
      const inTransaction = db.transaction((...args: Args): T => {
        // One that failed has left something in memory; another writer of the batch may have come between.
        items.begin();
        added = [];
        if (!isAsRead()) readPositions();
        const result = work(...args);
        insertAdded();
        items.end();
        return result;
      });
      return (...args: Args): T => inTransaction.immediate(...args);
    },
    get nextPosition() {
      return positions.size;
    },
    listed() {
      const [count, others] = [positions.size, unlisted];
      return (position) => position < count && !others.has(rowIdOf(batchNo, position));
    },
    isKnown(position, item) {
      const rowId = rowIdOf(batchNo, position);
      return position < positions.size && !unlisted.has(rowId) && items.get(rowId).equals(item);
    },
    find(callId) {
      const position = positions.get(asKept(callId));
      if (position === undefined) return undefined;
      if (position >= positions.size - added.length) insertAdded();
      const row = select.get(rowIdOf(batchNo, position));
      if (row === undefined) return undefined;
      const { row_id, gone_at, contact } = row;
      return {
        row_id,
        gone_at,
        contact,
        isCalled: row.is_called === 1,
        // Unpacked only where it is asked for.
        get item() {
          return items.get(row_id);
        },
      };
    },
    add(call, item) {
      if (positions.size >= CALLS_PER_BATCH) {
        throw new CallbookError(
          'BAD_ENVELOPE',
          'The provider sends more calls for one batch than a batch can hold. What came before is kept.',
        );
      }
      const rowId = rowIdOf(batchNo, positions.size);
      const callId = asKept(call.call_id);
      positions.set(callId, positions.size);
      added.push(callId);
      items.add(rowId, item);
      return rowId;
    },
    replace(rowId, item) {
      items.replace(rowId, item);
      bringBack.run(rowId);
    },
  };
}
