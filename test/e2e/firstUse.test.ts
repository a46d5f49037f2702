import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** The whole of a first day: connect, sync, search, open a call, pivot, drill, export; then again without a network. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-first-use-'));
const profile = join(folder, 'profile');
const workbook = join(folder, 'calls.xlsx');
let provider: Provider;
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  provider = await startProvider({
    batches: [
      sampleBatch({ name: 'spring', agent: 'productDemo', count: 1_100, startedAt: '2026-05-14T08:00:00Z' }),
      sampleBatch({ name: 'clinic', agent: 'clinic', count: 60, startedAt: '2026-05-15T08:00:00Z' }),
    ],
  });
  provider.setItems(scheduleId('clinic'), [...provider.items(scheduleId('clinic')), { name: 'an item without an id' }]);
  app = await launchApp({ profile });
  screens = new Screens(app.page);
  app.page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await app.close();
  await provider.close();
  rmSync(folder, { recursive: true });
});

interface ReceivedCall {
  readonly name: string | null;
  readonly duration_seconds: number | null;
  readonly phone_number: string | null;
  readonly outcomes: Readonly<Record<string, unknown>> | null;
}
const received = () =>
  [...provider.items(scheduleId('spring')), ...provider.items(scheduleId('clinic'))] as ReceivedCall[];
const interested = (value: string) => received().filter(({ outcomes }) => outcomes?.['Interested'] === value).length;

test('connecting tests the key, keeps it and lists the batches', async () => {
  await screens.fillConnection('Work', provider.baseUrl, provider.key);
  await screens.connect();
  const list = app.page.getByRole('region', { name: 'List of batches' });
  await expectPage(list.getByText(scheduleId('spring'))).toBeVisible();
  await expectPage(list.getByText(scheduleId('clinic'))).toBeVisible();
  expect(provider.requests.some(({ path }) => path.endsWith('/me'))).toBe(true);
});

test('the sync shows its progress and ends with what came and what could not be read', async () => {
  await app.page.getByRole('button', { name: 'Sync 2 batches' }).click();
  await expectPage(screens.run).toContainText('1,160 new');
  await expectPage(screens.run).toContainText('1 item could not be read');
  await expectPage(app.page.getByRole('region', { name: 'Items that could not be read' })).toContainText('call_id');
});

test('search finds as you type, and a call opens with everything the provider sent', async () => {
  await screens.goTo('Calls');
  await expectPage(screens.callsShown).toHaveText('1,160 calls');
  const someone = received().find(({ name, phone_number }) => name !== null && phone_number !== null);
  await screens.search.pressSequentially(someone?.phone_number?.slice(-7) ?? '');
  // Not a row of before, which may be of somebody else of that name.
  await expectPage(screens.callsShown).toHaveText('1 of 1,160 calls');
  await screens
    .caller(someone?.name ?? '')
    .first()
    .click();
  await expectPage(screens.detail).toContainText(someone?.phone_number ?? '');
  await screens.detail.getByRole('tab', { name: /Raw/ }).click();
  await expectPage(screens.detail.getByRole('tabpanel')).toContainText('"analysis_status"');
  await screens.detail.getByRole('button', { name: 'Close call' }).click();
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('1,160 calls');
});

test('a pivot counts what the provider sent, and a click on a cell shows its calls', async () => {
  await screens.goTo('Pivot');
  await screens.addDimension('rows', 'Interested');
  await screens.addDimension('columns', 'Follow Up Required');
  const both = received().filter(
    ({ outcomes }) => outcomes?.['Interested'] === 'Yes' && outcomes['Follow Up Required'] === 'Yes',
  ).length;
  const row = screens.pivot
    .getByRole('row')
    .filter({ has: app.page.getByRole('rowheader', { name: 'Yes', exact: true }) });
  await expectPage(row).toContainText(String(interested('Yes')));
  // Not only the rows.
  const cell = row.getByRole('gridcell', { name: new RegExp(`^${both}$`) }).first();
  await expectPage(cell).toBeVisible();
  await app.page.getByRole('button', { name: 'Copy the table' }).click();
  await expect.poll(() => app.copied()?.html).toContain(`<td class="number">${both}</td>`);
  expect(app.copied()?.text.split('\n')[1]).toMatch(/^Interested\tCalls\tCalls/);
  await cell.click();
  await expectPage(screens.grid).toBeVisible();
  await expectPage(screens.callsShown).toHaveText(`${both} of 1,160 calls`);
  await expectPage(app.page.getByRole('group', { name: 'Filters' })).toContainText('Interested is Yes');
});

test('the export holds the same rows and totals, read by another program', async () => {
  await app.page.getByRole('button', { name: 'Clear all' }).click();
  await expectPage(screens.callsShown).toHaveText('1,160 calls');
  app.answerSaveDialog(workbook);
  await app.page.getByRole('button', { name: 'Export' }).click();
  await app.page.getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(app.page.getByRole('dialog')).toContainText('Saved as');
  await app.page.getByRole('dialog').getByRole('button', { name: 'Show in folder' }).click();
  await expect.poll(() => app.opened()).toEqual([`show ${workbook}`]);
  await app.page.keyboard.press('Escape');

  const book = XLSX.readFile(workbook, { cellDates: true });
  expect(book.SheetNames).toEqual(expect.arrayContaining(['Calls', 'Pivot', 'About']));
  const rows = XLSX.utils.sheet_to_json<Record<string, unknown>>(book.Sheets['Calls'] ?? {});
  expect(rows).toHaveLength(1_160);
  expect(rows.filter((row) => row['Interested'] === 'Yes')).toHaveLength(interested('Yes'));
  expect(rows.map((row) => String(row['Phone number'])).sort()).toEqual(
    received()
      .filter((call) => call.outcomes !== undefined)
      .map(({ phone_number }) => String(phone_number))
      .sort(),
  );
  const pivot = XLSX.utils.sheet_to_json<unknown[]>(book.Sheets['Pivot'] ?? {}, { header: 1 });
  const total = pivot.find((row) => row[0] === 'Total');
  expect(total?.at(-1)).toBe(1_160);
});

test('started again without a network, everything is there at once and nothing is asked', async () => {
  await app.close();
  const before = provider.requests.length;
  await provider.close();
  app = await launchApp({ profile });
  screens = new Screens(app.page);
  await expectPage(screens.callsShown).toHaveText('1,160 calls');
  await expectPage(screens.grid.getByRole('row').nth(3)).toBeVisible();
  await screens.search.fill(received()[0]?.name?.split(' ')[0] ?? '');
  await expectPage(screens.callsShown).toContainText('of 1,160 calls');
  await screens.goTo('Pivot');
  await expectPage(screens.pivot.getByRole('rowheader').first()).toBeVisible();
  expect(provider.requests.length).toBe(before);
  expect(app.pageErrors).toEqual([]);
});

test('the key is in no file of the profile and in no log', () => {
  const files = readdirSync(profile, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['cache.sqlite', 'settings.json', 'callbook.log']),
  );
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    expect(bytes.includes(provider.key), name).toBe(false);
    expect(bytes.includes(Buffer.from(provider.key, 'utf16le')), name).toBe(false);
  }
  const log = readFileSync(join(profile, 'logs/callbook.log'), 'utf8');
  for (const { name, phone_number } of received().slice(0, 50)) {
    if (name !== null && name !== '') expect(log).not.toContain(name);
    if (phone_number !== null) expect(log).not.toContain(phone_number);
  }
});
