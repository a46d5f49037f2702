import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createExportJobs, type ExportJobs } from '../../../src/main/export/exportJobs.ts';
import { openLog } from '../../../src/main/log.ts';
import type { ExportProgress } from '../../../src/shared/contract.ts';
import { exportOptionsSchema } from '../../../src/shared/exportOptions.ts';
import { everything } from '../../../src/shared/selection.ts';
import { canMount } from '../../support/disks.ts';
import { cacheFileOf, call } from '../../support/exports.ts';
import { quietDesktop } from '../../support/quietDesktop.ts';

/**
 * Targets that cannot be written: a sentence says why, the old file is whole, nothing is left beside it, and the same export can go
 * elsewhere. Real disks: where the system lets this process mount one, they are full, read-only or busy; elsewhere those tests are skipped.
 */

const profile = mkdtempSync(join(tmpdir(), 'callbook-targets-'));
const notesFolder = join(profile, 'exports');
const mounts: string[] = [];
let jobs: ExportJobs;
let chosen = '';
let listener: (progress: ExportProgress) => void = () => {};

function mount(place: string, ...how: string[]): void {
  execFileSync('mount', [...how, place]);
  mounts.push(place);
}
function unmountAll(): void {
  for (const place of mounts.splice(0).reverse()) execFileSync('umount', [place]);
}

let folder = '';
function newFolder(): string {
  folder = mkdtempSync(join(profile, 'target-'));
  return folder;
}

beforeAll(() => {
  // What does not get smaller by compression.
  const calls = Array.from({ length: 3_000 }, (_, i) =>
    call(`c${i}`, { summary: randomBytes(300).toString('base64') }),
  );
  jobs = createExportJobs({
    workerEntry: new URL('../../../src/main/export/export.worker.ts', import.meta.url),
    cacheFile: cacheFileOf(calls),
    notesFolder,
    recordings: () => ({}),
    desktop: { ...quietDesktop, chooseSaveTarget: () => Promise.resolve(chosen) },
    log: openLog(profile),
    version: '0.1.0',
    onProgress: (progress) => listener(progress),
  });
});
afterEach(unmountAll);
afterAll(async () => {
  await jobs.close();
  rmSync(profile, { recursive: true, force: true });
});

interface Happenings {
  /** After the place was chosen, before anything is written. */
  readonly onChosen?: () => void;
  /** While rows are written. */
  readonly onRows?: () => void;
}

const options = exportOptionsSchema.parse({ selection: everything('UTC'), sort: [] });

async function run(file: string, { onChosen, onRows }: Happenings = {}, change: object = {}): Promise<ExportProgress> {
  chosen = file;
  const target = await jobs.chooseTarget('calls.xlsx');
  onChosen?.();
  const { promise, resolve } = Promise.withResolvers<ExportProgress>();
  let hasRows = false;
  listener = (progress) => {
    if (progress.state !== 'running') return resolve(progress);
    if (progress.rowsWritten > 0 && !hasRows) onRows?.();
    hasRows = progress.rowsWritten > 0;
  };
  jobs.start({ ...options, ...change, token: target?.token ?? '' });
  return promise;
}

const refused = (says: string, code = 'TARGET_NOT_WRITABLE') => ({
  state: 'failed',
  error: { code, message: expect.stringContaining(says) as string },
});

/** The old file as it was, nothing beside it, nothing to clear away at the next start, and the same export elsewhere. */
async function expectWhole(names: readonly string[]): Promise<void> {
  expect(readdirSync(folder).sort()).toEqual(names);
  if (names.includes('calls.xlsx')) expect(readFileSync(join(folder, 'calls.xlsx'), 'utf8')).toBe('old');
  expect(readdirSync(notesFolder)).toEqual([]);
  const elsewhere = join(newFolder(), 'calls.xlsx');
  expect(await run(elsewhere)).toMatchObject({ state: 'done', rowsWritten: 3_000 });
  expect(readdirSync(folder)).toEqual(['calls.xlsx']);
}

