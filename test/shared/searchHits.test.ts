import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findHits } from '../../src/shared/searchHits.ts';
import { fieldNames, parseQuery, type Query } from '../../src/shared/searchQuery.ts';
import { fold } from '../../src/shared/searchText.ts';

const queryOf = (text: string) => parseQuery(text, fieldNames([]));
const marked = (text: string, query: string) =>
  findHits(text, queryOf(query), 'name').map(({ start, end }) => text.slice(start, end));

test.each([
  ['😀 x1234', '1234', ['1234'], 'digits behind a character of two units'],
  ['😀😀 (12) 345', '12345', ['12) 345'], 'and those of a number written with others between'],
  ['㌀x', 'パート', ['㌀'], 'what is a part of one letter, as the whole letter'],
  ['axﬃn', 'xff', ['xﬃ'], 'a letter of which a part is the end'],
  ['aMu\u0308ller', 'mull', ['Mu\u0308ll'], 'a letter with its accent'],
  ['abcu\u0308', 'abcu', ['abcu\u0308'], 'also at the end'],
])('in the name %j a search for %j marks %j: %s', (text, query, expected) => {
  expect(marked(text, query)).toEqual(expected);
});

test('what is marked as part of a name has that part in it, whatever the letters', () => {
  const letters = fc.constantFrom(...'ab12 -)㌀ﬃ½😀東İßé', 'e\u0301', '١', '２', '\ud83d');
  const part = (text: string): Query => [
    [{ term: { words: ['\0'], isPrefix: false, part: text, fields: undefined }, negate: false }],
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
        const isDigits = /^\d+$/.test(wanted);
        for (const { start, end } of findHits(text, part(wanted), 'name')) {
          found++;
          const held = fold(text.slice(start, end));
          expect(isDigits ? held.replace(/\D/g, '') : held, JSON.stringify([text, wanted])).toContain(wanted);
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(found).toBeGreaterThan(200);
});
