import { expect, test } from 'vitest';
import { CallbookError } from '../../../src/shared/errors.ts';
import { createReach, type ReachState } from '../../../src/main/sync/reach.ts';

test('who presses “Try now” while a try is under way need not wait long for the next one', async () => {
  const waits: number[] = [];
  const onChange = ({ nextTryAt }: ReachState) => {
    if (nextTryAt !== null) waits.push(nextTryAt - Date.now());
  };
  const reach = createReach({ waitsForNetwork: true, onChange });
  const refused = new CallbookError('NO_NETWORK', undefined, {
    cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
  });
  let tries = 0;
  const answer = reach.ask(async () => {
    tries++;
    if (tries === 6) reach.retryNow();
    if (tries < 7) throw refused;
    return 'here';
  }, new AbortController().signal);
  await expect
    .poll(() => {
      if (waits.length < 6) reach.retryNow();
      return waits.length;
    })
    .toBe(6);
  expect(waits[4]).toBeGreaterThan(14_000);
  expect(waits[5]).toBeLessThan(2_100);
  reach.retryNow();
  expect(await answer).toBe('here');
});
