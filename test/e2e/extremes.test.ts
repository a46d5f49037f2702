import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** Names without an end, the largest zoom, and the few colours of a contrast theme: all stays in reach and in sight. */

const word = 'Unbreakable'.repeat(28);
const call = {
  status: 'completed',
  answer_duration_seconds: 20,
  analysis_status: 'ready',
  started_at: '2026-05-14T10:00:00Z',
  summary: 'A refund for the umbrella. The umbrella broke.',
};
let provider: Provider;
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  provider = await startProvider({
    batches: [sampleBatch({ name: 'spring', agent: 'productDemo', count: 1, startedAt: '2026-05-14T08:00:00Z' })],
  });
  const calls = [
    { ...call, call_id: 'c1', name: word, duration_seconds: 30, outcomes: { [word]: word } },
    { ...call, call_id: 'c2', name: 'Ada', duration_seconds: 125, outcomes: { [word]: 'x' } },
  ];
  provider.setItems(scheduleId('spring'), calls, { agent_name: word });
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.fillConnection(word, provider.baseUrl, provider.key);
  await screens.connect();
  await app.page.getByRole('button', { name: 'Sync 1 batch' }).click();
  await screens.run.getByText(/^Sync finished/).waitFor();
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

/** Nothing of it has to be scrolled for sideways. */
async function expectFits(part: Locator): Promise<void> {
  await expectPage
    .poll(() => part.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
    .toBeLessThanOrEqual(1);
}

test('a name without an end is broken where it is read, and leaves the buttons in reach', async () => {
  const { page } = app;
  const row = page.getByRole('row').filter({ has: page.getByTitle(word, { exact: true }) });
  expect((await row.boundingBox())?.height, 'a row of Sync').toBeLessThan(80);
  await screens.goTo('Settings');
  await expectFits(screens.settings.accounts);
  await screens.settings.data.getByRole('button', { name: /^Remove / }).click();
  const dialog = page.getByRole('alertdialog');
  await expectFits(dialog);
  await screens.press('Escape');
  await screens.goTo('Calls');
  await screens.search.fill('Ada');
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await screens.search.fill('');
  await page.setViewportSize({ width: 800, height: 600 });
  await screens.grid
    .getByRole('rowheader')
    .filter({ hasText: word.slice(0, 50) })
    .click();
  await expectPage(screens.call.name).toHaveText(word);
  const panel = await screens.call.openTab('Overview');
  // The panels take their places in the smaller window a moment later.
  await expect
    .poll(() => panel.evaluate(({ clientHeight }) => clientHeight), { message: 'what is below the name' })
    .toBeGreaterThan(150);
  await screens.press('Escape');
});

test('at the largest zoom in a small window every button can be scrolled to', async () => {
  await app.page.setViewportSize({ width: 427, height: 267 });
  const exportButton = app.page.getByRole('button', { name: 'Export' });
  await expectPage(exportButton).not.toBeInViewport();
  // As a person does it: what is only hidden, a script could scroll to all the same.
  await app.page.mouse.move(20, 20);
  await app.page.mouse.wheel(1_000, 0);
  await expectPage(exportButton).toBeInViewport({ ratio: 0.9 });
  const columns = await screens.openColumns();
  await columns.getByRole('button', { name: 'Reset columns' }).click();
  await screens.press('Escape');
  // A call that is opened comes into sight, and back in the grid its cell does.
  await app.page.mouse.move(20, 20);
  await app.page.mouse.wheel(-1_000, 0);
  await expectPage(exportButton).not.toBeInViewport();
  await screens.grid.focus();
  await screens.press('Control+Home', 'ArrowDown', 'Enter');
  await expectPage(screens.detail.getByRole('button', { name: 'Close call' })).toBeInViewport({ ratio: 0.9 });
  await screens.press('Escape');
  await expectPage(screens.grid.getByRole('rowheader').first()).toBeInViewport();
  await app.page.setViewportSize({ width: 1280, height: 800 });
});

test('a contrast theme shows bars, the hit that one is at, and what moves a border', async () => {
  const { page } = app;
  const ground = (part: Locator) => part.evaluate((element) => getComputedStyle(element).backgroundColor);
  await screens.openFacet('Duration');
  await screens.search.fill('umbrella');
  await screens.caller('Ada').click();
  await expectPage(screens.call.hits).toHaveText('2 hits');
  await screens.grid.focus();
  await screens.press('n');
  await expectPage(screens.call.hits).toHaveText('hit 1 of 2');
  const panel = screens.facetsPanel;
  const marks = screens.detail.locator('mark');
  // What the browser draws of a gradient there is nothing: the line is a box of its own.
  const share = () =>
    screens.facetValue('Status', 'completed').evaluate((element) => {
      const { width, backgroundColor } = getComputedStyle(element, '::after');
      return [parseFloat(width), backgroundColor] as const;
    });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    // Single elements may have their new colours some frames after the others.
    const look = async () => ({
      bar: (await ground(panel.locator('.bar-slot span').first())) !== (await ground(panel)),
      border: (await ground(page.locator('.separator').first())) !== (await ground(panel)),
      isShareLong: (await share())[0] > 50,
      share: ![await ground(panel), 'rgba(0, 0, 0, 0)'].includes((await share())[1]),
      hit: (await ground(marks.nth(0))) !== (await ground(marks.nth(1))),
    });
    await expect.poll(look).toEqual({ bar: true, border: true, isShareLong: true, share: true, hit: true });
  }
  await page.emulateMedia({ forcedColors: null });
  expect(app.pageErrors).toEqual([]);
});
