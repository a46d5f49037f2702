import { displayValue } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { Call } from '../../shared/model.ts';
import { TEXT_BOUNDARY, fold, indexText } from '../../shared/searchText.ts';

/** What of a call can be found: one text a column of the index `call_words`, and the text of `call_parts`. */

/** All texts and numbers inside a value, however deep. */
function leaves(value: Json): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap((inner: Json) => leaves(inner));
}

function outcomeTexts(call: Call): string[] {
  return Object.values(call.outcomes ?? {}).flatMap((value) =>
    typeof value === 'object' ? leaves(value) : [displayValue(value)],
  );
}

/** The searchable texts by column, as people wrote them. */
export function searchableTexts(call: Call): readonly (readonly [column: string, texts: readonly string[]])[] {
  const one = (text: string | null) => (text === null ? [] : [text]);
  return [
    ['name', one(call.name)],
    ['phone_number', one(call.phone_number)],
    ['external_id', one(call.external_id)],
    ['call_id', [call.call_id]],
    ['summary', one(call.summary)],
    ['outcomes', outcomeTexts(call)],
    ['transcript', leaves(call.transcript)],
    ['extra', leaves(call.extra)],
  ];
}

export function indexTexts(call: Call): string[] {
  return searchableTexts(call).map(([, texts]) => texts.map(indexText).join(TEXT_BOUNDARY));
}

/** Texts of which any part can be looked for: a phone number also as its bare digits. */
export function searchableParts(call: Call): string[] {
  const phone = call.phone_number ?? '';
  const digits = phone.replace(/\D/g, '');
  return [call.name ?? '', phone, digits === phone ? '' : digits, call.external_id ?? '', call.call_id]
    .filter((part) => part !== '')
    .map(fold);
}
