import { randomBytes } from 'node:crypto';
import { CallbookError } from '../shared/errors.ts';
import type { TestedKey } from '../shared/contract.ts';
import type { Account, Me, StoredAccount } from '../shared/model.ts';
import { parseBaseUrl } from './api/baseUrl.ts';
import type { HttpProvider } from './api/httpProvider.ts';
import type { Provider } from './api/provider.ts';
import { createBudgets } from './api/budgets.ts';
import type { RateLimit } from './api/rateLimit.ts';
import { createSampleProvider } from './api/sampleProvider.ts';
import type { FindProxy } from './api/web.ts';
import type { Cache } from './cache/cache.ts';
import type { Keychain } from './keys/keychain.ts';

/** Accounts with their keys and connections: where the cache, the keychain and the provider meet. */

/** Tries of a request within a sync before its batch is given up; each waits longer. */
const SYNC_RETRIES = 5;

export interface AccountsDeps {
  readonly cache: Cache;
  readonly keychain: Keychain;
  readonly resourcesDir: string;
  readonly environmentKey: string | undefined;
  readonly findProxy: FindProxy;
  /** A sync waits for the network by itself. */
  readonly waitsForNetwork: boolean;
  /** Hears of the requests of the account, one by one. */
  readonly onTraffic: (accountId: string, traffic: Partial<Record<'requests' | 'retries' | 'bytes', number>>) => void;
  /** Hears until when (ms since epoch UTC) the account's budget of requests makes it wait; null: it goes on. */
  readonly onWait: (accountId: string, until: number | null) => void;
}

interface KeyChoice {
  readonly key: string;
  readonly keep: 'keychain' | 'session';
}

interface Connected {
  readonly provider: HttpProvider;
  readonly budget: RateLimit;
}

