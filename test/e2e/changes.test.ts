import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { expectPage } from '../support/expectPage.ts';
import type { Bridge, CommandName } from '../../src/shared/contract.ts';
import type { Batch, SyncRun } from '../../src/shared/model.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';
import { activeWords, toHeader } from './byKeyboard.ts';

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
  await screens.connectAndSync(provider.baseUrl, provider.key);
  await expectPage(screens.run).toContainText('40 new');
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

/** The provider has other items. A sync from the drawer ends with words that begin so; those of the one before must not. */
async function resync(items: readonly unknown[], completed: number, told: string): Promise<void> {
  provider.setItems(batch, items, { completed_contacts: completed });
  await app.page.getByRole('button', { name: /^Synced / }).click();
  const drawer = app.page.getByRole('dialog', { name: 'Sync' });
  await drawer.getByRole('button', { name: 'Sync all' }).click();
  // The counts are there before the contacts are read.
  await expectPage(drawer).toContainText(`Sync finished: ${told}`);
  await screens.press('Escape');
}

/** The same as a sync that begins by itself: nothing is clicked. */
async function syncByItself(items: readonly unknown[], completed: number): Promise<void> {
  // The one before may still read contacts when its calls are here.
  await expect.poll(async () => ((await ask('sync.status')) as SyncRun).state).toBe('done');
  provider.setItems(batch, items, { completed_contacts: completed });
  const [{ accountId, key }] = (await ask('batches.list')) as [Batch];
  await ask('sync.start', { accountId, batches: [key], everything: false });
}

function ask(command: CommandName, input?: unknown): Promise<unknown> {
  return app.page.evaluate(
    async ([name, value]) => {
      const { callbook } = window as unknown as { callbook: Bridge };
      return ((await callbook.invoke(name, value)) as { value: unknown }).value;
    },
    [command, input] as const,
  );
}

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
  await expectPage(screens.run).toContainText('Sync finished: 300 new');

  await screens.goTo('Calls');
  await screens.search.fill('name:caller');
  await expectPage(screens.callsShown).toHaveText(/^300 of /);
  await expectPage(screens.grid).toContainText('As it was.');
  await screens.grid.focus();
  await screens.press('Control+End');
  await expectPage(screens.caller('Caller 299')).toBeVisible();
  await expectPage(screens.grid).not.toContainText('As it was.');

  await resync(items('Changed since.'), 3, '0 new, 1 changed');
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
  await resync([newer, ...provider.items(batch)], 4, '1 new');
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

test('what is picked comes to what is shown, also when a sync changes it or brings calls above it', async () => {
  const item = (name: string, minute: number, seconds: number) => ({
    call_id: name,
    name,
    status: 'completed',
    duration_seconds: seconds,
    started_at: new Date(Date.UTC(2026, 4, 14, 9, minute)).toISOString(),
  });
  const others = [item('Adder 1', 9, 20), item('Adder 0', 8, 40)];
  await resync([item('Adder 2', 10, 10), ...others], 20, '3 new');
  await screens.search.fill('name:adder');
  // As many were found before.
  await expectPage(screens.caller('Adder 2')).toBeVisible();
  await expectPage(screens.callsShown).toHaveText(/^3 of /);
  const all = Number(/of (\d+)/.exec((await screens.callsShown.textContent()) ?? '')?.[1]);
  const column = await screens.grid
    .getByRole('columnheader', { name: 'Duration', exact: true })
    .getAttribute('data-column');
  await screens.toCell(1, Number(column));
  await screens.press('Shift+ArrowDown');
  const picked = app.page.getByRole('status', { name: 'Picked cells' });
  await expectPage(picked).toContainText('sum 0:30');
  // One of them is another, and a call that is not searched for comes.
  await resync([item('Adder 2', 10, 15), ...others, item('Other', 1, 1)], 21, '1 new, 1 changed, 2 unchanged (');
  await expectPage(picked).toContainText('sum 0:35');
  await expectPage(screens.callsShown).toHaveText(`3 of ${all + 1} calls`);
  // One comes above them, and is not shown yet.
  await resync(
    [item('Adder 3', 11, 600), item('Adder 2', 10, 16), ...others],
    22,
    '1 new, 1 changed, 2 unchanged, 1 no longer listed',
  );
  await expectPage(app.page.getByRole('button', { name: '1 new – show' })).toBeVisible();
  await expectPage(picked).toContainText('sum 0:36');
  expect(app.pageErrors).toEqual([]);
});

