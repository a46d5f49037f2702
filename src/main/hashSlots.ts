const FREE = -1;

/**
 * Finds the number of something by its hash: open addressing, and beside each number its whole hash, so that mostly one look is enough. What
 * the numbers stand for, and whether two are the same, only the owner knows.
 */
export class HashSlots {
  /** Number and hash, one after the other. */
  #slots: Int32Array;

  /** `size`: a power of two; half of it should stay free. */
  constructor(size: number) {
    this.#slots = new Int32Array(2 * size).fill(FREE);
  }

  /** The slot at which to begin looking for a hash; then `next` until `numberAt` is below 0. */
  first(hash: number): number {
    return (2 * hash) & (this.#slots.length - 1);
  }

  next(slot: number): number {
    return (slot + 2) & (this.#slots.length - 1);
  }

  /** Below 0: what was looked for is not there. */
  numberAt(slot: number): number {
    return this.#slots[slot] as number;
  }

  hasHash(slot: number, hash: number): boolean {
    return this.#slots[slot + 1] === hash;
  }

  add(number: number, hash: number): void {
    let slot = this.first(hash);
    while (this.numberAt(slot) >= 0) slot = this.next(slot);
    this.#slots[slot] = number;
    this.#slots[slot + 1] = hash;
  }

  /** Makes room for twice as many. */
  grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(2 * before.length).fill(FREE);
    for (let slot = 0; slot < before.length; slot += 2)
      if (before[slot] !== FREE) this.add(before[slot] as number, before[slot + 1] as number);
  }

  clear(): void {
    this.#slots.fill(FREE);
  }
}
