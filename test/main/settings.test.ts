import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { redact } from '../../src/main/diagnostics.ts';
import { openLog } from '../../src/main/log.ts';
import { everything } from '../../src/shared/selection.ts';
import { usualLayout, type View } from '../../src/shared/view.ts';
import { openHeadless, type HeadlessApp } from '../support/headless.ts';
import { quietDesktop } from '../support/quietDesktop.ts';
import { checkout } from '../support/runtime.ts';

/** What the profile holds beside the calls, and how it is made smaller, told and taken away. */

let folder: string;
let dataDir: string;
let target: string;
let app: HeadlessApp;
/** The name that the dialog proposes. */
let proposed: string;

const desktop = {
  ...quietDesktop,
  chooseSaveTarget(name: string) {
    proposed = name;
    return Promise.resolve(target);
  },
  chooseFile: () => Promise.resolve(target),
  chooseFolder: () => Promise.resolve(folder),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callbook-settings-'));
  dataDir = join(folder, 'profile');
  target = join(folder, 'file.json');
  app = await openHeadless({ dataDir, desktop });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await app.close();
  rmSync(folder, { recursive: true });
});

const view = (name: string): View => ({
  name,
  selection: everything('UTC'),
  sort: [],
  layout: usualLayout,
  pivot: null,
});

test('a view that cannot be read is kept as it came, and the others are there', async () => {
  await app.close();
  const strange = { name: 'Of a newer Callbook', selection: { rings: 3 } };
  writeFileSync(join(dataDir, 'views.json'), JSON.stringify({ views: [strange, view('Mine')], defaultView: 'Mine' }));
  app = await openHeadless({ dataDir, desktop });
  expect(await app.commands['views.list'](undefined)).toEqual({ views: [view('Mine')], defaultView: 'Mine' });
  await app.commands['views.save']({ view: view('Mine too'), was: undefined });
  await app.close();
  app = await openHeadless({ dataDir, desktop });
  expect((await app.commands['views.list'](undefined)).views.map(({ name }) => name)).toEqual(['Mine', 'Mine too']);
  expect(readFileSync(join(dataDir, 'views.json'), 'utf8')).toContain('Of a newer Callbook');
});

test('a view that the disk does not take is told at once, and is written as soon as it can be', async () => {
  const inTheWay = join(dataDir, 'views.json.part');
  mkdirSync(inTheWay);
  await expect(app.commands['views.save']({ view: view('Mine'), was: undefined })).rejects.toMatchObject({
    code: 'TARGET_NOT_WRITABLE',
  });
  expect((await app.commands['views.list'](undefined)).views).toEqual([view('Mine')]);
  rmSync(inTheWay, { recursive: true });
  await app.close();
  app = await openHeadless({ dataDir, desktop });
  expect((await app.commands['views.list'](undefined)).views).toEqual([view('Mine')]);
});

test('settings that the disk does not take are told', async () => {
  mkdirSync(join(dataDir, 'settings.json.part'));
  await expect((async () => app.commands['settings.change']({ theme: 'dark' }))()).rejects.toMatchObject({
    code: 'TARGET_NOT_WRITABLE',
  });
  expect(await app.commands['settings.get'](undefined)).toMatchObject({ theme: 'dark' });
});

test('a file of the profile that the system does not let read is kept beside, and nothing is written over it', async () => {
  await app.close();
  mkdirSync(join(dataDir, 'views.json', 'what was there'), { recursive: true });
  app = await openHeadless({ dataDir, desktop });
  await app.commands['views.save']({ view: view('Mine'), was: undefined });
  expect(readdirSync(join(dataDir, 'views.broken.json'))).toEqual(['what was there']);
  expect(readFileSync(join(dataDir, 'views.json'), 'utf8')).toContain('Mine');
});

test('a renamed view keeps its place and stays what opens at the start', async () => {
  for (const name of ['A', 'B', 'C']) await app.commands['views.save']({ view: view(name), was: undefined });
  await app.commands['views.setDefault']({ name: 'B' });
  const renamed = await app.commands['views.save']({ view: view('Z'), was: 'B' });
  expect(renamed.views.map(({ name }) => name)).toEqual(['A', 'Z', 'C']);
  expect(renamed.defaultView).toBe('Z');
  expect((await app.commands['views.delete']({ name: 'Z' })).defaultView).toBeNull();
  expect((await app.commands['views.save']({ view: view('Z'), was: undefined })).defaultView).toBeNull();
});

