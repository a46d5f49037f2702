import { metadataColumn, outcomeColumn, type ColumnId } from '../../shared/columns.ts';
import { displayValue } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Call } from '../../shared/model.ts';
import type { SearchedText } from '../../shared/searchHits.ts';
import type { SearchField } from '../../shared/searchQuery.ts';
import { fold } from '../../shared/searchText.ts';
import { NOWHERE, placeOf, type DifferentValue, type RawCall } from '../rawCalls/rawCall.ts';
import { QUOTE, isDigits, textAt } from '../rawCalls/values.ts';
import type { Cut, PartAdder, WordAdder } from '../text/terms.ts';

/** What of a call can be found: the texts of each column of the list of words, and of the list of parts. */

/** All texts and numbers inside a value, however deep. */
function eachLeaf(value: Json, take: (text: string) => void): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value !== 'object') return take(String(value));
  for (const inner of Object.values<Json>(value)) eachLeaf(inner, take);
}

function leaves(value: Json): string[] {
  const texts: string[] = [];
  eachLeaf(value, (text) => void texts.push(text));
  return texts;
}

function eachOutcomeText(value: Json, take: (text: string) => void): void {
  if (typeof value === 'boolean') take(displayValue(value));
  else eachLeaf(value, take);
}

/** The texts inside an outcome value. */
export function outcomeTexts(value: Json): string[] {
  const texts: string[] = [];
  eachOutcomeText(value, (text) => void texts.push(text));
  return texts;
}

/** The columns of the list of words. */
export const indexColumns: readonly SearchField[] = [
  'name',
  'phone_number',
  'external_id',
  'call_id',
  'summary',
  'outcomes',
  'transcript',
  'extra',
];

const [NAME, OUTCOMES, TRANSCRIPT, EXTRA] = [0, 5, 6, 7];
/** Fields that are one text and seldom twice the same, each with its column. */
const indexedTexts = [
  { place: placeOf.phone_number, column: 1 },
  { place: placeOf.external_id, column: 2 },
  { place: placeOf.call_id, column: 3 },
  { place: placeOf.summary, column: 4 },
];
/** The columns of the list of parts are the first of the list of words. */
const PHONE = 1;
const indexedParts = indexedTexts.slice(1, 3);

/** Puts what can be found of calls into the two lists. What of it is the same in many calls is cut once. */
export interface CallWords {
  add(call: RawCall, document: number): void;
  /** Call whenever the lists are cleared. */
  clear(): void;
}

/** Fields that people read first. */
const shortFields = ['name', 'phone_number', 'summary', 'external_id', 'call_id'] as const;

const metOnce: Cut = { column: NAME, ids: [] };

export function openCallWords(words: WordAdder, parts: PartAdder): CallWords {
  /** By different value, its words; of names also the parts. */
  let wordsOf: (Cut | undefined)[] = [];
  let partsOf: (Uint32Array | undefined)[] = [];

  function addNew(number: number, { column, of, value }: DifferentValue, document: number): Cut {
    if (column === 'name') partsOf[number] = parts.addText(NAME, document, fold(String(value)));
    if (of === 'outcomes') return words.addTexts(OUTCOMES, document, outcomeTexts(value));
    if (of === 'metadata') return words.addTexts(EXTRA, document, leaves(value));
    return words.addTexts(NAME, document, column === 'name' ? [String(value)] : []);
  }

  function addValues({ values, different, count }: RawCall, document: number): void {
    for (let i = 0; i < count; i++) {
      const number = values[i] as number;
      const known = wordsOf[number];
      if (known === undefined || known === metOnce) {
        const cut = addNew(number, different[number] as DifferentValue, document);
        // A value that is met once is not worth the memory.
        wordsOf[number] = known === undefined ? metOnce : cut;
        continue;
      }
      if (known.ids.length > 0) words.addCut(document, known);
      const itsParts = partsOf[number];
      if (itsParts !== undefined) parts.addCut(document, itsParts);
    }
  }

  function addText({ bytes, starts, ends }: RawCall, place: number, column: number, document: number): void {
    const start = starts[place] as number;
    if (start === NOWHERE) return;
    const end = ends[place] as number;
    if (bytes[start] === QUOTE) words.add(column, document, bytes, start, end);
    else words.addTexts(column, document, [textAt(bytes, start, end)]);
  }

  /** A phone number also as its bare digits. */
  function addPhone({ bytes, starts, ends }: RawCall, document: number): void {
    const start = starts[placeOf.phone_number] as number;
    const end = ends[placeOf.phone_number] as number;
    if (start === NOWHERE) return;
    if (bytes[start] === QUOTE && isDigits(bytes, start + 1, end - 1))
      return parts.add(PHONE, document, bytes, start, end);
    const phone = textAt(bytes, start, end);
    const digits = phone.replace(/\D/g, '');
    parts.addText(PHONE, document, digits === phone ? phone : `${fold(phone)}\n${digits}`);
  }

  return {
    add(call, document) {
      addValues(call, document);
      for (let i = 0; i < indexedTexts.length; i++) {
        const { place, column } = indexedTexts[i] as (typeof indexedTexts)[number];
        addText(call, place, column, document);
      }
      addPhone(call, document);
      for (let i = 0; i < indexedParts.length; i++) {
        const { place, column } = indexedParts[i] as (typeof indexedParts)[number];
        const start = call.starts[place] as number;
        if (start !== NOWHERE) parts.add(column, document, call.bytes, start, call.ends[place] as number);
      }
      if (call.starts[placeOf.transcript] !== NOWHERE) words.addTexts(TRANSCRIPT, document, leaves(call.transcript()));
      for (const value of call.extra()) words.addTexts(EXTRA, document, leaves(value));
    },
    clear() {
      wordsOf = [];
      partsOf = [];
    },
  };
}

/** The texts of a call in the order in which a person reads them, as written. */
export function searchedTexts(call: Call): SearchedText[] {
  const texts: SearchedText[] = [];
  for (const field of shortFields) {
    const text = call[field];
    if (text !== null) texts.push({ field, name: field, text });
  }
  const addKeys = (values: Call['outcomes'], columnOf: (key: string) => ColumnId) => {
    for (const key in values) {
      const column = columnOf(key);
      eachOutcomeText(values[key] as Json, (text) => void texts.push({ field: column, name: column, text }));
    }
  };
  addKeys(call.outcomes, outcomeColumn);
  addKeys(call.metadata, metadataColumn);
  eachLeaf(call.transcript, (text) => void texts.push({ field: 'transcript', name: 'transcript', text }));
  for (const name in call.extra)
    eachLeaf(call.extra[name] as Json, (text) => void texts.push({ field: 'extra', name, text }));
  return texts;
}
