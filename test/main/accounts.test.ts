import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { createAccounts } from '../../src/main/accounts.ts';
import type { Cache } from '../../src/main/cache/cache.ts';
import { openWriter } from '../../src/main/cache/writer.ts';
import type { Keychain } from '../../src/main/keys/keychain.ts';
import { withLeftKeys } from '../../src/main/keys/leftKeys.ts';
import { openLog } from '../../src/main/log.ts';
import { openHeadless } from '../support/headless.ts';
import { quietDesktop } from '../support/quietDesktop.ts';
import { sampleKey, startProvider } from '../support/provider/server.ts';

const quiet = {
  resourcesDir: '',
  environmentKey: undefined,
  findProxy: quietDesktop.findProxy,
  waitsForNetwork: false,
  onTraffic: () => undefined,
  onWait: () => undefined,
};

const me = { account_id: 'acc_theirs' };

function cacheOf(baseUrl: string, providerAccountId: string | null = null): Cache {
  const stored = [{ id: 'acc_a', name: 'A', baseUrl, isSample: false, rateLimit: null, providerAccountId }];
  return { query: () => Promise.resolve(stored), write: () => Promise.resolve() } as unknown as Cache;
}

test('a key that is replaced while the old one is being read is the one that is used', async () => {
  const provider = await startProvider();
  const keys = new Map([['acc_a', 'an old key']]);
  const reading = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  const keychain: Keychain = {
    problem: null,
    async getKey(accountId) {
      const key = keys.get(accountId);
      reading.resolve();
      await mayGoOn.promise;
      return key;
    },
    saveKey: (accountId, key) => Promise.resolve(void keys.set(accountId, key)),
    saveKeyForSession: (accountId, key) => void keys.set(accountId, key),
    isForSession: () => true,
    deleteKey: (accountId) => Promise.resolve(void keys.delete(accountId)),
  };
  const accounts = createAccounts({ ...quiet, cache: cacheOf(provider.baseUrl), keychain });
  try {
    const asked = accounts.provider('acc_a');
    await reading.promise;
    const replaced = accounts.replaceKey('acc_a', { key: provider.key, keep: 'session' }, me);
    mayGoOn.resolve();
    await replaced;
    await expect((await asked).getMe()).resolves.toBeDefined();
    await expect((await accounts.provider('acc_a')).getMe()).resolves.toBeDefined();
  } finally {
    await accounts.close();
    await provider.close();
  }
});

test('a key for this session only leaves none in the keychain that would come back with the next start', async () => {
  const keys = new Map([['acc_a', 'an old key']]);
  const session = new Map<string, string>();
  const keychain: Keychain = {
    problem: null,
    getKey: (accountId) => Promise.resolve(session.get(accountId) ?? keys.get(accountId)),
    saveKey: (accountId, key) => Promise.resolve(void keys.set(accountId, key)),
    saveKeyForSession: (accountId, key) => void session.set(accountId, key),
    isForSession: (accountId) => session.has(accountId),
    deleteKey: (accountId) => Promise.resolve(void (session.delete(accountId), keys.delete(accountId))),
  };
  const provider = await startProvider();
  const accounts = createAccounts({ ...quiet, cache: cacheOf(provider.baseUrl), keychain });
  try {
    await accounts.replaceKey('acc_a', { key: provider.key, keep: 'session' }, me);
    expect(session.get('acc_a')).toBe(provider.key);
    expect([...keys]).toEqual([]);
  } finally {
    await accounts.close();
    await provider.close();
  }
});

