import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { expectFocusSeen, pressUntil, tabTo } from './byKeyboard.ts';
import { Screens } from '../support/screens/screens.ts';

/** A nested pivot, built, changed, copied, exported and drilled into without a mouse: on screen, in the copy and in the workbook it is the same. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-pivot-'));
const workbook = join(folder, 'pivot.xlsx');
let app: RunningApp;
let screens: Screens;
const button = (name: string) => app.page.getByRole('button', { name, exact: true });

beforeAll(async () => {
  app = await launchApp();
  screens = new Screens(app.page);
  await app.page.setViewportSize({ width: 1600, height: 1_000 });
  await screens.exploreSample();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

test('measures wait for a field, and for the next one once the last is taken away', async () => {
  await screens.goTo('Pivot');
  const addAverage = async () => {
    await button('Add measure').click();
    await app.page
      .getByRole('dialog', { name: 'Add measure' })
      .getByRole('button', { name: 'Add', exact: true })
      .click();
  };
  await addAverage();
  await expectPage(button('Remove Average duration')).toBeVisible();
  await expectPage(app.page.getByText('Added Average duration, measure 2 of 2', { exact: true })).toHaveRole('status');
  await screens.addDimension('rows', 'Status');
  const average = screens.pivot.getByRole('columnheader', { name: 'Average duration' });
  await expectPage(average).toBeVisible();
  await button('Remove Status').click();
  await expectPage(screens.pivot).toBeHidden();
  await screens.addDimension('rows', 'Interested');
  await expectPage(average).toBeVisible();
  await button('Remove Average duration').click();
  await button('Remove Interested').click();
  await screens.goTo('Calls');
});

async function add(well: 'rows' | 'columns', dimension: string): Promise<void> {
  const opens = button(`Add to ${well}`);
  await tabTo(opens);
  await screens.press('Enter');
  const dialog = app.page.getByRole('dialog', { name: `Add to ${well}` });
  await expectPage(dialog.getByRole('searchbox')).toBeFocused();
  await app.page.keyboard.type(dimension);
  // All options are there before the first letter, too.
  await expectPage(dialog.getByRole('option').filter({ hasNotText: new RegExp(dimension, 'i') })).toHaveCount(0);
  await screens.press('ArrowDown', 'Enter');
  await expectPage(opens).toBeFocused();
}

/** The lines of the table as they are seen, from the header down, numbers as numbers; an empty cell of counts is 0. */
async function onScreen(): Promise<(string | number)[][]> {
  const rows = await screens.pivot.getByRole('row').evaluateAll((lines) =>
    lines.map((line) => ({
      at: Number(line.getAttribute('aria-rowindex')),
      cells: [...line.querySelectorAll('.cell')].map((cell) => cell.textContent),
    })),
  );
  return rows.sort((a, b) => a.at - b.at).map(({ cells }) => cells.map((words) => numberIn(words)));
}
const numberIn = (words: string) =>
  words === '·' ? 0 : /^[\d,]+$/.test(words) ? Number(words.replaceAll(',', '')) : words;

/** Turns one of the totals on or off in their menu. */
async function toggleTotals(words: string): Promise<void> {
  await tabTo(button('Totals'));
  await screens.press('Enter');
  const item = app.page.getByRole('menuitemcheckbox', { name: words });
  const isOn = (await item.getAttribute('aria-checked')) === 'true';
  await expectPage(app.page.getByRole('menu')).toBeVisible();
  await pressUntil(app.page, 'ArrowDown', () => item.evaluate((one) => one === document.activeElement));
  await screens.press('Space');
  await expectPage(item).toBeChecked({ checked: !isOn });
  await screens.press('Escape');
  await expectPage(button('Totals')).toBeFocused();
}

test('rows in rows with their subtotals: the screen, the copy and the workbook hold the same', async () => {
  await screens.press('Control+2');
  await add('rows', 'Status');
  await add('rows', 'Interested');
  await add('columns', 'Agent');
  // That of all columns, and that of all rows.
  await expect.poll(async () => (await onScreen()).filter((line) => line.includes('Total')).length).toBe(2);
  await toggleTotals('Subtotals of rows');
  const subtotals = () => screens.pivot.locator('.grid-body .cell.key.total');
  await expectPage(subtotals().first()).toBeVisible();
  const seen = await onScreen();
  // "Total" in the header, once a status, and for all.
  const statuses = new Set(seen.slice(2, -1).map(([status]) => status)).size;
  expect(seen.filter((line) => line.slice(0, 2).includes('Total'))).toHaveLength(statuses + 1);

  await tabTo(button('Copy the table'));
  await screens.press('Enter');
  await expect
    .poll(() => (app.copied()?.text ?? '').split('\n').map((line) => line.split('\t').map((words) => numberIn(words))))
    .toEqual(seen);
  await expectPage(app.page.getByRole('status', { name: 'Copied' })).toHaveText('Copied the table');

  app.answerSaveDialog(workbook);
  await screens.press('Control+e');
  await tabTo(button('Choose file…'));
  await screens.press('Enter');
  await expectPage(app.page.getByRole('dialog')).toContainText('Saved as');
  await screens.press('Escape');
  const sheet = XLSX.readFile(workbook).Sheets['Pivot'] ?? {};
  expect(XLSX.utils.sheet_to_json(sheet, { header: 1, defval: '' })).toEqual(seen);
});

