import { FREE, doubledSlots, openSlots, putInSlot } from '../hashSlots.ts';

/** Numbers pieces of bytes in the order in which they are met, for each purpose anew: the bytes of a value that was met before are not read again. */
export interface ByteNumbers {
  /** The number of the bytes from `start` to `end`; a new one is the `size` of before. `purpose` is a whole number. */
  numberOf(bytes: Uint8Array, start: number, end: number, purpose: number): number;
  /** Whether the bytes of a number stand at `start`. */
  standsAt(number: number, bytes: Uint8Array, start: number): boolean;
  lengthOf(number: number): number;
  readonly size: number;
  /** Forgets all; their room stays for others. */
  clear(): void;
}

export function openByteNumbers(): ByteNumbers {
  let size = 0;
  let kept = new Uint8Array(1 << 14);
  let starts = new Uint32Array(1 << 8);
  let purposes = new Uint32Array(1 << 8);
  let slots = openSlots(1 << 9);

  function isSame(number: number, bytes: Uint8Array, start: number, end: number, purpose: number): boolean {
    const from = starts[number] as number;
    if ((starts[number + 1] as number) - from !== end - start || purposes[number] !== purpose) return false;
    for (let i = start, k = from; i < end; i++, k++) if (bytes[i] !== kept[k]) return false;
    return true;
  }

  function add(bytes: Uint8Array, start: number, end: number, purpose: number, hash: number): number {
    const from = starts[size] as number;
    const to = from + end - start;
    if (to > kept.length) {
      const more = new Uint8Array(2 * to);
      more.set(kept);
      kept = more;
    }
    if (size + 2 > starts.length) {
      const [moreStarts, morePurposes] = [new Uint32Array(2 * starts.length), new Uint32Array(2 * starts.length)];
      moreStarts.set(starts);
      morePurposes.set(purposes);
      [starts, purposes] = [moreStarts, morePurposes];
      slots = doubledSlots(slots);
    }
    kept.set(bytes.subarray(start, end), from);
    starts[size + 1] = to;
    purposes[size] = purpose;
    putInSlot(slots, size, hash);
    return size++;
  }

  return {
    numberOf(bytes, start, end, purpose) {
      // FNV-1a.
      let hash = 0x811c9dc5 ^ purpose;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
      hash ^= hash >>> 15;
      const mask = slots.length - 1;
      let slot = (2 * hash) & mask;
      for (let number = slots[slot] as number; number !== FREE; number = slots[slot] as number) {
        if (slots[slot + 1] === hash && isSame(number, bytes, start, end, purpose)) return number;
        slot = (slot + 2) & mask;
      }
      return add(bytes, start, end, purpose, hash);
    },
    standsAt(number, bytes, start) {
      const from = starts[number] as number;
      const to = starts[number + 1] as number;
      for (let i = start, k = from; k < to; i++, k++) if (bytes[i] !== kept[k]) return false;
      return true;
    },
    lengthOf: (number) => (starts[number + 1] as number) - (starts[number] as number),
    get size() {
      return size;
    },
    clear() {
      size = 0;
      slots.fill(FREE);
    },
  };
}
