import { expect, test } from 'vitest';
import { everything } from '../../src/shared/selection.ts';
import { openHeadless } from '../support/headless.ts';

test('searching before anybody asks changes no answer, whatever there is to search', async () => {
  const app = await openHeadless();
  try {
    await app.warmUp();
    await app.commands['accounts.openSample'](undefined);
    await app.syncEnd();
    const count = (text: string) => app.commands['calls.count']({ selection: { ...everything('UTC'), text } });
    const before = await Promise.all(['', 're', 'refund'].map(count));
    await app.warmUp();
    expect(await Promise.all(['', 're', 'refund'].map(count))).toEqual(before);
  } finally {
    await app.close();
  }
  // Also where it is too late.
  await expect(app.warmUp()).resolves.toBeUndefined();
});
