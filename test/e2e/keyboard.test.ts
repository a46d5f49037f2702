import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect as expectPage } from 'playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** The main tasks without a mouse. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-keyboard-'));
let app: RunningApp;
let screens: Screens;
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => app.page.keyboard.press(key)), Promise.resolve());

beforeAll(async () => {
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.exploreSample();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

test('search, move through the calls, open one, go to the next, come back', async () => {
  await press('Control+f');
  await app.page.keyboard.type('demo');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  await press('Enter');
  await expectPage(screens.grid).toBeFocused();
  await press('ArrowDown', 'ArrowDown', 'Enter');
  await expectPage(screens.detail).toBeVisible();
  const first = await screens.detail.getByRole('heading').first().textContent();
  await press('j');
  await expectPage(screens.detail.getByRole('heading').first()).not.toHaveText(first ?? '');
  await press('k');
  await expectPage(screens.detail.getByRole('heading').first()).toHaveText(first ?? '');
  await press('Escape');
  await expectPage(screens.detail).toBeHidden();
  await expectPage(screens.grid).toBeFocused();
});

test('keep only the value of a cell, then take the filter away', async () => {
  await press('Control+f', 'Control+a', 'Delete', 'Enter');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  // From the header line to the first call; then name, phone number, status.
  await press('Control+Home', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'f');
  await expectPage(app.page.getByRole('group', { name: 'Filters' })).toContainText('Status is');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  const remove = app.page.getByRole('button', { name: /^Remove filter/ });
  await remove.focus();
  await press('Enter');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

test('build a pivot, drill into a number, export', async () => {
  await press('Control+2');
  await app.page.getByRole('button', { name: 'Add to rows' }).focus();
  await press('Enter');
  await app.page.keyboard.type('Interested');
  await press('ArrowDown', 'Enter');
  await expectPage(screens.pivot.getByRole('rowheader', { name: 'Yes' })).toBeVisible();
  await screens.pivot.focus();
  await press('Control+Home', 'ArrowDown', 'ArrowRight');
  const counted = await screens.pivot.getByRole('row').nth(1).getByRole('gridcell').first().textContent();
  await press('d');
  await expectPage(screens.callsShown).toHaveText(`${counted} of 1,200 calls`);

  app.answerSaveDialog(join(folder, 'calls.xlsx'));
  await press('Control+e');
  const choose = app.page.getByRole('button', { name: 'Choose file…' });
  await choose.focus();
  await press('Enter');
  await expectPage(app.page.getByRole('dialog')).toContainText('Saved as');
  const rows = XLSX.utils.sheet_to_json(XLSX.readFile(join(folder, 'calls.xlsx')).Sheets['Calls'] ?? {});
  expect(rows).toHaveLength(Number(counted?.replaceAll(',', '')));
});
