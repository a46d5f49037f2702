import { z } from 'zod';
import { metadataKeyOf, outcomeKeyOf, type ColumnId } from './columns.ts';
import { parseJson, parseJsonKeepingDigits, type Json } from './json.ts';
import type { Call } from './model.ts';
import type { BlankKind } from './selection.ts';

/** Reading one item of a batch's results. The text received is what the cache keeps; a Call is always made from it anew. */

const UTC_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** ms since epoch UTC of an ISO 8601 time; one without a zone is UTC, as the provider's are. NaN where it is none. */
export function timeOf(text: string): number {
  // Most have this form; a day that is not in its month is none, as for Date.parse.
  if (UTC_SECONDS.test(text)) return Date.parse(text);
  if (!TIME.test(text)) return NaN;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text.slice(10)) ? text : `${text}Z`;
  return Date.parse(zoned.replace(' ', 'T'));
}

const text = z.string().nullish();
/** Ids that some clients send as numbers. */
const idText = z.union([z.string(), z.number()]).nullish();
const time = z
  .string()
  .refine((value) => !Number.isNaN(timeOf(value)), 'is not a time')
  .nullish();
// Not z.record: zod would lose a key named __proto__.
const plainObject = z.custom<{ [key: string]: Json }>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'is not an object',
);

const itemFields = {
  call_id: z.string().min(1),
  external_id: idText,
  phone_number: idText,
  name: text,
  status: text,
  duration_seconds: z.number().nullish(),
  answer_duration_seconds: z.number().nullish(),
  disconnect_reason: text,
  transcript_status: text,
  analysis_status: text,
  summary: text,
  outcomes: plainObject.nullish(),
  recording: z.looseObject({ available: z.boolean().nullish(), file_key: text }).nullish(),
  started_at: time,
  ended_at: time,
};
const itemSchema = z.object(itemFields);
type Item = z.infer<typeof itemSchema>;

/** All fields of an item that have a meaning. */
export const documentedFields: ReadonlySet<string> = new Set([...Object.keys(itemFields), 'transcript', 'metadata']);
const none: Call['extra'] = {};

/** The fields that nobody documents. Most items have none; this runs for every call of every batch, so those cost nothing. */
function extraOf(received: { readonly [key: string]: Json }): Call['extra'] {
  for (const key in received) {
    if (!documentedFields.has(key))
      return Object.fromEntries(Object.entries(received).filter(([name]) => !documentedFields.has(name)));
  }
  return none;
}

function toCall(item: Item, received: { readonly [key: string]: Json }): Call {
  return {
    call_id: item.call_id,
    external_id: item.external_id == null ? null : String(item.external_id),
    phone_number: item.phone_number == null ? null : String(item.phone_number),
    name: item.name ?? null,
    status: item.status ?? null,
    duration_seconds: item.duration_seconds ?? null,
    answer_duration_seconds: item.answer_duration_seconds ?? null,
    disconnect_reason: item.disconnect_reason ?? null,
    transcript_status: item.transcript_status ?? null,
    analysis_status: item.analysis_status ?? null,
    summary: item.summary ?? null,
    outcomes: item.outcomes ?? null,
    recording:
      item.recording == null
        ? null
        : { available: item.recording.available ?? false, file_key: item.recording.file_key ?? null },
    started_at: item.started_at ?? null,
    ended_at: item.ended_at ?? null,
    transcript: Object.hasOwn(received, 'transcript') ? (received['transcript'] ?? null) : null,
    metadata: metadataOf(received),
    extra: extraOf(received),
  };
}

function metadataOf(received: { readonly [key: string]: Json }): Call['metadata'] {
  const value = Object.hasOwn(received, 'metadata') ? received['metadata'] : null;
  if (value === undefined || value === null) return null;
  // Whatever its form, it stays to be found.
  return plainObject.safeParse(value).success ? (value as { [key: string]: Json }) : { '': value };
}

