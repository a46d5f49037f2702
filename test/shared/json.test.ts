import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJsonBytes, parseJson, parseJsonKeepingDigits, toJsonBytes } from '../../src/shared/json.ts';

test('any JSON is parsed as JSON.parse would, and given back as it came', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(JSON.stringify(parseJsonKeepingDigits(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('a whole or decimal number of any length keeps its digits', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      digits,
      fc.option(digits, { nil: undefined }),
      // Digits are looked for at some places only.
      fc.string({ unit: fc.constantFrom('a', '7', '.'), maxLength: 40 }),
      (first, rest, decimals, key) => {
        const number = `${first}${rest}${decimals === undefined ? '' : `.${decimals}`}`;
        const value = (parseJson(`{"${key}":[${number}]}`) as { [key: string]: unknown[] })[key]?.[0];
        // A number stays one only if it says the same; else it is the text.
        if (typeof value === 'string') expect(value).toBe(number);
        else
          expect(BigInt(`${first}${rest}`) === BigInt(Math.trunc(value as number)) || number.length <= 17).toBe(true);
        const kept = JSON.stringify(parseJsonKeepingDigits(`{"${key}":[${number}]}`));
        expect(typeof value === 'string' ? kept : JSON.parse(kept)).toEqual(
          typeof value === 'string' ? `{"${key}":[${number}]}` : { [key]: [value] },
        );
      },
    ),
  );
});

test.each(['1e400', '-1e400', '1e-400', '12345678901234567890', '12345678901234.56789', '0.12345678901234567'])(
  '%s is not changed',
  (number) => {
    expect(parseJson(`{"a": ${number}}`)).toEqual({ a: number });
  },
);

test('what looks like a number inside a text is left alone', () => {
  const text = '{"call_id":"call_3e4f","phone":"123456789012345678","b":5e3}';
  expect(parseJson(text)).toEqual({ call_id: 'call_3e4f', phone: '123456789012345678', b: 5000 });
});

test('any number of values comes back from its bytes, which are the JSON text of them all', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 60, size: 'max' }), (some) => {
      // As they are once they were JSON: -0 is 0 then.
      const values = JSON.parse(JSON.stringify(some)) as unknown[];
      const bytes = toJsonBytes(values);
      expect(Buffer.from(bytes).toString()).toBe(JSON.stringify(values));
      expect(fromJsonBytes(bytes)).toEqual(values);
    }),
  );
});
