import type { WritableDb } from '../database.ts';

/** What stays of a sync: how each batch's last one went, and the limit of requests that the provider told for a key. */
export default function runs(db: WritableDb): void {
  db.exec(`
    -- The BatchProgress of the last sync that asked for it, as JSON.
    ALTER TABLE batch ADD COLUMN last_run TEXT;
    -- Requests a minute; null: not told.
    ALTER TABLE account ADD COLUMN rate_limit INTEGER;
  `);
}
