import { expect as expectPage } from 'playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