test('a folder that vanished after it was chosen', async () => {
  const file = join(newFolder(), 'calls.xlsx');
  const end = await run(file, { onChosen: () => rmSync(folder, { recursive: true }) });
  expect(end).toMatchObject(refused('The folder for “calls.xlsx” is not there (any more). Choose another folder.'));
  mkdirSync(folder);
  await expectWhole([]);
});

test('a folder that vanished while rows were written', async () => {
  const file = join(newFolder(), 'calls.xlsx');
  const end = await run(file, { onRows: () => rmSync(folder, { recursive: true }) });
  expect(end).toMatchObject(refused('The folder for “calls.xlsx” is not there (any more). Choose another folder.'));
  mkdirSync(folder);
  await expectWhole([]);
});

test.skipIf(process.getuid?.() === 0)('a file that may only be read', async () => {
  const file = join(newFolder(), 'calls.xlsx');
  writeFileSync(file, 'old', { mode: 0o444 });
  expect(await run(file)).toMatchObject(refused('You may not write “calls.xlsx” there. Choose another folder.'));
  chmodSync(file, 0o644);
  await expectWhole(['calls.xlsx']);
});

test.skipIf(!canMount)('a disk that may only be read', async () => {
  const file = join(newFolder(), 'calls.xlsx');
  mount(folder, '-t', 'tmpfs', 'none');
  writeFileSync(file, 'old');
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  expect(await run(file)).toMatchObject(refused('The disk is read-only, so “calls.xlsx” cannot be written.'));
  expect(await run(join(folder, 'new.csv'))).toMatchObject(refused('The disk is read-only'));
  await expectWhole(['calls.xlsx']);
});

test.skipIf(!canMount).for(['calls.xlsx', 'calls.csv', 'calls.parquet'])(
  'a disk that gets full while %s is written',
  async (name) => {
    newFolder();
    mount(folder, '-t', 'tmpfs', '-o', 'size=400k', 'none');
    writeFileSync(join(folder, 'calls.xlsx'), 'old');
    expect(await run(join(folder, name))).toMatchObject(
      refused(`There is no space left on the disk for “${name}”. Nothing was replaced.`, 'DISK_FULL'),
    );
    await expectWhole(['calls.xlsx']);
  },
);

test.skipIf(!canMount)('a disk that gets full while a folder of files is written', async () => {
  newFolder();
  mount(folder, '-t', 'tmpfs', '-o', 'size=400k', 'none');
  const end = await run(join(folder, 'calls'), {}, { format: 'csv', split: { by: 'status', into: 'files' } });
  expect(end).toMatchObject(refused('There is no space left on the disk for “calls”.', 'DISK_FULL'));
  await expectWhole([]);
});

// A stick with FAT takes no file of more than 4 GB; here no file of this process may be larger than 100 KB.
test.skipIf(process.platform !== 'linux')('a file that gets larger than the disk takes', async () => {
  const file = join(newFolder(), 'calls.xlsx');
  writeFileSync(file, 'old');
  const limit = (soft: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${soft}:`]);
  const end = await run(file, { onChosen: () => limit('100000') });
  limit('unlimited');
  expect(end).toMatchObject(refused('“calls.xlsx” gets larger than a file may be on this disk.', 'DISK_FULL'));
  await expectWhole(['calls.xlsx']);
});

// On Windows a file that Excel has open cannot be renamed over (EBUSY, EPERM); here a file that is a mount point cannot either.
test.skipIf(!canMount)('a file that another program holds, told at the very end when it is replaced', async () => {
  const file = join(newFolder(), 'calls.xlsx');
  writeFileSync(file, 'old');
  const end = await run(file, { onRows: () => mount(file, '--bind', file) });
  expect(end).toMatchObject(refused('“calls.xlsx” is open in another program. Close it there or choose another name.'));
  unmountAll();
  await expectWhole(['calls.xlsx']);
});

test.skipIf(process.platform === 'win32')('what is there and no file, such as a pipe or a device', async () => {
  const pipe = join(newFolder(), 'pipe.csv');
  execFileSync('mkfifo', [pipe]);
  expect(await run(pipe)).toMatchObject(refused('“pipe.csv” is a device or a pipe, and no file'));
  expect(lstatSync(pipe).isFIFO()).toBe(true);
  await expectWhole(['pipe.csv']);
});
