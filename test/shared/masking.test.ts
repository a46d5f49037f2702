import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskCall, maskChange, masked, maskReceived, maskText, maskValue } from '../../src/shared/masking.ts';
import { everything, selectionInWords, type Filter } from '../../src/shared/selection.ts';

test.each([
  ['Call me at +91 97645 42712.', 'Call me at +•• ••••• ••712.'],
  ['919764542712', '•••••••••712'],
  ['(415) 555-0132', '(•••) •••-•132'],
  ['at 2026-05-14 10:30:05, for 3:33', 'at 2026-05-14 10:30:05, for 3:33'],
  ['2026-05-14T10:30:05.123Z', '2026-05-14T10:30:05.123Z'],
  ['14.05.2026', '14.05.2026'],
  [
    'sched_0b8915e8 and 550e8400-e29b-41d4-a716-446655440000',
    'sched_0b8915e8 and 550e8400-e29b-41d4-a716-446655440000',
  ],
  ['costs 12,500.50 for 3', 'costs 12,500.50 for 3'],
  ['0.123456789', '0.123456789'],
  ['415\u2011555\u20110132 or 0151\u00a02345\u202f678', '•••\u2011•••\u2011•132 or ••••\u00a0••••\u202f678'],
  ['030/1234567, on 14/05/2026 or 2026/05/14', '•••/••••567, on 14/05/2026 or 2026/05/14'],
  ['06.12.34.56.78 on 14.05.26 10:30', '••.••.••.•6.78 on 14.05.26 10:30'],
  ['on 2026-05-14 919764542712', 'on 2026-05-14 •••••••••712'],
  ['फ़ोन ९१९७६४५४२७१२', 'फ़ोन •••••••••७१२'],
  ['least 919,764,542,712, sum 1,250,000', 'least •••,•••,•••,712, sum 1,250,000'],
])('%s becomes %s', (text, masked) => {
  expect(maskText(text)).toBe(masked);
});

test('a masked value has the same form, and small numbers stay', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const masked = maskValue(value);
      expect(maskValue(masked)).toEqual(masked);
      expect(Array.isArray(masked)).toBe(Array.isArray(value));
      if (typeof value === 'object' && value !== null) expect(Object.keys(masked ?? {})).toEqual(Object.keys(value));
    }),
  );
  expect(
    maskValue({ phone_number: '12345', alt: { phone_number: 12345 }, phone: 919764542712, Score: 1250000 }),
  ).toEqual({ phone_number: '••345', alt: { phone_number: '••345' }, phone: '•••••••••712', Score: 1250000 });
});

test('a call keeps its number for those who mask it where it is shown, and loses it in its texts', () => {
  const call = { phone_number: '919764542712', summary: 'Asked to be called at 919764542712.' };
  expect(maskCall(call)).toEqual({ phone_number: '919764542712', summary: 'Asked to be called at •••••••••712.' });
});

test('what a number was before is masked, however short it is', () => {
  const change = { field: 'phone_number', oldValue: '"12345"', newValue: null, seenAt: 1_780_000_000_000, runId: 1 };
  expect(maskChange(change)).toEqual({ ...change, oldValue: '"••345"' });
});

test('a filter by a number is masked in words, however short the number is', () => {
  const any = (column: string, text: string): Filter => ({
    op: 'any',
    of: { column },
    values: [{ text }],
    negate: false,
  });
  const selection = {
    ...everything('UTC'),
    text: '919764542712',
    filters: [any('phone_number', '12345'), any('outcome:Score', '12345')],
  };
  expect(selectionInWords(selection, masked)).toBe('Phone number is ••345 · Score is 12345 · contains “•••••••••712”');
});

test('an item that could not be read is masked, JSON or not', () => {
  expect(maskReceived('{"phone_number":919764542712,"n":5}')).toBe('{"phone_number":"•••••••••712","n":5}');
  expect(maskReceived('{"call 919764542712')).toBe('{"call •••••••••712');
});
