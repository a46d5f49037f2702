import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { callOf } from '../../shared/call.ts';
import type { ColumnId } from '../../shared/columns.ts';
import type { Call } from '../../shared/model.ts';
import {
  buildSegments,
  countFilled,
  decodeSegment,
  encodeSegment,
  textColumns,
  type Segment,
} from '../columns/segment.ts';
import type { ReadableDb, WritableDb } from './database.ts';
import { saveProfiles } from './kinds.ts';
import { eachReceived } from './received.ts';
import { rowIdSpan } from './rowId.ts';

/** Segments in the file. They are made from the rows and can be made again, so a damaged one costs nothing but a moment. */

/** Calls by position that have just been read, so that their text need not be read again. */
export type KnownCalls = ReadonlyMap<number, Call>;

/** The calls of a batch in the order of their positions. */
export function listCalls(db: ReadableDb, batchNo: number, known: KnownCalls = new Map()): Call[] {
  const contacts = db
    .prepare<[number, number], string | null>(
      'SELECT contact.rest FROM call LEFT JOIN contact USING (row_id) WHERE call.row_id BETWEEN ? AND ? ORDER BY call.row_id',
    )
    .pluck()
    .all(...rowIdSpan(batchNo));
  const received = known.size === contacts.length ? [] : [...eachReceived(db, batchNo)];
  return contacts.map((contact, position) => known.get(position) ?? callOf(received[position] ?? '', contact));
}

/** Writes all segments of a batch from its rows, and returns the calls. Part of the caller's transaction. */
export function saveSegments(db: WritableDb, batchNo: number, known?: KnownCalls): readonly Call[] {
  const calls = listCalls(db, batchNo, known);
  db.prepare('DELETE FROM segment WHERE batch_no = ?').run(batchNo);
  const insert = db.prepare('INSERT INTO segment (batch_no, column_id, filled, checksum, data) VALUES (?, ?, ?, ?, ?)');
  const segments = buildSegments(calls);
  saveProfiles(db, batchNo, segments);
  for (const [column, segment] of segments) {
    const encoded = encodeSegment(segment);
    const data = textColumns.has(column) ? zstdCompressSync(encoded, { pledgedSrcSize: encoded.length }) : encoded;
    insert.run(batchNo, column, countFilled(segment), crc32(data), data);
  }
  return calls;
}

export interface Segments {
  /** One column of a batch; undefined where the batch has no such key. A damaged segment is answered from the rows. */
  get(batchNo: number, column: ColumnId): Segment | undefined;
  /** Batches with a segment that was found damaged since this was last asked: whoever writes makes them anew. */
  takeDamaged(): number[];
}

export function openSegments(db: ReadableDb): Segments {
  const select = db.prepare<[number, string], { checksum: number; data: Uint8Array }>(
    'SELECT checksum, data FROM segment WHERE batch_no = ? AND column_id = ?',
  );
  const damaged = new Set<number>();
  return {
    get(batchNo, column) {
      const row = select.get(batchNo, column);
      if (row === undefined) return undefined;
      if (crc32(row.data) === row.checksum)
        return decodeSegment(textColumns.has(column) ? zstdDecompressSync(row.data) : row.data);
      damaged.add(batchNo);
      return buildSegments(listCalls(db, batchNo)).get(column);
    },
    takeDamaged() {
      const found = [...damaged];
      damaged.clear();
      return found;
    },
  };
}
