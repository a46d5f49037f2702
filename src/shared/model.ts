import { z } from 'zod';
import type { Json } from './json.ts';
import type { ErrorValue } from './errors.ts';
import type { Snippet } from './searchHits.ts';

/**
 * The nouns. A field of the provider keeps the provider's name (`duration_seconds`), here, in the grid, in the CLI and in
 * Excel, so that one word means one thing everywhere. Our own fields are camelCase.
 */

export interface Account {
  /** Callbook's own id: stable, also the keychain entry's name. */
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  /** Where its key is: `session` is lost when Callbook quits, `none` is the sample or a lost key. */
  readonly key: 'keychain' | 'session' | 'none';
  readonly isSample: boolean;
  /** Requests a minute that the provider allows the key; null: not told. */
  readonly rateLimit: number | null;
  /** The provider's own id of the account; null: not asked yet (one that an older Callbook connected), or the sample. */
  readonly providerAccountId: string | null;
}

/** An account as the cache keeps it: where its key is, only the keychain knows. */
export type StoredAccount = Omit<Account, 'key'>;

/** What `GET /me` says. */
export const meSchema = z.looseObject({
  account_id: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  limits: z.looseObject({ rate_limit_per_minute: z.number().int().positive().nullish() }).nullish(),
});
export type Me = z.infer<typeof meSchema>;

/** A field of another form than agreed counts as not told: what else is said of a batch holds without it. */
const text = z.string().nullish().catch(null);
const count = z.number().nullish().catch(null);

/** One batch as the provider's list gives it; what it does not document is kept. Times are ISO 8601 text. */
export const batchSchema = z.looseObject({
  schedule_id: z.string().min(1),
  agent_id: text,
  agent_name: text,
  version_id: text,
  status: text,
  start_mode: text,
  total_contacts: count,
  completed_contacts: count,
  failed_contacts: count,
  scheduled_at: text,
  created_at: text,
  updated_at: text,
});
export type ProviderBatch = z.infer<typeof batchSchema>;

/** What changes of a batch when its calls do, as text to compare: status, counts, time of the last change where the provider tells it. */
export function batchState(batch: ProviderBatch): string {
  const { status, total_contacts, completed_contacts, failed_contacts, updated_at } = batch;
  return JSON.stringify(
    [status, total_contacts, completed_contacts, failed_contacts, updated_at].map((value) => value ?? null),
  );
}

/** What changes of a batch when its list of contacts is worth another look, as text to compare: it has ended, or has more contacts. */
export function contactsState(batch: ProviderBatch): string {
  return JSON.stringify([hasEnded(batch), batch.total_contacts ?? null]);
}

const endedStates = new Set(['completed', 'failed', 'cancelled']);

/** No further call of the batch will be made; analyses may still come. */
export function hasEnded({ status }: { readonly status?: string | null | undefined }): boolean {
  return endedStates.has(status ?? '');
}

/** `account id/schedule id`: names one batch across accounts. */
export type BatchKey = string;

export function batchKey(accountId: string, scheduleId: string): BatchKey {
  return `${accountId}/${scheduleId}`;
}

export interface Batch {
  readonly key: BatchKey;
  readonly accountId: string;
  /** The provider's `schedule_id`. */
  readonly batch_id: string;
  readonly agent_name: string | null;
  readonly version_id: string | null;
  readonly status: string | null;
  readonly total_contacts: number | null;
  /** ISO 8601, as received. */
  readonly created_at: string | null;
  /** Calls in the cache, without contacts that are not called yet. */
  readonly calls: number;
  /** Contacts in the cache that are not called yet; they are rows among the calls. */
  readonly uncalled: number;
  /** Its contacts and their metadata are fetched too. */
  readonly wantsContacts: boolean;
  /** Its contacts were read to the end, and the provider says the same of the batch as then. */
  readonly hasContacts: boolean;
  /** Items of the last sync's results that could not be read. */
  readonly rejected: number;
  /** ms since epoch UTC of the last finished sync; null: never. */
  readonly syncedAt: number | null;
  /** The last sync saw every call that the provider counted. */
  readonly isComplete: boolean;
  /** Calls whose analysis or transcript is still to come. */
  readonly pending: number;
  /** The provider says something else of the batch than when it was last read whole. */
  readonly hasMoved: boolean;
  /** How the last sync that asked for it went; null: none did. */
  readonly lastRun: BatchProgress | null;
}

export interface Recording {
  readonly available: boolean;
  readonly file_key: string | null;
}

