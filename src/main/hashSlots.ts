/**
 * Tables that find the number of something by its hash: number and whole hash side by side, so that mostly one look is enough; where another
 * has taken the slot, in the next one. Who looks goes through the slots itself, with the array at hand: through methods of a table, taking
 * calls in was some 5 % slower.
 */

/** Instead of a number: nothing has taken the slot. */
export const FREE = -1;

/** An empty table for `size` entries, a power of two. Half of it at most should be in use. */
export function openSlots(size: number): Int32Array {
  return new Int32Array(2 * size).fill(FREE);
}

export function putInSlot(slots: Int32Array, number: number, hash: number): void {
  const mask = slots.length - 1;
  let slot = (2 * hash) & mask;
  while (slots[slot] !== FREE) slot = (slot + 2) & mask;
  slots[slot] = number;
  slots[slot + 1] = hash;
}

/** The same entries in a table for twice as many. */
export function doubledSlots(slots: Int32Array): Int32Array {
  const more = openSlots(slots.length);
  for (let slot = 0; slot < slots.length; slot += 2)
    if (slots[slot] !== FREE) putInSlot(more, slots[slot] as number, slots[slot + 1] as number);
  return more;
}
