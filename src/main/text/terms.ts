import { fold, words } from '../../shared/searchText.ts';
import { BACKSLASH, QUOTE, textAt } from '../rawCalls/values.ts';
import type { TermLists } from './termLists.ts';

/**
 * Cutting texts into the terms of a list: words, or all pieces of three characters. Texts come as JSON in bytes (UTF-8), as they stand in
 * their items: of most no string is ever made.
 */

/** By ASCII code, the folded unit of a letter or digit; 0: it is in no word. */
const IN_WORD = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const folded = String.fromCharCode(code).toLowerCase();
  return /[a-z0-9]/.test(folded) ? folded.charCodeAt(0) : 0;
});

/** The terms of texts that have been added, to be added to other documents too. */
export interface Cut {
  readonly column: number;
  /** By text. */
  readonly ids: readonly Uint32Array[];
}

export interface WordAdder {
  /** Adds the words of a text, `start` and `end` being those of its JSON. */
  add(column: number, document: number, bytes: Buffer, start: number, end: number): void;
  /** The same for some texts; gives what addCut takes. */
  addTexts(column: number, document: number, texts: readonly string[]): Cut;
  addCut(document: number, cut: Cut): void;
  /** Call whenever the lists are cleared: their terms get other numbers. */
  clear(): void;
}

/** A list of words has no more: a query names them by the bits of a number. */
const MOST_COLUMNS = 32;

/** Adds the words of texts; those of one text have positions next to each other. Calls of a document come one after another. */
export function openWordAdder(lists: TermLists): WordAdder {
  const { dictionary } = lists;
  let lastDocument = -1;
  /** By column of the document, where its next text begins: one column's texts need not come one after another. */
  const positions = new Uint32Array(MOST_COLUMNS);
  /** The units of a word. */
  let word = new Uint16Array(256);
  /** The terms of a text. */
  let ids = new Uint32Array(256);
  let count = 0;

  function take(id: number): void {
    if (count === ids.length) {
      const more = new Uint32Array(2 * count);
      more.set(ids);
      ids = more;
    }
    ids[count++] = id;
  }

  function takeWord(text: string, column: number): void {
    if (word.length < text.length) word = new Uint16Array(2 * text.length);
    for (let i = 0; i < text.length; i++) word[i] = text.charCodeAt(i);
    take(dictionary.idOf(word, text.length, column));
  }

  /** Puts the words of a text into `ids`. */
  function cut(column: number, bytes: Buffer, start: number, end: number): void {
    count = 0;
    if (word.length < end - start) word = new Uint16Array(2 * (end - start));
    const units = word;
    let length = 0;
    // Letter by letter, as `words` would cut it, for as long as there is nothing but ASCII. Where a word has something else, `words` cuts
    // it: what no word is in stands before and behind it.
    for (let i = start + 1; i < end; i++) {
      const byte = bytes[i] as number;
      const unit = byte < 0x80 ? (IN_WORD[byte] as number) : 0;
      if (unit !== 0) {
        units[length++] = unit;
        continue;
      }
      if (byte >= 0x80 || (byte === BACKSLASH && bytes[i + 1] === LETTER_U)) {
        const to = endOfWord(bytes, i);
        for (const { text } of words(textIn(bytes, i - length, to))) takeWord(text, column);
        i = to - 1;
      } else {
        if (length > 0) take(dictionary.idOf(units, length, column));
        // The letter of `\n` is in no word.
        if (byte === BACKSLASH) i++;
      }
      length = 0;
    }
  }

  function place(column: number, document: number, some: Uint32Array, length: number): void {
    if (document !== lastDocument) positions.fill(0);
    lastDocument = document;
    const position = positions[column] as number;
    lists.add(some, length, document, position);
    // A gap between two texts, so that no phrase reaches from one into the next.
    positions[column] = position + length + 1;
  }

  return {
    add(column, document, bytes, start, end) {
      cut(column, bytes, start, end);
      place(column, document, ids, count);
    },
    addTexts(column, document, texts) {
      const all = texts.map((text) => {
        const json = Buffer.from(JSON.stringify(text));
        cut(column, json, 0, json.length);
        place(column, document, ids, count);
        return ids.slice(0, count);
      });
      return { column, ids: all };
    },
    addCut(document, { column, ids: all }) {
      for (let i = 0; i < all.length; i++) {
        const some = all[i] as Uint32Array;
        place(column, document, some, some.length);
      }
    },
    clear() {
      lastDocument = -1;
    },
  };
}