test('a key that another Callbook, as the command line, has replaced is used once the old one is refused', async () => {
  const provider = await startProvider();
  const keys = new Map([['acc_a', 'sk_old']]);
  const keychain: Keychain = {
    problem: null,
    getKey: (accountId) => Promise.resolve(keys.get(accountId)),
    saveKey: () => Promise.reject(new Error('not here')),
    saveKeyForSession: () => undefined,
    isForSession: () => false,
    deleteKey: () => Promise.reject(new Error('not here')),
  };
  const accounts = createAccounts({ ...quiet, cache: cacheOf(provider.baseUrl, 'acc_sample01'), keychain });
  const answers = () => provider.requests.splice(0).map(({ status }) => status);
  try {
    const connected = await accounts.provider('acc_a');
    await expect(connected.getMe()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(answers()).toEqual([401]);
    keys.set('acc_a', provider.key);
    // Also of requests at the same moment.
    await Promise.all([connected.getMe(), connected.getMe()]);
    expect(answers().toSorted()).toEqual([200, 200, 401, 401]);
    await connected.getMe();
    expect(answers()).toEqual([200]);
    keys.set('acc_a', 'sk_wrong');
    provider.misbehave({ type: 'status', status: 401, path: '/me' });
    await expect(connected.getMe()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(answers()).toEqual([401, 401]);
  } finally {
    await accounts.close();
    await provider.close();
  }
});

test('a key for this session that is refused gives way to the one that the command line has put in the keychain', async () => {
  const newer = 'sk_newer';
  const first = await startProvider({ keys: [sampleKey, newer] });
  const { baseUrl } = first;
  const app = await openHeadless();
  const { commands } = app;
  try {
    const { id } = await commands['accounts.connect']({ name: 'Ours', baseUrl, key: sampleKey, keep: 'session' });
    const commandLine = await openHeadless({ dataDir: app.dataDir });
    await commandLine.commands['accounts.replaceKey']({ accountId: id, key: newer, keep: 'keychain' });
    await commandLine.close();
    await first.close();
    // Whichever of the two the provider takes by then.
    for (const key of [newer, sampleKey]) {
      const back = await startProvider({ port: Number(new URL(baseUrl).port), keys: [key] });
      expect(await commands['batches.refresh']({ accountId: id })).not.toEqual([]);
      expect(back.requests.map(({ status }) => status)).toEqual([401, 200]);
      await back.close();
    }
    await commands['accounts.remove']({ accountId: id, withData: true });
  } finally {
    await app.close();
  }
});

/** Accounts whose keys are to be taken away yet. */
function leftIn(folder: string): readonly string[] {
  return (JSON.parse(readFileSync(join(folder, 'left-keys.json'), 'utf8')) as { accounts: string[] }).accounts;
}

test('the key of an account that is removed while the keychain does not answer goes with the next start at which it does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-left-'));
  const keys = new Map([
    ['acc_a', 'a'],
    ['acc_b', 'b'],
    ['acc_c', 'c'],
  ]);
  let isLocked = false;
  const start = (problem: string | null) =>
    withLeftKeys(
      {
        problem,
        getKey: (accountId) => Promise.resolve(keys.get(accountId)),
        saveKey: (accountId, key) => Promise.resolve(void keys.set(accountId, key)),
        saveKeyForSession: () => undefined,
        isForSession: () => false,
        deleteKey: (accountId) =>
          isLocked
            ? Promise.reject(new Error('locked'))
            : Promise.resolve(void (problem === null && keys.delete(accountId))),
      },
      folder,
      openLog(folder),
    );
  const silent = await start('does not answer');
  await silent.deleteKey('acc_a');
  await silent.deleteKey('acc_b');
  isLocked = true;
  // A key that is kept anew meanwhile stays.
  await (await start(null)).saveKey('acc_b', 'new');
  isLocked = false;
  await start('does not answer');
  expect(keys.size).toBe(3);
  await start(null);
  // Told at the very end: from then on nothing is written to the folder.
  await expect.poll(() => leftIn(folder)).toEqual([]);
  expect([...keys]).toEqual([
    ['acc_b', 'new'],
    ['acc_c', 'c'],
  ]);
  rmSync(folder, { recursive: true });
});

