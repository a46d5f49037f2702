import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** Picking cells and rows, by keys and by mouse, and taking them to a spreadsheet. */

let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.exploreSample();
});

afterAll(async () => {
  await app.close();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await app.page.keyboard.press(key);
};
const lines = () => (app.copied()?.text ?? '').split('\n').map((line) => line.split('\t'));
/** All calls with all columns are a second's work to copy; on two cores, with four others at work, it took more than ten. */
const copiedAll = { timeout: 60_000 };
const nameAt = (row: number) => screens.grid.getByRole('rowheader').nth(row).textContent();

test('Shift and arrows pick a block; copying it brings the headers along', async () => {
  await screens.toCell(1, 0);
  await press('Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c');
  await expect.poll(lines).toHaveLength(4);
  expect(lines()[0]).toEqual(['Name', 'Phone number']);
  expect(lines()[1]?.[0]).toBe(await nameAt(0));
  expect(lines()[3]?.[0]).toBe(await nameAt(2));
  expect(app.copied()?.html).toContain('<th class="text">Phone number</th>');
  await expectPage(screens.grid.locator('[aria-selected]')).toHaveCount(6);
});

test('where the bottom bar tells what is picked is there before its words, so that a screen reader says them', async () => {
  await screens.toCell(1, 0);
  const picked = app.page.getByRole('status', { name: 'Picked cells' });
  await expectPage(picked).toHaveText('');
  const place = await picked.elementHandle();
  await press('Shift+ArrowDown');
  await expectPage(picked).toContainText('2 cells');
  expect(await place?.textContent()).toContain('2 cells');
  await press('ArrowDown');
  await expectPage(picked).toHaveText('');
});

test('what is picked, and the open call, are seen in a contrast theme of the system, too', async () => {
  await app.page.emulateMedia({ forcedColors: 'active' });
  await screens.toCell(1, 0);
  await press('Enter');
  await expectPage(screens.detail).toBeVisible();
  await expectPage(screens.grid.locator('[aria-current]')).toHaveCSS('outline-style', 'solid');
  await press('Escape', 'ArrowDown', 'Shift+ArrowDown');
  const ground = (cell: Element) => getComputedStyle(cell).backgroundColor;
  const picked = await screens.grid.locator('[aria-selected]').first().evaluate(ground);
  expect(picked).not.toBe(await screens.grid.getByRole('rowheader').nth(6).evaluate(ground));
  expect(picked).not.toBe('rgba(0, 0, 0, 0)');
  await app.page.emulateMedia({ forcedColors: null });
  await press('Escape');
});

test('one cell is copied alone', async () => {
  await press('Escape', 'Control+Home', 'ArrowDown', 'Control+c');
  await expect.poll(async () => app.copied()?.text === (await nameAt(0))).toBe(true);
});

test('Ctrl+A is everything that is found, rows that were never read too', async () => {
  await press('Control+a', 'Control+c');
  await expect.poll(() => lines().length, copiedAll).toBe(1_201);
  await expectPage(app.page.getByText(/^Copied 1,200 rows × \d+ columns$/)).toBeVisible();
  await screens.search.fill('demo');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  const found = Number((await screens.callsShown.textContent())?.split(' ')[0]?.replaceAll(',', ''));
  await screens.grid.focus();
  await press('Control+a', 'Control+c');
  await expect.poll(() => lines().length, copiedAll).toBe(found + 1);
  await screens.search.fill('');
});

test('what is picked from a header is copied, too: all after a click that sorts, a column from its name', async () => {
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  // Not all rows: the grid may still become taller, as the words of the search before are taken away.
  const unsorted = await nameAt(0);
  await screens.grid.getByRole('columnheader', { name: 'Name', exact: true }).click();
  // What is picked is let go once the sorted rows are there.
  await expect.poll(() => nameAt(0)).not.toBe(unsorted);
  const copied = () => [lines().length, ...(lines()[0] ?? []).slice(0, 2)];
  await press('Control+ ', 'Control+c');
  await expect.poll(copied, copiedAll).toEqual([1_201, 'Name']);
  await press('Control+a', 'Control+c');
  await expect.poll(copied, copiedAll).toEqual([1_201, 'Name', 'Phone number']);
  await press('Control+z');
  await expect.poll(() => nameAt(0)).toBe(unsorted);
});

test('Shift+Space picks the row, Ctrl+Space the column', async () => {
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await screens.toCell(2, 1);
  await press('Shift+ ', 'Shift+ArrowDown', 'Control+c');
  await expect.poll(lines).toHaveLength(3);
  expect(lines()[0]?.length).toBeGreaterThan(10);
  await press('Control+ ', 'Control+c');
  await expect.poll(() => lines().length, copiedAll).toBe(1_201);
  expect(lines()[0]).toEqual(['Phone number']);
});

test('what was picked is not offered to export on another screen, which has no picked rows', async () => {
  await screens.toCell(1, 0);
  await press('Shift+ ', 'Shift+ArrowDown', 'Control+2');
  await expectPage(app.page.getByRole('region', { name: 'Pivot' })).toBeVisible();
  await screens.search.fill('demo');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  await press('Control+e');
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  await expectPage(dialog.getByRole('radio', { name: /^Every call/ })).toBeVisible();
  await expectPage(dialog.getByRole('radio', { name: /^The rows that are picked/ })).toHaveCount(0);
  await press('Escape', 'Control+1');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

test('the mouse picks by dragging, adds with Ctrl, goes on with Shift, and takes rows by their number', async () => {
  await screens.grid.focus();
  await press('Control+Home');
  const cell = (row: number, column: number) =>
    screens.grid.locator(`[data-line="${row}"] [data-column="${column}"]`).first();
  const middle = async (row: number, column: number) => {
    const box = await cell(row, column).boundingBox();
    return { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 12 };
  };
  const [from, to] = [await middle(2, 1), await middle(4, 2)];
  await app.page.mouse.move(from.x, from.y);
  await app.page.mouse.down();
  await app.page.mouse.move(to.x, to.y, { steps: 4 });
  await app.page.mouse.up();
  await expectPage(screens.grid.locator('[aria-selected]')).toHaveCount(6);
  await expectPage(screens.detail).toBeHidden();

  await cell(7, 1).click({ modifiers: ['Control'] });
  await expectPage(screens.grid.locator('[aria-selected]')).toHaveCount(7);
  await cell(8, 2).click({ modifiers: ['Shift'] });
  await expectPage(screens.grid.locator('[aria-selected]')).toHaveCount(10);
  await expectPage(screens.detail).toBeHidden();

  await screens.grid.locator('.gutter').nth(1).click();
  await press('Control+c');
  await expect.poll(lines).toHaveLength(2);
  expect(app.pageErrors).toEqual([]);
});
