import type { WritableDb } from '../database.ts';

/**
 * What people write about calls: star, tags, note. By batch and call id, so that a sync changes nothing of it. Emptied ones stay as empty
 * rows: the latest change then tells readers that something changed.
 */
export default function annotations(db: WritableDb): void {
  db.exec(`
    CREATE TABLE annotation (
      batch_no INTEGER NOT NULL REFERENCES batch,
      call_id TEXT NOT NULL,
      is_starred INTEGER NOT NULL,
      -- A JSON list of texts.
      tags TEXT NOT NULL,
      note TEXT NOT NULL,
      changed_at INTEGER NOT NULL,
      PRIMARY KEY (batch_no, call_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX annotation_by_change ON annotation (changed_at);
  `);
}