test('each axis has its own totals and subtotals, which swap with it', async () => {
  const totalsIn = (line: readonly (string | number)[] = []) => line.filter((words) => words === 'Total').length;
  const seen = async () => {
    const lines = await onScreen();
    return {
      hasAcross: totalsIn([...(lines[0] ?? []), ...(lines[1] ?? [])]) > 0,
      down: lines.slice(2).filter((line) => totalsIn(line) > 0).length,
    };
  };
  const before = await seen();
  expect(before.hasAcross).toBe(true);
  await toggleTotals('Total of all columns');
  await expect.poll(seen).toEqual({ ...before, hasAcross: false });
  await toggleTotals('Total of all rows');
  await expect.poll(seen).toEqual({ down: before.down - 1, hasAcross: false });
  await tabTo(button('Swap rows and columns'), true);
  await screens.press('Enter');
  await expect.poll(seen).toEqual({ down: 0, hasAcross: true });
  await screens.press('Control+z', 'Control+z', 'Control+z');
  await expect.poll(seen).toEqual(before);
});

/** What a screen reader says of the last change. */
const said = () => app.page.getByRole('region', { name: 'Pivot' }).getByRole('status');
const expectSaid = (words: string | RegExp) => expectPage(said()).toHaveText(words);

test('what is done to fields and measures is said in one message with the size of the table, and nothing else is', async () => {
  await tabTo(button('Remove Agent'), true);
  await screens.press('Enter');
  await expectSaid(/^Removed Agent\. \d+ rows × 1 column$/);
  await add('columns', 'Agent');
  await expectSaid(/^Added Agent, column 1 of 1\. \d+ rows × \d+ columns$/);
  const before = (await said().textContent())?.split('. ').at(-1) ?? '';
  await button('Swap rows and columns').press('Enter');
  await expectSaid(/^Swapped rows and columns\. \d+ rows × \d+ columns$/);
  // A step back says to which size it leads.
  await screens.press('Control+z');
  await expectSaid(before);
  const colours = app.page.getByRole('checkbox', { name: 'Colours by size' });
  await colours.press('Space');
  await expectPage(screens.pivot.locator('.cell.heat')).toHaveCount(0);
  await colours.press('Space');
  await expectPage(screens.pivot.locator('.cell.heat')).not.toHaveCount(0);
  await expectSaid(before);
});

