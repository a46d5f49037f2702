import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** What a person sets, and what they take away. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-settings-'));
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  app = await launchApp({ env: { TZ: 'Asia/Kolkata' } });
  screens = new Screens(app.page);
  app.page.setDefaultTimeout(20_000);
  await screens.exploreSample();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const data = () => app.page.getByRole('region', { name: 'Data' });

test('phone numbers are masked in rows, call, raw data and filters, and shown again', async () => {
  const cell = screens.grid.getByRole('gridcell').filter({ hasText: /^\+?\d{9,}$/ });
  await expectPage(cell.first()).toBeVisible();
  const phone = ((await cell.first().textContent()) ?? '').trim();
  await screens.search.fill(phone.slice(-6));
  await expectPage(screens.callsShown).toHaveText('1 of 1,200 calls');
  await screens.grid.getByRole('rowheader').first().click();
  await expectPage(screens.detail).toContainText(phone);
  await app.page.keyboard.press('Control+Shift+M');
  await expectPage(screens.detail).not.toContainText(phone);
  await expectPage(screens.grid).not.toContainText(phone);
  await expectPage(screens.grid).toContainText(`•${phone.slice(-3)}`);
  await screens.detail.getByRole('tab', { name: /Raw/ }).click();
  await expectPage(screens.detail.getByRole('tabpanel')).toContainText('Phone numbers are masked');
  await screens.grid.focus();
  // Keeping a number works all the same, and its chip tells as little.
  await app.page.keyboard.press('Control+Home');
  for (const key of ['ArrowDown', 'ArrowRight', 'f']) await app.page.keyboard.press(key);
  await expectPage(screens.chips).toContainText(`•${phone.slice(-3)}`);
  await expectPage(screens.callsShown).toHaveText('1 of 1,200 calls');
  expect(await app.page.evaluate(() => document.body.innerText)).not.toContain(phone);
  await app.page.keyboard.press('Control+Shift+M');
  await expectPage(screens.grid).toContainText(phone);
  await screens.search.fill('');
});

test('a batch that is chosen and has an open call is removed: neither stays, and the focus goes to the next', async () => {
  const remove = data().getByRole('button', { name: /^Remove / });
  await screens.goTo('Settings');
  await expectPage(remove).toHaveCount(4);
  const [first, second] = await remove.evaluateAll((buttons) => buttons.map((one) => one.getAttribute('aria-label')));
  await screens.goTo('Calls');
  await screens.press('Control+Backspace');
  await app.page.getByRole('button', { name: /^Batches: / }).click();
  await app.page
    .getByRole('option')
    .filter({ hasText: first?.split(' ').at(-1) ?? '' })
    .click();
  await screens.press('Escape');
  await expectPage(screens.callsShown).toHaveText(/^\d+ calls$/);
  await screens.grid.getByRole('rowheader').first().click();
  await expectPage(screens.detail).toBeVisible();

  await screens.goTo('Settings');
  await remove.first().press('Enter');
  await app.page.getByRole('button', { name: 'Remove batch' }).press('Enter');
  await expectPage(remove).toHaveCount(3);
  await expectPage(data().getByRole('button', { name: second ?? '', exact: true })).toBeFocused();
  await screens.goTo('Calls');
  await expectPage(app.page.getByRole('button', { name: 'Batches: All batches' })).toBeVisible();
  await expectPage(screens.callsShown).toHaveText('800 calls');
  await expectPage(screens.detail).toBeHidden();
  await expectPage(app.page.getByRole('alert')).toHaveCount(0);
});

test('UTC can be chosen where the computer has another zone, and a step back does not bring that again', async () => {
  await screens.grid.getByRole('gridcell').filter({ hasText: 'completed' }).first().click();
  await screens.press('f');
  await expectPage(screens.chips).toContainText('Status is completed');
  const started = screens.grid.getByRole('gridcell').filter({ hasText: /^\d{4}-\d\d-\d\d / });
  await expectPage(started.first()).toHaveAttribute('title', /Asia\/(Kolkata|Calcutta)$/);
  await screens.goTo('Settings');
  const zone = app.page.getByRole('combobox', { name: 'Time zone' });
  await zone.fill('UTC');
  await app.page.getByRole('option', { name: 'UTC', exact: true }).click();
  await screens.goTo('Calls');
  await expectPage(started.first()).toHaveAttribute('title', /UTC$/);
  await screens.grid.focus();
  await expectPage(screens.callsShown).toContainText('of 800 calls');
  await screens.press('Control+z');
  await expectPage(screens.callsShown).toHaveText('800 calls');
  await expectPage(screens.chips).toHaveCount(0);
  await expectPage(started.first()).toHaveAttribute('title', /UTC$/);
});

