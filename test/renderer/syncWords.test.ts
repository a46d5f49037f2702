import { expect, test } from 'vitest';
import { countsInWords, endingInWords, syncedAgo } from '../../src/renderer/screens/sync/words.ts';
import type { BatchProgress, SyncRun } from '../../src/shared/model.ts';

const none = { new: 0, changed: 0, unchanged: 0, gone: 0, rejected: 0 };

test('a sync says what it brought', () => {
  expect(countsInWords({ ...none, new: 120, changed: 3, unchanged: 77, rejected: 1 })).toBe(
    '120 new, 3 changed, 77 unchanged, 1 item could not be read',
  );
  expect(countsInWords({ ...none, gone: 2, rejected: 2 })).toBe('0 new, 2 no longer listed, 2 items could not be read');
});

test('an ending sums its batches', () => {
  const batch = { ...none, new: 1_000, fetched: 1_000, state: 'done' } as BatchProgress;
  const run = { state: 'done', requests: 6, batches: [batch, { ...batch, new: 5 }] } as unknown as SyncRun;
  expect(endingInWords(run)).toBe('Sync finished: 1,005 new (6 requests)');
  expect(endingInWords({ ...run, state: 'running' })).toBeUndefined();
});

test('a sync of today is told by its time, an older one with its day', () => {
  const at = Date.UTC(2026, 4, 14, 12, 2);
  expect(syncedAgo(at, 'UTC', at + 3_600_000)).toBe('12:02');
  expect(syncedAgo(at, 'UTC', at + 86_400_000)).toBe('2026-05-14 12:02');
});
