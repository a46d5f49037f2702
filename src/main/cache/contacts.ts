import { eachItem, type Items } from '../items.ts';
import { callOf, contactRest, readItem } from '../../shared/call.ts';
import { parseJson, parseJsonKeepingDigits, type Json } from '../../shared/json.ts';
import { contactsState, type Call, type ProviderBatch } from '../../shared/model.ts';
import { openCallRows, type StoredRow } from './callRows.ts';
import { listChanges } from './changes.ts';
import type { WritableDb } from './database.ts';
import { rowIdSpan } from './rowId.ts';
import { markDirty } from './settle.ts';

/**
 * Taking in the list of a batch's contacts. Results know more of a call that was made; the list adds its metadata, and the contacts that
 * are not called yet. Those are rows of their own until results list them.
 */

/**
 * How reading the list ends: every contact that the provider counts was seen (`whole`), the list ended otherwise (`ended`), or something
 * stopped it and the next sync goes on from there (`stopped`).
 */
export type ContactsEnd = 'whole' | 'ended' | 'stopped';

export interface ContactIngest {
  /** Page to ask for first: 1, or where an earlier sync of the same list was stopped. */
  readonly nextPage: number;
  /** Stores the contacts of one page, each as JSON text, and how far the list is read, in one transaction. Of the last one see ingest.ts. */
  addPage(page: number, items: Items, isLast: boolean): ContactPage;
  /** Ends the list. */
  finish(end: ContactsEnd): null;
}

export interface ContactPage {
  /** Different contacts seen so far, rejected ones included. */
  readonly seen: number;
  /** Of this page's items, those not seen before. */
  readonly fresh: number;
}

interface ContactRow {
  readonly rest: string | null;
  readonly reading: number;
}

