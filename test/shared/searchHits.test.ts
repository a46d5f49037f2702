import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findHits, standsIn } from '../../src/shared/searchHits.ts';
import { fieldNames, parseQuery, type Query, type SearchField } from '../../src/shared/searchQuery.ts';
import { fold, words } from '../../src/shared/searchText.ts';

const queryOf = (text: string) => parseQuery(text, fieldNames([]));
const marked = (text: string, query: string, field: SearchField = 'name') =>
  findHits(text, queryOf(query), field).map(({ start, end }) => text.slice(start, end));

test.each([
  ['😀 x1234', '1234', ['1234'], 'digits behind a character of two units'],
  ['㌀x', 'パート', ['㌀'], 'what is a part of one letter, as the whole letter'],
  ['axﬃn', 'xff', ['xﬃ'], 'a letter of which a part is the end'],
  ['aMu\u0308ller', 'mull', ['Mu\u0308ll'], 'a letter with its accent'],
  ['abcu\u0308', 'abcu', ['abcu\u0308'], 'also at the end'],
])('in the name %j a search for %j marks %j: %s', (text, query, expected) => {
  expect(marked(text, query)).toEqual(expected);
});

test.each<[SearchField, string, string, readonly string[], string]>([
  ['phone_number', '😀😀 (12) 345', '12345', ['12) 345'], 'digits of a number written with others between'],
  ['phone_number', '12345', '(12) 345', ['12345'], 'however either is written'],
  ['external_id', 'INV-2024-0012', '24-00', ['24-00'], 'part of an id over what separates it'],
  ['external_id', 'INV-2024-0012', '2400', [], 'but not what is not found by'],
])('in the %s %j a search for %j marks %j: %s', (field, text, query, expected) => {
  expect(marked(text, query, field)).toEqual(expected);
});

test('what is marked as part of a name has that part in it, whatever the letters', () => {
  const letters = fc.constantFrom(...'ab12 -)㌀ﬃ½😀東İßé', 'e\u0301', '١', '２', '\ud83d');
  const part = (text: string): Query => [
    [{ term: { words: ['\0'], isPrefix: false, parts: [text], fields: undefined }, negate: false }],
  ];
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 10 }),
      fc.nat(9),
      fc.integer({ min: 3, max: 5 }),
      (some, from, length) => {
        const text = some.join('');
        const wanted = fold(text).slice(from, from + length);
        if (wanted.length < 3) return;
        for (const field of ['name', 'phone_number'] as const) {
          const isNumber = field === 'phone_number' && /^\d+$/.test(wanted);
          for (const { start, end } of findHits(text, part(wanted), field)) {
            found++;
            const held = fold(text.slice(start, end));
            expect(isNumber ? held.replace(/\D/g, '') : held, JSON.stringify([text, wanted])).toContain(wanted);
          }
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(found).toBeGreaterThan(200);
});

test('words and phrases are marked in a text of ASCII where a plain reading of its words finds them', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aAb1_- '), maxLength: 24, size: 'max' });
  const word = fc.string({ unit: fc.constantFrom(...'ab'), minLength: 1, maxLength: 2 });
  let found = 0;
  fc.assert(
    fc.property(text, fc.array(word, { minLength: 1, maxLength: 3 }), fc.boolean(), (text, wanted, isPrefix) => {
      const term = { words: wanted, isPrefix, parts: [], fields: undefined };
      const all = words(text);
      const fits = all.flatMap(({ start }, at) => {
        const some = all.slice(at, at + wanted.length);
        const isHere = wanted.every((one, i) =>
          isPrefix && i === wanted.length - 1 ? some[i]?.text.startsWith(one) : some[i]?.text === one,
        );
        return isHere ? [{ start, end: some.at(-1)?.end ?? 0 }] : [];
      });
      const isMarked = (hits: readonly { start: number; end: number }[]) =>
        Array.from(text, (_, i) => hits.some(({ start, end }) => start <= i && i < end));
      const hits = findHits(text, [[{ term, negate: false }]], 'summary');
      expect(isMarked(hits)).toEqual(isMarked(fits));
      // In order, and none within another.
      expect(hits.every(({ start }, i) => i === 0 || start >= (hits[i - 1]?.end ?? 0))).toBe(true);
      expect(standsIn(text, term)).toBe(fits.length > 0);
      found += hits.length;
    }),
    { numRuns: 3_000 },
  );
  expect(found).toBeGreaterThan(500);
});
