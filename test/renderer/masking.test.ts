import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskJsonText, maskText, maskTextsOfCalls, maskValue } from '../../src/renderer/masking.ts';

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
])('%s becomes %s', (text, masked) => {
  expect(maskText(text)).toBe(masked);
});

test('masked JSON is JSON of the same form, and its numbers stay', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(maskJsonText(text))).toEqual(maskValue(JSON.parse(text) as unknown));
    }),
  );
  expect(maskJsonText('{"phone_number": "12345", "policy": 12345678901234567890, "t": "9876543210"}')).toBe(
    '{"phone_number": "••345", "policy": 12345678901234567890, "t": "•••••••210"}',
  );
});

test('a call keeps its number for those who mask it where it is shown, and loses it in its texts', () => {
  const call = '{"phone_number":"919764542712","summary":"Asked to be called at 919764542712."}';
  expect(JSON.parse(maskTextsOfCalls(call))).toEqual({
    phone_number: '919764542712',
    summary: 'Asked to be called at •••••••••712.',
  });
});

test('arrays of numbers of a pivot stay what they are', () => {
  const cells = new Float64Array([1, 2]);
  expect(maskValue({ cells }).cells).toBe(cells);
});