/** `now` in ms since epoch UTC is when what is found counts as seen. */
export function ingestContacts(db: WritableDb, batchNo: number, runId: number, now: number): ContactIngest {
  const callRows = openCallRows(db, batchNo);
  const [firstRow, lastRow] = rowIdSpan(batchNo);
  const selectContact = db.prepare<[number], ContactRow>('SELECT rest, reading FROM contact WHERE row_id = ?');
  const saveContact = db.prepare(
    `INSERT INTO contact (row_id, rest, is_called, reading) VALUES (?, ?, ?, ?)
     ON CONFLICT (row_id) DO UPDATE SET rest = excluded.rest, reading = excluded.reading`,
  );
  const insertChange = db.prepare(
    'INSERT INTO change (row_id, run_id, field, old_value, new_value, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertRejected = db.prepare(
    `INSERT INTO rejected (batch_no, run_id, page, reason, received, seen_at, list) VALUES (?, ?, ?, ?, ?, ?, 'contacts')`,
  );
  const deleteRejected = db.prepare(`DELETE FROM rejected WHERE batch_no = ? AND list = 'contacts'`);

  const batch = db
    .prepare<
      [number],
      { received: string; contacts_state: string | null; contacts_page: number; contacts_reading: number }
    >('SELECT received, contacts_state, contacts_page, contacts_reading FROM batch WHERE batch_no = ?')
    .get(batchNo);
  if (batch === undefined) throw new Error('the batch is not in the cache');
  const state = contactsState(JSON.parse(batch.received) as ProviderBatch);
  // From the first page on it is read anew.
  const isResumed = batch.contacts_state === state && batch.contacts_page > 1;
  const reading = isResumed ? batch.contacts_reading : batch.contacts_reading + 1;
  const nextPage = isResumed ? batch.contacts_page : 1;
  /** Items that cannot be read, by their text. */
  const rejected = new Set<string>();
  let hasWritten = false;
  let seen = 0;
  if (isResumed) takeOver();

  function takeOver(): void {
    const texts = db
      .prepare<[number], string>(`SELECT received FROM rejected WHERE batch_no = ? AND list = 'contacts'`)
      .pluck()
      .all(batchNo);
    for (const text of texts) rejected.add(text);
    const read = db
      .prepare<[number, number, number], number>(
        'SELECT count(*) FROM contact WHERE row_id BETWEEN ? AND ? AND reading = ?',
      )
      .pluck()
      .get(firstRow, lastRow, reading);
    seen = (read ?? 0) + rejected.size;
  }

  function addUncalled(call: Call, received: string): void {
    const rowId = callRows.add(call, Buffer.from(received));
    saveContact.run(rowId, contactRest(received), 0, reading);
    hasWritten = true;
  }

  function updateUncalled(stored: StoredRow, received: string): void {
    saveContact.run(stored.row_id, contactRest(received), 0, reading);
    const item = Buffer.from(received);
    if (stored.item.equals(item) && stored.gone_at === null) return;
    callRows.replace(stored.row_id, item);
    hasWritten = true;
  }

  function updateCalled(stored: StoredRow, known: ContactRow | undefined, received: string): void {
    const rest = contactRest(received);
    saveContact.run(stored.row_id, rest, 1, reading);
    if (rest === (known?.rest ?? null)) return;
    // What comes with the first reading has not changed: it was not known.
    if (known !== undefined) {
      for (const { field, oldValue, newValue } of listChanges(
        callOf(stored.item.toString(), known.rest),
        callOf(stored.item.toString(), rest),
      )) {
        insertChange.run(stored.row_id, runId, field, oldValue, newValue, now);
      }
    }
    hasWritten = true;
  }

  /** True if it was not seen before in this reading. */
  function takeItem(page: number, sent: string): boolean {
    let received = sent;
    let item = readItem(received);
    if (!item.ok && item.callId === null) {
      received = withId(sent);
      item = readItem(received);
    }
    if (!item.ok) {
      if (rejected.has(sent)) return false;
      insertRejected.run(batchNo, runId, page, item.reason, sent, now);
      rejected.add(sent);
      return true;
    }
    const stored = callRows.find(item.call.call_id);
    if (stored === undefined) {
      addUncalled(item.call, received);
      return true;
    }
    const known = selectContact.get(stored.row_id);
    if (stored.isCalled) updateCalled(stored, known, received);
    else updateUncalled(stored, received);
    return known?.reading !== reading;
  }

  const addPage = callRows.transaction((page: number, items: Items, isLast: boolean): ContactPage => {
    if (page === 1) deleteRejected.run(batchNo);
    hasWritten = false;
    let fresh = 0;
    for (const item of eachItem(items)) if (takeItem(page, item.toString())) fresh++;
    seen += fresh;
    if (hasWritten) markDirty(db, batchNo);
    db.prepare('UPDATE batch SET contacts_state = ?, contacts_page = ?, contacts_reading = ? WHERE batch_no = ?').run(
      state,
      isLast ? page : page + 1,
      reading,
      batchNo,
    );
    return { seen, fresh };
  });

  /** Contacts that are no longer listed and never were called. */
  function markGone(): void {
    const rows = db
      .prepare<[number, number, number], number>(
        `SELECT row_id FROM contact JOIN call USING (row_id)
         WHERE row_id BETWEEN ? AND ? AND is_called = 0 AND reading < ? AND gone_at IS NULL`,
      )
      .pluck()
      .all(firstRow, lastRow, reading);
    const mark = db.prepare('UPDATE call SET gone_at = ? WHERE row_id = ?');
    for (const rowId of rows) {
      mark.run(now, rowId);
      insertChange.run(rowId, runId, 'gone upstream', null, 'true', now);
    }
  }

  const finish = db.transaction((end: ContactsEnd): null => {
    if (end === 'whole') markGone();
    if (end !== 'stopped') {
      db.prepare('UPDATE batch SET contacts_as = ?, contacts_state = NULL, contacts_page = 1 WHERE batch_no = ?').run(
        state,
        batchNo,
      );
    }
    return null;
  });

  return {
    nextPage,
    addPage,
    finish: (end) => finish.immediate(end),
  };
}

/**
 * A contact that is not called yet may have no call_id. It gets one that no call has, made of what names it; when it is called, the call
 * comes with its own and the next reading no longer lists this one.
 */
function withId(received: string): string {
  let item: Json;
  try {
    item = parseJson(received);
  } catch {
    return received;
  }
  if (item === null || typeof item !== 'object') return received;
  const { call_id: id, external_id: externalId, phone_number: phoneNumber } = item as { [key: string]: Json };
  const name = externalId ?? phoneNumber;
  if (id != null || (typeof name !== 'string' && typeof name !== 'number')) return received;
  return JSON.stringify({ ...(parseJsonKeepingDigits(received) as object), call_id: `contact ${name}` });
}