const LETTER_U = 0x75;

/** Where a word that has more than ASCII at `at` ends at the latest. */
function endOfWord(bytes: Buffer, at: number): number {
  let i = at;
  for (;;) {
    const byte = bytes[i] as number;
    if (byte === BACKSLASH && bytes[i + 1] === LETTER_U) i += UNIT_ESCAPE;
    else if (byte >= 0x80 || IN_WORD[byte] !== 0) i++;
    else return i;
  }
}

const UNIT_ESCAPE = '\\u0000'.length;

/** A piece of a JSON text. */
function textIn(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

export const PART_LENGTH = 3;

export interface PartAdder {
  /** Adds the pieces of a text once it is folded, `start` and `end` being those of its JSON; a number's digits are a text too. */
  add(column: number, document: number, bytes: Buffer, start: number, end: number): void;
  /** The same for a text that is folded; gives what addCut takes. */
  addText(column: number, document: number, folded: string): Uint32Array;
  addCut(document: number, cut: Uint32Array): void;
  /** Call whenever the lists are cleared: their terms get other numbers. */
  clear(): void;
}

/** Adds all pieces of three characters of folded texts. */
export function openPartAdder({ dictionary, add }: TermLists): PartAdder {
  const piece = new Uint16Array(PART_LENGTH);
  /** The numbers of pieces of ASCII that were met last, by where the column and seven bits a character are hashed to. */
  const known = new Int32Array(1 << KNOWN_BITS);
  const knownIds = new Int32Array(1 << KNOWN_BITS);
  /** A folded text, and its pieces. */
  let units = new Uint16Array(256);
  let ids = new Uint32Array(256);

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

  function addUnits(column: number, document: number, length: number): void {
    const count = Math.max(0, length - PART_LENGTH + 1);
    if (ids.length < count) ids = new Uint32Array(2 * count);
    const from = units;
    const to = ids;
    for (let i = 0; i < count; i++)
      to[i] = idOf(column, from[i] as number, from[i + 1] as number, from[i + 2] as number);
    add(to, count, document, 0);
  }

  /** Puts a folded text into `units`. */
  function take(folded: string): number {
    if (units.length < folded.length) units = new Uint16Array(2 * folded.length);
    for (let i = 0; i < folded.length; i++) units[i] = folded.charCodeAt(i);
    return folded.length;
  }

  /** The same for a text of ASCII without escapes; below 0: it is another. */
  function takeAscii(bytes: Buffer, start: number, end: number): number {
    if (bytes[start] !== QUOTE) return -1;
    if (units.length < end - start) units = new Uint16Array(2 * (end - start));
    let length = 0;
    for (let i = start + 1; i < end - 1; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80 || byte === BACKSLASH) return -1;
      const folded = IN_WORD[byte] as number;
      units[length++] = folded === 0 ? byte : folded;
    }
    return length;
  }

  return {
    add(column, document, bytes, start, end) {
      const length = takeAscii(bytes, start, end);
      addUnits(column, document, length < 0 ? take(fold(textAt(bytes, start, end))) : length);
    },
    addText(column, document, folded) {
      addUnits(column, document, take(folded));
      return ids.slice(0, Math.max(0, folded.length - PART_LENGTH + 1));
    },
    addCut: (document, cut) => add(cut, cut.length, document, 0),
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
