import { columnKind, fieldColumns, metadataKeyOf, outcomeKeyOf, type ColumnId } from './columns.ts';
import { fold, words } from './searchText.ts';

/**
 * The language of the search box and of the command line. Any text is a query: words (as beginnings of words), "phrases", -not, a OR b,
 * prefix*, field:value. What has no letter or digit is ignored, and what is no field is words.
 */

/** What a term can be looked for in: a column, or one of the texts of a call that are no column. */
export type SearchField = ColumnId | 'outcomes' | 'transcript' | 'extra';

/** A word or phrase to find. */
export interface Term {
  /** Folded words that stand next to each other. */
  readonly words: readonly string[];
  /** The last word may go on: what is being typed, and `refund` finding `refunds`. */
  readonly isPrefix: boolean;
  /** Folded texts to look for inside names, phone numbers and ids, any of them; none for phrases and short words. */
  readonly parts: readonly string[];
  /** Where it must stand, in any of them; undefined: anywhere. */
  readonly fields: readonly SearchField[] | undefined;
}

/** One side of an OR. */
export interface Alternative {
  readonly term: Term;
  /** The call must not contain the term. */
  readonly negate: boolean;
}

/** Of each list, one alternative must hold. An empty query says nothing: it finds all. */
export type Query = readonly (readonly Alternative[])[];

/** Texts of which any part can be found, not only the beginnings of words. */
export const partFields: ReadonlySet<SearchField> = new Set(['name', 'phone_number', 'external_id', 'call_id']);

/** The texts that words are looked for in where no field is named. */
const searched: ReadonlySet<SearchField> = new Set([
  ...partFields,
  'summary',
  'outcomes',
  'transcript',
  'extra',
  'tags',
  'note',
]);

/** The text that a field stands in: any outcome for an outcome key, what no page documents for metadata. */
function wholeOf(field: SearchField): SearchField {
  return outcomeKeyOf(field) !== undefined ? 'outcomes' : metadataKeyOf(field) !== undefined ? 'extra' : field;
}

/** Whether words are looked for in a field where none is named. */
export function isSearched(field: SearchField): boolean {
  return searched.has(wholeOf(field));
}

/** Whether a term may be found in a field: where it says so, or in the text that the field stands in. */
export function mayStandIn({ fields }: Term, field: SearchField): boolean {
  return fields === undefined ? isSearched(field) : fields.includes(field) || fields.includes(wholeOf(field));
}

/** What people call a field before its colon, beside its id and its label. */
const otherNames: readonly (readonly [name: string, fields: readonly SearchField[]])[] = [
  ['phone', ['phone_number']],
  ['id', ['call_id', 'external_id']],
  ['reason', ['disconnect_reason']],
  ['started', ['started_at']],
  ['outcome', ['outcomes']],
  ['outcomes', ['outcomes']],
  ['transcript', ['transcript']],
  ['other', ['extra']],
  ['tag', ['tags']],
];

/** The fields behind a name as typed; undefined where it names none. */
export type FindFields = (name: string) => readonly SearchField[] | undefined;

/** Case, accents and punctuation do not matter in a name: `main_objection:` is the key “Main Objection”. */
function nameOf(text: string): string {
  const found = words(text).map((word) => word.text);
  return found.length > 0 ? found.join(' ') : fold(text).trim();
}

/** Names of fields and of the keys among `columns`. A name that several share means all of them. */
export function fieldNames(columns: Iterable<ColumnId>): FindFields {
  const named = new Map<string, Set<SearchField>>();
  const add = (name: string, field: SearchField) => {
    const key = nameOf(name);
    const fields = named.get(key);
    if (fields === undefined) named.set(key, new Set([field]));
    else fields.add(field);
  };
  for (const [name, fields] of otherNames) for (const field of fields) add(name, field);
  for (const { id, label } of fieldColumns) {
    // A number as words would find 65 in 1:05.
    if (columnKind(id) === 'duration' || columnKind(id) === 'number') continue;
    add(id, id);
    // “Transcript” is the text, `transcript_status` its state.
    if (id !== 'transcript_status') add(label, id);
  }
  for (const id of columns) {
    const key = outcomeKeyOf(id) ?? metadataKeyOf(id);
    if (key !== undefined) add(key, id);
  }
  return (name) => {
    const fields = named.get(nameOf(name));
    return fields === undefined ? undefined : [...fields];
  };
}

