import { WORD, type Layout } from './layout.ts';

/**
 * Sets of calls: one bit a place of a layout, 32 to a word. Places that belong to no call are never set. Words have a sign: until a loop is
 * compiled, and that is in somebody's first search, each number of 32 bits without one is an object, and the first of them throws away
 * what was compiled for smaller ones.
 */
export type Bitmap = Int32Array;

/** A word with every bit set. */
const ALL = -1;

export function emptyBitmap({ length }: Layout): Bitmap {
  return new Int32Array(length / WORD);
}

/** Sets the bits of `count` places from `base` (a multiple of 32) on. */
export function fillBits(bits: Bitmap, base: number, count: number): void {
  const first = base / WORD;
  const whole = Math.floor(count / WORD);
  bits.fill(ALL, first, first + whole);
  const rest = count % WORD;
  if (rest > 0) bits[first + whole] = (1 << rest) - 1;
}

/** All calls of the batches that `isIn` takes. */
export function bitsOfBatches(layout: Layout, isIn: (batchNo: number) => boolean): Bitmap {
  const bits = emptyBitmap(layout);
  layout.batches.forEach(({ batchNo, count }, i) => {
    if (isIn(batchNo)) fillBits(bits, layout.starts[i] ?? 0, count);
  });
  return bits;
}

/** Sets the places of those batches that are not set in `found`. */
export function addOthers(bits: Bitmap, found: Bitmap, layout: Layout, isIn: (batchNo: number) => boolean): void {
  const all = bitsOfBatches(layout, isIn);
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) | ((all[i] ?? 0) & ~(found[i] ?? 0));
}

export function intersect(bits: Bitmap, other: Bitmap): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & (other[i] ?? 0);
}

export function countBits(bits: Bitmap): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i] ?? 0;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The set places in ascending order: the selection vector that counting goes along. */
export function placesOf(bits: Bitmap, count: number): Uint32Array {
  // One more, since the place after the last is written before it is known not to be set.
  const places = new Uint32Array(count + 1);
  let at = 0;
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i] ?? 0;
    if (word === 0) continue;
    const base = i * WORD;
    if (word === ALL) {
      for (let bit = 0; bit < WORD; bit++) places[at + bit] = base + bit;
      at += WORD;
      continue;
    }
    // Without a branch: a wrong guess costs more than a few writes that the next one overwrites.
    for (let bit = 0; bit < WORD; bit++) {
      places[at] = base + bit;
      at += (word >>> bit) & 1;
    }
  }
  return places.subarray(0, count);
}
