import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { forbiddenKey, noListKey, sampleKey, startProvider, type Provider } from '../support/provider/server.ts';
import { sampleIds } from '../support/provider/batches.ts';
import { Screens } from '../support/screens/screens.ts';

/** Connecting an account when something is not right, and on a computer without a keychain. */

let provider: Provider;
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  provider = await startProvider({ keys: [sampleKey, noListKey] });
  // No bus, so no keychain.
  app = await launchApp({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' } });
  screens = new Screens(app.page);
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

const keepForSession = () => app.page.getByRole('checkbox', { name: 'Keep the key for this session only' });

test('without a keychain the app says so and asks before it keeps a key in memory', async () => {
  await expectPage(app.page.getByText(/no keychain that Callbook can use/)).toBeVisible();
  await screens.fillConnection('Work', provider.baseUrl, sampleKey);
  await screens.connect();
  await expectPage(app.page.getByText(/Tick “Keep the key for this session only”/)).toBeVisible();
  await keepForSession().check({ force: true });
});

test('Welcome can be made larger, by keys and from the menu, and the log is at hand', async () => {
  const zoom = () =>
    (JSON.parse(readFileSync(join(app.profile, 'settings.json'), 'utf8')) as { readonly zoom: number }).zoom;
  await app.page.getByLabel('Account name').press('Control+=');
  await expect.poll(zoom).toBe(110);
  app.chooseFromMenu('View', 'Usual size');
  await expect.poll(zoom).toBe(100);
  app.chooseFromMenu('Help', 'Log');
  await expectPage(app.page.getByRole('dialog', { name: 'Log' })).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expectPage(app.page.getByRole('dialog', { name: 'Log' })).toHaveCount(0);
});

test.each([
  ['a wrong key', () => provider.baseUrl, 'sk_wrong', /rejects the key/],
  ['an account without API access', () => provider.baseUrl, forbiddenKey, /API access is not enabled/],
  ['an address that is not https', () => 'http://example.com', sampleKey, /must begin with https/],
  ['an address where nobody answers', () => 'http://127.0.0.1:9', sampleKey, /cannot be reached/],
])('%s is told beside its field', async (_name, baseUrl, key, words) => {
  await screens.fillConnection('Work', baseUrl(), key);
  await screens.connect();
  await expectPage(app.page.getByText(words).first()).toBeVisible();
  await expectPage(app.page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible();
});

test('an account that may not list its batches adds one by its id and syncs it', async () => {
  await screens.fillConnection('Work', provider.baseUrl, noListKey);
  await screens.connect();
  await expectPage(app.page.getByText(/may not list its batches/)).toBeVisible();
  await app.page.getByLabel('Batch id').fill('sched_nowhere');
  await app.page.getByRole('button', { name: 'Add batch' }).click();
  await expectPage(app.page.getByText(/no such batch/)).toBeVisible();
  await app.page.getByLabel('Batch id').fill(sampleIds.tiny);
  await app.page.getByRole('button', { name: 'Add batch' }).click();
  await app.page.getByRole('button', { name: 'Sync 1 batch' }).click();
  await expectPage(screens.run).toContainText('5 new');
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toHaveText('5 calls');
  expect(app.pageErrors).toEqual([]);
});

test('a running sync can be cancelled, and what came stays', async () => {
  provider.misbehave({ type: 'hang', path: `${sampleIds.large}/results`, page: 3 });
  await screens.goTo('Sync');
  await app.page.getByLabel('Batch id').fill(sampleIds.large);
  await app.page.getByRole('button', { name: 'Add batch' }).click();
  await app.page.getByRole('button', { name: new RegExp(`^Sync .*${sampleIds.large}`) }).click();
  await expectPage(screens.run).toContainText('1,000');
  await app.page.getByRole('button', { name: 'Cancel sync' }).click();
  await expectPage(screens.run).toContainText(/cancelled/i);
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toContainText('1,005');
});

test('an account that is here already is not connected again: it takes the key', async () => {
  await screens.goTo('Settings');
  await app.page.getByRole('button', { name: 'Add account' }).click();
  await keepForSession().check({ force: true });
  await screens.fillConnection('Work again', provider.baseUrl, sampleKey);
  // Right after it was pasted: nothing has been told of the key yet.
  await app.page.getByLabel('API key').press('Enter');
  await expectPage(app.page.getByText(/account is here already, as “Work”: .* twice/)).toBeVisible();
  const stop = provider.misbehave({ type: 'status', status: 404, path: '/call-batches' });
  await app.page.getByRole('button', { name: 'Use the key for “Work”' }).click();
  await expectPage(app.page.getByRole('heading', { name: 'Choose batches of Work' })).toBeVisible();
  // The list is asked for once more. That is told where a screen reader listens since before.
  const tryAgain = app.page.getByRole('button', { name: 'Try again' });
  await tryAgain.waitFor();
  const told = app.page.getByRole('status', { name: 'List state' });
  await expectPage(told).toHaveText('');
  const place = await told.elementHandle();
  stop();
  const { promise: until, resolve: answer } = Promise.withResolvers<void>();
  provider.misbehave({ type: 'held', until, path: '/call-batches', times: 1 });
  await tryAgain.click();
  await expectPage(told).toHaveText('Reading the list of batches…');
  expect(await place?.textContent()).toBe('Reading the list of batches…');
  answer();
  // The key before could not list them.
  await expectPage(app.page.getByRole('region', { name: 'List of batches' })).toContainText(sampleIds.edgeCases);
  await app.page.getByRole('button', { name: 'Later' }).click();
  await screens.goTo('Settings');
  await expectPage(screens.settings.accounts.getByRole('listitem')).toHaveCount(1);
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toContainText('1,005');
});

test('that an account has no batches is told where its list was said to be read', async () => {
  const empty = await startProvider({ batches: [] });
  try {
    await screens.goTo('Settings');
    await app.page.getByRole('button', { name: 'Add account' }).click();
    await keepForSession().check({ force: true });
    const { promise: until, resolve: answer } = Promise.withResolvers<void>();
    empty.misbehave({ type: 'held', until, path: '/call-batches' });
    await screens.fillConnection('Empty', empty.baseUrl, sampleKey);
    await screens.connect();
    const told = app.page.getByRole('status', { name: 'List state' });
    await expectPage(told).toHaveText('Reading the list of batches…');
    const place = await told.elementHandle();
    answer();
    await expectPage(told).toHaveText('The account has no batches yet.');
    expect(await place?.textContent()).toBe('The account has no batches yet.');
  } finally {
    await empty.close();
  }
});

test('where the keychain is there but locked, the key can be kept for this session', async () => {
  // Its keyring is locked, as nobody has given it a password, and no window can ask for one.
  const home = mkdtempSync(join(tmpdir(), 'callbook-locked-'));
  const env = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, DISPLAY: undefined };
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(bus.stdout, 'data')) as [Buffer];
  const locked = await launchApp({ env: { ...env, DBUS_SESSION_BUS_ADDRESS: String(address).trim() } });
  try {
    const its = new Screens(locked.page);
    const keep = locked.page.getByRole('checkbox', { name: 'Keep the key for this session only' });
    await its.fillConnection('Work', provider.baseUrl, noListKey);
    await expectPage(keep).toHaveCount(0);
    await its.connect();
    await expectPage(locked.page.getByText(/could not be kept/)).toBeVisible();
    await keep.check({ force: true });
    await its.connect();
    await expectPage(locked.page.getByText(/may not list its batches/)).toBeVisible();
  } finally {
    await locked.close();
    bus.kill();
    rmSync(home, { recursive: true, force: true });
  }
});
