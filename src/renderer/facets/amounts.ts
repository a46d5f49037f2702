import type { ColumnKind } from '../../shared/columns.ts';
import { formatDateTime, formatDuration, formatNumber } from '../../shared/format.ts';

/** Ends of ranges as people write them. Pure, so that it can be tested without a window. */

/** The day for times and dates, m:ss for durations, digits for numbers. */
export function sayAmount(value: number, kind: ColumnKind, zone: string): string {
  if (kind === 'time' || kind === 'date') return formatDateTime(value, zone).slice(0, 10);
  return kind === 'duration' ? formatDuration(value) : formatNumber(value);
}

/** The last day of a range whose end is exclusive, as a rule. */
export function lastDayOf(to: number, isInclusive: boolean, zone: string): string {
  return formatDateTime(isInclusive ? to : to - 1, zone).slice(0, 10);
}

/** Commas stand between thousands; "1,5" is no number here, and surely not 15. */
const NUMBER = /^-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)$/;
const CLOCK = /^(?:(\d+):)?(\d+):(\d{1,2})$/;

/** What sayAmount writes, and what people write instead: "1:30", "90", "1,200.5". Seconds for durations. undefined: neither. */
export function readAmount(text: string, kind: ColumnKind): number | undefined {
  const trimmed = text.trim();
  const clock = kind === 'duration' ? CLOCK.exec(trimmed) : null;
  if (clock !== null) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  if (!NUMBER.test(trimmed)) return undefined;
  return Number(trimmed.replaceAll(',', ''));
}
