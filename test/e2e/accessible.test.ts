import axe, { type AxeResults, type RunOptions } from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** Every screen, dialog and menu in light, dark and high contrast: axe finds nothing. */

let app: RunningApp;
let screens: Screens;
const button = (name: string | RegExp) => app.page.getByRole('button', { name, exact: true }).first();
const dialog = (name: string | RegExp) => app.page.getByRole('dialog', { name });

beforeAll(async () => {
  app = await launchApp();
  screens = new Screens(app.page);
  // Fewer rows and columns of the grid, which are all alike, for axe to go through.
  await app.page.setViewportSize({ width: 1024, height: 600 });
});

afterAll(async () => {
  await app.close();
});

const themes = [
  { name: 'light', media: { colorScheme: 'light', contrast: 'no-preference' } },
  { name: 'dark', media: { colorScheme: 'dark', contrast: 'no-preference' } },
  { name: 'high contrast', media: { colorScheme: 'dark', contrast: 'more' } },
] as const;

/** A part of the window that is looked at alone, since the rest is inert or was looked at before, and rules that do not fit it. */
interface Part {
  readonly within: string;
  readonly without: readonly string[];
}
const panel = (within: string): Part => ({ within, without: [] });
const modal = panel('.modal');
/** React Aria puts an invisible Dismiss button beside a popover’s dialog, for screen readers without an Escape key; it is in no landmark. */
const popover: Part = { within: '.popover', without: ['region'] };
/** The list scrolls by the arrow keys of the search field above it, which keeps the focus (aria-activedescendant). */
const searched = (part: Part): Part => ({ ...part, without: [...part.without, 'scrollable-region-focusable'] });

/** Shortcuts and details beside a label describe it (aria-describedby); they are no part of a name that one would say. */
const never = ['label-content-name-mismatch'];

/** Without what passed: to describe it takes most of axe's time. */
async function runAxe(within: string, options: RunOptions): Promise<AxeResults['violations']> {
  const isThere = await app.page.evaluate(() => 'axe' in globalThis);
  if (!isThere) await app.page.evaluate(axe.source);
  return app.page.evaluate(
    async ([where, how]) => {
      const { run } = (globalThis as unknown as { axe: { run(where: string, how: RunOptions): Promise<AxeResults> } })
        .axe;
      return (await run(where, { ...how, resultTypes: ['violations'] })).violations;
    },
    [within, options] as const,
  );
}

async function inspect(name: string, { within, without }: Part = panel('html')): Promise<void> {
  await app.page.locator(within).first().waitFor();
  for (const theme of themes) {
    await app.page.emulateMedia({ ...theme.media, reducedMotion: 'reduce' });
    // A change of theme fades in; axe should see its end. It changes nothing but colours.
    await app.page.evaluate(async () => {
      // All of the page has the new colours once it was drawn with them.
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    });
    const look = async () => {
      const violations = await runAxe(
        within,
        theme.name === 'light'
          ? { rules: Object.fromEntries([...never, ...without].map((rule) => [rule, { enabled: false }])) }
          : { runOnly: ['color-contrast'] },
      );
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    };
    // Chromium may give single elements the colours of the new theme some frames after the others.
    await expect.poll(look, { message: `${name}, ${theme.name}` }).toEqual([]);
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
  // How many calls are found is said once.
  await expectPage(screens.callsShown).toContainText('of 1,200 calls');
  await expectPage(app.page.getByRole('status').filter({ hasText: 'calls' })).toHaveCount(1);
  await screens.grid.getByRole('rowheader').first().click();
  await expectPage(screens.detail.getByRole('tab', { name: 'Overview' })).toBeVisible();
  await inspect('call', panel('.calls'));
  await screens.search.fill('nothing has these words');
  await expectPage(app.page.getByText('No call matches')).toBeVisible();
  await inspect('no calls', panel('.calls-body'));
  await screens.search.fill('');
});

test('every tab of a call', async () => {
  await screens.grid.getByRole('rowheader').first().click();
  for (const tab of ['Raw JSON', 'History', 'Same number', 'Overview'] as const) {
    await screens.call.openTab(tab);
    await inspect(tab, panel('.detail'));
  }
  await screens.press('Escape');
});

