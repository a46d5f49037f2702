import { expect, test } from 'vitest';
import { counted } from '../../src/shared/format.ts';

test('one is told as one', () => {
  expect([0, 1, 2, 1_000].map((count) => counted(count, 'call'))).toEqual([
    '0 calls',
    '1 call',
    '2 calls',
    '1,000 calls',
  ]);
  expect([1, 2].map((count) => counted(count, 'batch', 'batches'))).toEqual(['1 batch', '2 batches']);
});