/** The file of a view with one filter. */
function strangeView(filter: object): string {
  const selection = { ...everything('UTC'), filters: [filter] };
  return JSON.stringify({ callbook: 'view', version: 1, view: { ...view('Strange'), selection } });
}

test.each([
  ['no JSON', 'hello'],
  ['another program’s', '{"views":[]}'],
  ['a newer Callbook’s', '{"callbook":"view","version":2,"view":{"rings":3}}'],
  [
    'a view with a moment outside any calendar',
    strangeView({ op: 'range', of: { column: 'started_at' }, from: 1e300, to: null }),
  ],
  [
    'a view with a value that is no JSON',
    strangeView({ op: 'any', of: { column: 'status' }, values: [{ json: 'x' }], negate: false }),
  ],
  ['a view with a filter that is none', '{"callbook":"view","version":1,"view":{"name":"x","selection":{}}}'],
])('a file that is %s is not taken for a view', async (_what, text) => {
  writeFileSync(target, text);
  await expect(app.commands['views.import'](undefined)).rejects.toMatchObject({ code: 'NOT_A_VIEW' });
});

/** A view file that holds so many values to filter by. */
const manyValues = (count: number, value: unknown) =>
  strangeView({ op: 'any', of: { column: 'status' }, values: Array(count).fill(value), negate: false });

test('a file that is larger than any view is not read, and that is what a person is told', async () => {
  writeFileSync(target, manyValues(400_000, { json: '"x"' }));
  await expect(app.commands['views.import'](undefined)).rejects.toMatchObject({
    code: 'NOT_A_VIEW',
    message: expect.stringMatching(/^“file.json” holds more than 5 MB .* Nothing was changed.$/) as string,
  });
  const large = manyValues(60_000, { json: '"a value of forty letters, as some keys hold"' });
  writeFileSync(target, large);
  expect((await app.commands['views.import'](undefined))?.selection.filters).toHaveLength(1);
});

test('a file with hundreds of thousands of mistakes is not taken for a view', async () => {
  writeFileSync(target, manyValues(200_000, 1));
  await expect(app.commands['views.import'](undefined)).rejects.toMatchObject({ code: 'NOT_A_VIEW' });
});

test('a view comes back from its file as it went', async () => {
  await app.commands['views.export']({ view: view('Ours') });
  expect(await app.commands['views.import'](undefined)).toEqual(view('Ours'));
});

test('a view that is too large to be imported again is not exported, and that is what a person is told', async () => {
  const withValues = (count: number) => {
    const values = Array(count).fill({ json: '"a value of forty letters, as some keys hold"' });
    const filter = { op: 'any' as const, of: { column: 'status' as const }, values, negate: false };
    return { ...view('Large'), selection: { ...everything('UTC'), filters: [filter] } };
  };
  await expect((async () => app.commands['views.export']({ view: withValues(60_000) }))()).rejects.toMatchObject({
    message: expect.stringMatching(/^“Large” would be a file of more than 5 MB.* Nothing was written/) as string,
  });
  expect(existsSync(target)).toBe(false);
  await app.commands['views.export']({ view: withValues(45_000) });
  expect(await app.commands['views.import'](undefined)).toEqual(withValues(45_000));
});

test('files that an editor has put a byte order mark before are read as they were', async () => {
  await app.commands['views.export']({ view: view('Ours') });
  await app.commands['views.save']({ view: view('Mine'), was: undefined });
  await app.commands['settings.change']({ theme: 'dark' });
  await app.close();
  for (const file of [target, join(dataDir, 'views.json'), join(dataDir, 'settings.json')])
    writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8')}`);
  app = await openHeadless({ dataDir, desktop });
  expect(await app.commands['views.import'](undefined)).toEqual(view('Ours'));
  expect((await app.commands['views.list'](undefined)).views).toEqual([view('Mine')]);
  expect(await app.commands['settings.get'](undefined)).toMatchObject({ theme: 'dark' });
});

test.each([
  ['हिन्दी में', 'हिन्दी में.json'],
  ['con', 'con_.json'],
  ['a/b: c? ', 'a_b_ c_.json'],
  // Linux takes 255 bytes.
  ['漢'.repeat(200), `${'漢'.repeat(76)}.json`],
])('a view called %j is proposed a file that every system takes', async (name, expected) => {
  await app.commands['views.export']({ view: view(name) });
  expect(proposed).toBe(expected);
});

test('an account that is removed with its calls leaves no place of recordings behind', async () => {
  const { id } = await app.commands['accounts.openSample'](undefined);
  await app.commands['recordings.chooseFolder']({ accountId: id });
  await app.syncEnd();
  await app.commands['accounts.remove']({ accountId: id, withData: true });
  expect((await app.commands['settings.get'](undefined)).recordings).toEqual({});
});

