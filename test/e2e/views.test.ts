import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** A view: saved under a name, opened, changed, undone, duplicated, sent to a colleague as a file, opened at the start. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-views-'));
const profile = join(folder, 'profile');
const file = join(folder, 'leads.json');
let app: RunningApp;
let screens: Screens;

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => app.page.keyboard.press(key)), Promise.resolve());

beforeAll(async () => {
  app = await launchApp({ profile });
  screens = new Screens(app.page);
  await screens.exploreSample();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

test('what is in sight is saved under a name, and comes back after something else was in sight', async () => {
  await screens.search.fill('demo');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  const shown = (await screens.callsShown.textContent()) ?? '';
  await screens.saveViewAs('Hot leads');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Hot leads');

  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Hot leads, changed');
  await screens.chooseOfView('Back to how it was saved');
  await expectPage(screens.callsShown).toHaveText(shown);
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Hot leads');
});

test('Ctrl+S keeps the change, Ctrl+Z goes back and Ctrl+Y forth', async () => {
  await screens.grid.focus();
  await press('Control+Home', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'f');
  await expectPage(screens.chips).toContainText('Status is');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Hot leads, changed');
  const told = app.page.getByRole('status', { name: 'View state' });
  await expectPage(told).toHaveText('View Hot leads changed');
  await press('Control+s');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Hot leads');
  await expectPage(told).toHaveText('View Hot leads as saved');
  await press('Control+z');
  await expectPage(screens.chips).not.toContainText('Status is');
  await press('Control+y');
  await expectPage(screens.chips).toContainText('Status is');
});

test('a view is renamed, duplicated and deleted', async () => {
  await screens.chooseOfView('Rename…');
  const dialog = app.page.getByRole('dialog', { name: 'Rename Hot leads' });
  await dialog.getByLabel('Name').fill('Warm leads');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Warm leads');
  await screens.chooseOfView('Duplicate');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Warm leads 2');
  await screens.chooseOfView('Delete…');
  await app.page.getByRole('button', { name: 'Delete view' }).click();
  await expectPage(screens.viewButton).toHaveAccessibleName('View: No saved view');
  await screens.viewButton.click();
  await expectPage(app.page.getByRole('menuitem', { name: 'Warm leads', exact: true })).toBeVisible();
  await expectPage(app.page.getByRole('menuitem', { name: 'Warm leads 2' })).toHaveCount(0);
  await app.page.getByRole('menuitem', { name: 'Warm leads' }).click();
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Warm leads');
});

test('a view goes into a file and comes back from it under a free name', async () => {
  app.answerSaveDialog(file);
  await screens.chooseOfView('Export to a file…');
  await expect
    .poll(() => JSON.parse(readFileSync(file, 'utf8')) as object)
    .toMatchObject({ view: { name: 'Warm leads' } });
  app.answerOpenDialog(file);
  await screens.chooseOfView('Import from a file…');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Warm leads 2');

  const strange = join(folder, 'strange.json');
  writeFileSync(strange, '{"callbook":"view","version":1,"view":{"name":"","selection":"all"}}');
  app.answerOpenDialog(strange);
  await screens.chooseOfView('Import from a file…');
  await expectPage(app.page.getByRole('alert')).toContainText(
    '“strange.json” is not a view of Callbook. Nothing was changed.',
  );
  await app.page.getByRole('button', { name: 'Dismiss' }).click();
});

/** A file as a colleague's Callbook writes it: batches by the keys of that computer. */
function writeViewOf(name: string, ...batches: string[]): void {
  const selection = { batches: batches.map((id) => `acc_theirs/${id}`), text: '', filters: [], timeZone: 'UTC' };
  const view = { name, selection, sort: [], layout: {}, pivot: null };
  writeFileSync(file, JSON.stringify({ callbook: 'view', version: 1, view }));
}

test('a colleague’s view means the batches of the same ids here, and says so where one is not here', async () => {
  app.answerOpenDialog(file);
  writeViewOf('Theirs', 'sched_b9e370c3');
  await screens.chooseOfView('Import from a file…');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Theirs');
  await expectPage(screens.callsShown).toHaveText('400 calls');
  // As long as a name may be, twice.
  for (const end of ['xx', ' 2']) {
    writeViewOf('x'.repeat(200), 'sched_b9e370c3', 'sched_nowhere');
    await screens.chooseOfView('Import from a file…');
    await expectPage(app.page.getByRole('alert')).toContainText('not on this computer');
    await app.page.getByRole('button', { name: 'Dismiss' }).click();
    await expectPage(screens.viewButton).toHaveAccessibleName(`View: ${'x'.repeat(198)}${end}`);
    await expectPage(screens.callsShown).toHaveText('400 calls');
  }
  await screens.chooseOfView('Warm leads 2');
});

test('an exported workbook opens as the view it was made from: search, filters, order, columns and pivot', async () => {
  const workbook = join(folder, 'leads.xlsx');
  await screens.search.fill('demo');
  await screens.goTo('Pivot');
  await screens.addDimension('rows', 'Interested');
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  const header = (name: string) => screens.grid.getByRole('columnheader', { name, exact: true });
  // Not all: how many are in the document changes as the grid finds its height.
  const rows = async () => (await screens.grid.getByRole('rowheader').allTextContents()).slice(0, 8);
  await expect.poll(rows).toHaveLength(8);
  const unsorted = await rows();
  await header('Duration').click();
  await expectPage(header('Duration')).toHaveAttribute('aria-sort', 'ascending');
  // The header says so before the rows are there, which lead the keys back to the first of them.
  await expect.poll(rows).not.toEqual(unsorted);
  await screens.toCell(0, 1);
  await press('Alt+ArrowRight');
  const seen = async () => ({
    search: await screens.search.inputValue(),
    chips: await screens.chips.allTextContents(),
    calls: await screens.callsShown.textContent(),
    headers: (await screens.headers()).slice(0, 5),
    first: await rows(),
  });
  await expect.poll(async () => (await screens.headers())[2]).toBe('Phone number');
  const before = await seen();

  app.answerSaveDialog(workbook);
  await press('Control+e');
  await app.page.getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(app.page.getByRole('dialog', { name: 'Export' })).toContainText('Saved as leads.xlsx');
  await press('Escape');

  // Everything else than what the workbook holds.
  await app.page.getByRole('button', { name: 'Clear all' }).click();
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await screens.goTo('Pivot');
  await app.page.getByRole('button', { name: 'Remove Interested' }).click();
  await screens.goTo('Calls');
  await expect.poll(rows).toHaveLength(8);
  const shortestFirst = await rows();
  await header('Duration').click();
  await expect.poll(rows).not.toEqual(shortestFirst);
  await screens.toCell(0, 2);
  await press('Alt+ArrowLeft');
  await expect.poll(async () => (await screens.headers())[1]).toBe('Phone number');
  expect(await seen()).not.toMatchObject({ headers: before.headers });

  app.answerOpenDialog(workbook);
  app.chooseFromMenu('File', 'Import a view…');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: From a workbook');
  await expect.poll(seen).toEqual(before);
  await expectPage(header('Duration')).toHaveAttribute('aria-sort', 'ascending');
  await screens.goTo('Pivot');
  await expectPage(app.page.getByRole('button', { name: 'Remove Interested' })).toBeVisible();
  await screens.goTo('Calls');

  writeFileSync(workbook, 'no workbook');
  await screens.chooseOfView('Import from a file…');
  await expectPage(app.page.getByRole('alert')).toContainText('“leads.xlsx”');
  await app.page.getByRole('button', { name: 'Dismiss' }).click();
  await screens.chooseOfView('Warm leads 2');
});

test('a view can be what opens at the start; where the person left off is one step back', async () => {
  await screens.chooseOfView('Open at start');
  await screens.search.fill('refund');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Warm leads 2, changed');
  await expect.poll(() => readFileSync(join(profile, 'settings.json'), 'utf8')).toContain('refund');
  await app.close();
  app = await launchApp({ profile });
  screens = new Screens(app.page);
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Warm leads 2');
  await expectPage(screens.search).toHaveValue('demo');
  await screens.grid.focus();
  await press('Control+z');
  await expectPage(screens.search).toHaveValue('refund');
  expect(app.pageErrors).toEqual([]);
});

test('a view whose batch was removed since shows the other calls', async () => {
  await screens.goTo('Settings');
  await app.page.getByRole('button', { name: /^Remove .*sched_b9e370c3/ }).click();
  await app.page.getByRole('button', { name: 'Remove batch' }).click();
  await screens.goTo('Calls');
  await screens.chooseOfView('Theirs');
  await expectPage(screens.callsShown).toHaveText('800 calls');
});
