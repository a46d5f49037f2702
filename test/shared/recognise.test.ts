import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addProfiles, distinctIn, profileOf, readDate, readNumber, recognise } from '../../src/shared/recognise.ts';

type Counted = readonly (readonly [json: string, calls: number])[];

const json = fc.oneof(
  fc.constantFrom('"Yes"', '"no"', 'true', '5', '"7"', '"2026-05-20"', '"next week"', '["a","b"]', '{"x":1}'),
  fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify(value)),
);
/** Different values with the calls that hold each. */
const values: fc.Arbitrary<Counted> = fc.uniqueArray(fc.tuple(json, fc.integer({ min: 1, max: 50 })), {
  selector: ([text]) => text,
  maxLength: 120,
});

function together(parts: readonly Counted[]): Counted {
  const calls = new Map<string, number>();
  for (const [text, count] of parts.flat()) calls.set(text, (calls.get(text) ?? 0) + count);
  return [...calls];
}

test('the profiles of batches add up to the profile of all their calls, in any order', () => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 5 }), (parts) => {
      const sum = addProfiles(parts.map(profileOf));
      expect(sum).toEqual(profileOf(together(parts)));
      expect(addProfiles(parts.toReversed().map(profileOf))).toEqual(sum);
    }),
  );
});

test('any values have a kind, and the same whichever way the calls are cut into batches', () => {
  fc.assert(
    fc.property(values, fc.nat(100), (all, cut) => {
      const whole = recognise(profileOf(all));
      const parts = [all.slice(0, cut), all.slice(cut)];
      expect(recognise(addProfiles(parts.map(profileOf)))).toBe(whole);
    }),
  );
});

test('few different values are counted exactly, many to about an eighth', () => {
  const texts = (count: number): Counted => Array.from({ length: count }, (_, i) => [`"value ${i}"`, 1]);
  expect(distinctIn(profileOf(texts(63)))).toBe(63);
  for (const count of [300, 5_000, 40_000]) {
    const estimate = distinctIn(profileOf(texts(count)));
    expect(Math.abs(estimate - count) / count).toBeLessThan(0.35);
  }
});

const each = (texts: readonly unknown[]): Counted => texts.map((text) => [JSON.stringify(text), 10]);

test.each([
  ['yes_no', each(['Yes', 'no', true]), 'yes and no in words and as JSON'],
  ['yes_no', each(['हाँ', 'नहीं']), 'yes and no in Hindi'],
  ['category', each(['Yes', 'No', 'Maybe']), 'a third answer beside yes and no'],
  ['number', each([1, 2.5, '3', '1,200', '₹ 5,00,000', '45%']), 'numbers as JSON, as text, with groups and signs'],
  ['number', each([...Array.from({ length: 30 }, (_, i) => i), 'unknown']), 'numbers but for one call in thirty'],
  ['category', each(['007', '012', '099']), 'digits with leading zeros are names'],
  ['category', each(['+919876543210', '+4930123456']), 'phone numbers are no quantities'],
  ['date', each(['2026-05-20', '20.05.2026', '20 May 2026', 'May 20, 2026']), 'days however they are written'],
  ['date', each(['2026-05-20T10:00:00Z', '2026-01-07 10:00']), 'days with a time'],
  ['category', each(['05/06/2026', '07/08/2026']), 'a date that is read in two ways is none'],
  ['category', each(['Premium Plan', 'Starter Plan']), 'few values'],
  ['text', each(Array.from({ length: 400 }, (_, i) => `Order ${i} of many`)).map(([t]) => [t, 1]), 'no two alike'],
  [
    'text',
    each(['They were asked whether they would like to be called again, and said that next week is better.']),
    'sentences',
  ],
  ['category', each([]), 'no values at all'],
] as [string, Counted, string][])('%s: %#: %s', (kind, counted) => {
  expect(recognise(profileOf(counted))).toBe(kind);
});

test('a city among three hundred is a category however many batches there are', () => {
  const batch: Counted = Array.from({ length: 300 }, (_, i) => [`"City ${i}"`, 30]);
  expect(recognise(addProfiles(Array.from({ length: 100 }, () => profileOf(batch))))).toBe('category');
});

test('a number is read with its groups and signs, and nothing else is one', () => {
  expect([5, '5', ' -3.5 ', '1,200.50', '₹ 5,00,000', '12 %', '€12'].map((value) => readNumber(value))).toEqual([
    5, 5, -3.5, 1200.5, 500000, 12, 12,
  ]);
  for (const text of [
    '',
    '1,2',
    '12,34',
    '1.2.3',
    'five',
    '5 lakh',
    '0x10',
    '1e5',
    '--1',
    '9'.repeat(400),
    true,
    null,
    ['5'],
  ])
    expect(readNumber(text)).toBeNaN();
});

test('texts with long rows of spaces are looked at as quickly as others', () => {
  const spaces = ' '.repeat(50_000);
  // Ways through the spaces once grew with the third power of their number, so that this took hours.
  expect(readNumber(`${spaces}x`)).toBeNaN();
  expect(readNumber(`-${spaces}x`)).toBeNaN();
  expect(readNumber(`€${spaces}x`)).toBeNaN();
  expect(readNumber(`5${spaces}x`)).toBeNaN();
  expect(readNumber(`${spaces}- € 5 %${spaces}`)).toBe(-5);
});

test('every day is read from each way of writing it, and a day that is not in the calendar is none', () => {
  const months = ['January', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'July', 'Aug', 'Sept', 'Oct', 'Nov', 'December'];
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 9999 })),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 1, max: 31 }),
      (y, m, d) => {
        const year = String(y).padStart(4, '0');
        // Date.UTC takes the year 1 for 1901.
        const ms = new Date(0).setUTCFullYear(y, m, d);
        const expected = new Date(ms).getUTCMonth() === m ? { ms, isDay: true } : { ms: NaN, isDay: false };
        const two = (n: number) => String(n).padStart(2, '0');
        const name = months[m] ?? '';
        for (const text of [
          `${year}-${two(m + 1)}-${two(d)}`,
          `${year}/${m + 1}/${d}`,
          `${d}.${m + 1}.${year}`,
          `${d} ${name} ${year}`,
          `${name} ${d}, ${year}`,
        ])
          expect(readDate(text), text).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});
