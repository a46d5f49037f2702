import { metadataColumn, outcomeColumn } from '../../shared/columns.ts';
import { displayValue } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Call } from '../../shared/model.ts';
import type { SearchedText } from '../../shared/searchHits.ts';
import type { SearchField } from '../../shared/searchQuery.ts';
import { TEXT_BOUNDARY, fold, indexText } from '../../shared/searchText.ts';

/** What of a call can be found: one text a column of the index `call_words`, and of the index `call_parts`. */

/** All texts and numbers inside a value, however deep. */
function leaves(value: Json): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap((inner: Json) => leaves(inner));
}

/** The texts inside an outcome value. */
export function outcomeTexts(value: Json): string[] {
  return typeof value === 'object' ? leaves(value) : [displayValue(value)];
}

/** The columns of the index `call_words`. */
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

/** The searchable texts by column, as people wrote them. */
export function searchableTexts(call: Call): readonly (readonly [column: string, texts: readonly string[]])[] {
  const one = (text: string | null) => (text === null ? [] : [text]);
  return [
    ['name', one(call.name)],
    ['phone_number', one(call.phone_number)],
    ['external_id', one(call.external_id)],
    ['call_id', [call.call_id]],
    ['summary', one(call.summary)],
    ['outcomes', Object.values(call.outcomes ?? {}).flatMap(outcomeTexts)],
    ['transcript', leaves(call.transcript)],
    ['extra', [...leaves(call.metadata), ...leaves(call.extra)]],
  ];
}

export function indexTexts(call: Call): string[] {
  return searchableTexts(call).map(([, texts]) => texts.map(indexText).join(TEXT_BOUNDARY));
}

/** Texts of which any part can be looked for, one a column of the index `call_parts`: a phone number also as its bare digits. */
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
export function* searchedTexts(call: Call): Generator<SearchedText, void, undefined> {
  for (const field of ['name', 'phone_number', 'summary', 'external_id', 'call_id'] as const) {
    const text = call[field];
    if (text !== null) yield { field, name: field, text };
  }
  for (const [key, value] of Object.entries(call.outcomes ?? {})) {
    const column = outcomeColumn(key);
    for (const text of outcomeTexts(value)) yield { field: column, name: column, text };
  }
  for (const [key, value] of Object.entries(call.metadata ?? {})) {
    const column = metadataColumn(key);
    for (const text of outcomeTexts(value)) yield { field: column, name: column, text };
  }
  for (const text of leaves(call.transcript)) yield { field: 'transcript', name: 'transcript', text };
  for (const [name, value] of Object.entries(call.extra)) {
    for (const text of leaves(value)) yield { field: 'extra', name, text };
  }
}
