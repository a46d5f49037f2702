import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { createExportJobs, type ExportJobs } from '../../../src/main/export/exportJobs.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { openLog } from '../../../src/main/log.ts';
import type { ExportProgress } from '../../../src/shared/contract.ts';
import type { JsonText } from '../../../src/shared/json.ts';
import { exportOptionsSchema, type ExportOptions } from '../../../src/shared/exportOptions.ts';
import { everything } from '../../../src/shared/selection.ts';
import { quietDesktop } from '../../support/quietDesktop.ts';

const profile = mkdtempSync(join(tmpdir(), 'callbook-jobs-'));
const cacheFile = join(profile, 'cache.sqlite');
const folder = join(profile, 'target');
const notesFolder = join(profile, 'exports');
const opened: string[] = [];
const options = exportOptionsSchema.parse({ selection: everything('UTC'), sort: [] });
let chosen: string | null = null;
let jobs: ExportJobs;
const openJobs = (mostReadMs?: number) =>
  createExportJobs({
    workerEntry: new URL('../../../src/main/export/export.worker.ts', import.meta.url),
    cacheFile,
    notesFolder,
    recordings: () => ({}),
    desktop: {
      ...quietDesktop,
      chooseSaveTarget: () => Promise.resolve(chosen),
      openPath: (path) => Promise.resolve(void opened.push(path)),
    },
    log: openLog(profile),
    version: '0.1.0',
    mostReadMs,
    onProgress: (progress) => listener(progress),
  });
let listener: (progress: ExportProgress) => void = () => {};

beforeAll(() => {
  mkdirSync(folder);
  const writer = openWriter(cacheFile);
  writer.saveAccount({
    id: 'a',
    name: 'A',
    baseUrl: 'https://x.test',
    isSample: false,
    rateLimit: null,
    providerAccountId: null,
  });
  writer.saveBatches({
    accountId: 'a',
    batches: JSON.stringify([{ schedule_id: 's' }]) as JsonText<{ schedule_id: string }[]>,
  });
  writer.startBatch({ batch: 'a/s', runId: writer.startRun({ accountId: 'a', batches: [] }) });
  writer.startPass('a/s');
  const items = Array.from({ length: 8_000 }, (_, i) =>
    JSON.stringify({ call_id: `c${i}`, summary: 'x'.repeat(200), outcomes: { k: i } }),
  );
  writer.addPage({ batch: 'a/s', page: 1, items });
  writer.finishBatch({ batch: 'a/s', end: 'whole' });
  writer.settle();
  writer.close();
  jobs = openJobs();
});
afterAll(async () => {
  await jobs.close();
  rmSync(profile, { recursive: true, force: true });
});
afterEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});

/** Exports to a file; `onProgress` may cancel. */
async function run(
  file: string,
  onProgress: (progress: ExportProgress) => void = () => {},
  change: Partial<ExportOptions> = {},
): Promise<ExportProgress> {
  chosen = file;
  const target = await jobs.chooseTarget('calls.xlsx');
  const { promise, resolve } = Promise.withResolvers<ExportProgress>();
  listener = (progress) => {
    onProgress(progress);
    if (progress.state !== 'running') resolve(progress);
  };
  jobs.start({ ...options, ...change, token: target?.token ?? '' });
  return promise;
}

test('an export replaces the old file at the end and leaves nothing beside it', async () => {
  const file = join(folder, 'calls.xlsx');
  writeFileSync(file, 'old');
  const seen = new Set<string>();
  const end = await run(file, ({ state }) => state === 'running' && seen.add(readFileSync(file, 'utf8')));
  expect(end).toMatchObject({
    state: 'done',
    rowsWritten: 8_000,
    rowsTotal: 8_000,
    fileName: 'calls.xlsx',
    sheets: ['Calls', 'About'],
    error: null,
  });
  expect([...seen]).toEqual(['old']);
  expect(readdirSync(folder)).toEqual(['calls.xlsx']);
  expect(XLSX.utils.sheet_to_json(XLSX.readFile(file).Sheets['Calls'] as XLSX.WorkSheet)).toHaveLength(8_000);
  await jobs.open(end.jobId);
  expect(opened).toEqual([file]);
});

