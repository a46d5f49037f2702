import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** One list of actions: from the palette, by keys and from the native menu. */

let app: RunningApp;
let screens: Screens;
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => app.page.keyboard.press(key)), Promise.resolve());

/** Types into the palette and takes the entry that it marks. */
async function pickFromPalette(text: string): Promise<void> {
  await press('Control+k');
  await expectPage(screens.palette.getByRole('searchbox')).toBeFocused();
  await app.page.keyboard.type(text);
  await screens.palette.locator('[role=menuitem][data-focused]').waitFor();
  await press('Enter');
}

beforeAll(async () => {
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.exploreSample();
});

afterAll(async () => {
  await app.close();
});

test('the palette finds a command by its words and does it', async () => {
  await pickFromPalette('theme dark');
  await expectPage(screens.palette).toBeHidden();
  await expectPage(app.page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('who types and presses Enter at once gets the first entry that fits', async () => {
  for (const theme of ['light', 'dark', 'light', 'dark']) {
    await press('Control+k');
    await screens.palette.getByRole('searchbox').waitFor();
    // All keys in one go, faster than any hand.
    await app.page.keyboard.type(`theme ${theme}`);
    await press('Enter');
    await expectPage(screens.palette).toBeHidden();
    await expectPage(app.page.locator('html')).toHaveAttribute('data-theme', theme);
  }
});

test('the palette leads to a batch and to a saved view', async () => {
  await screens.search.fill('demo');
  await screens.saveViewAs('Demos');
  await pickFromPalette('0b8915e8');
  await expectPage(app.page.getByRole('button', { name: /^Batches:/ })).not.toHaveAccessibleName(
    'Batches: All batches',
  );
  await pickFromPalette('demos');
  await expectPage(screens.viewButton).toHaveAccessibleName('View: Demos');
});

test('what the palette opens has the focus', async () => {
  await press('Control+k');
  await app.page.keyboard.type('search');
  await app.page.getByRole('menuitem', { name: 'Search', exact: true }).click();
  await expectPage(screens.search).toBeFocused();
});

test('the native menu does the same', async () => {
  app.chooseFromMenu('Go', 'Pivot');
  await expectPage(app.page.getByRole('heading', { name: 'Pivot', level: 1 })).toBeAttached();
  app.chooseFromMenu('View', 'Theme: high contrast');
  await expectPage(app.page.locator('html')).toHaveAttribute('data-contrast', 'more');
  app.chooseFromMenu('Help', 'Keyboard shortcuts');
  await expectPage(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Ctrl+K');
  await press('Escape');
});

test('zooming makes everything larger, and is remembered', async () => {
  const width = () => app.page.evaluate(() => window.innerWidth);
  const before = await width();
  await press('Control+=', 'Control+=');
  await expect.poll(width).toBe(Math.round(before / 1.25));
  await press('Control+0');
  await expect.poll(width).toBe(before);
});

test('a letter is typed in a text field and is a shortcut elsewhere', async () => {
  await press('Control+1', 'Control+f', 'Control+a');
  await app.page.keyboard.type('j?k');
  await expectPage(screens.search).toHaveValue('j?k');
  await expectPage(app.page.getByRole('dialog')).toHaveCount(0);
  await press('Control+a', 'Delete');
  await screens.grid.focus();
  await press('?');
  await expectPage(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await press('Escape');
  expect(app.pageErrors).toEqual([]);
});
