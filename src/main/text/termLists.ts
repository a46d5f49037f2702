import { openTermDictionary, termOf, type TermDictionary, type Terms } from './dictionary.ts';

/**
 * An inverted list: for each term and column, the documents and positions where it stands. Terms are in the order of their UTF-16 units
 * and cut into chunks of two kilobytes, so that a question reads only those that can hold its term. A term is in one chunk.
 *
 * A chunk is a row of entries: how many units the term shares with the entry before, how many follow, those units; the column; how many
 * bytes the documents take, and the positions; the documents (differences); the positions (differences within a document, doubled, odd at
 * the document's last). All are numbers of seven bits a byte, the low ones first.
 */

/** Documents of a list are numbered from 0 and fewer than this, so that what is gathered for one list stays small. */
export const MOST_DOCUMENTS = 1 << 14;
/** So little that a question, which reads one of these in each list, has not much to look through. */
const CHUNK_BYTES = 1_900;
/** Positions of a document's column from this on are all this one: phrases are not told apart beyond a quarter of a million words. */
export const LAST_POSITION = 2 ** 18 - 1;
const POSITION_BITS = 18;

export interface TermChunk {
  /** The term of the first entry. */
  readonly firstTerm: string;
  readonly data: Uint8Array;
}

/** Gathers where terms stand; documents come in order, and positions of a document's column too. */
export interface TermLists {
  readonly dictionary: TermDictionary;
  /** Terms that stand next to each other, the first at `position`: the first `count` of `ids`, the dictionary's numbers in one column. */
  add(ids: Uint32Array, count: number, document: number, position: number): void;
  /** All that was added, in the order of the terms. */
  chunks(): TermChunk[];
  /** Forgets all; the room stays for what is added next. */
  clear(): void;
}

export function openTermLists(): TermLists {
  const dictionary = openTermDictionary();
  /** Of each occurrence, its term; document and position in one number. */
  let ids = new Uint32Array(1 << 16);
  // With a sign, as numbers of 32 bits without one are objects until the loops that read them have been compiled.
  let occurrences = new Int32Array(1 << 16);
  let length = 0;
  /** By term, how many occurrences it has, and where the next goes once they are in order. */
  let counts = new Uint32Array(0);
  let next = new Uint32Array(0);
  let byTerm = new Int32Array(0);

  function grow(): void {
    const [moreIds, more] = [new Uint32Array(2 * ids.length), new Int32Array(2 * ids.length)];
    moreIds.set(ids);
    more.set(occurrences);
    [ids, occurrences] = [moreIds, more];
  }

  return {
    dictionary,
    add(some, count, document, position) {
      while (length + count > ids.length) grow();
      // Held here, as a loop reads a variable of outside anew each time; one by one, as a list of them is made and gone through.
      const toIds = ids;
      const toOccurrences = occurrences;
      const from = length;
      const first = document << POSITION_BITS;
      for (let i = 0; i < count; i++) {
        toIds[from + i] = some[i] as number;
        toOccurrences[from + i] = first | (position + i < LAST_POSITION ? position + i : LAST_POSITION);
      }
      length += count;
    },
    chunks() {
      // Counting sort by term; what is of one of them stays in its order.
      const order = dictionary.sorted();
      if (counts.length < dictionary.size)
        [counts, next] = [new Uint32Array(2 * dictionary.size), new Uint32Array(2 * dictionary.size)];
      else counts.fill(0, 0, dictionary.size);
      for (let i = 0; i < length; i++) counts[ids[i] as number] = (counts[ids[i] as number] as number) + 1;
      if (byTerm.length < length) byTerm = new Int32Array(ids.length);
      let start = 0;
      for (const id of order) {
        next[id] = start;
        start += counts[id] as number;
      }
      for (let i = 0; i < length; i++) {
        const id = ids[i] as number;
        const at = next[id] as number;
        next[id] = at + 1;
        byTerm[at] = occurrences[i] as number;
      }
      const writer = openChunkWriter(dictionary.terms());
      let from = 0;
      for (const id of order) {
        const to = from + (counts[id] as number);
        if (from < to) writer.add(id, byTerm, from, to);
        from = to;
      }
      return writer.end();
    },
    clear() {
      dictionary.clear();
      length = 0;
    },
  };
}

