import { openTermDictionary, type TermDictionary } from './dictionary.ts';

/**
 * An inverted list: for each term and column, the documents and positions where it stands. Terms are in the order of their UTF-16 units
 * and cut into chunks of two kilobytes, so that a question reads only those that can hold its term. A term is in one chunk.
 *
 * A chunk is a row of entries: how many units the term shares with the entry before, how many follow, those units; the column; how many
 * bytes the documents take, and the positions; the documents (differences); the positions (differences within a document, doubled, odd at
 * the document's last). All are numbers of seven bits a byte, the low ones first.
 */

/** Columns of a list are numbered from 0 and fewer than this. */
export const MOST_COLUMNS = 8;
/** Documents of a list are numbered from 0 and fewer than this, so that what is gathered for one list stays small. */
export const MOST_DOCUMENTS = 1 << 14;
/** Two of these fit a page of the file, so that a question reads one page of each list. */
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
  /** `id` is the dictionary's number of the term. */
  add(id: number, column: number, document: number, position: number): void;
  /** All that was added, in the order of the terms. */
  chunks(): TermChunk[];
  /** Forgets all; the room stays for what is added next. */
  clear(): void;
}

export function openTermLists(): TermLists {
  const dictionary = openTermDictionary();
  const writer = openChunkWriter();
  let keys = new Uint32Array(1 << 16);
  /** Document and position in one number. */
  let occurrences = new Uint32Array(1 << 16);
  let length = 0;
  let starts = new Uint32Array(0);
  let next = new Uint32Array(0);
  let byKey = new Uint32Array(0);

  function grow(): void {
    [keys, occurrences] = [keys, occurrences].map((array) => {
      const longer = new Uint32Array(array.length * 2);
      longer.set(array);
      return longer;
    }) as [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];
  }

  return {
    dictionary,
    add(id, column, document, position) {
      if (length === keys.length) grow();
      keys[length] = id * MOST_COLUMNS + column;
      occurrences[length] = document * (LAST_POSITION + 1) + (position < LAST_POSITION ? position : LAST_POSITION);
      length++;
    },
    chunks() {
      // Counting sort by term and column; what is in one of them stays in its order.
      const ends = dictionary.size * MOST_COLUMNS + 1;
      if (starts.length < ends) [starts, next] = [new Uint32Array(2 * ends), new Uint32Array(2 * ends)];
      if (byKey.length < length) byKey = new Uint32Array(keys.length);
      starts.fill(0, 0, ends);
      for (let i = 0; i < length; i++)
        starts[(keys[i] as number) + 1] = (starts[(keys[i] as number) + 1] as number) + 1;
      for (let key = 1; key < ends; key++) starts[key] = (starts[key] as number) + (starts[key - 1] as number);
      next.set(starts.subarray(0, ends));
      for (let i = 0; i < length; i++) {
        const at = next[keys[i] as number] as number;
        next[keys[i] as number] = at + 1;
        byKey[at] = occurrences[i] as number;
      }
      for (const id of dictionary.sorted()) {
        const key = id * MOST_COLUMNS;
        for (let column = 0; column < MOST_COLUMNS; column++) {
          const [from, to] = [starts[key + column] as number, starts[key + column + 1] as number];
          if (from < to) writer.add(dictionary.term(id), column, byKey, from, to);
        }
      }
      return writer.end();
    },
    clear() {
      dictionary.clear();
      length = 0;
    },
  };
}

/** Bytes that grow; a number goes in with seven bits a byte, the low ones first. */
class Numbers {
  bytes = new Uint8Array(4 * CHUNK_BYTES);
  length = 0;

  /** For so many bytes more. */
  makeRoom(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const longer = new Uint8Array(2 * (this.length + more));
    longer.set(this.bytes.subarray(0, this.length));
    this.bytes = longer;
  }

  /** There is room. */
  put(value: number): void {
    let left = value;
    while (left > 0x7f) {
      this.bytes[this.length++] = (left & 0x7f) | 0x80;
      left >>>= 7;
    }
    this.bytes[this.length++] = left;
  }

  append({ bytes, length }: Numbers): void {
    this.bytes.set(bytes.subarray(0, length), this.length);
    this.length += length;
  }
}

/** A number of 32 bits takes so many bytes at most. */
const MOST_BYTES = 5;

function openChunkWriter() {
  let chunks: TermChunk[] = [];
  const chunk = new Numbers();
  const documentBytes = new Numbers();
  const positionBytes = new Numbers();
  let firstTerm = '';
  let before = '';

  function cut(): void {
    if (chunk.length > 0) chunks.push({ firstTerm, data: chunk.bytes.slice(0, chunk.length) });
    chunk.length = 0;
    before = '';
  }

  /** Occurrences as they are written: how far a document is from the one before, and a position from the one before in its document. */
  function encode(occurrences: Uint32Array, from: number, to: number): void {
    documentBytes.length = 0;
    positionBytes.length = 0;
    documentBytes.makeRoom(MOST_BYTES * (to - from));
    positionBytes.makeRoom(MOST_BYTES * (to - from));
    let document = (occurrences[from] as number) >>> POSITION_BITS;
    documentBytes.put(document + 1);
    let before = 0;
    for (let i = from; i < to; i++) {
      const position = (occurrences[i] as number) & LAST_POSITION;
      const next = i + 1 < to ? (occurrences[i + 1] as number) >>> POSITION_BITS : -1;
      const isLast = next !== document;
      positionBytes.put(((position - before) << 1) | (isLast ? 1 : 0));
      before = position;
      if (!isLast) continue;
      before = 0;
      if (next >= 0) documentBytes.put(next - document);
      document = next;
    }
  }

  return {
    /** One entry: the occurrences of a term in a column, `from` to `to`. */
    add(term: string, column: number, occurrences: Uint32Array, from: number, to: number): void {
      if (chunk.length >= CHUNK_BYTES && term !== before) cut();
      if (chunk.length === 0) firstTerm = term;
      encode(occurrences, from, to);
      chunk.makeRoom(MOST_BYTES * (term.length + 4) + documentBytes.length + positionBytes.length);
      let shared = 0;
      while (shared < before.length && before.charCodeAt(shared) === term.charCodeAt(shared)) shared++;
      chunk.put(shared);
      chunk.put(term.length - shared);
      for (let i = shared; i < term.length; i++) chunk.put(term.charCodeAt(i));
      chunk.put(column);
      chunk.put(documentBytes.length);
      chunk.put(positionBytes.length);
      chunk.append(documentBytes);
      chunk.append(positionBytes);
      before = term;
    },
    end(): TermChunk[] {
      cut();
      const ended = chunks;
      chunks = [];
      return ended;
    },
  };
}
