import type { WritableDb } from '../database.ts';

/**
 * New calls go into the text indexes when their batch ends, all at once, as that takes a third of the time of a piece with every page; a
 * batch's other reader-facing parts, its segments, are made then too.
 */
export default function indexed(db: WritableDb): void {
  db.exec(`
    -- Calls at positions below are in call_words and call_parts.
    ALTER TABLE batch ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
    UPDATE batch SET indexed = (SELECT count(*) FROM call WHERE call.batch_no = batch.batch_no);
    -- Bytes of words that are gathered before they are written: a batch of some ten thousand calls is one piece of the index, not many.
    INSERT INTO call_words (call_words, rank) VALUES ('hashsize', 16777216);
    INSERT INTO call_parts (call_parts, rank) VALUES ('hashsize', 16777216);
  `);
}
