import { expect, test } from 'vitest';
import { binner } from '../../../src/main/columns/timeBins.ts';
import { clockOf } from '../../../src/main/export/cellValue.ts';
import { formatDateTime } from '../../../src/shared/format.ts';

// Clocks of Liberia were 44 minutes and 30 seconds behind until 1972, those of Kiritimati 10 hours and 40 minutes until 1979; Newfoundland
// changed its own at a minute past midnight until 2011, Casey Station until 2022.
test.each([
  ['Africa/Monrovia', '1971-05-14T00:44:29Z', '1971-05-13', '23'],
  ['Africa/Monrovia', '1971-05-14T00:44:30Z', '1971-05-14', '00'],
  ['Africa/Monrovia', '1972-05-14T00:44:30Z', '1972-05-14', '00'],
  ['Pacific/Kiritimati', '1979-02-04T02:40:21Z', '1979-02-03', '16'],
  ['America/St_Johns', '2010-03-14T03:30:30Z', '2010-03-14', '00'],
  ['America/St_Johns', '2010-03-14T03:31:00Z', '2010-03-14', '01'],
  ['Antarctica/Casey', '2022-10-01T16:00:30Z', '2022-10-02', '00'],
])('in %s %s is on the day %s in the hour %s', (timeZone, moment, day, hour) => {
  const ms = Date.parse(moment);
  // What lies in the same quarter of an hour was cut before.
  const [days, hours, clock] = [binner('day', timeZone), binner('hour_of_day', timeZone), clockOf(timeZone)];
  for (const before of [ms - 60_000, ms + 60_000]) void [days(before), hours(before), clock(before)];
  expect([days(ms), hours(ms)]).toEqual([day, hour]);
  expect(new Date(clock(ms)).toISOString().slice(0, 19).replace('T', ' ')).toBe(formatDateTime(ms, timeZone));
});
