import type { Call } from '../../shared/model.ts';
import type { WritableDb } from './database.ts';
import { rowIdOf } from './rowId.ts';
import { indexTexts, partTexts } from './words.ts';

/** Writing the full-text index: part of the caller's transaction. */
export interface TextIndexWriter {
  /** A call that is not in the index. */
  add(rowId: number, call: Call): void;
  /** Another text for a call that is in it and was `before`. */
  replace(rowId: number, before: Call, call: Call): void;
}

export function openTextIndexWriter(db: WritableDb): TextIndexWriter {
  const insertWords = db.prepare(
    'INSERT INTO call_words (rowid, name, phone_number, external_id, call_id, summary, outcomes, transcript, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const deleteWords = db.prepare('DELETE FROM call_words WHERE rowid = ?');
  const insertParts = db.prepare(
    'INSERT INTO call_parts (rowid, name, phone_number, external_id, call_id) VALUES (?, ?, ?, ?, ?)',
  );
  const deleteParts = db.prepare('DELETE FROM call_parts WHERE rowid = ?');
  return {
    add(rowId, call) {
      insertWords.run(rowId, ...indexTexts(call));
      insertParts.run(rowId, ...partTexts(call));
    },
    replace(rowId, before, call) {
      deleteWords.run(rowId);
      insertWords.run(rowId, ...indexTexts(call));
      // Names and numbers seldom change, and their index costs most.
      const [old, parts] = [partTexts(before), partTexts(call)];
      if (parts.every((part, i) => part === old[i])) return;
      deleteParts.run(rowId);
      insertParts.run(rowId, ...parts);
    },
  };
}

/** Puts the calls of a batch that are not in the index yet into it; `calls` are all of the batch by position. */
export function indexNewCalls(db: WritableDb, batchNo: number, calls: readonly Call[]): void {
  const indexed =
    db.prepare<[number], number>('SELECT indexed FROM batch WHERE batch_no = ?').pluck().get(batchNo) ?? 0;
  const writer = openTextIndexWriter(db);
  for (const [i, call] of calls.slice(indexed).entries()) writer.add(rowIdOf(batchNo, indexed + i), call);
  db.prepare('UPDATE batch SET indexed = ? WHERE batch_no = ?').run(calls.length, batchNo);
}