const QUOTES = /[“”„‟«»＂「」『』]/g;
/** Minus, field and colon, then a phrase or whatever stands up to the next space; each may be missing. */
const TOKEN = /([-–−]?)(?:(?:"([^"]*)"|([^\s":：]+))[:：])?(?:"([^"]*)("?)(\*?)|(\S+))?/g;
const MIN_PART = 3;
const PHONE = /^[+\d().-]+$/;
const OUTER_PUNCTUATION = /^[^\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+$/gu;

/** A word as typed: the beginning of a longer one, and of names, phone numbers and ids any part. */
function wordTerm(text: string, fields: readonly SearchField[] | undefined): Term | undefined {
  const found = words(text).map((word) => word.text);
  if (found.length === 0) return undefined;
  // As typed, for an id has its separators (`24-00`); and bare digits, for a phone number is written in many ways.
  const parts = new Set([
    fold(text).replace(OUTER_PUNCTUATION, ''),
    ...(PHONE.test(text) ? [text.replace(/\D/g, '')] : []),
  ]);
  return {
    words: found,
    // One letter as a prefix would match nearly every call; with a star it is meant.
    isPrefix: text.endsWith('*') || [...(found.at(-1) ?? '')].length > 1,
    parts: [...parts].filter((part) => [...part].length >= MIN_PART),
    fields,
  };
}

function phraseTerm(text: string, isPrefix: boolean, fields: readonly SearchField[] | undefined): Term | undefined {
  const found = words(text).map((word) => word.text);
  return found.length === 0 ? undefined : { words: found, isPrefix, parts: [], fields };
}

/** Reads what stands in the search box; see the top of this file. Never fails. */
export function parseQuery(text: string, findFields: FindFields): Query {
  const query: Alternative[][] = [];
  let joinNext = false;
  /** A field that stands before a space: `name: smith`. */
  let waiting: { readonly fields: readonly SearchField[]; readonly negate: boolean } | undefined;

  for (const [whole, minus, quotedName, bareName, phrase, closing, star, bare] of text
    .replace(QUOTES, '"')
    .matchAll(TOKEN)) {
    if (whole === '') continue;
    if (whole === 'OR' && query.length > 0) {
      joinNext = true;
      continue;
    }
    const name = quotedName ?? bareName;
    const fields = name === undefined ? undefined : findFields(name);
    const negate = minus !== '' && !/^\d/.test(whole.slice(1));
    if (fields !== undefined && phrase === undefined && bare === undefined) {
      waiting = { fields, negate };
      continue;
    }
    const own = fields ?? waiting?.fields;
    const isOpen = closing !== '"' || star === '*' || (phrase?.endsWith('*') ?? false);
    const typed = negate ? whole.slice(1) : whole;
    let term: Term | undefined;
    if (fields !== undefined || name === undefined)
      term = phrase === undefined ? wordTerm(bare ?? '', own) : phraseTerm(phrase, isOpen, own);
    // No field after all: the name and what follows stand next to each other, as they were typed.
    else if (quotedName === undefined && phrase === undefined) term = wordTerm(typed, own);
    else term = phraseTerm(typed, isOpen, own);
    if (term === undefined) continue;
    const alternative: Alternative = { term, negate: negate || waiting?.negate === true };
    if (joinNext) query.at(-1)?.push(alternative);
    else query.push([alternative]);
    joinNext = false;
    waiting = undefined;
  }
  return query;
}
