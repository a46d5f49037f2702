import type { ColumnId } from '../../shared/columns.ts';

/**
 * Where calls stand in flat arrays over all batches. A call's place is its batch's base plus its position in the batch. Bases are
 * multiples of 32, so that a batch has words of its own in a bitmap; the few places between two batches belong to no call.
 */

/** A batch as the columns see it. `revision` changes whenever its calls do. */
export interface StoreBatch {
  readonly batchNo: number;
  readonly revision: number;
  readonly count: number;
  /** Values of the columns that are the same for every call of the batch; null: blank. */
  readonly constants: { readonly [column: ColumnId]: string | null };
}

export interface Layout {
  readonly batches: readonly StoreBatch[];
  /** By batch number. */
  readonly bases: ReadonlyMap<number, number>;
  /** The bases in the order of the batches. */
  readonly starts: Uint32Array;
  readonly length: number;
  /** Calls of all batches. */
  readonly calls: number;
}

export const WORD = 32;

export function layoutOf(batches: readonly StoreBatch[]): Layout {
  const starts = new Uint32Array(batches.length);
  let [length, calls] = [0, 0];
  batches.forEach(({ count }, i) => {
    starts[i] = length;
    length += Math.ceil(count / WORD) * WORD;
    calls += count;
  });
  return { batches, starts, length, calls, bases: new Map(batches.map(({ batchNo }, i) => [batchNo, starts[i] ?? 0])) };
}

export const noCalls: Layout = layoutOf([]);

/** The places that belong to no call. */
export function paddingOf({ batches, starts, length, calls }: Layout): Uint32Array {
  const padding = new Uint32Array(length - calls);
  let at = 0;
  batches.forEach(({ count }, b) => {
    const end = starts[b + 1] ?? length;
    for (let place = (starts[b] as number) + count; place < end; place++) padding[at++] = place;
  });
  return padding;
}

function indexOfBatchAt(starts: Uint32Array, place: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Calls `take` with the batch number and the position of each place; the next place is mostly in the same batch. */
export function eachCallAt(
  { batches, starts }: Layout,
  places: Uint32Array,
  take: (i: number, batchNo: number, position: number) => void,
): void {
  let [from, to, batchNo] = [0, 0, 0];
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    if (place < from || place >= to) {
      const index = indexOfBatchAt(starts, place);
      from = starts[index] ?? 0;
      to = starts[index + 1] ?? Infinity;
      batchNo = batches[index]?.batchNo ?? 0;
    }
    take(i, batchNo, place - from);
  }
}

export interface Move {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * How what was made for one layout becomes right for the next: `kept` places are copied (batches whose calls are the same), `changed`
 * batches are made anew.
 */
export function movesBetween(old: Layout, next: Layout): { kept: readonly Move[]; changed: readonly StoreBatch[] } {
  const before = new Map(old.batches.map((batch) => [batch.batchNo, batch]));
  const kept: Move[] = [];
  const changed: StoreBatch[] = [];
  for (const batch of next.batches) {
    const was = before.get(batch.batchNo);
    if (was !== undefined && was.revision === batch.revision && was.count === batch.count) {
      const [from, to] = [old.bases.get(batch.batchNo) ?? 0, next.bases.get(batch.batchNo) ?? 0];
      kept.push({ from, to, count: Math.ceil(batch.count / WORD) * WORD });
    } else changed.push(batch);
  }
  return { kept, changed };
}