test('a key that is kept while one that was left is being taken away is not taken away after it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-left-'));
  writeFileSync(join(folder, 'left-keys.json'), JSON.stringify({ accounts: ['acc_a', 'acc_b'] }));
  const keys = new Map([
    ['acc_a', 'a'],
    ['acc_b', 'b'],
  ]);
  // As one that asks for its password.
  const unlocked = Promise.withResolvers<void>();
  const keychain = await withLeftKeys(
    {
      problem: null,
      getKey: (accountId) => Promise.resolve(keys.get(accountId)),
      saveKey: (accountId, key) => Promise.resolve(void keys.set(accountId, key)),
      saveKeyForSession: () => undefined,
      isForSession: () => false,
      deleteKey: (accountId) => unlocked.promise.then(() => void keys.delete(accountId)),
    },
    folder,
    openLog(folder),
  );
  await keychain.saveKey('acc_b', 'new');
  unlocked.resolve();
  await expect.poll(() => leftIn(folder)).toEqual([]);
  expect([...keys]).toEqual([['acc_b', 'new']]);
  rmSync(folder, { recursive: true });
});

describe('an account of the provider is connected once', () => {
  const other = 'sk_other';
  const theirs = 'sk_theirs';
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function start() {
    const provider = await startProvider({ keys: [sampleKey, other, theirs], accountIds: { [theirs]: 'acc_theirs' } });
    const app = await openHeadless();
    open.push(provider, app);
    const { commands } = app;
    return {
      provider,
      app,
      connect: async (name: string, key: string, baseUrl = provider.baseUrl) =>
        commands['accounts.connect']({ name, baseUrl, key, keep: 'session' }),
      connectedAs: async (key: string, baseUrl = provider.baseUrl) =>
        (await commands['accounts.test']({ baseUrl, key })).connectedAs?.name,
      replace: async (accountId: string, key: string) =>
        commands['accounts.replaceKey']({ accountId, key, keep: 'session' }),
      names: async () => (await commands['accounts.list'](undefined)).map(({ name }) => name),
      /** As a Callbook of before left the accounts. */
      forgetIds() {
        const db = new Database(join(app.dataDir, 'cache.sqlite'));
        db.exec('UPDATE account SET provider_account_id = NULL');
        db.close();
      },
    };
  }
  const connected = (name: string) =>
    expect.objectContaining({ code: 'ACCOUNT_CONNECTED', message: expect.stringContaining(`“${name}”`) as string });

  test('by whatever key of it, at the same provider', async () => {
    const { provider, connect, connectedAs, names } = await start();
    const elsewhere = await startProvider();
    open.push(elsewhere);
    expect(await connectedAs(sampleKey)).toBeUndefined();
    await connect('Ours', sampleKey);
    expect(await connectedAs(sampleKey, `${provider.baseUrl}/`)).toBe('Ours');
    expect(await connectedAs(other)).toBe('Ours');
    expect(await connectedAs(theirs)).toBeUndefined();
    expect(await connectedAs(sampleKey, elsewhere.baseUrl)).toBeUndefined();
    await expect(connect('Again', sampleKey)).rejects.toEqual(connected('Ours'));
    await expect(connect('By another key', other)).rejects.toEqual(connected('Ours'));
    await connect('Theirs', theirs);
    await connect('Elsewhere', sampleKey, elsewhere.baseUrl);
    expect(await names()).toEqual(['Ours', 'Theirs', 'Elsewhere']);
  });

  test('also where its key was removed and its calls were kept', async () => {
    const { app, connect } = await start();
    const { id } = await connect('Ours', sampleKey);
    await app.commands['accounts.remove']({ accountId: id, withData: false });
    await expect(connect('Again', other)).rejects.toEqual(connected('Ours'));
  });

  test('and takes no key of another one', async () => {
    const { app, connect, replace } = await start();
    const { id } = await connect('Ours', sampleKey);
    await replace(id, other);
    await expect(replace(id, theirs)).rejects.toMatchObject({ code: 'OTHER_ACCOUNT' });
    await connect('Theirs', theirs);
    await expect(replace(id, theirs)).rejects.toThrow('to “Theirs”');
    // With the key that it had.
    expect(await app.commands['batches.refresh']({ accountId: id })).not.toEqual([]);
  });

  test('whose id an older Callbook did not keep: it is asked for with its key', async () => {
    const { connect, connectedAs, forgetIds, replace } = await start();
    const { id } = await connect('Ours', sampleKey);
    forgetIds();
    expect(await connectedAs(other)).toBe('Ours');
    forgetIds();
    await expect(connect('Again', other)).rejects.toEqual(connected('Ours'));
    forgetIds();
    await expect(replace(id, theirs)).rejects.toMatchObject({ code: 'OTHER_ACCOUNT' });
  });

  test('whose id is not known and whose key is refused by now: its next key tells', async () => {
    const { app, provider, connect, forgetIds, replace } = await start();
    const { id } = await connect('Ours', sampleKey);
    await connect('Theirs', theirs);
    forgetIds();
    await app.commands['accounts.remove']({ accountId: id, withData: false });
    await expect(replace(id, theirs)).rejects.toMatchObject({ code: 'OTHER_ACCOUNT' });
    await replace(id, other);
    // Also of a key that is refused later on.
    await app.commands['batches.refresh']({ accountId: id });
    const ids = async () =>
      (await app.commands['accounts.list'](undefined)).map(({ providerAccountId }) => providerAccountId);
    await expect.poll(ids).toEqual(['acc_sample01', 'acc_theirs']);
    provider.misbehave({ type: 'status', status: 401, path: '/call-batches' });
    await expect(connect('Again', sampleKey)).rejects.toEqual(connected('Ours'));
  });

  test('whose id is not known: the key that it has, refused by now, is asked once when another takes its place', async () => {
    const { provider, connect, forgetIds, replace } = await start();
    const { id } = await connect('Ours', sampleKey);
    forgetIds();
    await provider.close();
    const back = await startProvider({ port: Number(new URL(provider.baseUrl).port), keys: [other] });
    open.push(back);
    await replace(id, other);
    expect(back.requests.map(({ path, status }) => [path, status])).toEqual([
      ['/api/v1/public/me', 200],
      ['/api/v1/public/me', 401],
    ]);
  });

  test('also where two Callbooks, as the app and the command line, asked who it is at the same moment', async () => {
    const { app, provider, connect, names } = await start();
    await connect('Ours', sampleKey);
    // The other one has seen no account yet when it comes to write.
    const writer = openWriter(join(app.dataDir, 'cache.sqlite'));
    const save = (id: string, baseUrl: string, providerAccountId: string | null) =>
      writer.saveAccount({ id, name: id, baseUrl, isSample: false, rateLimit: null, providerAccountId });
    expect(() => save('acc_b', `${provider.baseUrl}/proxy`, 'acc_sample01')).toThrow(connected('Ours'));
    save('acc_c', 'https://example.test', 'acc_sample01');
    save('acc_d', provider.baseUrl, null);
    writer.close();
    expect(await names()).toEqual(['Ours', 'acc_c', 'acc_d']);
  });

  test('while one that is here twice, as an older Callbook connected it, opens and stays', async () => {
    const { app, provider, connect, names, forgetIds } = await start();
    await connect('Ours', sampleKey);
    forgetIds();
    const db = new Database(join(app.dataDir, 'cache.sqlite'));
    db.exec(
      `INSERT INTO account (account_id, name, base_url, is_sample, created_at) SELECT 'acc_twin', 'Twin', base_url, 0, 1 FROM account`,
    );
    db.exec(`UPDATE account SET provider_account_id = 'acc_sample01'`);
    db.close();
    const later = await openHeadless({ dataDir: app.dataDir, environmentKey: provider.key });
    open.push(later);
    expect(await names()).toEqual(['Twin', 'Ours']);
    expect(await later.commands['batches.refresh']({ accountId: 'acc_twin' })).not.toEqual([]);
    await later.commands['accounts.replaceKey']({ accountId: 'acc_twin', key: other, keep: 'session' });
    await expect(connect('Again', other)).rejects.toMatchObject({ code: 'ACCOUNT_CONNECTED' });
  });
});
