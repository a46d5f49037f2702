import type { WritableDb } from '../database.ts';

/**
 * Summaries and the files of recordings have segments too, so that exports, pivots and orders by them read no items. Every batch is made
 * anew once.
 */
export default function summaries(db: WritableDb): void {
  db.exec('UPDATE batch SET is_dirty = is_dirty + 1');
}
