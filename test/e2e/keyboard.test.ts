import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';
import { activeWords, expectFocusSeen, tabTo, toHeader } from './byKeyboard.ts';

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
  // In one go: what is found for its first letters comes and goes.
  await app.page.keyboard.insertText('demo');
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

test('the keys of an input method are its own', async () => {
  const devtools = await app.page.context().newCDPSession(app.page);
  const compose = async (text: string, key: string) => {
    await devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });
  };
  await press('Enter');
  await expectPage(screens.detail).toBeVisible();
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  for (const key of ['ArrowDown', 'Enter', 'Escape']) {
    await compose('でも', key);
    await expectPage(screens.search).toBeFocused();
  }
  await expectPage(screens.detail).toBeVisible();
  await press('Control+k');
  await compose('せってい', 'Enter');
  await expectPage(screens.palette).toContainText('Nothing has this name.');
  await press('Escape', 'Escape');
  await expectPage(screens.palette).toBeHidden();
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await screens.grid.focus();
  await press('Escape');
  await expectPage(screens.detail).toBeHidden();
});

test('keep only the value of a cell, then take the filter away', async () => {
  await press('Control+f', 'Control+a', 'Delete', 'Enter');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  // From the header line to the first call; then name, phone number, status.
  await press('Control+Home', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'f');
  await expectPage(app.page.getByRole('group', { name: 'Filters' })).toContainText('Status is');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  await tabTo(app.page.getByRole('button', { name: /^Remove filter/ }), true);
  await press('Enter');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  // The chip took its line along; one goes on in the calls.
  await expectPage(screens.grid).toBeFocused();
});

test('who sorts by a header stays in it', async () => {
  await tabTo(screens.grid);
  await toHeader(screens.grid, 'Name');
  const first = screens.grid.getByRole('rowheader').first();
  const newest = (await first.textContent()) ?? '';
  await press('Enter');
  await expectPage(first).not.toHaveText(newest);
  const ascending = (await first.textContent()) ?? '';
  await press('Enter');
  await expectPage(first).not.toHaveText(ascending);
  await press('Enter');
  await expectPage(screens.grid.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'none');
  await press('Control+z', 'Control+z', 'Control+z');
  await expectPage(first).toHaveText(newest);
});

test('build a pivot, drill into a number, export', async () => {
  await press('Control+2');
  await app.page.getByRole('button', { name: 'Add to rows' }).focus();
  await press('Enter');
  const fields = app.page.getByRole('dialog', { name: 'Add to rows' });
  await expectPage(fields.getByRole('searchbox')).toBeFocused();
  await app.page.keyboard.type('Interested');
  await expectPage(fields.getByRole('option')).toHaveCount(1);
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
  const dialog = app.page.getByRole('dialog');
  await expectPage(dialog).toContainText('Saved as');
  // The button that was pressed is gone.
  await expectPage(dialog.locator(':focus')).toHaveCount(1);
  await press('Escape');
  await expectPage(dialog).toBeHidden();
  const rows = XLSX.utils.sheet_to_json(XLSX.readFile(join(folder, 'calls.xlsx')).Sheets['Calls'] ?? {});
  expect(rows).toHaveLength(Number(counted?.replaceAll(',', '')));
});

const type = (words: string) => app.page.keyboard.type(words);

async function goToHeader(column: string): Promise<void> {
  await tabTo(screens.grid);
  await toHeader(screens.grid, column);
}

/** The menu of the grid's active cell, once it hears keys. */
async function openMenu(): Promise<void> {
  await press('Shift+F10');
  await expectPage(app.page.getByRole('menu').locator(':focus')).toHaveCount(1);
}

const offerToTake = (words: string) => app.page.getByRole('menuitem', { name: `Take values as ${words}` });

test('the values of a key are taken for text, and for what they were recognised as again', async () => {
  await press('Control+1', 'Control+Backspace');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await goToHeader('Interested');
  await openMenu();
  await type('take values as text');
  await expectPage(offerToTake('text')).toBeFocused();
  await press('Enter');
  await expectPage(screens.grid).toBeFocused();
  await expect.poll(() => activeWords(screens.grid)).toBe('Interested');
  await openMenu();
  await expectPage(offerToTake('recognised')).toBeVisible();
  await expectPage(offerToTake('text')).toHaveCount(0);
  await press('End');
  await expectPage(offerToTake('recognised')).toBeFocused();
  await press('Enter');
  await expectPage(screens.grid).toBeFocused();
  await openMenu();
  await expectPage(offerToTake('text')).toBeVisible();
  await expectPage(offerToTake('recognised')).toHaveCount(0);
  await press('Escape');
});