test('recordings lie in a folder of the dialog or at an https address with {file_key}', async () => {
  expect((await app.commands['recordings.chooseFolder']({ accountId: 'acc_1' })).recordings).toEqual({
    acc_1: { folder },
  });
  for (const prefix of [
    'http://x/{file_key}',
    'https://x/calls',
    'file:///{file_key}',
    'x',
    'https://a:b@x/{file_key}',
  ])
    await expect(
      (async () => app.commands['recordings.setPrefix']({ accountId: 'acc_1', prefix }))(),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const { recordings } = await app.commands['recordings.setPrefix']({
    accountId: 'acc_1',
    prefix: 'https://x.example/{file_key}.wav',
  });
  expect(recordings).toEqual({ acc_1: { prefix: 'https://x.example/{file_key}.wav' } });
  expect((await app.commands['recordings.forget']({ accountId: 'acc_1' })).recordings).toEqual({});
});

async function withSample(): Promise<void> {
  await app.commands['accounts.openSample'](undefined);
  await app.syncEnd();
}

test('sizes of batches add up to the file, and compacting gives back the room of a removed batch', async () => {
  await withSample();
  const before = await app.commands['cache.sizes'](undefined);
  const sum = before.batches.reduce((total, { bytes }) => total + bytes, 0);
  expect(before.batches).toHaveLength(4);
  expect(Math.abs(sum - (before.fileBytes - before.freeBytes))).toBeLessThan(10);
  const largest = before.batches.toSorted((a, b) => b.bytes - a.bytes)[0]?.batch ?? '';
  await app.commands['batches.remove']({ batch: largest });
  const said: string[] = [];
  app.on('cache.compacting', (words) => said.push(words));
  const compacted = app.commands['cache.compact'](undefined);
  // Asked for once more meanwhile, as by a page that was read anew: the same end, and nothing is written twice.
  const again = app.commands['cache.compact'](undefined);
  const { after } = await compacted;
  expect(await again).toEqual(await compacted);
  expect(after).toBeLessThan(before.fileBytes);
  expect(said).toEqual([expect.stringMatching(/^Writing \d+ MB anew$/), 'Finishing']);
  const calls = await app.commands['calls.count']({ selection: { ...everything('UTC'), text: 'demo' } });
  expect(calls).toBeGreaterThan(0);
});

test('diagnostics hold versions, counts and the log, and nothing of a call or a search', async () => {
  await withSample();
  await app.commands['settings.change']({ selection: { ...everything('UTC'), text: 'Harpreet Das' } });
  openLog(dataDir).info({ batch: 'sched_1' }, 'a note');
  await app.commands['diagnostics.save'](undefined);
  const text = readFileSync(target, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ callbook: '0.0.0-test', counts: { batches: 4, calls: 1_200 } });
  expect((JSON.parse(text) as { log: unknown[] }).log).toHaveLength(1);
  expect(text).not.toContain('Harpreet');
  expect(text).not.toContain(folder);
});

test.each([
  ['sk_live_abc123', 'sk_…'],
  ['sk_live_ab-c1_23-x, rejected', 'sk_…, rejected'],
  ['call 919764542712 now', 'call … now'],
  ['of 2026-05-14', 'of 2026-05-14'],
])('“%s” is told as “%s”', (text, told) => {
  expect(redact(text)).toBe(told);
});

test('the person’s folder is not told, also as JSON writes it on Windows', () => {
  const home = 'C:\\Users\\Ines Vega';
  vi.stubEnv('HOME', home);
  const details = JSON.stringify({ path: `${home}\\Documents\\calls.xlsx` });
  expect([redact(details), redact(`open ${home}\\x`)]).toEqual([
    '{"path":"~\\\\Documents\\\\calls.xlsx"}',
    'open ~\\x',
  ]);
});

