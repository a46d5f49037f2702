import type { WritableDb } from '../database.ts';

/**
 * What the values of each outcome key are like, batch by batch, from which a key's kind is recognised; and the kinds that a person chose
 * instead. Profiles are made with the segments, so every batch is made anew once.
 */
export default function kinds(db: WritableDb): void {
  db.exec(`
    CREATE TABLE profile (
      batch_no INTEGER NOT NULL REFERENCES batch,
      column_id TEXT NOT NULL,
      -- A Profile (shared/recognise.ts) as JSON.
      profile TEXT NOT NULL,
      PRIMARY KEY (batch_no, column_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE column_kind (
      column_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    UPDATE batch SET is_dirty = 1;
  `);
}
