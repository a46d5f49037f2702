import { isAscii, words } from '../../shared/searchText.ts';
import type { TermLists } from './termLists.ts';

/** Cutting texts into the terms of a list: words, or all pieces of three characters. */

/** Puts the terms of texts into lists. */
export interface TermAdder {
  add(column: number, document: number, text: string): void;
  /** Call whenever the lists are cleared: their terms get other numbers. */
  clear(): void;
}

/** Adds the words of texts; those of one text have positions next to each other. Calls of a document come one after another. */
export function openWordAdder(lists: TermLists): TermAdder {
  const { dictionary } = lists;
  /** Names are often the same; those that are not ASCII are cut once. */
  const repeated = new Map<string, readonly number[]>();
  let lastColumn = -1;
  let lastDocument = -1;
  let position = 0;

  /** Nothing but ASCII is cut letter by letter, as `words` would cut it. Returns false, and has added nothing, where there is something else. */
  function addAscii(text: string, column: number, document: number): boolean {
    if (!isAscii(text)) return false;
    const folded = text.toLowerCase();
    const { length } = folded;
    for (let i = 0; i < length; i++) {
      if (!isInWord(folded.charCodeAt(i))) continue;
      const start = i++;
      while (i < length && isInWord(folded.charCodeAt(i))) i++;
      lists.add(dictionary.idOf(folded, start, i), column, document, position++);
    }
    return true;
  }

  function idsOf(text: string): readonly number[] {
    const known = repeated.get(text);
    if (known !== undefined) return known;
    const ids = words(text).map((word) => dictionary.idOf(word.text, 0, word.text.length));
    if (text.length <= REPEATED_LENGTH && repeated.size < MOST_REPEATED) repeated.set(text, ids);
    return ids;
  }

  return {
    add(column, document, text) {
      // A gap between two texts, so that no phrase reaches from one into the next.
      position = column === lastColumn && document === lastDocument ? position + 1 : 0;
      lastColumn = column;
      lastDocument = document;
      if (!addAscii(text, column, document)) for (const id of idsOf(text)) lists.add(id, column, document, position++);
    },
    clear() {
      repeated.clear();
      lastColumn = -1;
    },
  };
}

/** Beyond, a text is seldom met twice. */
const REPEATED_LENGTH = 48;
const MOST_REPEATED = 1 << 15;

function isInWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

export const PART_LENGTH = 3;

/** Adds all pieces of three characters of folded texts. */
export function openPartAdder(lists: TermLists): TermAdder {
  const { dictionary, add } = lists;
  /** By the seven bits of three ASCII characters, the dictionary's number of the piece and one. */
  const known = new Int32Array(1 << 21);
  const idOf = (folded: string, at: number): number => {
    const a = folded.charCodeAt(at);
    const b = folded.charCodeAt(at + 1);
    const c = folded.charCodeAt(at + 2);
    if ((a | b | c) >= 0x80) return dictionary.idOf(folded, at, at + PART_LENGTH);
    const units = (a << 14) | (b << 7) | c;
    if (known[units] === 0) known[units] = dictionary.idOf(folded, at, at + PART_LENGTH) + 1;
    return (known[units] as number) - 1;
  };
  return {
    add(column, document, folded) {
      for (let i = 0; i + PART_LENGTH <= folded.length; i++) add(idOf(folded, i), column, document, i);
    },
    clear: () => void known.fill(0),
  };
}

/** The pieces that together make a part of at least three characters, with where each begins in it. */
export function piecesOf(part: string): readonly (readonly [piece: string, start: number])[] {
  const starts: number[] = [];
  for (let start = 0; start + PART_LENGTH < part.length; start += PART_LENGTH) starts.push(start);
  starts.push(part.length - PART_LENGTH);
  return starts.map((start) => [part.slice(start, start + PART_LENGTH), start]);
}
