import type { WritableDb } from '../database.ts';

/** Few calls are gone: with an index of those, a window of calls need not look at the row of each. */
export default function goneCalls(db: WritableDb): void {
  db.exec('CREATE INDEX gone_call ON call (row_id, gone_at) WHERE gone_at IS NOT NULL');
}
