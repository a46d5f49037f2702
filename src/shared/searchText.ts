/**
 * What a word is, once: the index, the query, the naive scan in tests and the marks on screen all cut text with `words`.
 * SQLite's own tokenizers know neither Devanagari vowel signs nor words that are written without spaces, so the index is fed
 * with words that are already cut and folded.
 */

/** A word in a text: `text` folded, `start` and `end` in UTF-16 units of the text as given. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Scripts written without spaces: each character counts as a word, and a query of several becomes a phrase. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}`;
const WORD = new RegExp(String.raw`[${UNSPACED}]\p{M}*|[[\p{L}\p{N}\p{M}]--[${UNSPACED}]]+`, 'gv');

/** Marks that people leave out when they type: accents, Hebrew points, Arabic vowels. Not the vowel signs of Indic scripts. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]/g;
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ς: 'σ', ı: 'i' };
const ASCII = /^[\x01-\x7f]*$/;

/** Case, accents and width folded away, so that `Zürich`, `zurich` and `ＺＵＲＩＣＨ` are one. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(/[ßøłđæœςı]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll('\0', ' ');
}

/** The words of a text in order, folded. */
export function words(text: string): Word[] {
  const found: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    // Folding may bring punctuation into a word ("⑴" is "(1)"); it would split the word in the index.
    const folded = fold(match[0]).replace(/[\x00-\x2f\x3a-\x60\x7b-\x7f]/g, '');
    if (folded !== '') found.push({ text: folded, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** Text for the index: its words with spaces between. Plain ASCII is left to SQLite, which cuts and folds it the same way. */
export function indexText(text: string): string {
  if (ASCII.test(text)) return text;
  return words(text)
    .map((word) => word.text)
    .join(' ');
}

/** Between two texts of one index column, so that no phrase reaches across. No query can contain it: it is not a word. */
export const TEXT_BOUNDARY = ' \ue000 ';

/** A word or phrase that a call must (or must not) contain. */
export interface Term {
  /** Folded words that stand next to each other. */
  readonly words: readonly string[];
  /** The last word may go on: what is being typed, and `refund` finding `refunds`. */
  readonly isPrefix: boolean;
  /** Folded text to look for inside names, phone numbers and ids; undefined for phrases and short words. */
  readonly part: string | undefined;
}

/** All groups must hold; of a group, any term. No term of `not` may. */
export interface Query {
  readonly all: readonly (readonly Term[])[];
  readonly not: readonly Term[];
}

const QUOTES = /[“”„‟«»＂]/g;
const TOKEN = /(-?)"([^"]*)("?)|(\S+)/g;
const MIN_PART = 3;

function wordTerm(text: string): Term | undefined {
  const isPhone = /^[+\d().-]+$/.test(text);
  const part = isPhone ? text.replace(/\D/g, '') : fold(text).trim();
  const found = words(text).map((word) => word.text);
  const last = found.at(-1) ?? '';
  if (found.length === 0) return undefined;
  return {
    words: found,
    // One letter as a prefix would match nearly every call.
    isPrefix: [...last].length > 1,
    part: [...part].length >= MIN_PART ? part : undefined,
  };
}

/**
 * Reads what stands in the search box. Any text is a query: words (as beginnings of words), "phrases", -not, a OR b.
 * What has no letter or digit is ignored.
 */
export function parseQuery(text: string): Query {
  const all: Term[][] = [];
  const not: Term[] = [];
  let joinNext = false;
  for (const match of text.replace(QUOTES, '"').matchAll(TOKEN)) {
    const [, quotedMinus, phrase, closing, bare] = match;
    if (bare === 'OR' && all.length > 0) {
      joinNext = true;
      continue;
    }
    const isNot = bare === undefined ? quotedMinus === '-' : /^-[^-\s]/.test(bare) && !/^-\d/.test(bare);
    const term =
      bare === undefined ? phraseTerm(phrase ?? '', closing === '"') : wordTerm(isNot ? bare.slice(1) : bare);
    if (term === undefined) continue;
    if (isNot) not.push(term);
    else if (joinNext) all.at(-1)?.push(term);
    else all.push([term]);
    joinNext = false;
  }
  return { all, not };
}

/** A phrase that is still open is being typed, so its last word may go on. */
function phraseTerm(text: string, isClosed: boolean): Term | undefined {
  const found = words(text).map((word) => word.text);
  return found.length === 0 ? undefined : { words: found, isPrefix: !isClosed, part: undefined };
}

export interface Hit {
  readonly start: number;
  readonly end: number;
}

function phraseHits(found: readonly Word[], term: Term): Hit[] {
  const hits: Hit[] = [];
  for (let at = 0; at + term.words.length <= found.length; at++) {
    const fits = term.words.every((wanted, i) => {
      const word = found[at + i]?.text ?? '';
      return term.isPrefix && i === term.words.length - 1 ? word.startsWith(wanted) : word === wanted;
    });
    const [first, last] = [found[at], found[at + term.words.length - 1]];
    if (fits && first !== undefined && last !== undefined) hits.push({ start: first.start, end: last.end });
  }
  return hits;
}

/** Folds a text and keeps, for each folded unit, where it came from. Only for short texts: it goes letter by letter. */
function foldWithPlaces(text: string): { folded: string; places: number[] } {
  let folded = '';
  const places: number[] = [];
  let at = 0;
  for (const letter of text) {
    const part = fold(letter);
    folded += part;
    for (let i = 0; i < part.length; i++) places.push(at);
    at += letter.length;
  }
  places.push(at);
  return { folded, places };
}

function partHits(text: string, part: string): Hit[] {
  const hits: Hit[] = [];
  const isDigits = /^\d+$/.test(part);
  const { folded, places } = foldWithPlaces(text);
  const kept = isDigits
    ? [...folded].flatMap((letter, i) => (/\d/.test(letter) ? [i] : []))
    : [...folded.split('').keys()];
  const haystack = kept.map((i) => folded[i]).join('');
  for (let at = haystack.indexOf(part); at >= 0; at = haystack.indexOf(part, at + part.length)) {
    const [first, last] = [kept[at] ?? 0, kept[at + part.length - 1] ?? 0];
    hits.push({ start: places[first] ?? 0, end: places[last + 1] ?? text.length });
  }
  return hits;
}

/**
 * Where a query's words stand in a text, in order and without overlap, for marking. `partsToo` also marks parts of words, as they
 * are found in names, phone numbers and ids.
 */
export function findHits(text: string, query: string, partsToo = false): Hit[] {
  const terms = parseQuery(query).all.flat();
  if (terms.length === 0 || text === '') return [];
  const found = words(text);
  const hits = terms
    .flatMap((term) => [
      ...phraseHits(found, term),
      ...(partsToo && term.part !== undefined ? partHits(text, term.part) : []),
    ])
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Hit[] = [];
  for (const hit of hits) {
    const last = merged.at(-1);
    if (last !== undefined && hit.start < last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, hit.end) };
    else merged.push(hit);
  }
  return merged;
}
