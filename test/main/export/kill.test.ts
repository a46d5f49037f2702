import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import * as XLSX from 'xlsx';
import { openUnfinished, partEnd } from '../../../src/main/export/unfinished.ts';
import { cacheFileOf, call } from '../../support/exports.ts';
import { checkout } from '../../support/runtime.ts';

/** An export that is killed leaves the old file whole, and the next start clears away what it was writing. */

const CALLS = 6_000;
const folder = mkdtempSync(join(tmpdir(), 'callbook-export-kill-'));
const profile = join(folder, 'profile');
const target = join(folder, 'target');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function callbook(...args: string[]) {
  const child = spawn(process.execPath, [join(checkout, 'src/main/cli/index.ts'), '--data-dir', profile, ...args], {
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended };
}

const sizeOfPart = () => {
  const part = readdirSync(target).find((name) => name.endsWith('.part'));
  // Between the two looks it may have been renamed.
  return part === undefined ? -1 : (statSync(join(target, part), { throwIfNoEntry: false })?.size ?? -1);
};

test('killed at any moment, the target is the old file or the new one, and the next start leaves nothing beside it', async () => {
  mkdirSync(profile);
  mkdirSync(target);
  const calls = Array.from({ length: CALLS }, (_, i) => call(`c${i}`, { summary: `word${i} `.repeat(40) }));
  renameSync(cacheFileOf(calls), join(profile, 'cache.sqlite'));
  const file = join(target, 'calls.xlsx');
  writeFileSync(file, 'old');
  // Before anything is written, in the first rows, in the middle; the last may be killed while it is renamed.
  for (const size of [0, 20_000, 200_000, 400_000]) {
    const { child, ended } = callbook('export', file);
    await vi.waitUntil(() => sizeOfPart() >= size || child.exitCode !== null, { timeout: 60_000, interval: 1 });
    child.kill('SIGKILL');
    await ended;
    const isOld = readFileSync(file).length === 3;
    if (isOld) expect(readFileSync(file, 'utf8')).toBe('old');
    else expect(XLSX.utils.sheet_to_json(XLSX.readFile(file).Sheets['Calls'] ?? {})).toHaveLength(CALLS);
  }
  expect(await callbook('batches').ended).toBe(0);
  expect(readdirSync(target)).toEqual(['calls.xlsx']);
  expect(readdirSync(join(profile, 'exports'))).toEqual([]);
  expect(await callbook('export', file).ended).toBe(0);
  expect(XLSX.utils.sheet_to_json(XLSX.readFile(file).Sheets['Calls'] ?? {})).toHaveLength(CALLS);
  expect(readdirSync(target)).toEqual(['calls.xlsx']);
});

test('what is written at the moment stays, and no note makes Callbook remove anything but a part', async () => {
  const notes = join(folder, 'notes');
  const unfinished = openUnfinished(notes);
  const running = join(folder, `running.xlsx${partEnd('0123abcd')}`);
  const precious = join(folder, 'precious.xlsx');
  writeFileSync(running, 'x');
  writeFileSync(precious, 'x');
  const forget = await unfinished.note(running);
  const dead = 2 ** 22 + 1;
  writeFileSync(join(notes, 'a.json'), JSON.stringify({ part: precious, pid: dead }));
  writeFileSync(join(notes, 'b.json'), 'not json');
  await unfinished.clear();
  expect([existsSync(running), existsSync(precious)]).toEqual([true, true]);
  await forget();
  writeFileSync(join(notes, 'c.json'), JSON.stringify({ part: running, pid: dead }));
  await unfinished.clear();
  expect(existsSync(running)).toBe(false);
});
