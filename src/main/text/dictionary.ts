import { FREE, doubledSlots, openSlots, putInSlot } from '../hashSlots.ts';

/**
 * Numbers terms in the order in which they are met, in each column anew: hardly a term stands in two. A term comes as UTF-16 units in an
 * array that is used again, without a string of its own: a batch has hundreds of thousands of words and few different ones.
 */
export interface TermDictionary {
  /** The number of the term that the first `length` units are. Columns are numbered from 0 and fewer than 256. */
  idOf(units: Uint16Array, length: number, column: number): number;
  readonly size: number;
  /** All numbers in the order of their terms' UTF-16 units, then of columns. */
  sorted(): Uint32Array;
  /** The units of all terms, as they are now. */
  terms(): Terms;
  /** Forgets all terms; their room stays for others. */
  clear(): void;
}

/** Terms by their number: the units of one stand from `starts[id]` to `starts[id + 1]`. */
export interface Terms {
  readonly units: Uint16Array;
  readonly starts: Uint32Array;
  readonly columns: Uint8Array;
}

export function termOf({ units, starts }: Terms, id: number): string {
  const term = units.subarray(starts[id], starts[id + 1]);
  return Buffer.from(term.buffer, term.byteOffset, term.byteLength).toString('utf16le');
}

export function openTermDictionary(): TermDictionary {
  let size = 0;
  let units = new Uint16Array(1 << 16);
  let starts = new Uint32Array(1 << 12);
  let columns = new Uint8Array(1 << 12);
  let slots = openSlots(1 << 13);

  /** Room for one more term, its end included. */
  function makeRoom(length: number): void {
    const end = (starts[size] as number) + length;
    if (end > units.length) units = longer(units, new Uint16Array(2 * end));
    if (size + 2 <= starts.length) return;
    starts = longer(starts, new Uint32Array(starts.length * 2));
    columns = longer(columns, new Uint8Array(columns.length * 2));
    slots = doubledSlots(slots);
  }

  function isSame(id: number, word: Uint16Array, length: number, column: number): boolean {
    const start = starts[id] as number;
    if ((starts[id + 1] as number) - start !== length || columns[id] !== column) return false;
    for (let i = 0; i < length; i++) if (units[start + i] !== word[i]) return false;
    return true;
  }

  return {
    idOf(word, length, column) {
      // FNV-1a.
      let hash = 0x811c9dc5 ^ column;
      for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (word[i] as number), 0x01000193);
      hash ^= hash >>> 15;
      const mask = slots.length - 1;
      let slot = (2 * hash) & mask;
      for (let id = slots[slot] as number; id !== FREE; id = slots[slot] as number) {
        if (slots[slot + 1] === hash && isSame(id, word, length, column)) return id;
        slot = (slot + 2) & mask;
      }
      makeRoom(length);
      const start = starts[size] as number;
      for (let i = 0; i < length; i++) units[start + i] = word[i] as number;
      starts[size + 1] = start + length;
      columns[size] = column;
      putInSlot(slots, size, hash);
      return size++;
    },
    get size() {
      return size;
    },
    sorted: () => sortTerms({ units, starts, columns }, size),
    terms: () => ({ units, starts, columns }),
    clear() {
      size = 0;
      slots.fill(FREE);
    },
  };
}

function longer<Numbers extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  numbers: Numbers,
  room: Numbers,
): Numbers {
  room.set(numbers);
  return room;
}

/** By so many units terms are sorted one unit after another; then most are in order, and comparing settles the rest. */
const HEAD = 8;

/** The numbers of terms in the order of their UTF-16 units, then of columns. Comparing alone takes five times as long. */
function sortTerms({ units, starts, columns }: Terms, size: number): Uint32Array {
  let order = new Uint32Array(size).map((_, id) => id);
  let sorted = new Uint32Array(size);
  // 0 where a term has ended; it comes before all units.
  const digits = new Uint32Array(size);
  // The last that counts goes first: it is the column.
  for (let unit = HEAD; unit >= 0; unit--) {
    let most = 0;
    for (let id = 0; id < size; id++) {
      const at = (starts[id] as number) + unit;
      const digit =
        unit === HEAD ? (columns[id] as number) : at < (starts[id + 1] as number) ? (units[at] as number) + 1 : 0;
      digits[id] = digit;
      if (digit > most) most = digit;
    }
    const next = new Uint32Array(most + 2);
    for (let id = 0; id < size; id++)
      next[(digits[id] as number) + 1] = (next[(digits[id] as number) + 1] as number) + 1;
    for (let digit = 1; digit <= most; digit++) next[digit] = (next[digit] as number) + (next[digit - 1] as number);
    for (let i = 0; i < size; i++) {
      const id = order[i] as number;
      const digit = digits[id] as number;
      sorted[next[digit] as number] = id;
      next[digit] = (next[digit] as number) + 1;
    }
    [order, sorted] = [sorted, order];
  }
  /** Below 0: the first comes before the other, from the unit on. */
  const compare = (one: number, other: number, from: number, to: number): number => {
    const start = starts[one] as number;
    const otherStart = starts[other] as number;
    const length = (starts[one + 1] as number) - start;
    const otherLength = (starts[other + 1] as number) - otherStart;
    for (let i = from; i < to; i++) {
      if (i >= length || i >= otherLength) return length - otherLength;
      const difference = (units[start + i] as number) - (units[otherStart + i] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  for (let from = 0, to = 1; from < size; from = to++) {
    while (to < size && compare(order[from] as number, order[to] as number, 0, HEAD) === 0) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compare(a, b, HEAD, Infinity));
  }
  return order;
}
