import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';
import { activeWords, toHeader } from './byKeyboard.ts';

/** Which columns there are, how wide and in which order; by keyboard, and kept to the next start. */

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
const header = (name: string) => screens.grid.getByRole('columnheader', { name, exact: true });
const widthOf = async (name: string) => (await header(name).boundingBox())?.width ?? 0;

test('Alt and arrows move a column, with Shift they make it wider; undo brings both back', async () => {
  const before = await screens.headers();
  await screens.toCell(0, 1);
  await press('Alt+ArrowRight');
  await expect.poll(screens.headers.bind(screens)).toEqual([before[0], before[2], before[1], ...before.slice(3)]);
  const width = await widthOf('Phone number');
  await press('Alt+Shift+ArrowRight', 'Alt+Shift+ArrowRight');
  await expect.poll(() => widthOf('Phone number')).toBe(width + 32);
  await press('Control+z', 'Control+z');
  await expect.poll(screens.headers.bind(screens)).toEqual(before);
});

test('Alt and arrows move a column past the one that tells where the search found a call', async () => {
  await screens.search.fill('refund');
  await expectPage(header('Found in')).toBeVisible();
  const firstThree = async () => (await screens.headers()).slice(0, 3);
  expect(await firstThree()).toEqual(['Name', 'Found in', 'Phone number']);
  await screens.toCell(0, 2);
  await press('ArrowUp', 'Alt+ArrowLeft');
  await expect.poll(firstThree).toEqual(['Name', 'Phone number', 'Found in']);
  await press('Alt+ArrowRight');
  await expect.poll(firstThree).toEqual(['Name', 'Found in', 'Phone number']);
  await press('Control+z', 'Control+z');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

test('where all columns are hidden, that is said, with the way back', async () => {
  const dialog = await screens.openColumns();
  const shown = dialog.getByRole('option', { selected: true });
  await expectPage(shown).not.toHaveCount(0);
  while ((await shown.count()) > 0) await shown.first().click();
  await press('Escape');
  await expectPage(dialog).toBeHidden();
  await expectPage(app.page.getByRole('heading', { name: 'All columns are hidden' })).toBeVisible();
  await app.page.getByRole('button', { name: 'Show all columns' }).press('Enter');
  await expectPage(header('Status')).toBeVisible();
  await expectPage(app.page.locator('body')).not.toBeFocused();
});

test('a border is dragged, and a double click on it fits the column', async () => {
  const box = await header('Status').boundingBox();
  const allWidths = () => screens.grid.evaluate(({ scrollWidth }) => scrollWidth);
  const before = await allWidths();
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) - 3, (box?.y ?? 0) + 10];
  await app.page.mouse.move(x, y);
  await app.page.mouse.down();
  await app.page.mouse.move(x + 50, y, { steps: 4 });
  await app.page.mouse.up();
  await expect.poll(() => widthOf('Status')).toBe((box?.width ?? 0) + 50);
  // What stands beside it keeps its width, and can be scrolled to.
  expect(await allWidths()).toBe(before + 50);
  await app.page.mouse.dblclick(x + 50, y);
  await expect.poll(() => widthOf('Status')).toBeLessThan((box?.width ?? 0) + 50);
  // As wide as its widest words, and not much wider.
  const room = await screens.grid.evaluate((grid) => {
    const column = [...grid.querySelectorAll('[role=columnheader]')]
      .find((one) => one.textContent?.startsWith('Status'))
      ?.getAttribute('data-column');
    const words = document.createRange();
    return [...grid.querySelectorAll<HTMLElement>(`.grid-body [data-column="${column}"]`)].map((cell) => {
      words.selectNodeContents(cell);
      return {
        cut: cell.scrollWidth - cell.clientWidth,
        spare: cell.clientWidth - words.getBoundingClientRect().width,
      };
    });
  });
  expect(Math.max(...room.map(({ cut }) => cut))).toBe(0);
  expect(Math.min(...room.map(({ spare }) => spare))).toBeLessThan(60);
  expect(await header('Status').getAttribute('aria-sort')).toBe('none');
});

test('a header is dragged to another place', async () => {
  const [from, to] = [await header('Started').boundingBox(), await header('Status').boundingBox()];
  await app.page.mouse.move((from?.x ?? 0) + 30, (from?.y ?? 0) + 10);
  await app.page.mouse.down();
  await app.page.mouse.move((to?.x ?? 0) + 10, (to?.y ?? 0) + 10, { steps: 6 });
  await app.page.mouse.up();
  await expect
    .poll(async () => (await screens.headers()).slice(0, 4))
    .toEqual(['Name', 'Phone number', 'Started', 'Status']);
});

test('the chooser finds a column and hides it; the menu of a header pins; Reset brings all back', async () => {
  const chooser = await screens.openColumns();
  await chooser.getByRole('searchbox').fill('phone');
  await press('ArrowDown', 'Enter');
  await chooser.getByRole('searchbox').fill('');
  await press('Escape');
  await expectPage(chooser).toBeHidden();
  await expectPage(header('Phone number')).toBeHidden();

  await screens.toCell(0, 1);
  await press('Shift+F10');
  await app.page.getByRole('menuitem', { name: 'Pin column at the left' }).click();
  await expectPage(screens.grid.getByRole('row').nth(1).getByRole('rowheader')).toHaveCount(2);

  await (await screens.openColumns()).getByRole('button', { name: 'Reset columns' }).click();
  await press('Escape');
  await expectPage(header('Phone number')).toBeVisible();
  await expectPage(screens.grid.getByRole('row').nth(1).getByRole('rowheader')).toHaveCount(1);
});

