import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect as expectPage } from 'playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** A later sync: what it found changed is told, and each call keeps its past. */

const batch = scheduleId('spring');
let provider: Provider;
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  provider = await startProvider({
    batches: [sampleBatch({ name: 'spring', agent: 'productDemo', count: 40, startedAt: '2026-05-14T08:00:00Z' })],
  });
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.fillConnection('Work', provider.baseUrl, provider.key);
  await screens.connect();
  await app.page.getByRole('button', { name: 'Sync 1 batch' }).click();
  await expectPage(screens.run).toContainText('40 new');
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

test('a second sync tells what changed and what is gone, and leads to the call with its history', async () => {
  const [first, second, ...rest] = provider.items(batch) as { call_id: string; name: string }[];
  provider.setItems(batch, [{ ...first, summary: 'Wants a unicorn.' }, ...rest], { completed_contacts: 1 });
  await app.page.getByRole('button', { name: 'Sync all' }).click();
  await expectPage(screens.run).toContainText('1 changed');
  await expectPage(screens.run).toContainText('1 no longer listed');

  await app.page.getByRole('button', { name: 'What changed in this sync' }).click();
  const changes = app.page.getByRole('list', { name: 'Changes of this sync' });
  await expectPage(changes.getByRole('listitem')).toHaveCount(2);
  await expectPage(changes).toContainText('Wants a unicorn.');
  await changes
    .getByRole('button', { name: first?.name ?? '', exact: true })
    .first()
    .click();

  await expectPage(screens.callsShown).toHaveText('1 of 40 calls');
  await screens.caller(first?.name ?? '').click();
  await screens.detail.getByRole('tab', { name: 'History (1)' }).click();
  await expectPage(screens.detail.getByRole('tabpanel')).toContainText('Wants a unicorn.');

  // The call that is gone upstream is still here.
  await screens.search.fill(second?.call_id ?? '');
  await expectPage(screens.callsShown).toHaveText('1 of 40 calls');
  await screens.caller(second?.name ?? '').click();
  await expectPage(screens.detail).toContainText('no longer listed by the provider');
  expect(app.pageErrors).toEqual([]);
});

test('rows that were read before and are out of sight are read again, too', async () => {
  const names = Array.from({ length: 300 }, (_, i) => `Caller ${String(i).padStart(3, '0')}`);
  const items = (summary: string) =>
    names.map((name, i) => ({
      call_id: `row_${i}`,
      name,
      status: 'completed',
      started_at: new Date(Date.UTC(2026, 4, 14, 9) - 60_000 * i).toISOString(),
      summary: i === 2 ? summary : '',
    }));
  await screens.search.fill('');
  await screens.press('Control+Backspace');
  provider.setItems(batch, items('As it was.'));
  await screens.goTo('Sync');
  const look = app.page.getByRole('button', { name: 'Look for new batches' });
  await look.press('Enter');
  // It works for a while and keeps the focus.
  await expectPage(look).toBeFocused();
  await app.page.getByRole('button', { name: 'Re-sync everything' }).first().click();
  await expectPage(screens.run).toContainText('300 new');

  await screens.goTo('Calls');
  await screens.search.fill('name:caller');
  await expectPage(screens.callsShown).toHaveText(/^300 of /);
  await expectPage(screens.grid).toContainText('As it was.');
  await screens.grid.focus();
  await screens.press('Control+End');
  await expectPage(screens.caller('Caller 299')).toBeVisible();
  await expectPage(screens.grid).not.toContainText('As it was.');

  provider.setItems(batch, items('Changed since.'), { completed_contacts: 3 });
  await app.page.getByRole('button', { name: /^Synced / }).click();
  const drawer = app.page.getByRole('dialog', { name: 'Sync' });
  await drawer.getByRole('button', { name: 'Sync all' }).click();
  await expectPage(drawer).toContainText('1 changed');
  await screens.press('Escape');
  await screens.grid.focus();
  await screens.press('Control+Home');
  await expectPage(screens.caller('Caller 002')).toBeVisible();
  await expectPage(screens.grid).toContainText('Changed since.');
  expect(app.pageErrors).toEqual([]);
});

test('once new calls are shown, the open one is not taken for the one at its old place', async () => {
  await screens.caller('Caller 000').click();
  await expectPage(screens.detail).toContainText('1 of 300');
  const [item] = provider.items(batch) as object[];
  const newer = { ...item, call_id: 'row_newer', name: 'Caller newer', started_at: '2026-05-14T12:00:00Z' };
  provider.setItems(batch, [newer, ...provider.items(batch)], { completed_contacts: 4 });
  await app.page.getByRole('button', { name: /^Synced / }).click();
  const drawer = app.page.getByRole('dialog', { name: 'Sync' });
  await drawer.getByRole('button', { name: 'Sync all' }).click();
  await expectPage(drawer).toContainText('1 new');
  await screens.press('Escape');
  await app.page.getByRole('button', { name: '1 new – show' }).click();
  await expectPage(screens.caller('Caller newer')).toBeVisible();
  await expectPage(screens.call.name).toHaveText('Caller 000');
  await expectPage(screens.grid.locator('[aria-current]')).toHaveCount(0);
  await expectPage(screens.detail).not.toContainText('1 of 301');
  await screens.press('Escape');
  expect(app.pageErrors).toEqual([]);
});

test('rows that are picked are exported as they are shown, also when new calls come above them', async () => {
  const item = (name: string, minute: number) => ({
    call_id: name,
    name,
    status: 'completed',
    started_at: new Date(Date.UTC(2026, 4, 14, 9, minute)).toISOString(),
  });
  const names = ['Picker 2', 'Picker 1', 'Picker 0'];
  const before = names.map((name, i) => item(name, 10 - i));
  const resync = async (items: readonly unknown[], completed: number, told: string) => {
    provider.setItems(batch, items, { completed_contacts: completed });
    await app.page.getByRole('button', { name: /^Synced / }).click();
    const drawer = app.page.getByRole('dialog', { name: 'Sync' });
    await drawer.getByRole('button', { name: 'Sync all' }).click();
    await expectPage(drawer).toContainText(told);
    await screens.press('Escape');
  };
  await resync(before, 14, '3 new');
  await screens.search.fill('name:picker');
  await expectPage(screens.callsShown).toHaveText(/^3 of /);
  await screens.toCell(1, 0);
  await screens.press('Shift+ArrowDown');
  await resync([...before, item('Picker 3', 20)], 15, '1 new');
  await expectPage(app.page.getByRole('button', { name: '1 new – show' })).toBeVisible();

  const folder = mkdtempSync(join(tmpdir(), 'callbook-e2e-picked-'));
  const file = join(folder, 'picked.xlsx');
  app.answerSaveDialog(file);
  await app.page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  await dialog.getByText('The rows that are picked in the grid').click();
  await dialog.getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(dialog).toContainText('Saved as picked.xlsx – 2 rows');
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  const rows = XLSX.utils.sheet_to_json<Record<string, unknown>>(XLSX.readFile(file).Sheets['Calls'] ?? {});
  expect(rows.map((row) => row['Name'])).toEqual(names.slice(0, 2));
  rmSync(folder, { recursive: true });
});
