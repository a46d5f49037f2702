import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prettyJson } from '../../src/renderer/screens/calls/prettyJson.ts';

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
