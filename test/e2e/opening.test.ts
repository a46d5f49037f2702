import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect as expectPage } from 'playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, startWindow } from '../support/launch.ts';
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

const open = (folder = profile) =>
  startWindow(runtimeCommand(join(checkout, 'test/support/appUnderTest.ts')), {
    profile: folder,
    env: { CALLBOOK_TEST_OPENED: openedFile },
  });

test('a window is there at once and says what it waits for; then the app is in it', async () => {
  const held = holdCache();
  const { page, process, ended } = await open();
  await expectPage(page.getByText('Opening your calls')).toBeVisible();
  held.close();
  await expectPage(page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible({ timeout: 15_000 });
  await expectPage(page.getByText('Opening your calls')).toBeHidden();
  process.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a window that is shut while the profile opens ends the app', async () => {
  const held = holdCache();
  const { page, ended } = await open();
  await expectPage(page.getByText('Opening your calls')).toBeVisible();
  await page.close();
  held.close();
  expect(await ended).toBe(0);
});

test('a cache that stays locked is told in words, and the app ends', async () => {
  const held = holdCache();
  const { ended } = await open();
  await ended;
  held.close();
  expect(readFileSync(openedFile, 'utf8')).toContain('error Callbook cannot open its data: ');
});

test('a profile that cannot be written is told in words, and the app ends', async () => {
  const bad = join(scratch, 'bad');
  mkdirSync(bad);
  writeFileSync(join(bad, 'logs'), 'a file where the folder should be');
  // It ends before there is a window to connect to.
  await open(bad).then(
    ({ ended }) => ended,
    () => undefined,
  );
  expect(readFileSync(openedFile, 'utf8')).toContain('error Callbook cannot start: ');
});

test('a page whose process is gone is loaded again; gone once more at once, it closes the window with words', async () => {
  const { page, ended } = await open();
  await expectPage(page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible({ timeout: 15_000 });
  const devTools = await page.context().newCDPSession(page);
  // Nobody is there to answer.
  const crash = () => void devTools.send('Page.crash').catch(() => undefined);
  const hasHeading = async () => {
    const expression = `document.querySelector('h1')?.textContent`;
    return (await devTools.send('Runtime.evaluate', { expression })).result.value as unknown;
  };
  crash();
  await page.waitForEvent('crash');
  await expect.poll(hasHeading, { timeout: 15_000 }).toBe('Welcome to Callbook');
  crash();
  expect(await ended).toBe(0);
  expect(readFileSync(openedFile, 'utf8')).toContain('error Callbook’s window stopped: It stopped twice');
});

test('a window whose place cannot be kept closes all the same', async () => {
  mkdirSync(join(profile, 'window.json.part'));
  const { page, process, ended } = await open();
  await expectPage(page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible({ timeout: 15_000 });
  process.kill('SIGTERM');
  expect(await ended).toBe(0);
});