test('values are kept and excluded, blanks too, found by their words; a range is moved and typed', async () => {
  await tabTo(app.page.getByRole('searchbox', { name: 'Find a column' }), true);
  await type('interested');
  await tabTo(screens.facetValues('Interested').getByRole('row'));
  await type('(not app');
  await expectPage(screens.facetValue('Interested', '(not applicable)')).toBeFocused();
  // Space would be one more letter of the words.
  await press('Enter');
  await expectPage(screens.chips).toContainText('Interested is (not applicable)');
  await press('ArrowRight');
  await expectFocusSeen(screens.grid);
  await press('Enter');
  await expectPage(screens.chips).toContainText('Interested is not (not applicable)');
  await press('Enter');
  await expectPage(screens.chips).toHaveCount(0);

  // A number that is taken for a category is chosen by its values, of which it has many.
  await goToHeader('Team Size');
  await openMenu();
  await type('take values as category');
  await expectPage(offerToTake('category')).toBeFocused();
  await press('Enter');
  await expectPage(screens.grid).toBeFocused();
  await tabTo(app.page.getByRole('searchbox', { name: 'Find a column' }), true);
  await press('Control+a');
  await type('team size');
  const trigger = screens.facetsPanel.getByRole('button', { name: /^Team Size/ });
  // As a category it is among the first that are open by themselves.
  await expectPage(trigger).toHaveAttribute('aria-expanded', 'true');
  await tabTo(screens.facetsPanel.getByRole('searchbox', { name: 'Search values of Team Size' }));
  await type('17');
  const values = () => screens.facetValues('Team Size').getByRole('row').getByTitle(/./).allTextContents();
  await expect.poll(values).toSatisfy((rows: string[]) => rows.length > 0 && rows.every((row) => row.includes('17')));
  await tabTo(screens.facetValues('Team Size').getByRole('row'));
  await press('Space');
  await expectPage(screens.chips).toContainText(/Team Size is \d*17/);
  await press('Control+Backspace');
  await expectPage(screens.chips).toHaveCount(0);

  await tabTo(app.page.getByRole('searchbox', { name: 'Find a column' }), true);
  await press('Control+a');
  await type('duration');
  const duration = screens.facetsPanel.getByRole('button', { name: /^Duration/ });
  await tabTo(duration);
  await press('Enter');
  await tabTo(app.page.getByRole('slider', { name: 'Duration from' }));
  await press('ArrowRight', 'ArrowRight');
  await expectPage(screens.chips).toContainText('Duration is at least');
  await tabTo(screens.facetsPanel.getByRole('textbox', { name: 'To', exact: true }));
  await type('1:30');
  await press('Enter');
  await expectPage(screens.chips).toContainText('at most 1:30');
  await tabTo(app.page.getByRole('button', { name: 'Clear all' }), true);
  await press('Enter');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await expectPage(screens.grid).toBeFocused();
});

test('a view is saved, renamed, duplicated, made the first at the start, and deleted', async () => {
  const chooseOfView = async (words: string) => {
    await tabTo(screens.viewButton, true);
    await press('Enter');
    await expectPage(app.page.getByRole('menu').locator(':focus')).toHaveCount(1);
    await type(words);
    await expectPage(app.page.getByRole('menuitem', { name: words }).first()).toBeFocused();
    await press('Enter');
  };
  await press('Control+Shift+S');
  await expectPage(app.page.getByLabel('Name', { exact: true })).toBeFocused();
  // Over the name that is suggested.
  await type('Short calls');
  await press('Enter');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Short calls');
  await expectPage(screens.grid).toBeFocused();

  await chooseOfView('Rename');
  await expectPage(app.page.getByRole('dialog', { name: 'Rename Short calls' }).getByLabel('Name')).toBeFocused();
  await press('Control+a');
  await type('Brief calls');
  await press('Enter');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Brief calls');
  await expectPage(screens.viewButton).toBeFocused();
  await chooseOfView('Duplicate');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Brief calls 2');
  await chooseOfView('Open at start');
  await chooseOfView('Delete');
  await tabTo(app.page.getByRole('button', { name: 'Delete view' }));
  await press('Enter');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: No saved view');
  await expectPage(screens.viewButton).toBeFocused();
  await press('Enter');
  await expectPage(app.page.getByRole('menuitem', { name: 'Brief calls', exact: true })).toBeFocused();
  await expectPage(app.page.getByRole('menuitem', { name: 'Brief calls 2' })).toHaveCount(0);
  await press('Escape');
});