test('a border that is dragged, and a menu that is open, stay with their column when a sync brings others before it', async () => {
  const item = (id: number, outcomes: object) => ({
    call_id: `wide_${id}`,
    name: `Wide ${id}`,
    status: 'completed',
    outcomes,
  });
  const some = (outcomes: object) => Array.from({ length: 60 }, (_, i) => item(i, outcomes));
  await resync(some({ Middle: 'x' }), 30, '60 new');
  await screens.search.fill('name:wide');
  await expectPage(screens.callsShown).toHaveText(/^60 of /);
  const header = (name: string) => screens.grid.getByRole('columnheader', { name, exact: true });
  const width = async (name: string) => (await header(name).boundingBox())?.width ?? 0;
  await screens.toCell(0, 0);
  while ((await header('Middle').count()) === 0) await screens.press('ArrowRight');
  const column = Number(await header('Middle').getAttribute('data-column'));
  // The one behind it is in sight, so it is, too.
  await screens.toCell(0, column + 1);
  await expectPage(header('Middle')).toBeInViewport({ ratio: 1 });
  const syncWith = async (items: readonly unknown[], completed: number, name: string) => {
    await syncByItself(items, completed);
    await expectPage(header(name)).toHaveCount(1);
    await expectPage(header(name)).toHaveAttribute('data-column', String(column));
  };

  const before = await width('Middle');
  const box = await header('Middle').boundingBox();
  const [x, y] = [(box?.x ?? 0) + before - 3, (box?.y ?? 0) + 10];
  await app.page.mouse.move(x, y);
  await app.page.mouse.down();
  await app.page.mouse.move(x - 10, y);
  await expect.poll(() => width('Middle')).toBe(before - 10);
  await syncWith([...some({ Middle: 'x', First: 'y' }), item(60, { First: 'y' })], 31, 'First');
  const first = await width('First');
  await app.page.mouse.move(x - 20, y);
  await app.page.mouse.up();
  await expect.poll(() => width('Middle')).toBe(before - 20);
  expect(await width('First')).toBe(first);

  await screens.toCell(0, column);
  await screens.press('Shift+F10');
  const hide = app.page.getByRole('menuitem', { name: 'Hide' });
  await expectPage(hide).toBeVisible();
  await syncWith(
    [...some({ First: 'y', Zeroth: 'z' }), item(60, { Zeroth: 'z' }), item(61, { Zeroth: 'z' })],
    32,
    'Zeroth',
  );
  await hide.click();
  await expectPage(header('First')).toHaveCount(0);
  await expectPage(header('Zeroth')).toHaveCount(1);
  expect(app.pageErrors).toEqual([]);
});

test('the cell in use stays in its column when a sync brings others before it: it is what is copied and kept', async () => {
  const some = (outcomes: object) =>
    Array.from({ length: 30 }, (_, i) => ({ call_id: `used_${i}`, name: `Used ${i}`, status: 'completed', outcomes }));
  await resync(some({ Used: 'its own' }), 40, '30 new');
  await screens.search.fill('name:used');
  await expectPage(screens.callsShown).toHaveText(/^30 of /);
  await screens.grid.focus();
  await toHeader(screens.grid, 'Used');
  await screens.press('ArrowDown');
  expect(await activeWords(screens.grid)).toBe('its own');
  await syncByItself(some({ Used: 'its own', Earlier: 'another’s' }), 41);
  await expectPage(screens.grid.getByRole('columnheader', { name: 'Earlier', exact: true })).toHaveCount(1);
  await screens.press('Control+c');
  await expect.poll(() => app.copied()?.text).toBe('its own');
  await screens.press('f');
  await expectPage(screens.chips).toContainText('Used is its own');
  await screens.press('Control+z');
  expect(app.pageErrors).toEqual([]);
});

test('the number in use of a pivot stays that of its key when a sync brings another key before it', async () => {
  const some = (first: number) =>
    Array.from({ length: 30 }, (_, i) => ({
      call_id: `pivoted_${i}`,
      name: `Pivoted ${i}`,
      status: 'completed',
      outcomes: { Answer: i < first ? 'another' : 'its own' },
    }));
  await resync(some(0), 42, '30 new');
  await screens.search.fill('name:pivoted');
  await expectPage(screens.callsShown).toHaveText(/^30 of /);
  await screens.goTo('Pivot');
  await screens.addDimension('columns', 'Answer');
  await expectPage(screens.pivot).toContainText('its own');
  await screens.pivot.focus();
  await screens.press('ArrowRight');
  await expect.poll(() => activeWords(screens.pivot)).toBe('30');
  await syncByItself(some(20), 43);
  await expectPage(screens.pivot).toContainText('another');
  expect(await activeWords(screens.pivot)).toBe('10');
  await screens.goTo('Calls');
  expect(app.pageErrors).toEqual([]);
});

