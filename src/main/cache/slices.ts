import { batchNoOf, CALLS_PER_BATCH, positionOf } from './rowId.ts';

/** The calls of one batch among calls in any order: what is read batch by batch is read once. */
export interface Slice {
  readonly batchNo: number;
  /** Positions in the batch, ascending. */
  readonly positions: Uint32Array;
  /** Where each of them stands among all. */
  readonly places: Uint32Array;
}

/** Calls by batch, at most 2^20 of them. */
export function slicesOf(rowIds: ArrayLike<number>): Slice[] {
  const byBatch = new Map<number, number[]>();
  for (let place = 0; place < rowIds.length; place++) {
    const rowId = rowIds[place] ?? 0;
    const batchNo = batchNoOf(rowId);
    let keys = byBatch.get(batchNo);
    if (keys === undefined) byBatch.set(batchNo, (keys = []));
    // Position and place as one number: typed arrays sort numbers many times faster than by a function.
    keys.push(positionOf(rowId) * CALLS_PER_BATCH + place);
  }
  return [...byBatch].map(([batchNo, keys]) => {
    const sorted = Float64Array.from(keys).sort();
    return {
      batchNo,
      positions: Uint32Array.from(sorted, (key) => Math.floor(key / CALLS_PER_BATCH)),
      places: Uint32Array.from(sorted, (key) => key % CALLS_PER_BATCH),
    };
  });
}
