import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { sampleKey, startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** Sync as a person sees it: the drawer, a pause, no network, items not read, a key that is refused, an account that goes. */

const batches = () => [
  sampleBatch({ name: 'autumn', agent: 'productDemo', count: 3_000, startedAt: '2026-05-14T08:00:00Z' }),
  sampleBatch({ name: 'winter', agent: 'clinic', count: 40, startedAt: '2026-01-14T08:00:00Z' }),
];
const autumn = scheduleId('autumn');
const otherKey = 'sk_sample_other_2yMhF7rDgPuE3l9fW2kQ7xTb3LmN8vRz5HcY1dJpG6sAe4UoXtB0i';
let provider: Provider;
let app: RunningApp;
let screens: Screens;

const start = (port?: number) =>
  startProvider({ port, keys: [sampleKey, otherKey], rateLimitPerMinute: null, batches: batches() });
const button = (name: string | RegExp) => app.page.getByRole('button', { name, exact: typeof name === 'string' });
const drawer = () => app.page.getByRole('dialog', { name: 'Sync' });
const dot = (words: string | RegExp) => app.page.getByRole('contentinfo').getByRole('button', { name: words });

/** Nothing lies over its middle. */
const isInSight = (target: Locator) =>
  target.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) === element;
  });

beforeAll(async () => {
  provider = await start();
  app = await launchApp({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' } });
  screens = new Screens(app.page);
  await screens.fillConnection('Work', provider.baseUrl, sampleKey);
  await screens.connect();
  await app.page.getByRole('checkbox', { name: 'Keep the key for this session only' }).check({ force: true });
  await screens.connect();
  await button('Sync 2 batches').waitFor();
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

test('the dot opens a drawer with the running sync, which can be paused and resumed', async () => {
  const { promise: until, resolve: answer } = Promise.withResolvers<void>();
  provider.misbehave({ type: 'held', until, path: `${autumn}/results` });
  await button('Later').click();
  await expectPage(screens.syncState).toHaveText('');
  await expectPage(screens.run).toHaveCount(0);
  const told = await screens.syncState.elementHandle();
  await button('Sync all').click();
  await expectPage(screens.syncState).toHaveText('Syncing: 0 of 2 batches done');
  await expectPage(screens.run).toContainText(/\d requests?/);
  // Where a screen reader listens since before.
  expect(await told?.textContent()).toMatch(/^Syncing: 0 of 2 batches done/);
  await dot(/Syncing/).click();
  await expectPage(drawer().getByRole('progressbar', { name: 'Calls received' })).toBeVisible();
  await drawer().getByRole('button', { name: 'Pause' }).click();
  await expectPage(drawer()).toContainText('Paused');
  await expectPage(dot(/Sync paused/)).toBeAttached();
  await drawer().getByRole('button', { name: 'Resume' }).click();
  answer();
  await expectPage(drawer()).toContainText('Sync finished: 3,040 new', { timeout: 30_000 });
  await app.page.keyboard.press('Escape');
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toHaveText('3,040 calls');
});

test('each batch tells its state, pages and what came; past syncs stand below', async () => {
  await screens.goTo('Sync');
  const row = app.page.getByRole('row', { name: new RegExp(autumn) });
  await expectPage(row).toContainText('whole');
  // Six pages of results and six of contacts.
  await expectPage(row.getByRole('cell', { name: '12', exact: true })).toBeVisible();
  const past = app.page.getByRole('region', { name: 'Past syncs', exact: true });
  await expectPage(past.getByRole('row').nth(1)).toContainText('done');
  await expectPage(past.getByRole('row').nth(1)).toContainText('3,040');
});

test('metadata of the contacts is a column; its switch turns it off for a batch', async () => {
  await screens.goTo('Pivot');
  await screens.addDimension('rows', 'Company Name (metadata)');
  await expectPage(screens.pivot).toContainText('Northwind');
  await screens.goTo('Sync');
  const wants = app.page.getByRole('checkbox', { name: new RegExp(`^Fetch contacts and metadata of .*${autumn}`) });
  await expectPage(wants).toBeChecked();
  await wants.focus();
  await expect.poll(() => isInSight(wants)).toBe(true);
  await wants.click();
  await expectPage(wants).not.toBeChecked();
  const before = provider.requests.length;
  await button(new RegExp(`^Sync .*${autumn}`)).click();
  await expectPage(screens.run).toContainText('Sync finished: 0 new, 3,000 unchanged');
  expect(provider.requests.slice(before).filter(({ path }) => path.endsWith('/calls'))).toEqual([]);
});

test('without a network a sync waits and says so, with no error, and goes on when it is back', async () => {
  const port = Number(new URL(provider.baseUrl).port);
  await provider.close();
  await button('Re-sync everything').first().click();
  await expectPage(screens.run).toContainText('Waiting for the network');
  await expectPage(screens.run).toContainText(/No network: next try/);
  await expectPage(dot(/^Offline · data of/)).toBeVisible();
  await expectPage(app.page.getByRole('alert')).toHaveCount(0);
  await screens.tryInVain();
  provider = await start(port);
  await button('Try now').click();
  await expectPage(screens.run).toContainText('Sync finished: 0 new, 3,040 unchanged', { timeout: 30_000 });
});

test('an item that cannot be read shows its raw text and reason, and is tried again', async () => {
  const stop = provider.misbehave({
    type: 'badItem',
    item: { call_id: 7, summary: 'lost?' },
    path: `${autumn}/results`,
    page: 1,
  });
  await button(new RegExp(`^Sync .*${autumn}`)).click();
  const rejected = app.page.getByRole('region', { name: 'Items that could not be read' });
  await rejected.getByRole('button', { name: /call_id/ }).click();
  await expectPage(rejected).toContainText('lost?');
  stop();
  await rejected.getByRole('button', { name: 'Try again', exact: true }).click();
  await expectPage(rejected).toHaveCount(0);
});

test('a key that is refused leaves the calls usable, and a banner with a way on', async () => {
  const refused = provider.misbehave({ type: 'status', status: 401, path: '/call-batches' });
  await button('Sync all').click();
  const banner = app.page.getByRole('alert').filter({ hasText: 'rejects the key of Work' });
  await expectPage(banner).toBeVisible();
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toHaveText('3,040 calls');
  await expectPage(banner).toBeVisible();
  refused();
  await banner.getByRole('button', { name: 'Replace key' }).click();
  const dialog = app.page.getByRole('dialog', { name: /Replace the key/ });
  await dialog.getByLabel('API key').fill(otherKey);
  await dialog.getByRole('checkbox', { name: 'Keep the key for this session only' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Replace key' }).click();
  await expectPage(dialog).toHaveCount(0);
  await expectPage(banner).toHaveCount(0);
  await expectPage(screens.callsShown).toHaveText('3,040 calls');
});

test('what begins by itself and how far back it reads is set, and kept', async () => {
  await screens.goTo('Settings');
  const syncing = app.page.getByRole('region', { name: 'Syncing' });
  await syncing.getByLabel('Days to look back').fill('40x');
  await expectPage(syncing).toContainText('A whole number from 0 to 365.');
  await syncing.getByLabel('Days to look back').fill('7');
  await syncing.getByRole('checkbox', { name: /while a batch is running/ }).uncheck({ force: true });
  await expectPage(syncing.getByLabel('Minutes between two syncs')).toHaveCount(0);
  await screens.goTo('Calls');
  await screens.goTo('Settings');
  await expectPage(syncing.getByLabel('Days to look back')).toHaveValue('7');
});

test('removing an account asks about its calls: kept, they stay readable without a key; then they go too', async () => {
  await screens.goTo('Settings');
  await button('Remove Work').click();
  const dialog = app.page.getByRole('alertdialog', { name: 'Remove Work?' });
  // One that was kept before cannot be taken out now.
  const left = 'If a key was kept in one, it is taken away by the next start';
  await expectPage(dialog.getByRole('note')).toContainText(left);
  await screens.press('Escape');
  await button('Erase everything…').click();
  await expectPage(app.page.getByRole('alertdialog').getByRole('note')).toContainText(left);
  await screens.press('Escape');
  await button('Remove Work').click();
  await expectPage(dialog.getByRole('radio', { name: /Keep them/ })).toBeChecked();
  await dialog.getByRole('button', { name: 'Remove account' }).click();
  await expectPage(app.page.getByRole('region', { name: 'Accounts' }).getByRole('listitem')).toContainText(
    /127\.0\.0\.1:\d+ · no key\b/,
  );
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toHaveText('3,040 calls');

  await screens.goTo('Settings');
  await button('Remove Work').click();
  await dialog.getByText('Remove them too').click();
  await dialog.getByRole('button', { name: 'Remove account' }).click();
  await expectPage(app.page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible();
  expect(app.pageErrors).toEqual([]);
});
