import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachItem } from '../../../src/main/items.ts';
import { cutItems } from '../../../src/main/api/pageItems.ts';

const space = fc.constantFrom('', ' ', '\n', '\r\n\t ');

test('the items of a page are cut out character for character, whatever stands in and around them', () => {
  const item = fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1, '\t'));
  fc.assert(
    fc.property(fc.array(item, { maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), space, (values, other, gap) => {
      const items = values.map(([value, indent]) => JSON.stringify(value, null, indent));
      const list = `[${gap}${items.join(`${gap},${gap}`)}${gap}]`;
      const before = JSON.stringify({ items: [1], note: other }).slice(1, -1);
      const text = `${gap}{${gap}"error":${JSON.stringify(other)},"data"${gap}:${gap}{"items"${gap}:${gap}${list},"total":7}${gap},${before.replace('items', 'others')}}`;
      const page = cutItems(Buffer.from(text));
      expect(page && [...eachItem(page.items)].map(String)).toEqual(items);
      const whole = JSON.parse(text) as { data: { items: unknown[] } };
      whole.data.items = [];
      expect(JSON.parse(page?.rest ?? '')).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});

test('what is no page of items, or no JSON, is left to be parsed whole', () => {
  for (const text of [
    '',
    '<html>',
    '{"data":{"items":null}}',
    '{"data":{"items":{"0":1}}}',
    '{"data":[1]}',
    '{"data":{"items":[1,,2]}}',
    '{"data":{"items":[1,]}}',
    '{"data":{"items":[{"a":1}',
    '{"data":{"items":[{"a":"1]}}',
    '{"data":{"items":[1],"items":[2]}}',
    '{"data":{"items":[1]},"data":{"items":[2]}}',
  ])
    expect(cutItems(Buffer.from(text)), text).toBeUndefined();
});
