import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldReader } from '../../../src/main/cache/itemFields.ts';
import { parseJson, type Json } from '../../../src/shared/json.ts';

const names = ['summary', 'recording', 'käse "1"'];
const key = fc.oneof(
  fc.constantFrom(...names, '__proto__', '', '\\', '}'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(key, fc.jsonValue({ maxDepth: 1 }), { noNullPrototype: true }),
);

/** The same text with its keys written as escapes. */
function withEscapes(json: string, names: readonly string[]): string {
  return names.reduce((text, name) => {
    const written = JSON.stringify(name).slice(1, -1);
    const escaped = [...name].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    return text.replaceAll(`"${written}":`, `"${escaped}":`);
  }, json);
}

test('fields of an item are those that parsing it whole finds, however it is written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, value), { maxLength: 8 }),
      fc.constantFrom(undefined, 1, '\t', '\r\n'),
      fc.boolean(),
      (entries, indent, isEscaped) => {
        const object = Object.create(null) as Record<string, unknown>;
        for (const [name, some] of entries) object[name] = some;
        const plain = JSON.stringify(object, null, indent);
        const text = isEscaped && indent === undefined ? withEscapes(plain, ['summary']) : plain;
        const whole = parseJson(text) as { readonly [key: string]: Json };
        const wanted = names.map((name) => (Object.hasOwn(whole, name) ? (whole[name] ?? null) : null));
        const bytes = Buffer.from(`before\0${text}\0{"summary":"after"}`);
        expect(fieldReader(names)(bytes, 7)).toEqual(wanted);
      },
    ),
    { numRuns: 500 },
  );
});

test('of a field that stands twice the last counts, and a field of a field is another', () => {
  const read = (text: string) => fieldReader(['summary'])(Buffer.from(text), 0);
  expect(read('{"summary":"a","summary":"b"}')).toEqual(['b']);
  expect(read('{"outcomes":{"summary":"a"},"x":["summary",{"summary":1}]}')).toEqual([null]);
  expect(read(' { "note" : "\\"summary\\":1" , "summary" : 12345678901234567890 } ')).toEqual(['12345678901234567890']);
});