test('an open call keeps its place when the time zone changes, and tells its times in the new one', async () => {
  const zone = async (name: string) => {
    await screens.goTo('Settings');
    await app.page.getByRole('combobox', { name: 'Time zone' }).fill(name);
    await app.page.getByRole('option', { name, exact: true }).click();
    await screens.goTo('Calls');
  };
  await screens.goTo('Calls');
  await screens.press('Control+Backspace');
  await expectPage(screens.callsShown).toHaveText(/^[\d,]+ calls$/);
  await screens.toCell(12, 0);
  await screens.press('Enter');
  await screens.detail.getByRole('tab', { name: 'Overview' }).click();
  const started = screens.detail.locator('dt', { hasText: /^Started$/ }).locator('xpath=following-sibling::dd[1]');
  await expectPage(screens.detail).toContainText(/^12 of /);
  const before = (await started.textContent()) ?? '';
  await zone('Pacific/Auckland');
  await expectPage(started).not.toHaveText(before);
  await expectPage(screens.detail).toContainText(/^12 of /);
  await expectPage(screens.grid.locator('[aria-current]')).toBeVisible();
  await zone('UTC');
  await screens.press('Escape');
});

test('masking that is turned on while an export is chosen is for what is written, too', async () => {
  await screens.press('Control+e');
  const masks = app.page.getByRole('checkbox', { name: 'Mask phone numbers' });
  await expectPage(masks).not.toBeChecked();
  app.chooseFromMenu('View', 'Mask or show phone numbers');
  await expectPage(masks).toBeChecked();
  app.chooseFromMenu('View', 'Mask or show phone numbers');
  await screens.press('Escape');
  await expectPage(app.page.getByRole('dialog')).toBeHidden();
});

test('compacting says what it gave back', async () => {
  await screens.goTo('Settings');
  await data().getByRole('button', { name: 'Compact' }).click();
  await expectPage(data()).toContainText(/Done: .* before, .* now\./);
  // And goes on saying it to who was elsewhere meanwhile.
  await screens.goTo('Calls');
  await screens.goTo('Settings');
  await expectPage(data()).toContainText(/Done: .* before, .* now\./);

  // Elsewhere the bottom bar does, in a place that was there before the words: those a screen reader says.
  const letGo = await app.hold('cache.compact');
  const told = app.page.getByRole('status', { name: 'Compacting' });
  await expectPage(told).toHaveText('');
  const place = await told.elementHandle();
  await data().getByRole('button', { name: 'Compact' }).click();
  await screens.goTo('Calls');
  await letGo();
  await expectPage(told).toHaveText(/^Compacted: /);
  expect(await place?.textContent()).toMatch(/^Compacted: /);
  await screens.goTo('Settings');
});

test('the log is read, and diagnostics are saved as a file', async () => {
  await app.page.getByRole('button', { name: 'Log and diagnostics' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Log' });
  await expectPage(dialog.getByRole('list')).toContainText('start');
  app.answerSaveDialog(join(folder, 'diagnostics.json'));
  await dialog.getByRole('button', { name: 'Save diagnostics…' }).click();
  await expectPage(dialog.getByRole('status')).toHaveText('Saved as diagnostics.json.');
  expect(JSON.parse(readFileSync(join(folder, 'diagnostics.json'), 'utf8'))).toMatchObject({ counts: { batches: 3 } });
  await app.page.keyboard.press('Escape');
});

test('licences are there to read', async () => {
  await app.page.getByRole('button', { name: 'Licences' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'About Callbook and its licences' });
  await dialog.getByRole('button', { name: /^zod/ }).click();
  await expectPage(dialog.getByText('Permission is hereby granted').filter({ visible: true })).toBeVisible();
  await app.page.keyboard.press('Escape');
});

test('everything is erased after one has typed it, and Callbook begins anew', async () => {
  await data().getByRole('button', { name: 'Erase everything…' }).click();
  const dialog = app.page.getByRole('alertdialog');
  await expectPage(dialog.getByRole('button', { name: 'Erase everything' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('erase');
  await dialog.getByRole('button', { name: 'Erase everything' }).click();
  await expectPage(app.page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible();
  await screens.exploreSample();
  expect(app.pageErrors).toEqual([]);
});
