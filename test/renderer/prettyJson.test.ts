import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines, prettyJson } from '../../src/renderer/components/prettyJson.ts';

test('pretty JSON is what JSON.stringify with two spaces gives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(JSON.parse(JSON.stringify(value)), null, 2));
    }),
  );
});

test('every digit of a long number stays', () => {
  expect(prettyJson('{"Policy":12345678901234567890,"rate":1.10}')).toBe(
    '{\n  "Policy": 12345678901234567890,\n  "rate": 1.10\n}',
  );
});

test('text with quotes, brackets and line breaks stays as received', () => {
  expect(prettyJson('{"a":"x \\" {,} \\n [1]"}')).toBe('{\n  "a": "x \\" {,} \\n [1]"\n}');
});

test('each line knows where its value stands and what it is', () => {
  const received = '{"outcomes": {"Follow Up": ["Yes", 12345678901234567890]}}';
  const line = jsonLines(received).find(({ text }) => text.startsWith('1234'));
  expect(line?.path).toBe('$.outcomes["Follow Up"][1]');
  expect(received.slice(line?.start, line?.end)).toBe('12345678901234567890');
  const whole = jsonLines(received)[1];
  expect(received.slice(whole?.start, whole?.end)).toBe('{"Follow Up": ["Yes", 12345678901234567890]}');
});