test('a name that ends in .csv gets CSV', async () => {
  const file = join(folder, 'calls.CSV');
  expect(await run(file)).toMatchObject({ state: 'done', sheets: [] });
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(8_002);
});

test('a cancelled export leaves the old file and nothing else', async () => {
  const file = join(folder, 'calls.xlsx');
  writeFileSync(file, 'old');
  const end = await run(file, ({ jobId, rowsWritten }) => rowsWritten >= 2_000 && jobs.cancel(jobId));
  expect(end).toMatchObject({ state: 'cancelled', error: null });
  expect(readdirSync(folder)).toEqual(['calls.xlsx']);
  expect(readFileSync(file, 'utf8')).toBe('old');
  await expect(async () => jobs.open(end.jobId)).rejects.toMatchObject({ code: 'UNKNOWN_TARGET' });
});

test.each(['sheets', 'files'] as const)(
  'too many values to split into %s are told, and nothing is left',
  async (into) => {
    const end = await run(join(folder, 'calls.xlsx'), undefined, { split: { by: 'outcome:k', into } });
    expect(end).toMatchObject({
      state: 'failed',
      error: {
        code: 'BAD_INPUT',
        message: expect.stringMatching(/^There are 8,000 values to split by; 500 is/) as string,
      },
    });
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a folder that is not there is told in words', async () => {
  const end = await run(join(folder, 'gone', 'calls.xlsx'));
  expect(end).toMatchObject({
    state: 'failed',
    error: { code: 'TARGET_NOT_WRITABLE', message: expect.stringContaining('“calls.xlsx”') as string },
  });
});

test('the log says why an export failed, and names no file', async () => {
  await run(join(folder, 'gone', 'Calls of Anna Schmidt.xlsx'));
  const log = readFileSync(join(profile, 'logs', 'callbook.log'), 'utf8');
  expect(log).toContain('TARGET_NOT_WRITABLE');
  expect(log).not.toContain('Schmidt');
});

test('a target that is a folder is told in words and leaves nothing beside it', async () => {
  mkdirSync(join(folder, 'calls.xlsx', 'full'), { recursive: true });
  expect(await run(join(folder, 'calls.xlsx'))).toMatchObject({
    state: 'failed',
    error: { code: 'TARGET_NOT_WRITABLE' },
  });
  expect(readdirSync(folder)).toEqual(['calls.xlsx']);
});

test('a link stays a link; what it points to is replaced', async () => {
  writeFileSync(join(folder, 'real.csv'), 'old');
  symlinkSync(join(folder, 'real.csv'), join(folder, 'link.csv'));
  expect(await run(join(folder, 'link.csv'))).toMatchObject({ state: 'done' });
  expect(lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'real.csv'), 'utf8')).not.toBe('old');
});

test.each(['view.json', 'calls.xlsx'])(
  'a view that takes forever to be read out of %s is waited for so long',
  async (name) => {
    const file = join(folder, name);
    // As a slow disk, or a file that was made for it: no thread has read anything by then.
    writeFileSync(file, '');
    const hasty = openJobs(1);
    await expect(hasty.readView(file)).rejects.toMatchObject({
      code: 'NOT_A_VIEW',
      message: expect.stringContaining(`“${name}” takes longer to read`) as string,
    });
    await hasty.close();
  },
);

test('a token works once, and a made-up one never', async () => {
  chosen = join(folder, 'a.csv');
  const target = await jobs.chooseTarget('a.csv');
  expect(target?.fileName).toBe('a.csv');
  const request = { ...options, token: target?.token ?? '' };
  const { promise, resolve } = Promise.withResolvers<void>();
  listener = ({ state }) => state !== 'running' && resolve();
  jobs.start(request);
  expect(() => jobs.start(request)).toThrow(expect.objectContaining({ code: 'UNKNOWN_TARGET' }));
  expect(() => jobs.start({ ...request, token: '/etc/passwd' })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_TARGET' }),
  );
  await promise;
  chosen = null;
  expect(await jobs.chooseTarget('a.csv')).toBeNull();
});

test('exports go on after they were ended, as erasing everything does, with a file named and not written', async () => {
  const file = join(folder, 'calls.csv');
  chosen = file;
  await jobs.chooseTarget('calls.csv');
  await jobs.close();
  expect(await run(file)).toMatchObject({ state: 'done', rowsWritten: 8_000 });
});