test('erasing leaves nothing of a call, an account or a setting in the profile, and Callbook goes on', async () => {
  await withSample();
  await app.commands['settings.change']({ selection: { ...everything('UTC'), text: 'Harpreet' }, theme: 'dark' });
  await app.commands['views.save']({ view: view('Harpreet'), was: undefined });
  writeFileSync(join(dataDir, 'cache.sqlite.before-40.bak'), 'Harpreet');
  openLog(dataDir).info('something of before');
  let isTold = false;
  app.on('data.erased', () => (isTold = true));
  await app.commands['data.erase'](undefined);
  expect(isTold).toBe(true);
  expect(await app.commands['accounts.list'](undefined)).toEqual([]);
  expect(await app.commands['batches.list'](undefined)).toEqual([]);
  expect(await app.commands['settings.get'](undefined)).toMatchObject({ theme: 'system', selection: null });
  expect(existsSync(join(dataDir, 'cache.sqlite.before-40.bak'))).toBe(false);
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    expect(bytes.includes('Harpreet'), name).toBe(false);
    expect(bytes.includes('something of before'), name).toBe(false);
  }
  await withSample();
  expect(await app.commands['calls.count']({ selection: everything('UTC') })).toBe(1_200);
});

test('erasing that is killed in its middle is finished at the next start', async () => {
  await withSample();
  await app.commands['views.save']({ view: view('Harpreet'), was: undefined });
  await app.close();
  const backup = join(dataDir, 'cache.sqlite.before-40.bak');
  writeFileSync(backup, 'Harpreet');
  // Killed where it takes the first file away.
  const script = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    import { openHeadless } from ${JSON.stringify(new URL('../support/headless.ts', import.meta.url).href)};
    const app = await openHeadless({ dataDir: ${JSON.stringify(dataDir)} });
    fs.rm = () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => undefined); };
    syncBuiltinESMExports();
    await app.commands['data.erase'](undefined);`;
  const killed = join(folder, 'killed.mjs');
  writeFileSync(killed, script);
  const { signal } = spawnSync(process.execPath, [killed]);
  expect([signal, existsSync(backup)]).toEqual(['SIGKILL', true]);
  app = await openHeadless({ dataDir, desktop });
  expect(existsSync(backup)).toBe(false);
  expect((await app.commands['views.list'](undefined)).views).toEqual([]);
  expect((await app.commands['app.info'](undefined)).startProblems).toEqual([]);
  await app.close();
  // Once: what is made after it stays.
  app = await openHeadless({ dataDir, desktop });
  await app.commands['accounts.openSample'](undefined);
  await app.close();
  app = await openHeadless({ dataDir, desktop });
  expect(await app.commands['accounts.list'](undefined)).toHaveLength(1);
});

test('where a file cannot be taken away, erasing says so and Callbook goes on', async () => {
  const held = join(dataDir, 'cache.sqlite.held');
  mkdirSync(held);
  await expect(app.commands['data.erase'](undefined)).rejects.toThrow();
  rmSync(held, { recursive: true });
  await withSample();
  expect(await app.commands['calls.count']({ selection: everything('UTC') })).toBe(1_200);
});

test.skipIf(!existsSync('/dev/full'))('a log on a disk that is full stops nobody', () => {
  mkdirSync(join(folder, 'full', 'logs'), { recursive: true });
  symlinkSync('/dev/full', join(folder, 'full', 'logs', 'callbook.log'));
  const log = openLog(join(folder, 'full'));
  expect(() => log.info('start')).not.toThrow();
});

test('a long log that cannot be moved aside goes on', async () => {
  const logs = join(dataDir, 'logs');
  mkdirSync(join(logs, 'callbook.old.log', 'not empty'), { recursive: true });
  writeFileSync(join(logs, 'callbook.log'), `${'x'.repeat(5_000_001)}\n`);
  openLog(dataDir).info('start');
  expect((await app.commands['app.log'](undefined)).map(({ message }) => message)).toEqual(['start']);
});

test('every package that ships is in the list of licences', async () => {
  const { dependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const licences = await app.commands['app.licences'](undefined);
  const names = new Set(licences.map(({ name }) => name));
  for (const name of [...Object.keys(dependencies), 'react', 'react-dom', 'react-aria-components', 'electron'])
    expect(names.has(name), `${name}: run npm run licences`).toBe(true);
});

test('a time zone that this computer does not know falls back to its own', async () => {
  await app.close();
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ timeZone: 'Mars/Olympus', theme: 'dark' }));
  app = await openHeadless({ dataDir, desktop });
  expect(await app.commands['settings.get'](undefined)).toMatchObject({ timeZone: null, theme: 'dark' });
});

test('a view, or diagnostics, that cannot be written where they shall go leave nothing there', async () => {
  mkdirSync(target);
  await expect(app.commands['diagnostics.save'](undefined)).rejects.toMatchObject({ code: 'TARGET_NOT_WRITABLE' });
  await expect(app.commands['views.export']({ view: view('Mine') })).rejects.toMatchObject({
    code: 'TARGET_NOT_WRITABLE',
  });
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});
