import { metadataColumn, outcomeColumn } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import type { Call } from '../../shared/model.ts';

/** One field that differs; values are JSON text, null where the field or key was absent or null. */
export interface FieldChange {
  readonly field: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

function fieldsOf(call: Call): Map<string, string> {
  const fields = new Map<string, string>();
  const keep = (name: string, value: Json | undefined) => {
    if (value !== null && value !== undefined) fields.set(name, JSON.stringify(value));
  };
  const { outcomes, metadata, extra, recording, ...documented } = call;
  for (const [name, value] of Object.entries(documented)) keep(name, value);
  keep('recording', recording === null ? null : { available: recording.available, file_key: recording.file_key });
  for (const [key, value] of Object.entries(outcomes ?? {})) keep(outcomeColumn(key), value);
  for (const [key, value] of Object.entries(metadata ?? {})) keep(metadataColumn(key), value);
  for (const [name, value] of Object.entries(extra)) keep(name, value);
  return fields;
}

/** What differs between two states of a call; the order of keys is no difference. */
export function listChanges(before: Call, after: Call): FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [oldValue, newValue] = [old.get(field) ?? null, now.get(field) ?? null];
    return oldValue === newValue ? [] : [{ field, oldValue, newValue }];
  });
}
