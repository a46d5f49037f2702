import type { WritableDb } from '../database.ts';

/** The list of a batch's contacts: what results lack of a call, and contacts that are not called yet. */
export default function contacts(db: WritableDb): void {
  db.exec(`
    -- One switch a batch.
    ALTER TABLE batch ADD COLUMN wants_contacts INTEGER NOT NULL DEFAULT 1;
    -- What the provider said of the batch (contactsState) when its contacts were last read to the end; null: never.
    ALTER TABLE batch ADD COLUMN contacts_as TEXT;
    -- How far they are being read: what the provider said when that began, the next page, and a number that rises with each reading.
    ALTER TABLE batch ADD COLUMN contacts_state TEXT;
    ALTER TABLE batch ADD COLUMN contacts_page INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE batch ADD COLUMN contacts_reading INTEGER NOT NULL DEFAULT 0;
    -- Of the batch's rows, contacts that are not called yet.
    ALTER TABLE batch ADD COLUMN uncalled INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE contact (
      row_id INTEGER PRIMARY KEY,
      -- What the list says beyond the fields of a call, as received: metadata, fields that nobody documents. Null: nothing.
      rest TEXT,
      -- 0: results do not list the call yet; call.received is the contact as received.
      is_called INTEGER NOT NULL,
      -- The reading that saw it last.
      reading INTEGER NOT NULL
    ) STRICT;

    -- Calls that were contacts until this sync: positions, as pass.seen.
    ALTER TABLE pass ADD COLUMN called BLOB NOT NULL DEFAULT x'';
    ALTER TABLE rejected ADD COLUMN list TEXT NOT NULL DEFAULT 'results';
  `);
}
