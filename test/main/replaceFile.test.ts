import { expect, test } from 'vitest';
import { whileHeld } from '../../src/main/replaceFile.ts';

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
