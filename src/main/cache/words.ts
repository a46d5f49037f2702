import { metadataColumn, outcomeColumn, type ColumnId } from '../../shared/columns.ts';
import { displayValue } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Call } from '../../shared/model.ts';
import type { SearchedText } from '../../shared/searchHits.ts';
import type { SearchField } from '../../shared/searchQuery.ts';
import { fold } from '../../shared/searchText.ts';

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

/** The texts inside an outcome value. */
export function outcomeTexts(value: Json): string[] {
  return typeof value === 'object' ? leaves(value) : [displayValue(value)];
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

/** The searchable texts, as people wrote them; `column` is the place among indexColumns. */
export function eachSearchable(call: Call, take: (column: number, text: string) => void): void {
  if (call.name !== null) take(0, call.name);
  if (call.phone_number !== null) take(1, call.phone_number);
  if (call.external_id !== null) take(2, call.external_id);
  take(3, call.call_id);
  if (call.summary !== null) take(4, call.summary);
  if (call.outcomes !== null) {
    for (const value of Object.values(call.outcomes)) {
      // As outcomeTexts has them.
      if (typeof value === 'string') take(5, value);
      else for (const text of outcomeTexts(value)) take(5, text);
    }
  }
  if (call.transcript !== null) eachLeaf(call.transcript, (text) => take(6, text));
  if (call.metadata !== null) eachLeaf(call.metadata, (text) => take(7, text));
  eachLeaf(call.extra, (text) => take(7, text));
}

/** Texts of which any part can be looked for, one a column of the list of parts: a phone number also as its bare digits. */
export function partTexts(call: Call): [name: string, phoneNumber: string, externalId: string, callId: string] {
  const phone = call.phone_number ?? '';
  const digits = phone.replace(/\D/g, '');
  return [
    fold(call.name ?? ''),
    digits === phone ? phone : `${fold(phone)}\n${digits}`,
    fold(call.external_id ?? ''),
    fold(call.call_id),
  ];
}

/** The texts of a call in the order in which a person reads them, as written. */
export function searchedTexts(call: Call): SearchedText[] {
  const texts: SearchedText[] = [];
  for (const field of ['name', 'phone_number', 'summary', 'external_id', 'call_id'] as const) {
    const text = call[field];
    if (text !== null) texts.push({ field, name: field, text });
  }
  const add = (field: SearchField, name: string, values: readonly string[]) => {
    for (const text of values) texts.push({ field, name, text });
  };
  const addKeys = (values: Call['outcomes'], columnOf: (key: string) => ColumnId) => {
    for (const [key, value] of Object.entries(values ?? {})) {
      const column = columnOf(key);
      add(column, column, outcomeTexts(value));
    }
  };
  addKeys(call.outcomes, outcomeColumn);
  addKeys(call.metadata, metadataColumn);
  add('transcript', 'transcript', leaves(call.transcript));
  for (const [name, value] of Object.entries(call.extra)) add('extra', name, leaves(value));
  return texts;
}
