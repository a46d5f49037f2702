/**
 * Numbers terms in the order in which they are met. A term is looked up by its place in a text, without a string of its own: a batch has
 * hundreds of thousands of words and few different ones.
 */
export interface TermDictionary {
  /** The number of the term from `start` to `end` of a text. */
  idOf(text: string, start: number, end: number): number;
  readonly size: number;
  /** All numbers in the order of their terms' UTF-16 units. */
  sorted(): Uint32Array;
  term(id: number): string;
  /** Forgets all terms; their room stays for others. */
  clear(): void;
}

const FREE = -1;

export function openTermDictionary(): TermDictionary {
  const terms: string[] = [];
  let hashes = new Uint32Array(1 << 12);
  /** By hash, the number of a term, or the next slot's if that is taken by another. */
  let slots = new Int32Array(1 << 13).fill(FREE);

  function grow(): void {
    const more = new Uint32Array(hashes.length * 2);
    more.set(hashes);
    hashes = more;
    slots = new Int32Array(slots.length * 2).fill(FREE);
    const mask = slots.length - 1;
    for (let id = 0; id < terms.length; id++) {
      let slot = (hashes[id] as number) & mask;
      while (slots[slot] !== FREE) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
  }

  function isSame(id: number, text: string, start: number, length: number): boolean {
    const term = terms[id] ?? '';
    if (term.length !== length) return false;
    for (let i = 0; i < length; i++) if (term.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
    return true;
  }

  return {
    idOf(text, start, end) {
      // FNV-1a.
      let hash = 0x811c9dc5;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash ^= hash >>> 15;
      hash >>>= 0;
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let id = slots[slot] as number; id !== FREE; id = slots[slot] as number) {
        if (hashes[id] === hash && isSame(id, text, start, end - start)) return id;
        slot = (slot + 1) & mask;
      }
      const id = terms.push(text.slice(start, end)) - 1;
      hashes[id] = hash;
      slots[slot] = id;
      if (terms.length === hashes.length) grow();
      return id;
    },
    get size() {
      return terms.length;
    },
    sorted: () => sortTerms(terms),
    term: (id) => terms[id] ?? '',
    clear() {
      terms.length = 0;
      slots.fill(FREE);
    },
  };
}

/** By so many units terms are sorted one unit after another; then most are in order, and comparing settles the rest. */
const HEAD = 8;

/** The numbers of terms in the order of their UTF-16 units. Comparing alone takes five times as long. */
function sortTerms(terms: readonly string[]): Uint32Array {
  let order = Uint32Array.from(terms.keys());
  let sorted = new Uint32Array(terms.length);
  // 0 where a term has ended; it comes before all units.
  const digits = new Uint32Array(terms.length);
  for (let unit = HEAD - 1; unit >= 0; unit--) {
    let most = 0;
    for (let id = 0; id < terms.length; id++) {
      const term = terms[id] as string;
      const digit = unit < term.length ? term.charCodeAt(unit) + 1 : 0;
      digits[id] = digit;
      if (digit > most) most = digit;
    }
    const next = new Uint32Array(most + 2);
    for (let id = 0; id < digits.length; id++)
      next[(digits[id] as number) + 1] = (next[(digits[id] as number) + 1] as number) + 1;
    for (let digit = 1; digit <= most; digit++) next[digit] = (next[digit] as number) + (next[digit - 1] as number);
    for (const id of order) {
      const digit = digits[id] as number;
      sorted[next[digit] as number] = id;
      next[digit] = (next[digit] as number) + 1;
    }
    [order, sorted] = [sorted, order];
  }
  for (let from = 0, to = 1; from < order.length; from = to++) {
    const head = (terms[order[from] as number] as string).slice(0, HEAD);
    if (head.length < HEAD) continue;
    while (to < order.length && (terms[order[to] as number] as string).startsWith(head)) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => ((terms[a] as string) < (terms[b] as string) ? -1 : 1));
  }
  return order;
}
