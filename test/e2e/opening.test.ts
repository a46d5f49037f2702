import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect as expectPage } from 'playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, startWindow } from '../support/launch.ts';
import { checkout, runtimeCommand } from '../support/runtime.ts';

/** A profile that cannot be opened at once: another program holds the cache, as a backup does. */

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

const open = () =>
  startWindow(runtimeCommand(join(checkout, 'test/support/appUnderTest.ts')), {
    profile,
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
