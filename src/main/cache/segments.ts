import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnId } from '../../shared/columns.ts';
import { countFilled, decodeSegment, encodeSegment, type Segment } from '../columns/segment.ts';
import { buildSegments, textColumns } from '../columns/segmentsMaker.ts';
import { RawCall } from '../rawCalls/rawCall.ts';
import type { ReadableDb, WritableDb } from './database.ts';
import { eachPage } from './received.ts';
import { rowIdOf, rowIdSpan } from './rowId.ts';

/** Segments in the file. They are made from the rows and can be made again, so a damaged one costs nothing but a moment. */

export function countCalls(db: ReadableDb, batchNo: number): number {
  const select = db.prepare<[number], number>('SELECT count(*) FROM call WHERE batch_no = ?').pluck();
  return select.get(batchNo) ?? 0;
}

/** The calls of a batch in the order of their positions, one after another in the same object: `call`. */
export function* eachRawCall(
  db: ReadableDb,
  batchNo: number,
  call: RawCall = new RawCall(),
): Generator<RawCall, void, undefined> {
  const contacts = new Map(
    db
      .prepare<[number, number], [rowId: number, rest: string]>(
        'SELECT row_id, rest FROM contact WHERE row_id BETWEEN ? AND ? AND rest IS NOT NULL',
      )
      .raw()
      .all(...rowIdSpan(batchNo)),
  );
  call.begin();
  let rowId = rowIdOf(batchNo, 0);
  for (const { bytes, starts } of eachPage(db, batchNo)) {
    for (let i = 0; i + 1 < starts.length; i++) {
      call.read(bytes, starts[i] as number, (starts[i + 1] as number) - 1, contacts.get(rowId++) ?? null);
      yield call;
    }
  }
}

/** A column of a batch as the file holds it. */
export interface EncodedSegment {
  readonly column: ColumnId;
  readonly filled: number;
  readonly checksum: number;
  readonly data: Uint8Array;
}

/** As small as with the usual third level, in two thirds of its time. */
const FAST = { [constants.ZSTD_c_compressionLevel]: 1 };

export function encodeColumn(column: ColumnId, segment: Segment): EncodedSegment {
  const encoded = encodeSegment(segment);
  const data = textColumns.has(column)
    ? Uint8Array.from(zstdCompressSync(encoded, { params: FAST, pledgedSrcSize: encoded.length }))
    : encoded;
  return { column, filled: countFilled(segment), checksum: crc32(data), data };
}

/** Writes the segments of a batch in place of those it has. Part of the caller's transaction. */
export function saveSegments(db: WritableDb, batchNo: number, segments: readonly EncodedSegment[]): void {
  db.prepare('DELETE FROM segment WHERE batch_no = ?').run(batchNo);
  const insert = db.prepare('INSERT INTO segment (batch_no, column_id, filled, checksum, data) VALUES (?, ?, ?, ?, ?)');
  for (const { column, filled, checksum, data } of segments) insert.run(batchNo, column, filled, checksum, data);
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
  const selectCalls = db.prepare<[number], number>('SELECT calls FROM batch WHERE batch_no = ?').pluck();
  const damaged = new Set<number>();
  return {
    get(batchNo, column) {
      const row = select.get(batchNo, column);
      if (row === undefined) return undefined;
      if (crc32(row.data) === row.checksum)
        return decodeSegment(textColumns.has(column) ? zstdDecompressSync(row.data) : row.data);
      damaged.add(batchNo);
      // A sync may have stored more calls than readers see yet: they would stand where another batch's are.
      const calls = selectCalls.get(batchNo) ?? 0;
      return buildSegments(calls, eachRawCall(db, batchNo).take(calls)).get(column);
    },
    takeDamaged() {
      const found = [...damaged];
      damaged.clear();
      return found;
    },
  };
}
