import type { WritableDb } from '../database.ts';

/**
 * The first form. `call.received` is the item as the provider sent it and the only truth of a call; segments, words and parts are
 * made from it and can be made again.
 */
export default function first(db: WritableDb): void {
  db.exec(`
    CREATE TABLE account (
      account_id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      base_url TEXT NOT NULL,
      is_sample INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE batch (
      batch_no INTEGER PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      schedule_id TEXT NOT NULL,
      received TEXT NOT NULL,
      calls INTEGER NOT NULL DEFAULT 0,
      -- Rises whenever calls of the batch change: readers load its columns anew.
      revision INTEGER NOT NULL DEFAULT 0,
      -- Rows have changed since the segments were written.
      is_dirty INTEGER NOT NULL DEFAULT 0,
      is_complete INTEGER NOT NULL DEFAULT 0,
      -- Calls whose analysis or transcript is still to come.
      pending INTEGER NOT NULL DEFAULT 0,
      synced_at INTEGER,
      -- What the provider said of the batch (batchState) when a whole pass last saw all its calls.
      synced_as TEXT,
      UNIQUE (account_id, schedule_id)
    ) STRICT;

    -- row_id = batch_no * 2^20 + the call's position in its batch's segments.
    CREATE TABLE call (
      row_id INTEGER PRIMARY KEY,
      batch_no INTEGER NOT NULL REFERENCES batch,
      call_id TEXT NOT NULL,
      received TEXT NOT NULL,
      gone_at INTEGER,
      UNIQUE (batch_no, call_id)
    ) STRICT;

    -- Contentless: the words come from call.received, already cut and folded (shared/searchText.ts), so 'ascii' only splits at spaces.
    CREATE VIRTUAL TABLE call_words USING fts5(
      name, phone_number, external_id, call_id, summary, outcomes, transcript, extra,
      content = '', contentless_delete = 1, tokenize = 'ascii'
    );
    CREATE VIRTUAL TABLE call_parts USING fts5(
      parts, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
    );

    -- Each page is a commit of its own, and each commit a small index; merging them less eagerly makes a sync a quarter faster.
    INSERT INTO call_words (call_words, rank) VALUES ('automerge', 16);
    INSERT INTO call_words (call_words, rank) VALUES ('crisismerge', 32);
    INSERT INTO call_parts (call_parts, rank) VALUES ('automerge', 16);
    INSERT INTO call_parts (call_parts, rank) VALUES ('crisismerge', 32);

    CREATE TABLE segment (
      batch_no INTEGER NOT NULL REFERENCES batch,
      column_id TEXT NOT NULL,
      filled INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      data BLOB NOT NULL,
      UNIQUE (batch_no, column_id)
    ) STRICT;

    -- How far a batch is read; see pass.ts.
    CREATE TABLE pass (
      batch_no INTEGER PRIMARY KEY REFERENCES batch,
      run_id INTEGER NOT NULL,
      state TEXT NOT NULL,
      next_page INTEGER NOT NULL,
      first_new INTEGER NOT NULL,
      seen BLOB NOT NULL,
      changed BLOB NOT NULL
    ) STRICT;

    CREATE TABLE run (
      run_id INTEGER PRIMARY KEY,
      account_id TEXT NOT NULL,
      -- Keys of the batches that it is for, as a JSON list.
      batches TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      -- Null: running, or stopped with Callbook (quit, crash, power cut); the next start goes on with it.
      finished_at INTEGER,
      -- The SyncRun as it ended, as JSON.
      result TEXT
    ) STRICT;

    CREATE TABLE change (
      change_id INTEGER PRIMARY KEY,
      row_id INTEGER NOT NULL,
      run_id INTEGER NOT NULL,
      field TEXT NOT NULL,
      old_value TEXT,
      new_value TEXT,
      seen_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX change_by_row ON change (row_id);
    CREATE INDEX change_by_run ON change (run_id);

    CREATE TABLE rejected (
      rejected_id INTEGER PRIMARY KEY,
      batch_no INTEGER NOT NULL REFERENCES batch,
      run_id INTEGER NOT NULL,
      page INTEGER NOT NULL,
      reason TEXT NOT NULL,
      received TEXT NOT NULL,
      seen_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX rejected_by_batch ON rejected (batch_no);
  `);
}
