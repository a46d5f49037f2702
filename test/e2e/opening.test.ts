import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { START_MS, launchApp, startWindow, type StartedWindow } from '../support/launch.ts';
import { checkout, runtimeCommand } from '../support/runtime.ts';

/** A profile that cannot be opened at once, or not at all: another program holds the cache, as a backup does; a file stands in the way. */

const scratch = mkdtempSync(join(tmpdir(), 'callbook-opening-'));
const profile = join(scratch, 'profile');
const openedFile = join(scratch, 'opened.txt');

beforeAll(async () => {
  await (await launchApp({ profile })).close();
});

afterAll(() => rmSync(scratch, { recursive: true }));

function holdCache(): Database.Database {
  const db = new Database(join(profile, 'cache.sqlite'));
  db.pragma('locking_mode = EXCLUSIVE');
  db.exec('BEGIN IMMEDIATE');
  return db;
}

/** A page that is loaded is waited for as the start of an app is. */
const starting = { timeout: START_MS };

/** Of a test that fails, it would hold the profile of those after it. */
let opened: StartedWindow | undefined;

afterEach(async () => {
  opened?.process.kill('SIGKILL');
  await opened?.ended;
});

async function open(folder = profile): Promise<StartedWindow> {
  opened = undefined;
  opened = await startWindow(runtimeCommand(join(checkout, 'test/support/appUnderTest.ts')), {
    profile: folder,
    env: { CALLBOOK_TEST_OPENED: openedFile },
  });
  return opened;
}

/** Resolves once it has ended, which may be before there is a window to connect to. */
const openToEnd = (folder?: string) =>
  open(folder).then(
    ({ ended }) => ended,
    () => undefined,
  );

test('a window is there at once and says what it waits for; then the app is in it', async () => {
  const held = holdCache();
  const { page, process, ended } = await open();
  await expectPage(page.getByText('Opening your calls')).toBeVisible(starting);
  held.close();
  await expectPage(page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible(starting);
  await expectPage(page.getByText('Opening your calls')).toBeHidden();
  process.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a window that is shut while the profile opens ends the app', async () => {
  const held = holdCache();
  const { page, ended } = await open();
  await expectPage(page.getByText('Opening your calls')).toBeVisible(starting);
  await page.close();
  held.close();
  expect(await ended).toBe(0);
});

test('a cache that stays locked is told in words, and the app ends', async () => {
  const held = holdCache();
  await openToEnd();
  held.close();
  expect(readFileSync(openedFile, 'utf8')).toContain('error Callbook cannot open its data: ');
});

test('a profile that cannot be written is told in words, and the app ends', async () => {
  const bad = join(scratch, 'bad');
  mkdirSync(bad);
  writeFileSync(join(bad, 'logs'), 'a file where the folder should be');
  await openToEnd(bad);
  expect(readFileSync(openedFile, 'utf8')).toContain('error Callbook cannot start: ');
});

test('a page whose process is gone is loaded again; gone once more at once, it closes the window with words', async () => {
  const { page, ended } = await open();
  await expectPage(page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible(starting);
  const devTools = await page.context().newCDPSession(page);
  // Nobody is there to answer.
  const crash = () => void devTools.send('Page.crash').catch(() => undefined);
  const hasHeading = async () => {
    const expression = `document.querySelector('h1')?.textContent`;
    return (await devTools.send('Runtime.evaluate', { expression })).result.value as unknown;
  };
  crash();
  await page.waitForEvent('crash');
  await expect.poll(hasHeading, starting).toBe('Welcome to Callbook');
  crash();
  expect(await ended).toBe(0);
  expect(readFileSync(openedFile, 'utf8')).toContain('error Callbook’s window stopped: It stopped twice');
});

test('a window whose place cannot be kept closes all the same', async () => {
  mkdirSync(join(profile, 'window.json.part'));
  const { page, process, ended } = await open();
  await expectPage(page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible(starting);
  process.kill('SIGTERM');
  expect(await ended).toBe(0);
});