export function createAccounts(deps: AccountsDeps) {
  const { cache, keychain, resourcesDir, environmentKey, findProxy, onTraffic } = deps;
  const connected = new Map<string, Connected>();
  /** By account, how often its key was forgotten: who read it before must not connect with it after. */
  const forgotten = new Map<string, number>();
  const budgets = createBudgets((budget, until) => {
    for (const [accountId, one] of connected) if (one.budget === budget) deps.onWait(accountId, until);
  });

  async function stored(accountId: string): Promise<StoredAccount> {
    const account = (await cache.query('listAccounts', undefined)).find(({ id }) => id === accountId);
    if (account === undefined) throw new CallbookError('UNKNOWN_ACCOUNT', 'This account is no longer there.');
    return account;
  }

  async function keyOf(accountId: string, refused?: string): Promise<string | undefined> {
    return (await keychain.getKey(accountId, refused)) ?? environmentKey;
  }

  async function withKeyState(account: StoredAccount): Promise<Account> {
    if (account.isSample) return { ...account, key: 'none' };
    const isKept = (await keychain.getKey(account.id)) !== undefined;
    if (isKept) return { ...account, key: keychain.isForSession(account.id) ? 'session' : 'keychain' };
    return { ...account, key: environmentKey === undefined ? 'none' : 'session' };
  }

  /**
   * The provider's own id of an account. Where it is not known, as for one that an older Callbook connected, it is asked for with the
   * account's key and kept; null: it has none here, or cannot be asked now.
   */
  async function providerAccountId(account: StoredAccount): Promise<string | null> {
    if (account.providerAccountId !== null) return account.providerAccountId;
    // Not that of the environment, which may be another account's.
    const key = await keychain.getKey(account.id);
    return key === undefined ? null : learn(account.id, test(account.baseUrl, key));
  }

  async function learn(accountId: string, asked: Promise<Me>): Promise<string | null> {
    try {
      const me = await asked;
      await saveMe(accountId, me);
      return me.account_id;
    } catch {
      return null;
    }
  }

  async function saveMe(accountId: string, { account_id, limits }: Me): Promise<void> {
    const rateLimit = limits?.rate_limit_per_minute ?? null;
    await cache.write('saveMe', { accountId, providerAccountId: account_id, rateLimit });
  }

  /** The account here that the provider tells of, unless it is the one with the id `butFor`; undefined: it is not connected. */
  async function connectedAs(baseUrl: string, { account_id }: Me, butFor?: string): Promise<StoredAccount | undefined> {
    const { origin } = new URL(parseBaseUrl(baseUrl));
    for (const account of await cache.query('listAccounts', undefined)) {
      const isThere = !account.isSample && account.id !== butFor && new URL(account.baseUrl).origin === origin;
      if (isThere && (await providerAccountId(account)) === account_id) return account;
    }
    return undefined;
  }

  async function saveKey(accountId: string, { key, keep }: KeyChoice): Promise<void> {
    if (keep === 'session') {
      // The key of before would be used again after the next start. One that asks for a password keeps nobody waiting.
      keychain.deleteKey(accountId).catch(() => undefined);
      keychain.saveKeyForSession(accountId, key);
    } else await keychain.saveKey(accountId, key);
    await forget(accountId);
  }

  async function forget(accountId: string): Promise<void> {
    const one = connected.get(accountId);
    connected.delete(accountId);
    forgotten.set(accountId, (forgotten.get(accountId) ?? 0) + 1);
    await one?.provider.close();
  }

  /** Who the key belongs to. What the provider says of the key's limit holds from then on. */
  async function test(baseUrl: string, key: string): Promise<Me> {
    const rateLimit = budgets.of(parseBaseUrl(baseUrl), key);
    const { createHttpProvider } = await loadHttp();
    const provider = createHttpProvider({ baseUrl: parseBaseUrl(baseUrl), key, rateLimit, findProxy, retries: 0 });
    try {
      const me = await provider.getMe();
      const perMinute = me.limits?.rate_limit_per_minute;
      if (perMinute != null) rateLimit.learn(perMinute);
      return me;
    } finally {
      await provider.close();
    }
  }

  /** The account's provider with its key. Throws NO_KEY or UNKNOWN_ACCOUNT. */
  async function provider(accountId: string): Promise<Provider> {
    const account = await stored(accountId);
    if (account.isSample) return createSampleProvider(resourcesDir);
    const known = connected.get(accountId);
    if (known !== undefined) return known.provider;
    const before = forgotten.get(accountId);
    const [key, { createHttpProvider }] = await Promise.all([keyOf(accountId), loadHttp()]);
    if (key === undefined) {
      throw new CallbookError(
        'NO_KEY',
        `No key for “${account.name}” was found on this computer: there is none, or the keychain is locked. Cached data stays usable. ` +
          'Unlock the keychain, or enter the key again in Settings, to sync.',
      );
    }
    // The key may be another by now.
    if (forgotten.get(accountId) !== before) return provider(accountId);
    // Who asked at the same moment may have been first.
    const other = connected.get(accountId);
    if (other !== undefined) return other.provider;
    const budget = budgets.of(account.baseUrl, key, account.rateLimit);
    const made = createHttpProvider({
      baseUrl: account.baseUrl,
      key,
      rateLimit: budget,
      async findKey(refused) {
        const [newest, { rateLimit: perMinute }] = await Promise.all([keyOf(accountId, refused), stored(accountId)]);
        const one = connected.get(accountId);
        if (newest === undefined || one?.provider !== made) return undefined;
        const rateLimit = budgets.of(account.baseUrl, newest, perMinute);
        connected.set(accountId, { provider: made, budget: rateLimit });
        return { key: newest, rateLimit };
      },
      findProxy,
      retries: SYNC_RETRIES,
      retriesUnreachable: !deps.waitsForNetwork,
      onRequest: () => onTraffic(accountId, { requests: 1 }),
      onRetry: () => onTraffic(accountId, { retries: 1 }),
      onBytes: (bytes) => onTraffic(accountId, { bytes }),
    });
    connected.set(accountId, { provider: made, budget });
    if (account.providerAccountId === null) void learn(accountId, made.getMe());
    return made;
  }

  return {
    async list(): Promise<Account[]> {
      return Promise.all((await cache.query('listAccounts', undefined)).map(withKeyState));
    },

    /** As `test`, with the account here that it is. */
    async identify(baseUrl: string, key: string): Promise<TestedKey> {
      const me = await test(baseUrl, key);
      const account = await connectedAs(baseUrl, me);
      return { ...me, connectedAs: account === undefined ? null : { id: account.id, name: account.name } };
    },

    provider,

    /** Nothing is stored unless the provider accepts the key. Throws ACCOUNT_CONNECTED: every call would be here twice. */
    async connect({ name, baseUrl, ...choice }: { name: string; baseUrl: string } & KeyChoice): Promise<Account> {
      const me = await test(baseUrl, choice.key);
      // Has those that are here say who they are; the writer refuses the same again, also if another Callbook connects it right now.
      await connectedAs(baseUrl, me);
      const account: StoredAccount = {
        id: newAccountId(),
        name,
        baseUrl: parseBaseUrl(baseUrl),
        isSample: false,
        rateLimit: me.limits?.rate_limit_per_minute ?? null,
        providerAccountId: me.account_id,
      };
      await cache.write('saveAccount', account);
      try {
        await saveKey(account.id, choice);
      } catch (thrown) {
        await cache.write('deleteAccount', account.id);
        throw thrown;
      }
      return withKeyState(account);
    },

    /** Who the key belongs to. Throws what the provider says of it, and OTHER_ACCOUNT: calls of two could not be told apart. */
    async testKey(accountId: string, key: string): Promise<Me> {
      const account = await stored(accountId);
      const me = await test(account.baseUrl, key);
      const known = await providerAccountId(account);
      if (known === me.account_id) return me;
      const present = await connectedAs(account.baseUrl, me, accountId);
      if (known === null && present === undefined) return me;
      throw new CallbookError(
        'OTHER_ACCOUNT',
        `The key belongs to another account than “${account.name}”: to ` +
          (present === undefined
            ? `${me.name ?? me.account_id}. Nothing was changed. Add that as an account of its own.`
            : `“${present.name}”. Nothing was changed.`),
      );
    },

    /** Another key for the account, of which the provider said `me` when it was tested; calls and batches stay as they are. */
    async replaceKey(accountId: string, choice: KeyChoice, me: Me): Promise<Account> {
      await stored(accountId);
      await saveKey(accountId, choice);
      await saveMe(accountId, me);
      await cache.write('forgetFailures', accountId);
      return withKeyState(await stored(accountId));
    },

    /** Removes the key always; account and calls only `withData`: calls without their account could not be told apart. */
    async remove(accountId: string, withData: boolean): Promise<void> {
      const { isSample } = await stored(accountId);
      await forget(accountId);
      if (!isSample) await keychain.deleteKey(accountId);
      if (withData) await cache.write('deleteAccount', accountId);
    },

    /** The sample account, made if it is not there. */
    async openSample(): Promise<Account> {
      const existing = (await cache.query('listAccounts', undefined)).find(({ isSample }) => isSample);
      const account: StoredAccount = existing ?? {
        id: newAccountId(),
        name: 'Sample data',
        baseUrl: 'sample:',
        isSample: true,
        rateLimit: null,
        providerAccountId: null,
      };
      if (existing === undefined) await cache.write('saveAccount', account);
      return withKeyState(account);
    },

    async close(): Promise<void> {
      await Promise.all([...connected.keys()].map(forget));
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;

/** Read when first asked for: a window opens without the network, and sooner without its library. */
const loadHttp = () => import('./api/httpProvider.ts');

/** Without a slash: batch keys are `account id/schedule id`. */
function newAccountId(): string {
  return `acc_${randomBytes(6).toString('hex')}`;
}
