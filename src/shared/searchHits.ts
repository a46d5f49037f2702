import { mayStandIn, partFields, type Query, type SearchField, type Term } from './searchQuery.ts';
import { eachWord, fold, isAscii, withoutPunctuation, words, type Word } from './searchText.ts';

/** Where a query stands in texts: for marks in cells, and for excerpts of what a row does not show. */

/** A place in a text, in UTF-16 units. */
export interface Hit {
  readonly start: number;
  readonly end: number;
}

/** A piece of a call's text round what was found. */
export interface Snippet {
  /** A column id, `transcript`, or the name of a field that the provider does not document. */
  readonly field: string;
  /** Plain text, whatever it looks like; dots where it was cut. */
  readonly text: string;
  /** In `text`; in order, without overlap. */
  readonly hits: readonly Hit[];
  /** The cells of the row show it, too. */
  readonly isInSight: boolean;
}

/** The terms that calls are found by in a field; `-not` marks nothing. */
function wantedIn(query: Query, field: SearchField): Term[] {
  return query.flatMap((alternatives) =>
    alternatives.flatMap(({ term, negate }) => (!negate && mayStandIn(term, field) ? [term] : [])),
  );
}

/**
 * Words as a pattern for texts of ASCII, which most are: a hundred rows are gone through with every letter typed, and cutting their texts into
 * words left so much behind that the collector's pauses were longer than the search. Null: no such text has them.
 */
const patterns = new WeakMap<Term, RegExp | null>();

function patternOf(term: Term): RegExp | null {
  const known = patterns.get(term);
  if (known !== undefined) return known;
  const end = term.isPrefix ? '[a-z\\d]*' : '(?![a-z\\d])';
  const pattern = term.words.every((word) => /^[a-z\d]+$/.test(word))
    ? new RegExp(`(?<![a-z\\d])${term.words.join('[^a-z\\d]+')}${end}`, 'gi')
    : null;
  patterns.set(term, pattern);
  return pattern;
}

/** A pattern of thousands of words, a page that was pasted with quotes round it, takes a third of a second to compile. */
const MOST_IN_PATTERN = 50;
const hasPattern = ({ words }: Term) => words.length <= MOST_IN_PATTERN;

/** Where the term first stands in a text of ASCII, from `from` on. */
function nextInAscii(text: string, term: Term, from: number): Hit | undefined {
  const pattern = patternOf(term);
  if (pattern === null) return undefined;
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found === null ? undefined : { start: found.index, end: pattern.lastIndex };
}

function fits(found: readonly Word[], at: number, { words, isPrefix }: Term): boolean {
  for (let i = 0; i < words.length; i++) {
    const [word, wanted] = [found[at + i]?.text, words[i] ?? ''];
    if (word === undefined) return false;
    if (isPrefix && i === words.length - 1 ? !word.startsWith(wanted) : word !== wanted) return false;
  }
  return true;
}

function asciiHits(text: string, term: Term): Hit[] {
  const hits: Hit[] = [];
  // From the next letter on: "so so" stands twice in "so so so".
  for (let hit = nextInAscii(text, term, 0); hit !== undefined; hit = nextInAscii(text, term, hit.start + 1))
    hits.push(hit);
  return hits;
}

function phraseHits(found: readonly Word[], term: Term): Hit[] {
  const hits: Hit[] = [];
  for (const [at, { start }] of found.entries()) {
    const last = found[at + term.words.length - 1];
    if (last !== undefined && fits(found, at, term)) hits.push({ start, end: last.end });
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

/** Where a part stands in a text of `field`; in a phone number, whatever stands between its digits. */
function partHits(text: string, part: string, field: SearchField): Hit[] {
  const hits: Hit[] = [];
  const isDigits = field === 'phone_number' && /^\d+$/.test(part);
  const all = fold(text);
  // Most texts do not have it; to know where each letter came from takes a hundred times as long.
  if (!(isDigits ? all.replace(/\D/g, '') : all).includes(part)) return hits;
  // Each letter where it was, and nothing between.
  if (isAscii(text) && !(isDigits && /\D/.test(text))) {
    for (let at = all.indexOf(part); at >= 0; at = all.indexOf(part, at + part.length))
      hits.push({ start: at, end: at + part.length });
    return hits;
  }
  const { folded, places } = foldWithPlaces(text);
  // By UTF-16 units, as places are.
  const units = folded.split('');
  const kept = isDigits ? units.flatMap((unit, i) => (/\d/.test(unit) ? [i] : [])) : [...units.keys()];
  const haystack = kept.map((i) => folded[i]).join('');
  for (let at = haystack.indexOf(part); at >= 0; at = haystack.indexOf(part, at + part.length)) {
    const [first, last] = [kept[at] ?? 0, kept[at + part.length - 1] ?? 0];
    // One letter may be several once it is folded, as "㌀" is: the hit ends behind all of it.
    let next = last + 1;
    while (places[next] === places[last]) next++;
    hits.push({ start: places[first] ?? 0, end: places[next] ?? text.length });
  }
  return hits;
}

/** In order, those that touch the same characters as one. */
function merge(hits: Hit[]): Hit[] {
  const merged: Hit[] = [];
  for (const hit of hits.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last !== undefined && hit.start < last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, hit.end) };
    else merged.push(hit);
  }
  return merged;
}