test('the menus of a cell and of a header, the columns, the views', async () => {
  await screens.toCell(1, 2);
  await screens.press('Shift+F10');
  await expectPage(app.page.getByRole('menu', { name: 'Cell' })).toBeVisible();
  await inspect('cell menu', popover);
  await screens.press('Escape');
  await screens.toCell(0, 2);
  await screens.press('Shift+F10');
  await expectPage(app.page.getByRole('menu', { name: 'Column' })).toBeVisible();
  await inspect('column menu', popover);
  await screens.press('Escape');
  await screens.openColumns();
  await inspect('columns', searched(popover));
  await screens.press('Escape');
  await screens.saveViewAs('Mine');
  await screens.viewButton.click();
  await expectPage(app.page.getByRole('menuitem', { name: 'Rename…' })).toBeVisible();
  await inspect('views', popover);
  await app.page.getByRole('menuitem', { name: 'Rename…' }).click();
  await expectPage(dialog('Rename Mine')).toBeVisible();
  await inspect('rename', modal);
  await screens.press('Escape');
});

test('filters: the panel with values, a range and days, and what a chip opens', async () => {
  await screens.openFacet('Duration');
  await screens.openFacet('Started');
  await screens.facetValue('Status', 'completed').click();
  await expectPage(screens.chips).toContainText('Status is completed');
  await inspect('filters', panel('.facets'));
  await app.page.getByRole('button', { name: /^Change filter: Status/ }).click();
  await expectPage(dialog(/Status/)).toBeVisible();
  await inspect('chip', popover);
  await screens.press('Escape');
  await app.page.getByRole('button', { name: 'Clear all' }).click();
});

test('Pivot, empty and with numbers', async () => {
  await screens.goTo('Pivot');
  await inspect('pivot, empty');
  await screens.addDimension('rows', 'Interested');
  await screens.addDimension('columns', 'Product Interest');
  await screens.addDimension('rows', 'Status');
  await button('Totals').click();
  await app.page.getByRole('menuitemcheckbox', { name: 'Subtotals of rows' }).click();
  await inspect('totals', popover);
  await screens.press('Escape');
  await button('Status, row 2 of 2').click();
  await inspect('menu of a field', popover);
  await screens.press('Escape');
  await expectPage(screens.pivot.locator('.grid-body .cell.key.total').first()).toBeVisible();
  await expectPage(screens.pivot.locator('.cell.heat').first()).toBeVisible();
  await inspect('pivot with subtotals and colours');
  await button('Add to rows').click();
  await expectPage(dialog('Add to rows')).toBeVisible();
  await inspect('add to rows', searched(popover));
  await screens.press('Escape');
});

test('the export dialog, its choices and what went wrong', async () => {
  await screens.goTo('Calls');
  await button('Export').click();
  await expectPage(dialog('Export')).toContainText('Which calls');
  await inspect('export', modal);
  const choose = async (label: string, option: string | RegExp) => {
    await dialog('Export')
      .getByRole('button', { name: new RegExp(` ${label}$`) })
      .click();
    await app.page.getByRole('option', { name: option }).click();
  };
  await choose('Split', 'One for each Status');
  await button(/^Keep these choices/).click();
  await expectPage(dialog('Export').getByRole('button', { name: / Into$/ })).toBeVisible();
  await inspect('export, split, with a preset to name', modal);
  await button('Do not keep').click();
  await choose('File', 'CSV');
  await expectPage(dialog('Export')).toContainText('Guard against formulas');
  await inspect('export to CSV', modal);
  app.answerSaveDialog('/gone/calls');
  await button('Choose folder…').click();
  await expectPage(dialog('Export')).toContainText('Not saved:');
  await inspect('export that failed', modal);
  await dialog('Export').getByRole('button', { name: 'Close', exact: true }).click();
  await expectPage(dialog('Export')).toBeHidden();
});

test('the batch picker, the palette and the shortcut sheet', async () => {
  await screens.goTo('Calls');
  await app.page.getByRole('button', { name: /^Batches:/ }).click();
  await expectPage(app.page.getByRole('listbox', { name: 'Batches' })).toBeVisible();
  await inspect('batches', searched(popover));
  await screens.press('Escape');
  await screens.press('Control+k');
  await expectPage(screens.palette.getByRole('menuitem').first()).toBeVisible();
  await inspect('palette', searched(modal));
  await app.page.keyboard.type('nothing is called this');
  await expectPage(screens.palette).toContainText('Nothing has this name.');
  await inspect('palette, nothing found', searched(modal));
  // What was typed goes first, then the palette.
  await screens.press('Escape', 'Escape');
  await screens.grid.focus();
  await screens.press('?');
  await expectPage(dialog('Keyboard shortcuts')).toBeVisible();
  await inspect('shortcuts', modal);
  await screens.press('Escape');
});