test('a call gets a star, a tag and a note; the tag goes again', async () => {
  await tabTo(screens.grid);
  await press('Control+Home', 'ArrowDown', 'Enter');
  await expectPage(screens.call.star).toBeVisible();
  await press('s');
  await expectPage(screens.call.star).toHaveAttribute('aria-pressed', 'true');
  await tabTo(screens.call.tagBox);
  await type('vip');
  await press('Enter');
  await expectPage(screens.call.tag('vip')).toBeVisible();
  await expectPage(screens.call.tagBox).toBeFocused();
  await tabTo(screens.call.note);
  await type('Wants the long offer');
  await tabTo(screens.call.tag('vip'), true);
  await press('Control+f', 'Control+a');
  await type('note:"long offer" tag:vip');
  await expectPage(screens.callsShown).toHaveText('1 of 1,200 calls');
  await tabTo(screens.call.tag('vip'));
  await press('Delete');
  await expectPage(screens.call.tag('vip')).toHaveCount(0);
  await expectPage(screens.call.tagBox).toBeFocused();
  await press('Escape');
  await expectPage(screens.detail).toBeHidden();
  await press('Control+Backspace');
});

test('an export with its choices, kept as a preset, taken again and deleted', async () => {
  const file = join(folder, 'all.xlsx');
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  const inDialog = (name: string | RegExp) => dialog.getByRole('button', { name });
  const outcomes = dialog.getByRole('checkbox', { name: 'Outcomes sheet' });
  const choose = async (label: string, words: string) => {
    await tabTo(inDialog(new RegExp(` ${label}$`)));
    await press('Enter');
    // Letters before that would be for the button, not for its list.
    const isInList = () => app.page.evaluate(() => document.activeElement?.closest('[role="listbox"]') != null);
    await expect.poll(isInList).toBe(true);
    await type(words);
    await press('Enter');
    await expectPage(inDialog(new RegExp(` ${label}$`))).toBeFocused();
  };
  app.answerSaveDialog(file);
  await press('Control+e');
  await tabTo(dialog.getByRole('radio').first());
  await press('ArrowDown');
  await expectPage(dialog.getByRole('radio', { name: /^Every call/ })).toBeChecked();
  await choose('Columns', 'Those');
  await expectPage(inDialog(/ Columns$/)).toContainText('Those in sight');
  await tabTo(outcomes);
  await press('Space');
  await tabTo(inDialog('Keep these choices'));
  await press('Enter');
  await expectPage(dialog.getByLabel('Name of the preset')).toBeFocused();
  await type('Long form');
  await press('Enter');
  // The field has gone; the focus is still in the dialog.
  await expectPage(inDialog(/ Preset$/)).toContainText('Long form');
  await expectPage(dialog.locator(':focus')).toHaveCount(1);
  await tabTo(outcomes);
  await press('Space');
  await choose('Preset', 'Long');
  await expectPage(outcomes).toBeChecked();
  await tabTo(inDialog('Delete preset Long form'));
  await press('Enter');
  await expectPage(inDialog(/ Preset$/)).toHaveCount(0);
  await expectPage(dialog.locator(':focus')).toHaveCount(1);
  await tabTo(inDialog('Choose file…'));
  await press('Enter');
  await expectPage(dialog).toContainText(
    'Saved as all.xlsx – 1,200 rows, sheets Calls, Pivot, PivotTable, Outcomes, About.',
  );
  await tabTo(dialog.getByRole('button', { name: 'Open', exact: true }));
  await press('Enter');
  await expect.poll(() => app.opened()).toContain(`open ${file}`);
  await press('Escape');
  await expectPage(dialog).toBeHidden();
  await expectPage(app.page.locator('body')).not.toBeFocused();
  expect(app.pageErrors).toEqual([]);
});