/** A number of 32 bits takes so many bytes at most. */
const MOST_BYTES = 5;

/** Puts a number into bytes with seven bits each, the low ones first; returns where the next goes. There is room. */
function put(bytes: Uint8Array, at: number, value: number): number {
  let left = value;
  let next = at;
  while (left > 0x7f) {
    bytes[next++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  bytes[next++] = left;
  return next;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The same bytes with room for so many behind the first `length`. */
function withRoom(bytes: Bytes, length: number, more: number): Bytes {
  if (length + more <= bytes.length) return bytes;
  const longer = new Uint8Array(2 * (length + more));
  longer.set(bytes.subarray(0, length));
  return longer;
}

function openChunkWriter(terms: Terms) {
  const { units, starts, columns } = terms;
  const chunks: TermChunk[] = [];
  let chunk = new Uint8Array(4 * CHUNK_BYTES);
  let length = 0;
  let documents = new Uint8Array(256);
  let positions = new Uint8Array(256);
  let first = -1;
  /** The term of the chunk's last entry. */
  let before = -1;

  function cut(): void {
    if (length > 0) chunks.push({ firstTerm: termOf(terms, first), data: chunk.slice(0, length) });
    length = 0;
    before = -1;
  }

  /** How many units the term has in common with that of the entry before. */
  function sharedWith(start: number, end: number): number {
    if (before < 0) return 0;
    const beforeStart = starts[before] as number;
    const most = Math.min(end - start, (starts[before + 1] as number) - beforeStart);
    let shared = 0;
    while (shared < most && units[start + shared] === units[beforeStart + shared]) shared++;
    return shared;
  }

  return {
    /** One entry: the occurrences of a term in a column, `from` to `to`. */
    add(id: number, occurrences: Int32Array, from: number, to: number): void {
      const start = starts[id] as number;
      const end = starts[id + 1] as number;
      let shared = sharedWith(start, end);
      const isOther =
        before < 0 || shared < end - start || shared < (starts[before + 1] as number) - (starts[before] as number);
      if (length >= CHUNK_BYTES && isOther) {
        cut();
        shared = 0;
      }
      if (length === 0) first = id;
      documents = withRoom(documents, 0, MOST_BYTES * (to - from));
      positions = withRoom(positions, 0, MOST_BYTES * (to - from));
      // Occurrences as they are written: how far a document is from the one before, and a position from the one before in its document.
      let documentsEnd = 0;
      let positionsEnd = 0;
      let lastDocument = -1;
      let lastPosition = 0;
      for (let i = from; i < to; i++) {
        const document = (occurrences[i] as number) >>> POSITION_BITS;
        const position = (occurrences[i] as number) & LAST_POSITION;
        if (document !== lastDocument) {
          documentsEnd = put(documents, documentsEnd, document - lastDocument);
          lastDocument = document;
          lastPosition = 0;
        }
        const isLast = i + 1 === to || (occurrences[i + 1] as number) >>> POSITION_BITS !== document;
        positionsEnd = put(positions, positionsEnd, ((position - lastPosition) << 1) | (isLast ? 1 : 0));
        lastPosition = position;
      }

      chunk = withRoom(chunk, length, MOST_BYTES * (end - start + 5) + documentsEnd + positionsEnd);
      let at = put(chunk, length, shared);
      at = put(chunk, at, end - start - shared);
      for (let i = start + shared; i < end; i++) at = put(chunk, at, units[i] as number);
      at = put(chunk, at, columns[id] as number);
      at = put(chunk, at, documentsEnd);
      at = put(chunk, at, positionsEnd);
      for (let i = 0; i < documentsEnd; i++) chunk[at++] = documents[i] as number;
      for (let i = 0; i < positionsEnd; i++) chunk[at++] = positions[i] as number;
      length = at;
      before = id;
    },
    end(): TermChunk[] {
      cut();
      return chunks;
    },
  };
}
