import { CallbookError } from '../../shared/errors.ts';
import type { StoredAccount } from '../../shared/model.ts';
import type { WritableDb } from './database.ts';

/**
 * Inside a transaction, as another Callbook may connect an account at the same moment. Throws ACCOUNT_CONNECTED where the provider's account
 * is here already (two of it, which an older Callbook let one connect, stay), and ACCOUNT_EXISTS for a name that another one has.
 */
export function saveAccount(db: WritableDb, account: StoredAccount): void {
  const { id, name, baseUrl, isSample, rateLimit, providerAccountId } = account;
  const same = db
    .prepare<[string | null, string], { name: string; base_url: string }>(
      'SELECT name, base_url FROM account WHERE provider_account_id = ? AND account_id <> ?',
    )
    .all(providerAccountId, id)
    .find(({ base_url }) => new URL(base_url).origin === new URL(baseUrl).origin);
  if (same !== undefined) {
    throw new CallbookError(
      'ACCOUNT_CONNECTED',
      `The key belongs to “${same.name}”, which is connected already: connected again, every call would be here, and count, twice.`,
    );
  }
  const other = db.prepare('SELECT 1 FROM account WHERE name = ? AND account_id <> ?').get(name, id);
  if (other !== undefined) {
    throw new CallbookError('ACCOUNT_EXISTS', `There is already an account named “${name}”. Choose another name.`);
  }
  db.prepare(
    `INSERT INTO account (account_id, name, base_url, is_sample, rate_limit, provider_account_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, base_url = excluded.base_url,
       rate_limit = excluded.rate_limit, provider_account_id = excluded.provider_account_id`,
  ).run(id, name, baseUrl, isSample ? 1 : 0, rateLimit, providerAccountId, Date.now());
}
