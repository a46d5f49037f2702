import { countBits, placesOf, type Bitmap } from './bitmap.ts';
import { WORD, type Layout } from './layout.ts';
import type { NumberColumn } from './numberColumn.ts';

/**
 * Calls of a batch were made within days, so of an order by time the first calls are all in a few batches: what each batch's values lie
 * between tells which, and the others need not be looked at.
 */

/** Places of a batch's calls that are set, ascending. */
function placesIn(layout: Layout, bits: Bitmap, b: number): Uint32Array {
  const start = layout.starts[b] ?? 0;
  const end = layout.starts[b + 1] ?? layout.length;
  const own = bits.subarray(start / WORD, end / WORD);
  return placesOf(own, countBits(own)).map((place) => place + start);
}

/**
 * Some of the set places, ascending, among which are the first `count` in the order of the column, blanks last, whatever tells equal ones
 * apart; undefined where that would be most of them.
 */
export function likelyPlaces(
  layout: Layout,
  bits: Bitmap,
  column: NumberColumn,
  isDescending: boolean,
  count: number,
): Uint32Array | undefined {
  const { least, most } = column.spans;
  /** The less, the earlier the batch's first call can come. */
  const bound = isDescending ? most.map((value) => -value) : least;
  const batches = Uint32Array.from(layout.batches.keys()).sort((a, b) => (bound[a] as number) - (bound[b] as number));
  const { values, limit } = column;
  const sign = isDescending ? -1 : 1;
  const countBefore = (places: Uint32Array, bound: number) => {
    let before = 0;
    for (const place of places) {
      const value = values[place] as number;
      if (value < limit && sign * value < bound) before++;
    }
    return before;
  };
  const parts: Uint32Array[] = [];
  let length = 0;
  const mostBatches = Math.floor(batches.length / 4);
  for (let i = 0; i < batches.length; i++) {
    if (i > mostBatches) return undefined;
    const part = placesIn(layout, bits, batches[i] as number);
    // Where all batches lie between much the same values, as with durations, the first tells that looking at more will not do.
    if (i === 0 && countBefore(part, bound[batches[mostBatches + 1] ?? NaN] ?? Infinity) * (mostBatches + 1) < count)
      return undefined;
    parts.push(part);
    length += part.length;
    // Each time that there are twice as many batches, so that looking at them again costs no more than once.
    if (length < count || (i & (i + 1)) !== 0) continue;
    const next = bound[batches[i + 1] ?? NaN] ?? Infinity;
    // Those that come before whatever the next batch has.
    const sure = parts.reduce((sum, places) => sum + countBefore(places, next), 0);
    if (sure < count) continue;
    const found = new Uint32Array(length);
    let at = 0;
    for (const places of parts) {
      found.set(places, at);
      at += places.length;
    }
    return found.sort();
  }
  return undefined;
}
