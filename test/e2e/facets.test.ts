import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** Filtering by the values that the calls in sight hold. */

let app: RunningApp;
let screens: Screens;
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => app.page.keyboard.press(key)), Promise.resolve());

beforeAll(async () => {
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.exploreSample();
});

beforeEach(async () => {
  const clear = app.page.getByRole('button', { name: 'Clear all' });
  if (await clear.isVisible()) await clear.click();
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

afterAll(async () => {
  await app.close();
});

const countOf = async (column: string, value: string) =>
  Number(((await screens.facetValue(column, value).locator('.tabular').textContent()) ?? '').replaceAll(',', ''));

/** By a view of them. */
async function importFilters(filters: readonly object[]): Promise<void> {
  const file = join(app.profile, 'filters.json');
  const selection = { batches: [], text: '', filters, timeZone: 'UTC' };
  const view = { name: 'Filters', selection, sort: [], layout: {}, pivot: null };
  writeFileSync(file, JSON.stringify({ callbook: 'view', version: 1, view }));
  app.answerOpenDialog(file);
  await screens.chooseOfView('Import from a file…');
}

test('a value shows how many calls hold it, and keeping it shows just these', async () => {
  const completed = await countOf('Status', 'completed');
  await screens.facetValue('Status', 'completed').click();
  await expectPage(screens.callsShown).toHaveText(`${completed.toLocaleString('en')} of 1,200 calls`);
  // The other values stay to choose from, with their counts.
  const failed = await countOf('Status', 'failed');
  await screens.facetValue('Status', 'failed').click();
  await expectPage(screens.callsShown).toHaveText(`${(completed + failed).toLocaleString('en')} of 1,200 calls`);
  await expectPage(screens.chips).toContainText('Status is completed or failed');
});

test('a value is left out, and blanks are values', async () => {
  const completed = await countOf('Status', 'completed');
  await app.page.getByRole('button', { name: 'Exclude completed' }).click();
  await expectPage(screens.callsShown).toHaveText(`${(1_200 - completed).toLocaleString('en')} of 1,200 calls`);
  await expectPage(screens.facetValue('Status', 'completed')).toContainText('excluded');
  await app.page.getByRole('button', { name: 'No longer exclude completed' }).click();
  await expectPage(screens.callsShown).toHaveText('1,200 calls');

  await screens.facetValue('Interested', '(not applicable)').click();
  // Counts come a moment after the calls.
  const isAsCounted = async () => {
    const count = await countOf('Interested', '(not applicable)');
    return (await screens.callsShown.textContent()) === `${count.toLocaleString('en')} of 1,200 calls`;
  };
  await expect.poll(isAsCounted).toBe(true);
});

test('what is kept stays kept while another value is left out', async () => {
  await screens.facetValue('Status', 'completed').click();
  await expectPage(screens.chips).toContainText('Status is completed');
  await app.page.getByRole('button', { name: 'Exclude failed' }).click();
  await expectPage(screens.facetValue('Status', 'failed')).toContainText('excluded');
  await expectPage(screens.facetValue('Status', 'completed')).toHaveAttribute('aria-selected', 'true');
});

test('counts of a column are those inside the other filters', async () => {
  const before = await countOf('Interested', 'Yes');
  await screens.search.fill('Grace');
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  await expect.poll(() => countOf('Interested', 'Yes')).toBeLessThan(before);
  const inside = await countOf('Interested', 'Yes');
  await screens.facetValue('Interested', 'Yes').click();
  await expectPage(screens.callsShown).toHaveText(`${inside.toLocaleString('en')} of 1,200 calls`);
});

test('with the keyboard: a value by Space, a range by arrow keys on the bars, an end typed', async () => {
  await screens.facetValues('Status').focus();
  await press('ArrowDown', 'ArrowUp', 'Space');
  await expectPage(screens.chips).toContainText('Status is');
  await press('Space');
  await expectPage(screens.chips).toHaveCount(0);

  await screens.openFacet('Duration');
  await app.page.getByRole('slider', { name: 'Duration from' }).focus();
  await press('ArrowRight', 'ArrowRight');
  await expectPage(screens.chips).toContainText('Duration is at least');
  await app.page.getByRole('textbox', { name: 'To' }).fill('1:30');
  await press('Enter');
  await expectPage(screens.chips).toContainText('at most 1:30');
  await press('Control+f');
  await screens.grid.focus();
  await press('Control+z');
  await expectPage(screens.chips).not.toContainText('at most 1:30');
});

test('a filter that is taken away in its own window takes the window along: the next filter does not get it', async () => {
  await screens.facetValue('Status', 'completed').click();
  await expectPage(screens.chips).toContainText('Status is completed');
  await screens.facetValue('Interested', 'Yes').click();
  await app.page.getByRole('button', { name: /^Change filter: Status/ }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Status' });
  await dialog.getByRole('row', { name: /^completed/ }).click();
  await expectPage(screens.chips).not.toContainText('Status');
  await expectPage(app.page.getByRole('dialog')).toHaveCount(0);
  await expectPage(app.page.locator('body')).not.toBeFocused();
  await expectPage(screens.chips).toContainText('Interested is Yes');
});

test('so does one of two that are of the same hours, and the one that stays keeps its own', async () => {
  const without = (hour: number) => ({
    op: 'any',
    of: { column: 'started_at', bin: 'hour_of_day' },
    values: [{ json: String(hour) }, { json: String(hour + 1) }],
    negate: true,
  });
  await importFilters([without(1), without(3)]);
  const chips = screens.chips.getByRole('button', { name: /^Change filter: / });
  await expectPage(chips).toHaveCount(2);
  await chips.first().click();
  const dialog = app.page.getByRole('dialog', { name: 'Started (hour of day)' });
  const hours = dialog.getByRole('checkbox', { checked: true });
  await expectPage(hours).toHaveCount(3);
  // It is changed, and then goes.
  await hours.first().press('Space');
  await expectPage(hours).toHaveCount(2);
  await hours.first().press('Space');
  await expectPage(chips).toHaveCount(1);
  await expectPage(app.page.getByRole('dialog')).toHaveCount(0);
  await expectPage(app.page.locator('body')).not.toBeFocused();
  // Both steps and the view: what was open in the panel is open again.
  await press('Control+z', 'Control+z', 'Control+z');
  await expectPage(chips).toHaveCount(0);
});

test('days by a quick choice; the chip opens and changes', async () => {
  await screens.openFacet('Started');
  await app.page.getByRole('button', { name: 'this year' }).click();
  await expectPage(screens.chips).toContainText('Started is this year (from ');
  await app.page.getByRole('button', { name: /^Change filter: Started/ }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Started' });
  await dialog.getByLabel('Until').fill('2000-01-01');
  await press('Enter');
  await expectPage(screens.chips).toContainText('until 2000-01-01');
  await press('Escape');

  // Nothing is left: what helps most is offered first, with what it brings.
  const ways = app.page.getByRole('list', { name: 'What can be taken away' });
  await expectPage(ways.getByRole('button').first()).toContainText('1,200 calls');
  await ways.getByRole('button').first().click();
  await expectPage(screens.callsShown).toHaveText('1,200 calls');
});

test('values that are searched for in the window of a filter change no list beside it', async () => {
  await screens.openFacet('Disconnect reason');
  const rows = screens.facetValues('Disconnect reason').getByRole('row');
  await expectPage(rows.first()).toBeVisible();
  const all = await rows.count();
  expect(all).toBeGreaterThan(1);
  await rows.first().click();
  await app.page.getByRole('button', { name: /^Change filter: Disconnect reason/ }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Disconnect reason' });
  await dialog.getByRole('searchbox').fill('no such words');
  await expectPage(dialog).toContainText('No value has these words.');
  await expectPage(rows).toHaveCount(all);
  await press('Escape', 'Escape');
  await expectPage(dialog).toBeHidden();
  await expectPage(rows).toHaveCount(all);
});

test('a kept value that is not among the most frequent is not said to have no calls', async () => {
  // Nine tags on two calls each, and one on a single call.
  await app.page.evaluate(async () => {
    const { callbook } = window as unknown as {
      callbook: { invoke(name: string, input: unknown): Promise<{ value: { rows: Uint8Array<ArrayBuffer> } }> };
    };
    const selection = { batches: [], text: '', filters: [], timeZone: 'UTC' };
    const { value } = await callbook.invoke('calls.window', { selection, sort: [], offset: 0, limit: 19 });
    const rows = JSON.parse(new TextDecoder().decode(value.rows)) as { rowId: number }[];
    for (const [i, { rowId }] of rows.entries()) {
      const annotation = { isStarred: false, tags: [`tag ${i % 10}`], note: '' };
      await callbook.invoke('calls.annotate', { rowId, annotation });
    }
  });
  await screens.openFacet('Tags');
  await screens.facetsPanel.getByRole('searchbox', { name: 'Search values of Tags' }).fill('tag 9');
  await screens.facetValue('Tags', 'tag 9').click();
  await expectPage(screens.callsShown).toHaveText('1 of 1,200 calls');
  await screens.facetsPanel.getByRole('searchbox', { name: 'Search values of Tags' }).fill('');
  await expectPage(screens.facetValues('Tags').getByRole('row')).toHaveCount(9);
  await expectPage(screens.facetValue('Tags', 'tag 9')).toHaveText('tag 9');
});

test('where very many filters leave nothing, the way out that helps most is in reach', async () => {
  const filters = Array.from({ length: 40 }, (_, i) => ({
    op: 'contains',
    of: { column: 'summary' },
    text: `no such words ${i}`,
    negate: false,
  }));
  await importFilters(filters);
  const heading = app.page.getByRole('heading', { name: 'No call matches' });
  await heading.scrollIntoViewIfNeeded();
  await expectPage(heading).toBeInViewport({ ratio: 1 });
  const isOver = () =>
    heading.evaluate((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2) === one;
    });
  await expect.poll(isOver).toBe(true);
  await press('Control+z');
});

test('a column is found by its name, its values by their words', async () => {
  await app.page.getByRole('searchbox', { name: 'Find a column' }).fill('disconnect');
  await screens.openFacet('Disconnect reason');
  await expectPage(screens.facetValues('Disconnect reason').getByRole('row').first()).toBeVisible();
  await expectPage(app.page.getByRole('button', { name: 'Status', exact: true })).toHaveCount(0);
  await app.page.getByRole('searchbox', { name: 'Find a column' }).fill('summary');
  await screens.openFacet('Summary');
  await app.page.getByRole('textbox', { name: 'Summary contains' }).fill('demo');
  await press('Enter');
  await expectPage(screens.chips).toContainText('Summary contains “demo”');
  await app.page.getByRole('searchbox', { name: 'Find a column' }).fill('');
});

test('the panel goes and comes back by its key, and what is open in it is remembered', async () => {
  await screens.grid.focus();
  await press('Control+b');
  await expectPage(screens.facetsPanel).toBeHidden();
  await press('Control+b');
  await expectPage(screens.facetsPanel).toBeVisible();
  await expectPage(app.page.getByRole('slider', { name: 'Duration from' })).toBeVisible();
  expect(app.pageErrors).toEqual([]);
});
