import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { whileHeld, writeWhole } from '../../src/main/replaceFile.ts';

/** Windows alone holds files back, so what it would answer is said here. */
function heldFor(times: number, code: string) {
  const asked = { times: 0 };
  const act = () =>
    asked.times++ < times ? Promise.reject(Object.assign(new Error(code), { code })) : Promise.resolve('done');
  return { act, asked };
}

test.each(['EPERM', 'EBUSY', 'EACCES'])('a file that Windows holds for a moment (%s) is waited for', async (code) => {
  expect(await whileHeld(heldFor(2, code).act, 'win32')).toBe('done');
});

test('what is no hold, and a refusal of another system, is told at once', async () => {
  const full = heldFor(1, 'ENOSPC');
  await expect(whileHeld(full.act, 'win32')).rejects.toThrow('ENOSPC');
  const refused = heldFor(1, 'EACCES');
  await expect(whileHeld(refused.act, 'linux')).rejects.toThrow('EACCES');
  expect([full.asked.times, refused.asked.times]).toEqual([1, 1]);
});

test('a small file is on the disk before it takes the place of the old one, and one that cannot leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-replace-'));
  const file = join(folder, 'settings.json');
  const handle = await open(folder);
  await handle.close();
  const whenFlushed: [old: boolean, beside: string][] = [];
  // No power is cut here: what of the file is on the disk is known by when the system is asked to put it there.
  const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync').mockImplementation(async () => {
    whenFlushed.push([existsSync(file), readFileSync(`${file}.part`, 'utf8')]);
  });
  try {
    await writeWhole(file, '{}');
    expect([readFileSync(file, 'utf8'), whenFlushed]).toEqual(['{}', [[false, '{}']]]);
    const taken = join(folder, 'a folder');
    mkdirSync(taken);
    await expect(writeWhole(taken, '{}')).rejects.toThrow();
    expect(existsSync(`${taken}.part`)).toBe(false);
  } finally {
    sync.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