/** One call with the documented fields; nothing is renamed. Times are ISO 8601 text as received. */
export interface Call {
  readonly call_id: string;
  readonly external_id: string | null;
  readonly phone_number: string | null;
  readonly name: string | null;
  readonly status: string | null;
  readonly duration_seconds: number | null;
  readonly answer_duration_seconds: number | null;
  readonly disconnect_reason: string | null;
  readonly transcript_status: string | null;
  readonly analysis_status: string | null;
  readonly summary: string | null;
  /** Any key is possible, `__proto__` too: read with Object.hasOwn or Object.entries. */
  readonly outcomes: { readonly [key: string]: Json } | null;
  readonly recording: Recording | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly transcript: Json;
  /** What the customer noted of the contact, from the batch's list of contacts; null: not fetched, or none. Any key is possible. */
  readonly metadata: { readonly [key: string]: Json } | null;
  /** Fields that the provider does not document, as received. */
  readonly extra: { readonly [key: string]: Json };
}

/** What a person wrote about a call: kept on this computer, never sent anywhere. */
export const annotationSchema = z.strictObject({
  isStarred: z.boolean(),
  tags: z.array(z.string().trim().min(1).max(100)).max(50),
  note: z.string().max(100_000),
});
export type Annotation = z.infer<typeof annotationSchema>;

export const noAnnotation: Annotation = { isStarred: false, tags: [], note: '' };

/** A call as a row of the grid: without the long parts. */
export interface CallRow {
  readonly rowId: number;
  readonly batch: BatchKey;
  /** ms since epoch UTC since when the provider no longer lists the call; null: it does. */
  readonly goneAt: number | null;
  readonly call: Omit<Call, 'transcript' | 'extra'>;
  /** null: nothing written. */
  readonly annotation: Annotation | null;
  /** Where the search found the call, if the cells do not show it. */
  readonly snippet: Snippet | null;
}

export interface CallDetail {
  readonly rowId: number;
  readonly batch: Batch;
  readonly goneAt: number | null;
  readonly annotation: Annotation | null;
  readonly call: Call;
  /** The item as the provider sent it, as JSON text. */
  readonly received: string;
  /** What the list of contacts adds to it, as JSON text; null: nothing. */
  readonly contact: string | null;
  readonly history: readonly Change[];
}

/** One field that differed between two syncs. `field` is a documented field or `outcome:KEY`; values are JSON text, null: absent. */
export interface Change {
  readonly field: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  /** ms since epoch UTC. */
  readonly seenAt: number;
  readonly runId: number;
}

/** One change that a sync found, with the call it is of. */
export interface RunChange extends Change {
  readonly rowId: number;
  readonly call_id: string;
  readonly name: string | null;
}

/** An item that could not be read, as it came. */
export interface RejectedItem {
  readonly id: number;
  readonly batch: BatchKey;
  /** The list that it was in. */
  readonly list: 'results' | 'contacts';
  readonly page: number;
  readonly reason: string;
  readonly received: string;
  readonly seenAt: number;
}

export interface SyncCounts {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly rejected: number;
}

export interface BatchProgress extends SyncCounts {
  readonly batch: BatchKey;
  readonly batch_id: string;
  readonly agent_name: string | null;
  readonly state: 'waiting' | 'syncing' | 'done' | 'failed' | 'cancelled';
  /** What is being read of it. Contacts come once every batch has its calls. */
  readonly step: 'calls' | 'contacts';
  /** Contacts received so far in this run. */
  readonly contacts: number;
  /** Pages received so far in this run, of results and contacts. */
  readonly pages: number;
  /** As many calls as the list of batches announces; null: it does not. */
  readonly expected: number | null;
  /** Calls received so far in this run. */
  readonly fetched: number;
  /** The provider's count; null until the first page is here. */
  readonly total: number | null;
  readonly requests: number;
  /** Every call that the provider counts is in the cache. */
  readonly complete: boolean;
  readonly error: ErrorValue | null;
}

export interface SyncRun {
  readonly runId: number;
  readonly accountId: string;
  readonly state: 'running' | 'done' | 'partly' | 'failed' | 'cancelled';
  readonly batches: readonly BatchProgress[];
  readonly requests: number;
  /** Requests that were sent again after a failure. */
  readonly retries: number;
  /** Bytes of the answers' bodies. */
  readonly bytes: number;
  /** Nobody pressed a button for it. */
  readonly isAutomatic: boolean;
  /** What it waits for, without an error: a person, or the network. */
  readonly hold: 'paused' | 'offline' | null;
  /** While offline: ms since epoch UTC of the next try; null: one is under way. */
  readonly nextTryAt: number | null;
  /** ms since epoch UTC until which the rate limit makes the sync wait; null: not waiting. */
  readonly waitingUntil: number | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** A sync of the past, in one line. `interrupted`: Callbook ended before it did, and another sync went on. */
export interface PastRun extends SyncCounts {
  readonly runId: number;
  readonly accountId: string;
  readonly state: Exclude<SyncRun['state'], 'running'> | 'interrupted';
  readonly isAutomatic: boolean;
  /** Batches that were asked for. */
  readonly batches: number;
  readonly requests: number;
  readonly retries: number;
  readonly bytes: number;
  /** ms since epoch UTC. */
  readonly startedAt: number;
  readonly finishedAt: number;
}
