import type { Bin } from '../../shared/columns.ts';
import { calendarSpan, utcMs, wallClock } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';

/** Cutting times into bins of a time zone. */

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const two = (n: number) => String(n).padStart(2, '0');
const four = (n: number) => String(n).padStart(4, '0');

function isoWeek(year: number, month: number, day: number): string {
  const date = new Date(utcMs(year, month, day));
  // The week belongs to the year of its Thursday (ISO 8601).
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const weekYear = date.getUTCFullYear();
  const week = Math.ceil(((date.getTime() - utcMs(weekYear, 1, 1)) / 86_400_000 + 1) / 7);
  return `${four(weekYear)}-W${two(week)}`;
}

function label(ms: number, bin: Bin, timeZone: string): string {
  const { year, month, day, hour } = wallClock(ms, timeZone);
  const date = `${four(year)}-${two(month)}-${two(day)}`;
  switch (bin) {
    case 'hour':
      return `${date} ${two(hour)}:00`;
    case 'day':
      return date;
    case 'week':
      return isoWeek(year, month, day);
    case 'month':
      return date.slice(0, 7);
    case 'weekday':
      return weekdays[(new Date(utcMs(year, month, day)).getUTCDay() + 6) % 7] ?? '';
    case 'hour_of_day':
      return two(hour);
  }
}

/** How bins are called: what `label` makes. */
const forms: Readonly<Record<Bin, RegExp>> = {
  hour: /^\d{4,}-\d\d-\d\d \d\d:00$/,
  day: /^\d{4,}-\d\d-\d\d$/,
  week: /^\d{4,}-W\d\d$/,
  month: /^\d{4,}-\d\d$/,
  weekday: new RegExp(`^(${weekdays.join('|')})$`),
  hour_of_day: /^\d\d$/,
};

/** The group of a value that is no date, among the bins: itself, or where it reads as a bin does, a text that tells it from that. */
export function besideBins(value: Json, bin: Bin): Json {
  return typeof value === 'string' && forms[bin].test(value) ? `${value} (text)` : value;
}

/** A function from ms since epoch UTC to the bin's label ("2026-05-14", "2026-W20", "Monday", "09"); remembers what it has cut. */
export function binner(bin: Bin, timeZone: string): (ms: number) => string {
  const known = new Map<number, string>();
  return (ms) => {
    const span = calendarSpan(ms);
    let text = known.get(span);
    if (text === undefined) known.set(span, (text = label(ms, bin, timeZone)));
    return text;
  };
}
