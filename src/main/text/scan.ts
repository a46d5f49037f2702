import { firstFrom } from '../firstFrom.ts';
import { MOST_DOCUMENTS } from './termLists.ts';

/** Reading chunks of an inverted list; see termLists.ts for their form. */

/** Where an entry that fits stands in its chunk: documents from `from` to `documentsEnd`, positions from there to `end`. */
export interface Entry {
  readonly data: Uint8Array;
  readonly from: number;
  readonly documentsEnd: number;
  readonly end: number;
  readonly column: number;
}

const entry = { data: new Uint8Array() as Uint8Array, from: 0, documentsEnd: 0, end: 0, column: 0 };

/**
 * Calls `visit` with each entry of the term (or of terms that begin with it), in the columns whose bits are set. Chunks are given in
 * their order. It is always the same object: the beginning of a word has tens of thousands.
 */
export function scan(
  chunks: Iterable<Uint8Array>,
  term: string,
  isPrefix: boolean,
  columns: number,
  visit: (entry: Entry) => void,
): void {
  for (const data of chunks) {
    let at = 0;
    /** Units that the entry's term has in common with the one that is looked for. */
    let common = 0;
    const next = (): number => {
      let byte = data[at++] ?? 0;
      if (byte < 0x80) return byte;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80 && shift < 35; shift += 7) {
        byte = data[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
      }
      return value >>> 0;
    };
    while (at < data.length) {
      const shared = next();
      const more = next();
      // Where it shares more with the entry before than that had in common with the term, it differs in the same place.
      let isDifferent = shared > common;
      if (shared < common) common = shared;
      for (let i = 0; i < more; i++) {
        const unit = next();
        if (isDifferent || common === term.length) continue;
        if (unit === term.charCodeAt(common)) common++;
        else if (unit > term.charCodeAt(common)) return;
        else isDifferent = true;
      }
      const column = data[at++] ?? 0;
      const documents = next();
      const positions = next();
      const from = at;
      at += documents + positions;
      if (common === term.length && (isPrefix || shared + more === term.length) && ((columns >>> column) & 1) === 1) {
        entry.data = data;
        entry.from = from;
        entry.documentsEnd = from + documents;
        entry.end = from + documents + positions;
        entry.column = column;
        visit(entry);
      }
    }
  }
}

/** Sets the bits of an entry's documents, counted from `base`; those from `most` on are left out. */
export function markDocuments({ data, from, documentsEnd }: Entry, bits: Int32Array, base: number, most: number): void {
  let document = -1;
  for (let at = from; at < documentsEnd;) {
    let byte = data[at++] as number;
    let step = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && at < documentsEnd; shift += 7) {
      byte = data[at++] as number;
      step |= (byte & 0x7f) << shift;
    }
    document += step;
    if (document >= most) return;
    const place = base + document;
    bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31));
  }
}

const POSITIONS = 2 ** 21;

/** Occurrences as one ascending number each, so that those next to each other differ by one. Positions beyond two million are one. */
export type Occurrences = Float64Array;

/** Where occurrences are gathered: one room for all, as what is outside the heap goes late, and a frequent word has hundreds of thousands. */
let room = new Float64Array(1 << 15);

/**
 * Gathers the occurrences of entries; with `among`, of those columns of documents only that have one of these. What it gives is there until
 * another one is opened.
 */
export function openOccurrences(among?: Occurrences): { take(entry: Entry): void; sorted(): Occurrences } {
  let found = room;
  let length = 0;
  let isSorted = true;

  function take({ data, from, documentsEnd, end, column }: Entry): void {
    // Held here, as a loop reads and writes a variable of outside anew each time.
    let to = found;
    let count = length;
    let at = documentsEnd;
    let document = -1;
    let wanted = among === undefined ? 0 : firstFrom(among, column * MOST_DOCUMENTS * POSITIONS);
    for (let documentAt = from; documentAt < documentsEnd && at < end;) {
      let byte = data[documentAt++] as number;
      let step = byte & 0x7f;
      for (let shift = 7; byte >= 0x80 && documentAt < documentsEnd; shift += 7) {
        byte = data[documentAt++] as number;
        step |= (byte & 0x7f) << shift;
      }
      document += step;
      const first = (column * MOST_DOCUMENTS + document) * POSITIONS;
      if (among !== undefined) {
        while (wanted < among.length && (among[wanted] as number) < first) wanted++;
        if (wanted === among.length) break;
        if ((among[wanted] as number) >= first + POSITIONS) {
          for (let isLast = false; !isLast && at < end;) {
            byte = data[at++] as number;
            isLast = (byte & 1) === 1;
            while (byte >= 0x80 && at < end) byte = data[at++] as number;
          }
          continue;
        }
      }
      let position = 0;
      for (let isLast = false; !isLast && at < end;) {
        byte = data[at++] as number;
        let value = byte & 0x7f;
        for (let shift = 7; byte >= 0x80 && shift < 35; shift += 7) {
          byte = data[at++] ?? 0;
          value |= (byte & 0x7f) << shift;
        }
        isLast = (value & 1) === 1;
        position += value >>> 1;
        if (count === to.length) {
          room = new Float64Array(2 * count);
          room.set(to);
          to = room;
        }
        to[count++] = first + Math.min(position, POSITIONS - 1);
      }
    }
    // Those of one entry ascend.
    if (length > 0 && count > length && (to[length] as number) < (to[length - 1] as number)) isSorted = false;
    found = to;
    length = count;
  }

  return {
    take,
    sorted() {
      const all = found.subarray(0, length);
      return isSorted ? all : all.sort();
    },
  };
}

/** Of `before`, those that have one of `after` standing `distance` behind; in the room of `after`. Both ascend. */
export function followedBy(before: Occurrences, after: Occurrences, distance: number): Occurrences {
  let count = 0;
  let b = 0;
  for (let a = 0; a < after.length && b < before.length; a++) {
    const wanted = (after[a] as number) - distance;
    while (b < before.length && (before[b] as number) < wanted) b++;
    // What is written was read before.
    if (b < before.length && before[b] === wanted) after[count++] = wanted;
  }
  return after.subarray(0, count);
}

/** Sets the bits of the documents that the occurrences are in; as markDocuments. */
export function markOccurrences(occurrences: Occurrences, bits: Int32Array, base: number, most: number): void {
  for (const one of occurrences) {
    const document = Math.floor(one / POSITIONS) % MOST_DOCUMENTS;
    if (document >= most) continue;
    const place = base + document;
    bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31));
  }
}