test('the number in use of a pivot stays in its row, too, and in the nearest where a sync takes its own', async () => {
  const some = (...counts: readonly (readonly [answer: string, calls: number])[]) =>
    counts
      .flatMap(([answer, calls]) => Array<string>(calls).fill(answer))
      .map((Answer, i) => ({ call_id: `rows_${i}`, name: `Rows ${i}`, status: 'completed', outcomes: { Answer } }));
  await resync(some(['c', 20], ['d', 10]), 44, '30 new');
  await screens.search.fill('name:rows');
  await expectPage(screens.callsShown).toHaveText(/^30 of /);
  await screens.goTo('Pivot');
  await app.page.getByRole('button', { name: 'Remove Answer' }).click();
  await screens.addDimension('rows', 'Answer');
  const key = (answer: string) => screens.pivot.getByRole('rowheader', { name: answer, exact: true });
  await expectPage(key('c')).toBeVisible();
  await screens.pivot.focus();
  await screens.press('ArrowRight');
  await expect.poll(() => activeWords(screens.pivot)).toBe('20');
  await syncByItself(some(['a', 1], ['b', 4], ['c', 15], ['d', 10]), 45);
  await expectPage(key('b')).toBeVisible();
  expect(await activeWords(screens.pivot)).toBe('15');
  await syncByItself(some(['b', 13], ['d', 17]), 46);
  await expectPage(key('c')).toHaveCount(0);
  expect(await activeWords(screens.pivot)).toBe('17');
  // The total of all, below the rows.
  await screens.press('ArrowDown');
  expect(await activeWords(screens.pivot)).toBe('30');
  await syncByItself(some(['a', 13], ['b', 13], ['d', 4]), 47);
  await expectPage(key('a')).toBeVisible();
  expect(await activeWords(screens.pivot)).toBe('30');
  // More than a screen of others: it stays in sight.
  const keys = (from: number) => some(...Array.from({ length: 200 - from }, (_, i) => [`k${from + i}`, 1] as const));
  await syncByItself(keys(150), 48);
  await expectPage(key('k150')).toBeVisible();
  await screens.press('Control+Home', 'ArrowDown');
  await syncByItself(keys(100), 49);
  await expectPage(screens.pivot).toHaveAttribute('aria-rowcount', '102');
  await expectPage(key('k150')).toBeInViewport();
  expect(await activeWords(screens.pivot)).toBe('k150');
  await screens.goTo('Calls');
  expect(app.pageErrors).toEqual([]);
});

test('the hit that one is at stays the one, far behind in a long transcript too, when a sync changes another call and brings a column', async () => {
  const item = (name: string, outcomes: object, transcript: unknown = null) => ({
    call_id: name,
    name,
    status: 'completed',
    summary: 'A kayak. The kayak leaks, so another kayak.',
    transcript,
    outcomes,
  });
  const turns = Array.from({ length: 3_000 }, (_, i) => ({
    role: 'user',
    text: `Turn ${i}, a kayak.`.padEnd(80, ' so'),
  }));
  const long = item('Paddler 0', {}, turns);
  await resync([long, item('Paddler 1', {})], 50, '2 new');
  await screens.search.fill('kayak');
  await expectPage(screens.callsShown).toHaveText(/^2 of /);
  await screens.caller('Paddler 0').click();
  await screens.call.openTab('Overview');
  await expectPage(screens.call.hits).toHaveText('3,003 hits');
  await screens.grid.focus();
  const syncWith = async (outcomes: object, completed: number) => {
    const columns = (await screens.grid.getAttribute('aria-colcount')) ?? '';
    await syncByItself([long, item('Paddler 1', outcomes)], completed);
    await expectPage(screens.grid).not.toHaveAttribute('aria-colcount', columns);
  };
  await screens.press('n', 'n');
  await syncWith({ Paddle: 'lost' }, 51);
  await expectPage(screens.call.hits).toHaveText('hit 2 of 3,003');
  await screens.press('Shift+N', 'Shift+N');
  await expectPage(screens.call.hits).toHaveText('hit 3,003 of 3,003');
  await syncWith({ Paddle: 'lost', Oar: 'found' }, 52);
  await expectPage(screens.call.hits).toHaveText('hit 3,003 of 3,003');
  await expectPage(screens.call.currentHit).toHaveText('kayak');
  await screens.press('Escape');
  expect(app.pageErrors).toEqual([]);
});