/** Where a query's words stand in the text of a field, in order and without overlap. What must not be there is not marked. */
export function findHits(text: string, query: Query, field: SearchField): Hit[] {
  const terms = wantedIn(query, field);
  if (terms.length === 0 || text === '') return [];
  const ascii = isAscii(text);
  const isByPattern = (term: Term) => ascii && hasPattern(term);
  const found = terms.every(isByPattern) || !mayHold(text, terms) ? [] : words(text);
  return merge(
    terms.flatMap((term) => [
      ...(isByPattern(term) ? asciiHits(text, term) : phraseHits(found, term)),
      ...(partFields.has(field) ? term.parts.flatMap((part) => partHits(text, part, field)) : []),
    ]),
  );
}

/** False where none of the terms stands in the text: a look that is quicker than cutting it into words. */
function mayHold(text: string, terms: readonly Term[]): boolean {
  const folded = withoutPunctuation(fold(text));
  return terms.some(({ words: [first = ''] }) => folded.includes(first));
}

/** Where the term first stands in a text. */
function firstHit(text: string, term: Term): Hit | undefined {
  if (isAscii(text) && hasPattern(term)) return nextInAscii(text, term, 0);
  if (!mayHold(text, [term])) return undefined;
  const next: Word[] = [];
  for (const word of eachWord(text)) {
    next.push(word);
    if (next.length < term.words.length) continue;
    if (fits(next, 0, term)) return { start: next[0]?.start ?? 0, end: word.end };
    next.shift();
  }
  return undefined;
}

/** Whether a text holds the term. */
export function standsIn(text: string, term: Term): boolean {
  return firstHit(text, term) !== undefined;
}

/** How much of a cell a person sees without opening the call. */
const IN_SIGHT = 80;
const LEAD = 40;
const LENGTH = 120;

/** Back to the beginning of a word, if there is one near, and never between the halves of a character. */
function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  const space = text.lastIndexOf(' ', at);
  if (space >= 0 && at - space < 20) return space + 1;
  return isLowHalf(text, at) ? at - 1 : at;
}

function isLowHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

function excerpt({ at, hit: first }: Found, query: Query, isInSight: boolean): Snippet {
  const { text } = at;
  const start = first.start <= LEAD ? 0 : cutBefore(text, first.start - LEAD);
  let end = Math.min(text.length, Math.max(start + LENGTH, Math.min(first.end, first.start + LENGTH)));
  if (isLowHalf(text, end)) end--;
  const before = start > 0 ? '… ' : '';
  const piece = text.slice(start, end);
  const shift = before.length;
  return {
    field: at.name,
    text: `${before}${piece}${end < text.length ? ' …' : ''}`,
    hits: findHits(piece, query, at.field).map((hit) => ({ start: hit.start + shift, end: hit.end + shift })),
    isInSight,
  };
}

/** A text of a call as it is searched. */
export interface SearchedText {
  readonly field: SearchField;
  /** What a snippet calls the field. */
  readonly name: string;
  readonly text: string;
}

interface Found {
  readonly at: SearchedText;
  readonly hit: Hit;
}

/**
 * Where a call was found: round the first term that stands neither in the first characters of a cell nor in what is found by parts; where
 * all terms do, round the first that stands in a cell. Null where what is found by parts shows all, or nothing is looked for. `texts`
 * come in the order in which a person reads them.
 */
export function snippetOf(texts: readonly SearchedText[], query: Query): Snippet | null {
  let inSight: Found | undefined;
  for (const alternatives of query) {
    let hidden: Found | undefined;
    const isInSight = alternatives.some(({ term, negate }) => {
      if (negate) return false;
      return texts.some((at) => {
        const { field, text } = at;
        if (!mayStandIn(term, field)) return false;
        if (partFields.has(field) && term.parts.some((part) => partHits(text, part, field).length > 0)) return true;
        const hit = firstHit(text, term);
        if (hit === undefined) return false;
        if (hit.end <= IN_SIGHT && field !== 'transcript' && field !== 'extra') {
          if (!partFields.has(field)) inSight ??= { at, hit };
          return true;
        }
        hidden ??= { at, hit };
        return false;
      });
    });
    if (!isInSight && hidden !== undefined) return excerpt(hidden, query, false);
  }
  return inSight === undefined ? null : excerpt(inSight, query, true);
}
