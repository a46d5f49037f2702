/**
 * What a word is, once: the index, the query, the naive scan in tests and the marks on screen all cut text with `words`.
 * The index holds words that are cut and folded here.
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

/** The same where all is ASCII: what is shown, found in and marked mostly is, and each row on screen is cut anew with every letter typed. */
const ASCII_WORD = /[a-z\d]+/gi;

/** Marks that people leave out when they type: accents, Hebrew points, Arabic vowels. Not the vowel signs of Indic scripts. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]/g;
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
  ı: 'i',
  '‘': "'",
  '’': "'",
};
const ASCII = /^[\x01-\x7f]*$/;

/** Nothing but ASCII: folding keeps every character in its place. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Case, accents, width and curly apostrophes folded away, so that `Zürich`, `zurich` and `ＺＵＲＩＣＨ` are one. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(/[ßøłđæœςı‘’]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll('\0', ' ');
}

/** A folded text without what is neither letter nor digit in ASCII, spaces too: contains every word of the text. */
export function withoutPunctuation(folded: string): string {
  return folded.replace(/[\x00-\x2f\x3a-\x60\x7b-\x7f]/g, '');
}

/** The words of a text in order, folded; each is cut when it is asked for. */
export function* eachWord(text: string): Generator<Word, void, undefined> {
  const ascii = isAscii(text);
  for (const match of text.matchAll(ascii ? ASCII_WORD : WORD)) {
    const [found] = match;
    // Folding may bring punctuation into a word ("⑴" is "(1)"); it would split the word in the index.
    const folded = ascii ? found.toLowerCase() : withoutPunctuation(fold(found));
    if (folded !== '') yield { text: folded, start: match.index, end: match.index + found.length };
  }
}

/** All words of a text in order, folded. */
export function words(text: string): Word[] {
  return [...eachWord(text)];
}
