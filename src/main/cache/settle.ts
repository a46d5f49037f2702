import type { Json } from '../../shared/json.ts';
import { openSegmentsMaker, type SegmentsMaker } from '../columns/segmentsMaker.ts';
import { RawCall } from '../rawCalls/rawCall.ts';
import type { ReadableDb, WritableDb } from './database.ts';
import { encodeProfile, saveProfiles, type EncodedProfile } from './kinds.ts';
import { rowIdSpan } from './rowId.ts';
import { countCalls, eachRawCall, encodeColumn, saveSegments, type EncodedSegment } from './segments.ts';
import type { RowsState, Settled } from './settled.ts';
import { openIndexMaker, saveTextIndex } from './textIndex.ts';

/**
 * What readers see of a batch is made from its rows when its pages are in: segments, text index and counts. Making it takes as long as taking
 * the rows in, so a thread of its own makes it while the next batch's pages come, and the writer only puts it into the file.
 */

function rowsState(db: ReadableDb, batchNo: number): RowsState | undefined {
  return db.prepare<[number], RowsState>('SELECT is_dirty, revision FROM batch WHERE batch_no = ?').get(batchNo);
}

const pendingStates: ReadonlySet<Json> = new Set(['pending', 'processing']);

function isPending(call: RawCall): boolean {
  return pendingStates.has(call.value('analysis_status')) || pendingStates.has(call.value('transcript_status'));
}

export interface Settler {
  /** Reads the rows; undefined: nothing was written since the batch was last settled, or it is no longer there. */
  make(batchNo: number): Settled | undefined;
}

export function openSettler(db: ReadableDb): Settler {
  const index = openIndexMaker();
  const rawCall = new RawCall();

  /** One call after another, as all of a batch may take more memory than there is: transcripts are long. */
  function addCalls(batchNo: number, segments: SegmentsMaker): { pending: number } {
    let pending = 0;
    for (const call of eachRawCall(db, batchNo, rawCall)) {
      segments.add(call);
      index.add(call);
      if (isPending(call)) pending++;
    }
    return { pending };
  }

  function makeOf(batchNo: number, madeOf: RowsState): Settled {
    const calls = countCalls(db, batchNo);
    const maker = openSegmentsMaker(calls);
    index.begin();
    const { pending } = addCalls(batchNo, maker);
    const segments: EncodedSegment[] = [];
    const profiles: EncodedProfile[] = [];
    for (const [column, segment] of maker.end()) {
      segments.push(encodeColumn(column, segment));
      const profile = encodeProfile(column, segment);
      if (profile !== undefined) profiles.push(profile);
    }
    return { madeOf, calls, pending, segments, profiles, index: index.end() };
  }

  const make = db.transaction((batchNo: number): Settled | undefined => {
    const madeOf = rowsState(db, batchNo);
    return madeOf === undefined || madeOf.is_dirty === 0 ? undefined : makeOf(batchNo, madeOf);
  });
  return { make: (batchNo) => make.deferred(batchNo) };
}

/** False, and nothing is written: the rows have changed since it was made. Part of the caller's transaction. */
export function saveSettled(db: WritableDb, batchNo: number, settled: Settled): boolean {
  const now = rowsState(db, batchNo);
  const { madeOf, calls, pending } = settled;
  if (now === undefined || now.is_dirty !== madeOf.is_dirty || now.revision !== madeOf.revision) return false;
  saveSegments(db, batchNo, settled.segments);
  saveProfiles(db, batchNo, settled.profiles);
  saveTextIndex(db, batchNo, settled.index);
  const [first, last] = rowIdSpan(batchNo);
  db.prepare(
    `UPDATE batch SET is_dirty = 0, revision = revision + 1, calls = ?, pending = ?,
       uncalled = (SELECT count(*) FROM contact WHERE row_id BETWEEN ? AND ? AND is_called = 0)
     WHERE batch_no = ?`,
  ).run(calls, pending, first, last, batchNo);
  return true;
}

/** Rows of the batch are about to differ from what readers see. Part of the caller's transaction. */
export function markDirty(db: WritableDb, batchNo: number): void {
  db.prepare('UPDATE batch SET is_dirty = is_dirty + 1 WHERE batch_no = ?').run(batchNo);
}

/** Settles every batch that is not, one transaction each. */
export function settleDirty(db: WritableDb): void {
  const dirty = db.prepare<[], number>('SELECT batch_no FROM batch WHERE is_dirty > 0').pluck().all();
  if (dirty.length === 0) return;
  const settler = openSettler(db);
  for (const batchNo of dirty) {
    const settle = db.transaction(() => {
      const settled = settler.make(batchNo);
      if (settled !== undefined) saveSettled(db, batchNo, settled);
    });
    settle.immediate();
  }
}
