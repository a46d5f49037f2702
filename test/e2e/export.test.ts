import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { expectPage } from '../support/expectPage.ts';
import { cacheFileOf, call } from '../support/exports.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';

/** Exporting from the window: the dialog's choices, cancel, and a file that cannot be written. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-e2e-export-'));
const profile = join(folder, 'profile');
const target = join(folder, 'exports');
const BATCHES = 8;
const CALLS = 10_000;
/** All of them take a second or two to write; a machine that is busy with five others took more than half a minute. */
const written = { timeout: 90_000 };
let app: RunningApp;
let screens: Screens;

beforeAll(async () => {
  mkdirSync(profile);
  mkdirSync(target);
  const lists = Array.from({ length: BATCHES }, (_, b) =>
    Array.from({ length: CALLS }, (_unused, i) =>
      call(`c_${b}_${i}`, {
        name: `Caller ${i}`,
        started_at: new Date(Date.UTC(2026, 0, 1 + b) + i * 1_000).toISOString(),
        outcomes: { Interested: i % 3 === 0 ? 'Yes' : 'No', Budget: i },
      }),
    ),
  );
  renameSync(cacheFileOf(...lists), join(profile, 'cache.sqlite'));
  app = await launchApp({ profile });
  screens = new Screens(app.page);
  app.page.setDefaultTimeout(30_000);
  await expectPage(screens.callsShown).toHaveText('80,000 calls');
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const dialog = () => app.page.getByRole('dialog', { name: 'Export' });

async function openForm(): Promise<void> {
  await app.page.getByRole('button', { name: 'Export', exact: true }).click();
  await expectPage(dialog()).toContainText('Which calls');
}

async function choose(label: string, option: string | RegExp): Promise<void> {
  // A choice is named by its value and its label.
  await dialog()
    .getByRole('button', { name: new RegExp(` ${label}$`) })
    .click();
  await app.page.getByRole('option', { name: option }).click();
}

async function closeDialog(): Promise<void> {
  await dialog().getByRole('button', { name: 'Close', exact: true }).first().click();
  await expectPage(dialog()).toBeHidden();
}

test('changing one’s mind in the system’s dialog leaves the form as it is', async () => {
  app.answerSaveDialog('');
  await openForm();
  await dialog().getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(dialog()).toContainText('Which calls');
  expect(readdirSync(target)).toEqual([]);
  await closeDialog();
});

test('a long search does not fill the form with its words', async () => {
  await screens.search.fill('caller '.repeat(300));
  await openForm();
  const scope = dialog().getByRole('radio', { name: /^The calls in sight/ });
  await expectPage(scope).toHaveAccessibleName(/…/);
  expect((await dialog().textContent())?.length).toBeLessThan(1_500);
  await closeDialog();
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('80,000 calls');
});

test('a cancelled export leaves the old file and nothing beside it', async () => {
  const file = join(target, 'calls.xlsx');
  writeFileSync(file, 'old');
  app.answerSaveDialog(file);
  await openForm();
  await dialog().getByRole('button', { name: 'Choose file…' }).click();
  const told = await dialog().getByRole('status').elementHandle();
  await dialog().getByRole('button', { name: 'Cancel export' }).click();
  await expectPage(dialog()).toContainText('Cancelled. No file was written');
  // Where a screen reader listens since the beginning.
  expect(await told?.textContent()).toContain('Cancelled. No file was written: calls.xlsx');
  await expect.poll(() => readdirSync(target)).toEqual(['calls.xlsx']);
  expect(readFileSync(file, 'utf8')).toBe('old');
  await closeDialog();
});

test('where a file cannot be written, a sentence says why, and it can be saved elsewhere', async () => {
  app.answerSaveDialog(join(folder, 'gone', 'calls.csv'));
  await openForm();
  await choose('File', 'CSV');
  await dialog().getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(dialog()).toContainText('Not saved:');
  await expectPage(dialog()).toContainText('The folder for “calls.csv” is not there');
  app.answerSaveDialog(join(target, 'elsewhere.csv'));
  await dialog().getByRole('button', { name: 'Save elsewhere…' }).click();
  await expectPage(dialog()).toContainText('Saved as elsewhere.csv – 80,000 rows.', written);
  expect(readFileSync(join(target, 'elsewhere.csv'), 'utf8').split('\r\n')).toHaveLength(80_002);
  await closeDialog();
});

test('the calls in sight, in their order, with the columns in sight, in the zone that was chosen; the choices stay as a preset', async () => {
  const file = join(target, 'few.xlsx');
  await screens.search.fill('"Caller 77"');
  await expectPage(screens.callsShown).toHaveText('8 of 80,000 calls');
  app.answerSaveDialog(file);
  await openForm();
  await choose('Columns', /Those in sight/);
  await dialog().getByText('Outcomes sheet').click();
  await dialog().getByText('Mask phone numbers').click();
  await dialog().getByRole('button', { name: 'Keep these choices' }).click();
  await dialog().getByLabel('Name of the preset').fill('Monday');
  await dialog().getByRole('button', { name: 'Keep', exact: true }).click();
  await dialog().getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(dialog()).toContainText('Saved as few.xlsx – 8 rows, sheets Calls, Outcomes, About.');
  await dialog().getByRole('button', { name: 'Open', exact: true }).click();
  await expect.poll(() => app.opened()).toContain(`open ${file}`);
  const book = XLSX.readFile(file);
  const rows = XLSX.utils.sheet_to_json<Record<string, unknown>>(book.Sheets['Calls'] ?? {});
  expect(rows.map((row) => row['Call ID'] ?? row['Name'])).toHaveLength(8);
  expect(new Set(rows.map((row) => row['Phone number']))).toEqual(new Set(['+•••••••820']));
  expect(XLSX.utils.sheet_to_json(book.Sheets['Outcomes'] ?? {})).toHaveLength(16);
  rmSync(file);
  await dialog().getByRole('button', { name: 'Open', exact: true }).click();
  await expectPage(app.page.getByText('“few.xlsx” could not be opened')).toBeVisible();
  await dialog().getByRole('button', { name: 'Export again' }).click();
  await choose('Preset', 'Monday');
  await expectPage(dialog().getByRole('checkbox', { name: 'Outcomes sheet' })).toBeChecked();
  await closeDialog();
  await screens.search.fill('');
});

test('rows that are picked in the grid go alone, in their order, without a pivot that counts others', async () => {
  const file = join(target, 'picked.xlsx');
  await expectPage(screens.callsShown).toHaveText('80,000 calls');
  await screens.toCell(2, 0);
  await screens.press('Shift+ArrowDown', 'Shift+ArrowDown');
  await screens.grid.locator('[data-line="8"] .gutter').click({ modifiers: ['Control'] });
  const nameOf = (line: number) =>
    screens.grid.locator(`[data-line="${line}"]`).getByRole('rowheader').first().textContent();
  const names = await Promise.all([2, 3, 4, 8].map(nameOf));
  app.answerSaveDialog(file);
  await openForm();
  const picked = dialog().getByRole('radio', { name: /^The rows that are picked in the grid/ });
  await expectPage(picked).toHaveAccessibleName(/4 calls$/);
  await dialog().getByText('The rows that are picked in the grid').click();
  await expectPage(picked).toBeChecked();
  await expectPage(dialog().getByRole('button', { name: / Split$/ })).toHaveCount(0);
  await dialog().getByRole('button', { name: 'Choose file…' }).click();
  await expectPage(dialog()).toContainText('Saved as picked.xlsx – 4 rows, sheets Calls, About.');
  await closeDialog();
  const book = XLSX.readFile(file);
  const rows = XLSX.utils.sheet_to_json<Record<string, unknown>>(book.Sheets['Calls'] ?? {});
  expect(rows.map((row) => row['Name'])).toEqual(names);
  const about = new Map(XLSX.utils.sheet_to_json<[string, unknown]>(book.Sheets['About'] ?? {}, { header: 1 }));
  expect([about.get('What'), about.get('Calls exported')]).toEqual(['Picked rows of the calls: all calls', 4]);
});

test('a file for each batch, in a new folder', async () => {
  app.answerSaveDialog(join(target, 'by batch'));
  await openForm();
  await choose('File', 'CSV');
  await choose('Split', 'One for each Batch');
  await dialog().getByRole('button', { name: 'Choose folder…' }).click();
  await expectPage(dialog()).toContainText('80,000 rows in 8 files', written);
  expect(readdirSync(join(target, 'by batch')).sort()).toEqual(
    Array.from({ length: BATCHES }, (_, b) => `sched_${b + 1}.csv`),
  );
  await closeDialog();
});
