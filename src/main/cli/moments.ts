import { utcMs, wallClock } from '../../shared/format.ts';

const DAY_MS = 86_400_000;

/** What a clock on the wall of the zone shows, as if it were UTC. */
function wallMs(ms: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(ms, timeZone);
  return utcMs(year, month, day, hour, minute, second);
}

/** The first moment of a day (as ms of UTC's midnight) in the zone; where clocks skip midnight, the moment after the gap. */
function startOfDay(utcMidnight: number, timeZone: string): number {
  const offsetNear = (ms: number) => wallMs(ms, timeZone) - ms;
  const candidates = [-DAY_MS, DAY_MS]
    .map((away) => utcMidnight - offsetNear(utcMidnight + away))
    .sort((a, b) => a - b);
  return candidates.find((ms) => wallMs(ms, timeZone) >= utcMidnight) ?? utcMidnight;
}

/** A calendar day (YYYY-MM-DD) in the zone, in ms since epoch UTC: from its first moment until the next day's; undefined for no such day. */
export function dayOf(date: string, timeZone: string): { from: number; until: number } | undefined {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  return { from: startOfDay(midnight, timeZone), until: startOfDay(midnight + DAY_MS, timeZone) };
}
