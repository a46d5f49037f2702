import { words } from '../../shared/searchText.ts';
import type { TermLists } from './termLists.ts';

/** Cutting texts into the terms of a list: words, or all pieces of three characters. */

/** Puts the terms of texts into lists. */
export interface TermAdder {
  add(column: number, document: number, text: string): void;
  /** Call whenever the lists are cleared: their terms get other numbers. */
  clear(): void;
}

/** By ASCII code, the folded unit of a letter or digit; 0: it is in no word. */
const IN_WORD = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const folded = String.fromCharCode(code).toLowerCase();
  return /[a-z0-9]/.test(folded) ? folded.charCodeAt(0) : 0;
});

/** Adds the words of texts; those of one text have positions next to each other. Calls of a document come one after another. */
export function openWordAdder(lists: TermLists): TermAdder {
  const { dictionary } = lists;
  /** By column. Names are often the same; those that are not ASCII are cut once. */
  const repeated: Map<string, readonly number[]>[] = [];
  let lastColumn = -1;
  let lastDocument = -1;
  let position = 0;
  /** The units of a word. */
  let word = new Uint16Array(256);

  function idOf(text: string, column: number): number {
    if (word.length < text.length) word = new Uint16Array(2 * text.length);
    for (let i = 0; i < text.length; i++) word[i] = text.charCodeAt(i);
    return dictionary.idOf(word, text.length, column);
  }

  function idsOf(text: string, column: number): readonly number[] {
    const ofColumn = (repeated[column] ??= new Map());
    const known = ofColumn.get(text);
    if (known !== undefined) return known;
    const ids = words(text).map((one) => idOf(one.text, column));
    if (text.length <= REPEATED_LENGTH && ofColumn.size < MOST_REPEATED) ofColumn.set(text, ids);
    return ids;
  }

  return {
    add(column, document, text) {
      // A gap between two texts, so that no phrase reaches from one into the next.
      position = column === lastColumn && document === lastDocument ? position + 1 : 0;
      lastColumn = column;
      lastDocument = document;
      if (word.length < text.length) word = new Uint16Array(2 * text.length);
      let length = 0;
      // As long as there is nothing but ASCII it is cut letter by letter, as `words` would cut it.
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) {
          for (const id of idsOf(text.slice(i - length), column)) lists.add(id, document, position++);
          return;
        }
        const unit = IN_WORD[code] as number;
        if (unit !== 0) word[length++] = unit;
        else if (length > 0) {
          lists.add(dictionary.idOf(word, length, column), document, position++);
          length = 0;
        }
      }
      if (length > 0) lists.add(dictionary.idOf(word, length, column), document, position++);
    },
    clear() {
      repeated.length = 0;
      lastColumn = -1;
    },
  };
}

/** Beyond, a text is seldom met twice. */
const REPEATED_LENGTH = 48;
const MOST_REPEATED = 1 << 15;

export const PART_LENGTH = 3;

/** Adds all pieces of three characters of folded texts. */
export function openPartAdder({ dictionary, add }: TermLists): TermAdder {
  const piece = new Uint16Array(PART_LENGTH);
  /** The numbers of pieces of ASCII that were met last, by where the column and seven bits a character are hashed to. */
  const known = new Int32Array(1 << KNOWN_BITS);
  const knownIds = new Int32Array(1 << KNOWN_BITS);

  function idOf(column: number, a: number, b: number, c: number): number {
    const isAscii = (a | b | c) < 0x80;
    // Not 0, which is none.
    const key = ((column + 1) << 21) | (a << 14) | (b << 7) | c;
    // The high bits of the product depend on all of the key.
    const at = Math.imul(key, 0x9e3779b1) >>> (32 - KNOWN_BITS);
    if (isAscii && known[at] === key) return knownIds[at] as number;
    piece[0] = a;
    piece[1] = b;
    piece[2] = c;
    const id = dictionary.idOf(piece, PART_LENGTH, column);
    if (isAscii) {
      known[at] = key;
      knownIds[at] = id;
    }
    return id;
  }

  return {
    add(column, document, folded) {
      let a = folded.charCodeAt(0);
      let b = folded.charCodeAt(1);
      for (let i = 2; i < folded.length; i++) {
        const c = folded.charCodeAt(i);
        add(idOf(column, a, b, c), document, i - 2);
        a = b;
        b = c;
      }
    },
    clear: () => void known.fill(0),
  };
}

const KNOWN_BITS = 14;

/** The pieces that together make a part of at least three characters, with where each begins in it. */
export function piecesOf(part: string): readonly (readonly [piece: string, start: number])[] {
  const starts: number[] = [];
  for (let start = 0; start + PART_LENGTH < part.length; start += PART_LENGTH) starts.push(start);
  starts.push(part.length - PART_LENGTH);
  return starts.map((start) => [part.slice(start, start + PART_LENGTH), start]);
}
