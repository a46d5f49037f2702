import { expect, test } from 'vitest';
import {
  addSample,
  bytesInWords,
  countsInWords,
  endingInWords,
  nextTryInWords,
  progressOf,
  spanInWords,
  speedInWords,
  stateInWords,
  syncedAgo,
  type Sample,
} from '../../src/renderer/screens/sync/words.ts';
import type { Batch, BatchProgress, SyncRun } from '../../src/shared/model.ts';

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

const part = (change: Partial<BatchProgress>) =>
  ({
    ...none,
    state: 'waiting',
    step: 'calls',
    fetched: 0,
    contacts: 0,
    total: null,
    expected: 1_000,
    ...change,
  }) as BatchProgress;
const runOf = (...batches: BatchProgress[]) => ({ state: 'running', batches }) as unknown as SyncRun;

test('a run is as far as its calls, what is still unknown taken from the list; contacts come after', () => {
  const done = part({ state: 'waiting', step: 'contacts', fetched: 990, total: 990, expected: 1_000 });
  expect(progressOf(runOf(done, part({ state: 'syncing', fetched: 500, total: 1_200 }), part({})))).toEqual({
    unit: 'calls',
    done: 1_490,
    all: 990 + 1_200 + 1_000,
  });
  expect(
    progressOf(runOf({ ...done, state: 'syncing', contacts: 500 }, part({ state: 'failed', fetched: 7 }))),
  ).toEqual({ unit: 'contacts', done: 500, all: 1_000 });
});

test('speed and time left are told from the last seconds, and not before something is known', () => {
  const at = (second: number, done: number) => [{ unit: 'calls' as const, done, all: 10_000 }, second * 1_000] as const;
  let samples: readonly Sample[] = addSample([], ...at(0, 0));
  expect(speedInWords(samples, at(0, 0)[0])).toBeUndefined();
  samples = addSample(samples, ...at(2, 2_000));
  expect(speedInWords(samples, at(2, 2_000)[0])).toBe('1,000 calls a second, about 8 s left');
  // What is long ago does not count.
  samples = addSample(samples, ...at(60, 4_000));
  expect(samples).toHaveLength(1);
  expect(addSample(samples, { unit: 'contacts', done: 0, all: 9 }, 61_000)).toHaveLength(1);
});

test.each([
  [900, '1 s'],
  [89_000, '89 s'],
  [180_000, '3 min'],
  [4_800_000, '1 h 20 min'],
])('%d ms are %s', (ms, words) => {
  expect(spanInWords(ms)).toBe(words);
});

test.each([
  [12, '12 B'],
  [1_400, '1.4 kB'],
  [2_340_000, '2.3 MB'],
])('%d bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});

const batch = {
  status: 'completed',
  calls: 5,
  syncedAt: 1,
  isComplete: true,
  pending: 0,
  rejected: 0,
  wantsContacts: true,
  hasContacts: true,
  lastRun: null,
} as unknown as Batch;

test('a batch says how it stands; what is going on now goes first', () => {
  const failed = { ...batch, lastRun: part({ state: 'failed' }) };
  expect(stateInWords(failed, undefined)).toBe('failed');
  expect(stateInWords(failed, part({ state: 'syncing' }))).toBe('syncing');
  expect(stateInWords({ ...batch, syncedAt: null, calls: 0 }, undefined)).toBe('not synced');
  expect(stateInWords({ ...batch, isComplete: false }, undefined)).toBe('still moving');
  expect(stateInWords({ ...batch, pending: 2 }, undefined)).toBe('analysis to come');
  expect(stateInWords(batch, undefined)).toBe('whole');
});

test('the next try is told by the clock while a batch runs, else where something is still to come', () => {
  const nextAt = Date.UTC(2026, 4, 14, 12, 2);
  expect(nextTryInWords({ ...batch, status: 'active' }, nextAt, 'UTC', nextAt - 1_000)).toBe('12:02');
  expect(nextTryInWords({ ...batch, status: 'active' }, null, 'UTC')).toBe('with the next sync');
  expect(nextTryInWords({ ...batch, rejected: 1 }, nextAt, 'UTC')).toBe('with the next sync');
  expect(nextTryInWords(batch, nextAt, 'UTC')).toBe('–');
});