test('Sync, its drawer, what can be done with a batch, and taking one away', async () => {
  await screens.goTo('Sync');
  await expectPage(app.page.getByRole('region', { name: 'Batches' })).toBeVisible();
  await inspect('sync');
  await app.page
    .getByRole('contentinfo')
    .getByRole('button', { name: /Synced/ })
    .click();
  await expectPage(dialog('Sync')).toBeVisible();
  await inspect('drawer', popover);
  await screens.press('Escape');
  await button(/^More for /).click();
  await expectPage(app.page.getByRole('menuitem', { name: 'Re-sync everything' })).toBeVisible();
  await inspect('batch menu', popover);
  await app.page.getByRole('menuitem', { name: 'Remove from this computer…' }).click();
  await expectPage(app.page.getByRole('alertdialog')).toBeVisible();
  await inspect('remove batch', modal);
  await screens.press('Escape');
});

test('Settings and its dialogs', async () => {
  await screens.goTo('Settings');
  await expectPage(app.page.getByRole('radio', { name: 'Dark' })).toBeVisible();
  await inspect('settings');
  for (const [opens, shown] of [
    [/^Remove Sample/, app.page.getByRole('alertdialog')],
    ['Erase everything…', app.page.getByRole('alertdialog')],
    ['Log and diagnostics', dialog('Log')],
    ['Licences', dialog('About Callbook and its licences')],
  ] as const) {
    await button(opens).click();
    await expectPage(shown).toBeVisible();
    await inspect(String(opens), modal);
    await screens.press('Escape');
    await expectPage(shown).toBeHidden();
  }
});

test('an account with a key: adding it, its sync under way, items that could not be read, another key', async () => {
  const provider = await startProvider({
    rateLimitPerMinute: null,
    batches: [sampleBatch({ name: 'autumn', agent: 'clinic', count: 40, startedAt: '2026-05-14T08:00:00Z' })],
  });
  const results = `${scheduleId('autumn')}/results`;
  provider.misbehave({ type: 'badItem', item: { call_id: 7, summary: 'lost?' }, path: results, page: 1 });
  const { promise: until, resolve: answer } = Promise.withResolvers<void>();
  provider.misbehave({ type: 'held', until, path: results });
  try {
    await screens.goTo('Settings');
    await button('Add account').click();
    await expectPage(app.page.getByLabel('Base URL')).toBeVisible();
    await inspect('add account');
    await screens.fillConnection('Work', provider.baseUrl, provider.key);
    await screens.connect();
    const session = app.page.getByRole('checkbox', { name: 'Keep the key for this session only' });
    await button('Sync 1 batch').or(session).waitFor();
    if (await session.isVisible()) {
      await session.check({ force: true });
      await screens.connect();
    }
    await button('Sync 1 batch').click();
    await app.page
      .getByRole('contentinfo')
      .getByRole('button', { name: /Syncing/ })
      .click();
    await expectPage(dialog('Sync').getByRole('button', { name: 'Pause' })).toBeVisible();
    await inspect('drawer during a run', popover);
    await dialog('Sync').getByRole('button', { name: 'Pause' }).click();
    await expectPage(dialog('Sync')).toContainText('Paused');
    await inspect('drawer of a paused run', popover);
    await screens.press('Escape');
    answer();
    await screens.goTo('Sync');
    await button('Resume').click();
    const rejected = app.page.getByRole('region', { name: 'Items that could not be read' });
    await rejected.getByRole('button', { name: /call_id/ }).click();
    await expectPage(rejected).toContainText('lost?');
    await inspect('items that could not be read');

    provider.misbehave({ type: 'status', status: 401, path: '/call-batches' });
    await button('Sync all').click();
    await expectPage(app.page.getByRole('alert').filter({ hasText: 'rejects the key of Work' })).toBeVisible();
    await inspect('a key that is refused');
    await button('Replace key').click();
    await expectPage(dialog(/Replace the key/)).toBeVisible();
    await inspect('replace key', modal);
    await screens.press('Escape');
    expect(app.pageErrors).toEqual([]);
  } finally {
    await provider.close();
  }
});
