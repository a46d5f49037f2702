import type { WritableDb } from '../database.ts';

/** The provider's own id of an account, so that none is connected twice. Null: not asked yet. */
export default function providerAccounts(db: WritableDb): void {
  db.exec('ALTER TABLE account ADD COLUMN provider_account_id TEXT');
}
