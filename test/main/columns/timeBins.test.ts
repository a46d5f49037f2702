import { expect, test } from 'vitest';
import { binner } from '../../../src/main/columns/timeBins.ts';
import { clockOf } from '../../../src/main/export/cellValue.ts';
import { formatDateTime } from '../../../src/shared/format.ts';

// Clocks of Liberia were 44 minutes and 30 seconds behind until 1972.
test.each([
  ['Africa/Monrovia', '1971-05-14T00:44:29Z', '1971-05-13', '23'],
  ['Africa/Monrovia', '1971-05-14T00:44:30Z', '1971-05-14', '00'],
  ['Africa/Monrovia', '1972-05-14T00:44:30Z', '1972-05-14', '00'],
])('in %s %s is on the day %s in the hour %s', (timeZone, moment, day, hour) => {
  const ms = Date.parse(moment);
  // What lies in the same quarter of an hour was cut before.
  const [days, hours, clock] = [binner('day', timeZone), binner('hour_of_day', timeZone), clockOf(timeZone)];
  for (const before of [ms - 60_000, ms + 60_000]) void [days(before), hours(before), clock(before)];
  expect([days(ms), hours(ms)]).toEqual([day, hour]);
  expect(new Date(clock(ms)).toISOString().slice(0, 19).replace('T', ' ')).toBe(formatDateTime(ms, timeZone));
});
