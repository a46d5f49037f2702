/** A call's row id gives its batch and its place in the batch's segments by arithmetic: full-text hits become masks without a look-up. */

/** Far above the provider's 10,000 contacts a batch, since calls that the provider drops stay here. */
export const CALLS_PER_BATCH = 2 ** 20;

export function rowIdOf(batchNo: number, position: number): number {
  return batchNo * CALLS_PER_BATCH + position;
}

export function batchNoOf(rowId: number): number {
  return Math.floor(rowId / CALLS_PER_BATCH);
}

export function positionOf(rowId: number): number {
  return rowId % CALLS_PER_BATCH;
}

/** The first and the last row id that a batch can have. */
export function rowIdSpan(batchNo: number): readonly [first: number, last: number] {
  return [rowIdOf(batchNo, 0), rowIdOf(batchNo + 1, 0) - 1];
}
