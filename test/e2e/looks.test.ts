import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { benchCacheFolder } from '../bench/cache.ts';
import { wordOfRank } from '../bench/data.ts';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { checkout } from '../support/runtime.ts';
import { cutOff, outsideOfRow, overlapping, stickingOut } from './measureLooks.ts';
import { Screens } from '../support/screens/screens.ts';

/**
 * How every screen looks, small and large: nothing overlaps, nothing is cut off without a way to read it. With CALLBOOK_KEEP_SCREENS set,
 * pictures of all of it, light and dark, go to `test/screens`, where they are kept to be looked at.
 */

const keeps = process.env['CALLBOOK_KEEP_SCREENS'] !== undefined;
const pictures = join(checkout, 'test/screens');
/** A million for the pictures that are kept; as many show the same and are made in seconds. */
const MANY = Number(process.env['CALLBOOK_LOOKS_CALLS'] ?? 20_000);
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

let app: RunningApp;
let screens: Screens;

async function takePictures(name: string, width: number): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
    const path = join(pictures, `${name}-${colorScheme}-${width}.jpg`);
    await app.page.screenshot({ path, type: 'jpeg', quality: 42 });
  }
}

/** Looks at what is in sight now. */
async function look(name: string): Promise<void> {
  await expectPage(app.page.getByText('Counting…')).toHaveCount(0);
  for (const size of sizes) {
    await app.page.setViewportSize(size);
    if (keeps) await takePictures(name, size.width);
    const wrong = async () => [
      ...(await cutOff(app.page)),
      ...(await overlapping(app.page)),
      ...(await outsideOfRow(app.page)),
      ...(await stickingOut(app.page)),
    ];
    // What fits itself to the new size, and what comes late, needs a frame or more.
    await expect.poll(wrong, { message: `${name}, ${size.width}` }).toEqual([]);
  }
}

/** All of a table is in sight in a window of 1280, without scrolling sideways. */
async function expectFits(table: Locator): Promise<void> {
  await app.page.setViewportSize(sizes[0]);
  const size = () => table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  await expectPage.poll(size).toBeLessThanOrEqual(0);
  // What stays in sight at the end of a row looks like the row.
  const backgrounds = await table
    .locator('tbody tr:not(.batch-error)')
    .evaluateAll((rows) =>
      rows.map((row) => [row, row.lastElementChild ?? row].map((one) => getComputedStyle(one).backgroundColor)),
    );
  expect(backgrounds.length).toBeGreaterThan(0);
  for (const [row, end] of backgrounds) expect(end).toBe(row);
}

const long = 'Extraordinarily long text without an end, which nobody would write but somebody will send. '.repeat(30);
const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const base = {
  status: 'completed',
  duration_seconds: 125,
  answer_duration_seconds: 100,
  analysis_status: 'ready',
  started_at: '2026-05-14T10:00:00Z',
};
const calls = [
  { ...base, call_id: 'c1', name: 'Ada', phone_number: '+44 20 7946 0000', outcomes: { Interested: 'Yes', Score: 5 } },
  {
    ...base,
    call_id: 'c2',
    name: 'مريم بنت عبد الله',
    phone_number: '+971 4 000 0000',
    summary: 'العميلة مهتمة بالعرض وتريد مكالمة أخرى يوم الأحد.',
    outcomes: { Interested: 'No', مهتم: 'نعم جدا', Score: 7 },
    transcript: [
      { role: 'agent', start: 1, text: 'مرحبا، كيف حالك؟' },
      { role: 'user', start: 3, text: 'الحمد لله (I am fine) ١٢٣.' },
    ],
  },
  {
    ...base,
    call_id: `c3-${word}`,
    name: word.repeat(3),
    phone_number: '+49 1',
    summary: long,
    outcomes: { Interested: 'Maybe', [long.slice(0, 200)]: long, Score: 1_000_000 },
    transcript: long,
  },
  { ...base, call_id: 'c4', name: '', status: 'no_answer', answer_duration_seconds: 0, outcomes: null },
  { ...base, call_id: 'c5', name: 'Zoë 🙂', analysis_status: 'pending', outcomes: { Interested: true } },
];

