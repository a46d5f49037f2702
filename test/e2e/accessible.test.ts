import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect as expectPage } from 'playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { checkout } from '../support/runtime.ts';
import { Screens } from '../support/screens/screens.ts';

/** Every screen in light and dark: axe finds nothing, and a picture is kept to look at (`test-results/screens`). */

const pictures = join(checkout, 'test-results/screens');
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await launchApp();
  screens = new Screens(app.page);
});

afterAll(async () => {
  await app.close();
});

async function inspect(name: string, without: readonly string[] = []): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A change of theme fades in; the picture and axe should see its end.
    await app.page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
    await app.page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    const { violations } = await new AxeBuilder({ page: app.page })
      .setLegacyMode()
      .disableRules([...without])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
      `${name} ${colorScheme}`,
    ).toEqual([]);
  }
}

test('Welcome', async () => {
  await expectPage(app.page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible();
  await inspect('welcome');
});

test('Calls, with one call open and hits marked', async () => {
  await screens.exploreSample();
  await inspect('calls');
  await screens.search.fill('interested');
  await expectPage(app.page.locator('mark').first()).toBeVisible();
  await screens.grid.getByRole('rowheader').first().click();
  await expectPage(screens.detail.getByRole('tab', { name: 'Overview' })).toBeVisible();
  await inspect('call');
  await screens.search.fill('nothing has these words');
  await expectPage(app.page.getByText('No call matches')).toBeVisible();
  await inspect('no-calls');
  await screens.search.fill('');
});

test('Pivot, empty and with numbers', async () => {
  await screens.goTo('Pivot');
  await inspect('pivot-empty');
  await screens.addDimension('rows', 'Interested');
  await screens.addDimension('columns', 'Product Interest');
  await expectPage(screens.pivot.getByRole('rowheader', { name: 'Total' })).toBeVisible();
  await inspect('pivot');
});

test('the batch picker and the export dialog', async () => {
  await app.page.getByRole('button', { name: /^Batches:/ }).click();
  await expectPage(app.page.getByRole('listbox', { name: 'Batches' })).toBeVisible();
  // React Aria puts an invisible Dismiss button beside a popover's dialog, for screen readers without an Escape key; it is in no landmark.
  await inspect('batches', ['region']);
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Export' }).click();
  await expectPage(app.page.getByRole('dialog', { name: 'Export' })).toBeVisible();
  await inspect('export');
  await app.page.keyboard.press('Escape');
});

test('Sync and Settings', async () => {
  await screens.goTo('Sync');
  await expectPage(app.page.getByRole('region', { name: 'Batches' })).toBeVisible();
  await inspect('sync');
  await screens.goTo('Settings');
  await expectPage(app.page.getByRole('radio', { name: 'Dark' })).toBeVisible();
  await inspect('settings');
});

test('the shortcut sheet', async () => {
  await screens.goTo('Calls');
  await screens.grid.focus();
  await app.page.keyboard.press('?');
  await expectPage(app.page.getByRole('dialog')).toBeVisible();
  await inspect('shortcuts');
  expect(app.pageErrors).toEqual([]);
});
