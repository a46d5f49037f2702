import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { openKeychain } from '../../src/main/keys/keychain.ts';

// `npm test` runs all this in a private D-Bus session with a real gnome-keyring; see test/support/run/keyring.ts.

const account = `acc_test_${process.pid}`;
afterAll(async () => (await openKeychain()).deleteKey(account));

test('a key is kept by the keychain of the system, beyond this process', async () => {
  const keychain = await openKeychain();
  expect(keychain.problem).toBeNull();
  await keychain.saveKey(account, 'sk_secret');
  // A second reader that knows nothing of Callbook: libsecret's own attributes, as keytar documents them.
  const other = spawnSync(
    process.execPath,
    ['-e', `require('keytar').getPassword('Callbook', '${account}').then((key) => process.stdout.write(String(key)))`],
    { encoding: 'utf8' },
  );
  expect(other.stdout).toBe('sk_secret');
  await keychain.deleteKey(account);
  expect(await keychain.getKey(account)).toBeUndefined();
});

test('a key for this session only is found now and by nobody else', async () => {
  const keychain = await openKeychain();
  keychain.saveKeyForSession(account, 'sk_session');
  expect([await keychain.getKey(account), keychain.isForSession(account)]).toEqual(['sk_session', true]);
  expect(await (await openKeychain()).getKey(account)).toBeUndefined();
});

test.each([
  ['no session bus', { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: undefined }],
  ['no session bus in its runtime folder', { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: '/nonexistent' }],
  ['a session bus that does not answer', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }],
])('a computer with %s says so at once and refuses to keep a key', (_lack, variables) => {
  const script = `
    const { openKeychain } = await import('./src/main/keys/keychain.ts');
    const keychain = await openKeychain();
    const refusal = await keychain.saveKey('a', 'sk_x').catch((error) => error.code);
    console.log(JSON.stringify({ problem: keychain.problem, refusal }));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...variables },
    encoding: 'utf8',
    // A start of Node, which on a busy machine takes its time.
    timeout: 60_000,
  });
  expect(JSON.parse(stdout)).toEqual({
    problem: expect.stringContaining('no keychain'),
    refusal: 'KEYCHAIN_UNAVAILABLE',
  });
});
