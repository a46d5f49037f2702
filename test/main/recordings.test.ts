import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keySteps, recordingUrl } from '../../src/main/recordingKeys.ts';
import { partOf, recordingFile } from '../../src/main/recordings.ts';

let outside: string;
let folder: string;

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'callbook-recordings-'));
  folder = join(outside, 'sound');
  mkdirSync(join(folder, 'recordings/2026'), { recursive: true });
  writeFileSync(join(outside, 'secret.wav'), 'secret');
  writeFileSync(join(folder, 'recordings/2026/a.wav'), 'a');
  writeFileSync(join(folder, 'flat.mp3'), 'flat');
  if (process.platform !== 'win32') writeFileSync(join(folder, '2026-05-14T10:30:00Z.wav'), 'at ten');
  writeFileSync(join(folder, 'notes.txt'), 'notes');
  symlinkSync(join(outside, 'secret.wav'), join(folder, 'link.wav'));
  symlinkSync(outside, join(folder, 'up'));
});

afterAll(() => {
  rmSync(outside, { recursive: true });
});

test('a file key names a file in the folder, by its whole path or by its name alone', async () => {
  expect(await recordingFile(folder, 'recordings/2026/a.wav')).toBe(join(folder, 'recordings/2026/a.wav'));
  expect(await recordingFile(folder, '/recordings/2026/a.wav')).toBe(join(folder, 'recordings/2026/a.wav'));
  expect(await recordingFile(folder, 'recordings/2027/flat.mp3')).toBe(join(folder, 'flat.mp3'));
  expect(await recordingFile(folder, 'recordings/2026/none.wav')).toBeUndefined();
});

test.skipIf(process.platform === 'win32')('a time of day in a file key is part of the name', async () => {
  expect(await recordingFile(folder, 'rec/2026-05-14T10:30:00Z.wav')).toBe(join(folder, '2026-05-14T10:30:00Z.wav'));
});

test.each([
  '../secret.wav',
  'recordings/../../secret.wav',
  '..\\secret.wav',
  'up/secret.wav',
  'link.wav',
  'notes.txt',
  'C:\\secret.wav',
  'recordings/2026/a.wav\0.txt',
  'recordings/2026/a.wav:stream.wav',
  '',
  '/',
  '.',
])('the file key %j leads nowhere', async (key) => {
  expect(await recordingFile(folder, key)).toBeUndefined();
});

test('a file key becomes part of the address, and of nothing else of it', () => {
  const prefix = 'https://store.example.com/rec/{file_key}?sig=1';
  expect(recordingUrl(prefix, 'a b/c#d?.wav')?.href).toBe('https://store.example.com/rec/a%20b/c%23d%3F.wav?sig=1');
  expect(recordingUrl(prefix, '2026-05-14T10:30:00Z.wav')?.href).toBe(
    'https://store.example.com/rec/2026-05-14T10%3A30%3A00Z.wav?sig=1',
  );
  expect(recordingUrl('https://store.example.com{file_key}', ':8443/a.wav')).toBeUndefined();
  expect(recordingUrl(prefix, '../admin.wav')).toBeUndefined();
  expect(recordingUrl('http://store.example.com/{file_key}', 'a.wav')).toBeUndefined();
  expect(recordingUrl('https://store.example.com/', 'a.wav')).toBeUndefined();
  expect(recordingUrl('https://{file_key}.example.com/', 'evil/a.wav')).toBeUndefined();
  expect(recordingUrl(prefix, '\ud800.wav')).toBeUndefined();
  expect(keySteps('a//b')).toEqual(['a', 'b']);
});

test.each([
  [null, undefined],
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=-5', { start: 95, end: 99 }],
  ['bytes=90-200', { start: 90, end: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-', undefined],
  ['lines=1-2', undefined],
])('of a hundred bytes, %j is %j', (range, part) => {
  expect(partOf(range, 100)).toEqual(part);
});