test('a field or measure is moved without a mouse: it keeps the focus, its place is said, and the table follows', async () => {
  const pill = (label: string) => app.page.getByRole('button', { name: label, exact: true });
  const isAt = async (label: string) => {
    await expectPage(pill(label)).toBeFocused();
    await expectFocusSeen(pill(label));
    await expectSaid(new RegExp(`^${label}\\. \\d+ rows? × \\d+ columns?$`));
  };
  const corners = async () => {
    const lines = await onScreen();
    return [lines.at(0)?.[1], ...(lines.find((line) => line.includes('Calls')) ?? []).slice(0, 2)];
  };
  expect(await corners()).toEqual(['Agent', 'Status', 'Interested']);
  await tabTo(pill('Interested, row 2 of 2'), true);
  await screens.press('Alt+ArrowLeft');
  await isAt('Interested, row 1 of 2');
  await expect.poll(corners).toEqual(['Agent', 'Interested', 'Status']);
  // At the end of a shelf it stays.
  await screens.press('Alt+ArrowLeft', 'Alt+ArrowUp');
  await isAt('Interested, row 1 of 2');
  await screens.press('Alt+ArrowDown');
  await isAt('Interested, column 2 of 2');
  await screens.press('Alt+ArrowLeft');
  await isAt('Interested, column 1 of 2');
  await expect
    .poll(async () => (await onScreen()).slice(0, 2).map(([corner]) => corner))
    .toEqual(['Interested', 'Agent']);
  await screens.press('Alt+ArrowUp');
  await isAt('Interested, row 2 of 2');
  await expect.poll(corners).toEqual(['Agent', 'Status', 'Interested']);

  // What the keys do stands in a menu, too.
  await screens.press('Enter');
  await expectPage(app.page.getByRole('menuitem')).toHaveText([/Move left/, /Move to the columns/, /Remove/]);
  await expectPage(app.page.getByRole('menuitem').first()).toBeFocused();
  await screens.press('Enter');
  await isAt('Interested, row 1 of 2');
  await screens.press('Enter');
  await expectPage(app.page.getByRole('menuitem')).toHaveText([/Move right/, /Move to the columns/, /Remove/]);
  await expectPage(app.page.getByRole('menuitem').first()).toBeFocused();
  await screens.press('ArrowDown', 'Enter');
  await isAt('Interested, column 2 of 2');
  await screens.press('Control+z', 'Control+z');
  await expect.poll(corners).toEqual(['Agent', 'Status', 'Interested']);

  await screens.press('?');
  await expectPage(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText(
    'Move it to the left or right',
  );
  await screens.press('Escape');
});

test('colours by size go and come back', async () => {
  await expectPage(screens.pivot.locator('.cell.heat')).not.toHaveCount(0);
  await expectPage(screens.pivot.locator('.cell.total.heat')).toHaveCount(0);
  await tabTo(app.page.getByRole('checkbox', { name: 'Colours by size' }));
  await screens.press('Space');
  await expectPage(screens.pivot.locator('.cell.heat')).toHaveCount(0);
  await screens.press('Space');
  await expectPage(screens.pivot.locator('.cell.heat')).not.toHaveCount(0);
});

test('what is measured is changed, and the focus stays where a field was taken away', async () => {
  await tabTo(button('Add measure'), true);
  await screens.press('Enter');
  const form = app.page.getByRole('dialog', { name: 'Add measure' });
  await tabTo(form.getByRole('button', { name: 'Add', exact: true }));
  await screens.press('Enter');
  await expectPage(button('Remove Average duration')).toBeVisible();
  await expectPage(button('Add measure')).toBeFocused();
  await tabTo(button('Average duration, measure 2 of 2'), true);
  await screens.press('Alt+ArrowLeft');
  await expectPage(button('Average duration, measure 1 of 2')).toBeFocused();
  await expect
    .poll(async () => (await onScreen()).find((line) => line.includes('Calls'))?.slice(2, 4))
    .toEqual(['Average duration', 'Calls']);
  await tabTo(button('Remove Calls'));
  await screens.press('Enter');
  await expectPage(screens.pivot.getByRole('columnheader', { name: 'Average duration' })).not.toHaveCount(0);
  await expectPage(screens.pivot.getByRole('columnheader', { name: 'Calls' })).toHaveCount(0);
  await expectPage(app.page.locator('body')).not.toBeFocused();
  await expectFocusSeen(screens.pivot);
  await screens.press('Control+z');
  await expectPage(button('Remove Calls')).toBeVisible();
});

test('values of a share that are asked for before they are read come into the list that is open', async () => {
  await screens.goTo('Pivot');
  await button('Add measure').press('Enter');
  const form = app.page.getByRole('dialog', { name: 'Add measure' });
  await form.getByRole('button', { name: 'Average Measure' }).click();
  await app.page.getByRole('option', { name: 'Share of a value (%)' }).click();
  const letGo = await app.hold('pivot.run');
  await form.getByRole('combobox', { name: 'Of' }).fill('Interested');
  await app.page.getByRole('option', { name: 'Interested', exact: true }).click();
  const value = form.getByRole('combobox', { name: 'Value' });
  await value.click();
  await expectPage(app.page.getByRole('listbox')).toHaveText('Reading…');
  await app.page.keyboard.type('ye');
  await letGo();
  await expectPage(app.page.getByRole('option')).toHaveText(['Yes']);
  await expectPage(value).toBeFocused();
  await screens.press('ArrowDown', 'Enter');
  await expectPage(value).toHaveValue('Yes');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await expectPage(button('Remove Interested is Yes')).toBeVisible();
  await screens.press('Control+z');
});

test('a subtotal leads to its calls, and Escape is not needed to come back: Ctrl+2 shows the pivot again', async () => {
  await screens.press('Control+z', 'Control+z');
  await expectPage(button('Remove Average duration')).toHaveCount(0);
  await expectPage(screens.pivot.getByRole('columnheader', { name: 'Average duration' })).toHaveCount(0);
  const seen = await onScreen();
  const at = seen.findIndex((line) => line[1] === 'Total');
  const [status = ''] = seen[at] ?? [];
  await tabTo(screens.pivot);
  await screens.press('Control+Home', ...Array<string>(at).fill('ArrowDown'), 'End', 'd');
  await expectPage(screens.callsShown).toHaveText(`${Number(seen[at]?.at(-1)).toLocaleString('en')} of 1,200 calls`);
  await expectPage(screens.chips).toContainText(`Status is ${status}`);
  await expectPage(screens.chips.getByRole('button', { name: /^Remove filter/ })).toHaveCount(1);
  // On from the table, not from the filters above it.
  await expectPage(screens.grid).toBeFocused();
  await screens.press('Control+2');
  await expectPage(screens.pivot).toBeFocused();
  expect(app.pageErrors).toEqual([]);
});
