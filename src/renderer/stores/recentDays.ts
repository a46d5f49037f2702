import {
  endOfMonth,
  endOfWeek,
  endOfYear,
  fromAbsolute,
  startOfMonth,
  startOfWeek,
  startOfYear,
  toCalendarDate,
  type CalendarDate,
} from '@internationalized/date';
import type { RecentDays } from '../../shared/recentDays.ts';
import type { Selection } from '../../shared/selection.ts';

/** From days counted from today to moments, in a time zone. Pure, so that it can be tested without a window. */

/** Weeks begin on Monday, as the pivot's weeks do (ISO 8601). */
const MONDAYS = 'en-GB';

function firstAndLast(recent: RecentDays, today: CalendarDate): readonly [first: CalendarDate, last: CalendarDate] {
  switch (recent) {
    case 'today':
      return [today, today];
    case 'yesterday':
      return [today.subtract({ days: 1 }), today.subtract({ days: 1 })];
    case 'last_7_days':
      return [today.subtract({ days: 6 }), today];
    case 'last_30_days':
      return [today.subtract({ days: 29 }), today];
    case 'this_week':
      return [startOfWeek(today, MONDAYS), endOfWeek(today, MONDAYS)];
    case 'last_week': {
      const day = today.subtract({ weeks: 1 });
      return [startOfWeek(day, MONDAYS), endOfWeek(day, MONDAYS)];
    }
    case 'this_month':
      return [startOfMonth(today), endOfMonth(today)];
    case 'last_month': {
      const day = today.subtract({ months: 1 });
      return [startOfMonth(day), endOfMonth(day)];
    }
    case 'this_year':
      return [startOfYear(today), endOfYear(today)];
  }
}

/** ms since epoch UTC of the beginning of a day in a zone. */
export function startOf(day: CalendarDate, timeZone: string): number {
  return day.toDate(timeZone).getTime();
}

/** The day on which a moment (ms since epoch UTC) is in a zone. */
export function dayOf(ms: number, timeZone: string): CalendarDate {
  return toCalendarDate(fromAbsolute(ms, timeZone));
}

/**
 * The days as a range, ms since epoch UTC, the end exclusive. Which day it is now is told by `timeZone`; where a day begins by `zoneOfDays`:
 * the same, or UTC for days that an outcome key holds.
 */
export function rangeOfRecent(recent: RecentDays, now: number, timeZone: string, zoneOfDays = timeZone) {
  const [first, last] = firstAndLast(recent, dayOf(now, timeZone));
  return { from: startOf(first, zoneOfDays), to: startOf(last.add({ days: 1 }), zoneOfDays) };
}

/** The selection with its days counted from now. */
export function withRecentDays(selection: Selection, now: number): Selection {
  const { filters, timeZone } = selection;
  if (!filters.some((filter) => filter.op === 'range' && filter.recent !== undefined)) return selection;
  return {
    ...selection,
    filters: filters.map((filter) =>
      filter.op === 'range' && filter.recent !== undefined
        ? { ...filter, ...rangeOfRecent(filter.recent, now, timeZone, filter.isDay === true ? 'UTC' : timeZone) }
        : filter,
    ),
  };
}
