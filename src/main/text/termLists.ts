import { openTermDictionary, type TermDictionary } from './dictionary.ts';

/**
 * An inverted list: for each term and column, the documents and positions where it stands. Terms are in the order of their UTF-16 units
 * and cut into chunks of some kilobytes, so that a question reads only those that can hold its term. A term is in one chunk.
 *
 * A chunk is a row of entries: how many units the term shares with the entry before, how many follow, those units; the column; how many
 * bytes the documents take, and the positions; the documents (differences); the positions (differences within a document, doubled, odd at
 * the document's last). All are numbers of seven bits a byte, the low ones first.
 */

/** Columns of a list are numbered from 0 and fewer than this. */
export const MOST_COLUMNS = 8;
/** Documents of a list are numbered from 0 and fewer than this, so that what is gathered for one list stays small. */
export const MOST_DOCUMENTS = 1 << 14;
const CHUNK_BYTES = 8 * 1024;

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
}

export function openTermLists(): TermLists {
  const dictionary = openTermDictionary();
  let keys = new Uint32Array(1 << 16);
  let documents = new Uint32Array(1 << 16);
  let positions = new Uint32Array(1 << 16);
  let length = 0;

  function grow(): void {
    [keys, documents, positions] = [keys, documents, positions].map((array) => {
      const longer = new Uint32Array(array.length * 2);
      longer.set(array);
      return longer;
    }) as [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];
  }

  return {
    dictionary,
    add(id, column, document, position) {
      if (length === keys.length) grow();
      keys[length] = id * MOST_COLUMNS + column;
      documents[length] = document;
      positions[length] = position;
      length++;
    },
    chunks() {
      // Counting sort by term and column; documents and positions stay in their order.
      const starts = new Uint32Array(dictionary.size * MOST_COLUMNS + 1);
      for (let i = 0; i < length; i++)
        starts[(keys[i] as number) + 1] = (starts[(keys[i] as number) + 1] as number) + 1;
      for (let key = 1; key < starts.length; key++) starts[key] = (starts[key] as number) + (starts[key - 1] as number);
      const next = starts.slice();
      const byKey = { documents: new Uint32Array(length), positions: new Uint32Array(length) };
      for (let i = 0; i < length; i++) {
        const at = next[keys[i] as number] as number;
        next[keys[i] as number] = at + 1;
        byKey.documents[at] = documents[i] as number;
        byKey.positions[at] = positions[i] as number;
      }
      const writer = openChunkWriter();
      for (const id of dictionary.sorted()) {
        const key = id * MOST_COLUMNS;
        for (let column = 0; column < MOST_COLUMNS; column++) {
          const [from, to] = [starts[key + column] as number, starts[key + column + 1] as number];
          if (from < to) writer.add(dictionary.term(id), column, byKey.documents, byKey.positions, from, to);
        }
      }
      return writer.end();
    },
  };
}

function bytesOf(value: number): number {
  return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
}

function openChunkWriter() {
  const chunks: TermChunk[] = [];
  let bytes = new Uint8Array(4 * CHUNK_BYTES);
  let at = 0;
  let firstTerm = '';
  let before = '';

  function put(value: number): void {
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
  }

  function cut(): void {
    if (at > 0) chunks.push({ firstTerm, data: bytes.slice(0, at) });
    at = 0;
    before = '';
  }

  function makeRoom(more: number): void {
    if (at + more <= bytes.length) return;
    const longer = new Uint8Array(2 * (at + more));
    longer.set(bytes.subarray(0, at));
    bytes = longer;
  }

  return {
    /** One entry: the occurrences of a term in a column, `from` to `to`. */
    add(term: string, column: number, documents: Uint32Array, positions: Uint32Array, from: number, to: number): void {
      if (at >= CHUNK_BYTES && term !== before) cut();
      if (at === 0) firstTerm = term;
      let documentBytes = 0;
      let positionBytes = 0;
      eachOccurrence(documents, positions, from, to, (isNew, document, position) => {
        if (isNew) documentBytes += bytesOf(document);
        positionBytes += bytesOf(position);
      });
      makeRoom(5 * term.length + 20 + documentBytes + positionBytes);
      let shared = 0;
      while (shared < before.length && before.charCodeAt(shared) === term.charCodeAt(shared)) shared++;
      put(shared);
      put(term.length - shared);
      for (let i = shared; i < term.length; i++) put(term.charCodeAt(i));
      bytes[at++] = column;
      put(documentBytes);
      put(positionBytes);
      eachOccurrence(documents, positions, from, to, (isNew, document) => {
        if (isNew) put(document);
      });
      eachOccurrence(documents, positions, from, to, (_isNew, _document, position) => put(position));
      before = term;
    },
    end(): TermChunk[] {
      cut();
      return chunks;
    },
  };
}

/** Occurrences as they are written: whether a document begins, how far it is from the one before, and the position's number. */
function eachOccurrence(
  documents: Uint32Array,
  positions: Uint32Array,
  from: number,
  to: number,
  take: (isNew: boolean, document: number, position: number) => void,
): void {
  let document = -1;
  let position = 0;
  for (let i = from; i < to; i++) {
    const isNew = i === from || documents[i] !== document;
    const step = (documents[i] as number) - document;
    if (isNew) position = 0;
    const isLast = i + 1 === to || documents[i + 1] !== documents[i];
    take(isNew, step, (((positions[i] as number) - position) << 1) | (isLast ? 1 : 0));
    document = documents[i] as number;
    position = positions[i] as number;
  }
}
