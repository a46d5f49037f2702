import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDateTime } from '../../src/shared/format.ts';
import { recentDays } from '../../src/shared/recentDays.ts';
import { filterInWords } from '../../src/shared/selection.ts';
import { rangeOfRecent, withRecentDays } from '../../src/renderer/stores/recentDays.ts';

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York', 'Pacific/Chatham', 'America/Sao_Paulo'];
/** 20 May 2026 is a Wednesday. */
const now = Date.UTC(2026, 4, 20, 22, 30);

test.each([
  ['today', 'Europe/Berlin', '2026-05-21', '2026-05-21'],
  ['today', 'America/New_York', '2026-05-20', '2026-05-20'],
  ['yesterday', 'UTC', '2026-05-19', '2026-05-19'],
  ['last_7_days', 'UTC', '2026-05-14', '2026-05-20'],
  ['last_30_days', 'UTC', '2026-04-21', '2026-05-20'],
  ['this_week', 'UTC', '2026-05-18', '2026-05-24'],
  ['last_week', 'UTC', '2026-05-11', '2026-05-17'],
  ['this_month', 'UTC', '2026-05-01', '2026-05-31'],
  ['last_month', 'UTC', '2026-04-01', '2026-04-30'],
  ['this_year', 'UTC', '2026-01-01', '2026-12-31'],
] as const)('%s in %s is from %s until %s', (recent, zone, first, last) => {
  const { from, to } = rangeOfRecent(recent, now, zone);
  expect(formatDateTime(from, zone)).toBe(`${first} 00:00:00`);
  expect(formatDateTime(to - 1, zone)).toBe(`${last} 23:59:59`);
});

test('in any zone and at any time, days begin at their first moment, also where the clock changes', () => {
  const any = fc.tuple(
    fc.constantFrom(...recentDays),
    fc.constantFrom(...zones),
    fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }),
  );
  fc.assert(
    fc.property(any, ([recent, zone, at]) => {
      const { from, to } = rangeOfRecent(recent, at, zone);
      expect(from).toBeLessThan(to);
      expect(formatDateTime(from - 1, zone).slice(0, 10) < formatDateTime(from, zone).slice(0, 10)).toBe(true);
      expect(formatDateTime(to - 1, zone).slice(0, 10) < formatDateTime(to, zone).slice(0, 10)).toBe(true);
      if (recent === 'today') expect(from <= at && at < to).toBe(true);
    }),
  );
});

test('a kept “today” is today’s date when it is opened, and says so', () => {
  const kept = {
    batches: [],
    text: '',
    timeZone: 'Europe/Berlin',
    filters: [
      {
        op: 'range' as const,
        of: { column: 'started_at' },
        from: 0,
        to: 1,
        fromExclusive: false,
        toInclusive: false,
        recent: 'today' as const,
      },
    ],
  };
  const [filter] = withRecentDays(kept, now).filters;
  expect(filter && filterInWords(filter, 'Europe/Berlin')).toBe('Started is today (on 2026-05-21)');
});

test('a range of days of an outcome key is said in days, one of a duration as before', () => {
  const range = { op: 'range' as const, fromExclusive: false, toInclusive: false };
  const days = {
    ...range,
    of: { column: 'outcome:Visit' },
    from: Date.UTC(2026, 4, 14),
    to: Date.UTC(2026, 4, 21),
    isDay: true,
  };
  expect(filterInWords(days, 'America/New_York')).toBe('Visit is from 2026-05-14 until 2026-05-20');
  // An end that a bar of the histogram has.
  const noon = { ...days, from: Date.UTC(2026, 4, 14, 12), to: null };
  expect(filterInWords(noon, 'America/New_York')).toBe('Visit is at least 2026-05-14 12:00:00');
  expect(filterInWords({ ...days, from: null }, 'UTC')).toBe('Visit is until 2026-05-20');
  expect(filterInWords({ ...range, of: { column: 'duration_seconds' }, from: 60, to: null }, 'UTC')).toBe(
    'Duration is at least 1:00',
  );
});