describe('five calls, and none', () => {
  const batch = scheduleId('spring');
  let provider: Provider;
  const start = (port?: number) =>
    startProvider({
      port,
      rateLimitPerMinute: null,
      batches: [sampleBatch({ name: 'spring', agent: 'productDemo', count: 1, startedAt: '2026-05-14T08:00:00Z' })],
    });

  const profile = mkdtempSync(join(tmpdir(), 'callbook-looks-'));
  const open = async () => {
    app = await launchApp({ profile });
    screens = new Screens(app.page);
  };

  beforeAll(async () => {
    provider = await start();
    provider.setItems(batch, calls);
    await open();
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
    rmSync(profile, { recursive: true });
  });

  test('Welcome, and the choice of batches', async () => {
    await app.page.getByRole('heading', { name: 'Welcome to Callbook' }).waitFor();
    await look('welcome');
    await screens.fillConnection('Work', provider.baseUrl, provider.key);
    await screens.connect();
    await app.page.getByRole('button', { name: 'Sync 1 batch' }).waitFor();
    await look('welcome-batches');
    await app.page.getByRole('button', { name: 'Sync 1 batch' }).click();
    await expectPage(screens.run).toContainText('5 new');
  });

  test('Sync and its drawer', async () => {
    await screens.goTo('Sync');
    await look('sync');
    await app.page
      .getByRole('contentinfo')
      .getByRole('button', { name: /Synced/ })
      .click();
    await expectPage(app.page.getByRole('dialog', { name: 'Sync' })).toBeVisible();
    await look('sync-drawer');
    await screens.press('Escape');
  });

  test('Calls with five rows, picked cells, the columns, nothing found', async () => {
    await screens.goTo('Calls');
    await expectPage(screens.callsShown).toHaveText('5 calls');
    await look('calls-five');
    await screens.grid.focus();
    await screens.press('Control+a');
    await expectPage(app.page.getByRole('status', { name: 'Picked cells' })).toContainText('cells');
    await look('calls-picked');
    await screens.press('Escape');
    await screens.openColumns();
    await look('columns');
    await screens.press('Escape');
    await screens.search.fill('nothing has these words');
    await expectPage(app.page.getByText('No call matches')).toBeVisible();
    await look('calls-none');
    await screens.search.fill('');
  });

  test('a call in a script that runs from right to left, and one with very long texts', async () => {
    await screens.caller('مريم بنت عبد الله').click();
    await expectPage(screens.detail).toContainText('نعم جدا');
    await look('call-rtl');
    await screens.grid.getByRole('rowheader').filter({ hasText: word }).click();
    await expectPage(screens.call.name).toContainText(word);
    await look('call-long');
    await screens.call.openTab('Raw JSON');
    await look('call-long-raw');
    await screens.call.openTab('Overview');
    await screens.press('Escape');
  });

  test('Pivot, empty and with very long values', async () => {
    await screens.goTo('Pivot');
    await look('pivot-empty');
    await screens.addDimension('rows', 'Interested');
    await app.page.getByRole('button', { name: 'Add to columns' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Add to columns' });
    await dialog.getByRole('searchbox').fill('Extraordinarily');
    await dialog.getByRole('option').first().click();
    await expectPage(screens.pivot.getByRole('rowheader', { name: 'Total' })).toBeVisible();
    await look('pivot-long');
  });

  test('Settings, the export dialog, the palette, the shortcuts', async () => {
    await screens.goTo('Settings');
    await look('settings');
    await screens.goTo('Calls');
    await screens.press('Control+e');
    await expectPage(app.page.getByRole('dialog', { name: 'Export' })).toContainText('Which calls');
    await look('export');
    await screens.press('Escape');
    await screens.press('Control+k');
    await expectPage(screens.palette.getByRole('menuitem').first()).toBeVisible();
    await look('palette');
    await screens.press('Escape');
    await screens.grid.focus();
    await screens.press('?');
    await expectPage(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await look('shortcuts');
    await screens.press('Escape');
  });

  test('a key that is refused; no network; no calls', async () => {
    const refused = provider.misbehave({ type: 'status', status: 401, path: '/call-batches' });
    await screens.goTo('Sync');
    await app.page.getByRole('button', { name: 'Sync all', exact: true }).click();
    await expectPage(app.page.getByRole('alert').filter({ hasText: 'rejects the key of Work' })).toBeVisible();
    const table = app.page.getByRole('region', { name: 'Batches', exact: true });
    await expectPage(table.getByText(/^The provider rejects the key: .* where to make one\.$/)).toBeVisible();
    await look('sync-key');
    await expectFits(table);
    refused();
    await app.page.getByRole('button', { name: 'Sync all', exact: true }).click();
    await screens.run.getByText(/^Sync finished/).waitFor();
    await expectPage(app.page.getByRole('alert')).toHaveCount(0);
    const port = Number(new URL(provider.baseUrl).port);
    await provider.close();
    await app.page.getByRole('button', { name: 'Re-sync everything' }).first().click();
    await expectPage(screens.run).toContainText('No network: next try');
    await look('sync-offline');
    const dot = () => app.page.getByRole('contentinfo').getByRole('button', { name: /^Offline · data of/ });
    await dot().click();
    await expectPage(app.page.getByRole('dialog', { name: 'Sync' })).toContainText('No network');
    await look('sync-drawer-offline');
    await screens.press('Escape');

    // Started without a network: the calls are there, and can be searched and opened.
    await app.close();
    await open();
    await expectPage(dot()).toBeVisible();
    await expectPage(screens.callsShown).toHaveText('5 calls');
    await screens.goTo('Calls');
    await screens.search.fill('Ada');
    await expectPage(screens.callsShown).toHaveText('1 of 5 calls');
    await screens.grid.getByRole('rowheader').first().click();
    await expectPage(screens.call.outcomes).toBeVisible();
    await look('calls-offline');
    await screens.press('Escape');
    await screens.search.fill('');
    await screens.goTo('Sync');
    await screens.tryInVain();
    provider = await start(port);
    await app.page.getByRole('button', { name: 'Try now' }).click();
    await screens.run.getByText(/^Sync finished/).waitFor();
    await app.page.getByRole('button', { name: /^More for / }).click();
    await app.page.getByRole('menuitem', { name: 'Remove from this computer…' }).click();
    await app.page.getByRole('button', { name: 'Remove batch' }).click();
    await screens.goTo('Calls');
    await expectPage(app.page.getByText('No calls here yet')).toBeVisible();
    await look('calls-empty');
    expect(app.pageErrors).toEqual([]);
  });
});

describe('very many calls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-looks-'));

  beforeAll(async () => {
    mkdirSync(join(folder, 'profile'));
    copyFileSync(join(benchCacheFolder(MANY), 'cache.sqlite'), join(folder, 'profile/cache.sqlite'));
    app = await launchApp({ profile: join(folder, 'profile') });
    screens = new Screens(app.page);
    await screens.callsShown.getByText(`${MANY.toLocaleString('en')} calls`).waitFor();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  test('Calls with filters, a search and a call', async () => {
    await expectPage(screens.facetValue('Status', 'completed')).toBeVisible();
    await look('calls-many');
    await screens.openFacet('Duration');
    await screens.search.fill(wordOfRank(40));
    await expectPage(app.page.locator('mark').first()).toBeVisible();
    await screens.grid.getByRole('rowheader').first().click();
    await expectPage(screens.call.outcomes).toBeVisible();
    await look('calls-many-search');
    await screens.press('Escape');
    await screens.search.fill('');
  });

  test('Pivot', async () => {
    await screens.goTo('Pivot');
    await screens.addDimension('rows', 'City');
    await screens.addDimension('columns', 'Plan');
    await expectPage(screens.pivot.getByRole('columnheader', { name: 'Premium' })).toBeVisible();
    await look('pivot-many');
    await screens.addDimension('rows', 'Status');
    await screens.addDimension('columns', 'Region');
    await app.page.getByRole('button', { name: 'Totals', exact: true }).click();
    await app.page.getByRole('menuitemcheckbox', { name: 'Subtotals of rows' }).click();
    await app.page.getByRole('menuitemcheckbox', { name: 'Subtotals of columns' }).click();
    await expectPage(screens.pivot.locator('.grid-body .cell.key.total').first()).toBeVisible();
    await look('pivot-totals');
    await screens.press('Escape');
    expect(app.pageErrors).toEqual([]);
  });
});