test('the cell in use stays in its column when others are hidden or moved; if it goes itself, the next one is in use', async () => {
  const hide = async (name: string) => {
    const chooser = await screens.openColumns();
    await chooser.getByRole('option', { name, exact: true }).click();
    await press('Escape');
    await expectPage(header(name)).toBeHidden();
  };
  const [, , third = ''] = await screens.headers();
  await screens.toCell(0, 2);
  expect(await activeWords(screens.grid)).toBe(third);
  await hide('Phone number');
  expect(await activeWords(screens.grid)).toBe(third);
  await screens.grid.focus();
  await press('Shift+F10');
  await app.page.getByRole('menuitem', { name: 'Move left' }).click();
  await expect.poll(async () => (await screens.headers())[0]).toBe(third);
  expect(await activeWords(screens.grid)).toBe(third);
  await hide(third);
  expect(await activeWords(screens.grid)).toBe('Name');
  await (await screens.openColumns()).getByRole('button', { name: 'Reset columns' }).click();
  await press('Escape');
  await expectPage(header('Phone number')).toBeVisible();
  expect(await activeWords(screens.grid)).toBe('Name');
});

test('where pinned columns leave no room for others, those that do not fit scroll with them', async () => {
  for (const name of ['Phone number', 'Status', 'Started']) {
    await header(name).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Pin column at the left' }).click();
  }
  const first = screens.grid.getByRole('row').nth(1);
  await expectPage(first.getByRole('rowheader')).toHaveCount(4);
  await app.page.setViewportSize({ width: 1024, height: 700 });
  await screens.toCell(1, 0);
  await press('Enter');
  await expectPage(screens.detail).toBeVisible();
  for (let presses = 0; presses < 6; presses++) await press('ArrowRight');
  const active = () =>
    screens.grid.evaluate((grid) => {
      const cell = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.getBoundingClientRect();
      const at = cell && document.elementFromPoint(cell.left + cell.width / 2, cell.top + cell.height / 2);
      return at?.closest('[data-column]')?.getAttribute('data-column');
    });
  await expect.poll(active).toBe('6');
  await press('Escape');
  await app.page.setViewportSize({ width: 1280, height: 800 });
  await expectPage(first.getByRole('rowheader')).toHaveCount(4);
  await (await screens.openColumns()).getByRole('button', { name: 'Reset columns' }).click();
  await press('Escape');
  await screens.toCell(0, 0);
});

test('a column moves by the menu of its header also beside the one that tells where a call was found', async () => {
  await screens.search.fill('refund');
  await expectPage(header('Found in')).toBeVisible();
  const [name = '', found = '', phone = '', ...others] = await screens.headers();
  expect([name, found]).toEqual(['Name', 'Found in']);
  await screens.toCell(0, 2);
  await press('Shift+F10');
  await app.page.getByRole('menuitem', { name: 'Move left' }).click();
  // As far as they are in the document.
  const most = others.length;
  const shown = async () => (await screens.headers()).filter((one) => one !== found).slice(0, most);
  await expect.poll(shown).toEqual([phone, name, ...others].slice(0, most));
  await press('Control+z');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

test('rows are sorted by several columns, blanks last', async () => {
  await header('Status').click();
  await header('Duration').click({ modifiers: ['Shift'] });
  await expectPage(header('Status')).toHaveAttribute('aria-sort', 'ascending');
  await expectPage(header('Duration')).toHaveAttribute('aria-sort', 'ascending');
});

test('what the values of a key were taken for is changed in the menu of its header, and changed back', async () => {
  const takeAs = async (words: string) => {
    await screens.grid.focus();
    await toHeader(screens.grid, 'Interested');
    await press('Shift+F10');
    await app.page.getByRole('menuitem', { name: `Take values as ${words}` }).click();
  };
  await screens.search.fill('interested:yes');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  await screens.grid.getByRole('rowheader').first().click();
  const kind = screens.call.outcomes.getByTitle('Interested', { exact: true }).locator('.kind');
  await expectPage(kind).toHaveText('category');
  await takeAs('text');
  await expectPage(kind).toHaveText('text');
  await takeAs('recognised');
  await expectPage(kind).toHaveText('category');
  await press('Escape');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

test('density and layout are there again at the next start', async () => {
  await screens.toCell(0, 1);
  // The grid was scrolled to the right before; the header of the active cell is there in any case.
  await expect.poll(async () => (await screens.headers()).join()).toMatch(/^Name,Phone number,Status/);
  const first = await screens.headers();
  await press('Alt+ArrowRight');
  const moved = [first[0], first[2], first[1], ...first.slice(3)];
  await expect.poll(screens.headers.bind(screens)).toEqual(moved);
  await (await screens.openColumns()).getByText('Comfortable').click();
  await press('Escape');
  const height = async () => (await screens.grid.getByRole('row').nth(1).boundingBox())?.height;
  await expect.poll(height).toBe(36);
  await expect.poll(() => readFileSync(join(app.profile, 'settings.json'), 'utf8')).toContain('"comfortable"');
  await app.page.reload();
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
  await expect.poll(height).toBe(36);
  await expect.poll(screens.headers.bind(screens)).toEqual(moved);
  expect(app.pageErrors).toEqual([]);
});