export type ReadItem =
  | { readonly ok: true; readonly call: Call }
  /** `reason` names the field and what is wrong with it, never the value. `callId` is the item's id where that much can be read. */
  | { readonly ok: false; readonly reason: string; readonly callId: string | null };

/** Lists and objects within each other: what goes through values goes down level by level, and has no room for tens of thousands. */
const MOST_LEVELS = 500;

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values<Json>(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Checks one item of a page, given as JSON text. */
export function readItem(received: string): ReadItem {
  let value: Json;
  try {
    value = parseJson(received);
  } catch {
    return { ok: false, reason: 'The item is not JSON.', callId: null };
  }
  const parsed = itemSchema.safeParse(value);
  // Each level takes two letters, so most items need not be looked at.
  if (parsed.success && received.length > 2 * MOST_LEVELS && isDeeper(value, MOST_LEVELS))
    return { ok: false, reason: 'The item is nested too deeply.', callId: parsed.data.call_id };
  if (parsed.success) return { ok: true, call: toCall(parsed.data, value as { [key: string]: Json }) };
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  const callId = itemSchema.shape.call_id.safeParse((value as { call_id?: unknown } | null)?.call_id);
  return {
    ok: false,
    reason: path === '' ? 'The item is not an object.' : `${path}: ${issue?.message ?? 'cannot be read'}`,
    callId: callId.success ? callId.data : null,
  };
}

/** The call of an item that readItem has accepted before; `contact` is what contactRest kept of its contact, if there is one. */
export function callOf(received: string, contact: string | null = null): Call {
  const value = parseJson(received) as { [key: string]: Json };
  const call = toCall(value as Item, value);
  return contact === null ? call : withContact(call, contact);
}

/** What the list of contacts says of a call beyond what results say of it, as JSON text; null: nothing. */
export function contactRest(received: string): string | null {
  const item = parseJsonKeepingDigits(received) as { [key: string]: unknown };
  const rest = Object.entries(item).filter(([key, value]) => !Object.hasOwn(itemFields, key) && value !== null);
  return rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest));
}

/** The call with what contactRest kept; what the results say themselves goes first. */
export function withContact(call: Call, contact: string): Call {
  const rest = parseJson(contact) as { [key: string]: Json };
  return {
    ...call,
    metadata: call.metadata ?? metadataOf(rest),
    extra: { ...extraOf(rest), ...call.extra },
  };
}

/** Stands in a column's id for half a character of its key. */
const NOT_UTF8 = '\ufffd';

/** The call's value of a column of a key; null: none. */
export function keyValue({ outcomes, metadata }: Pick<Call, 'outcomes' | 'metadata'>, id: ColumnId): Json {
  const outcome = outcomeKeyOf(id);
  const [values, key] = outcome === undefined ? [metadata, metadataKeyOf(id)] : [outcomes, outcome];
  if (values === null || key === undefined) return null;
  if (Object.hasOwn(values, key)) return values[key] ?? null;
  return key.includes(NOT_UTF8)
    ? (Object.entries(values).findLast(([one]) => one.toWellFormed() === key)?.[1] ?? null)
    : null;
}

/** Statuses of a call that nobody has tried to make yet. */
export const notDialled: readonly string[] = ['pending', 'queued'];

/** Somebody or something took the call. */
export function isAnswered(call: Pick<Call, 'answer_duration_seconds'>): boolean {
  return (call.answer_duration_seconds ?? 0) > 0;
}

/** Why an outcome key of the call holds no value. */
export function blankKindOf(call: Pick<Call, 'analysis_status' | 'answer_duration_seconds'>): BlankKind {
  if (call.analysis_status === 'pending' || call.analysis_status === 'processing') return 'pending';
  return isAnswered(call) ? 'missing' : 'not_applicable';
}

/** Null, empty text and white space are no value: an analyst sees an empty cell. */
export function isBlank(value: Json | undefined): value is null | undefined | '' {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
