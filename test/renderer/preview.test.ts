import fc from 'fast-check';
import { expect, test } from 'vitest';
import { preview } from '../../src/renderer/components/preview.ts';
import { findHits } from '../../src/shared/searchHits.ts';
import { fieldNames, parseQuery } from '../../src/shared/searchQuery.ts';

const hits = (text: string, query: string) => findHits(text, parseQuery(query, fieldNames([])), 'summary');
const say = (text: string, query: string, most?: number) =>
  preview(text, hits(text, query), most)
    .map(({ text, isHit }) => (isHit ? `[${text}]` : text))
    .join('');

test('a preview marks the hits of the search', () => {
  expect(say('Asked for a Refund today', 'refund')).toBe('Asked for a [Refund] today');
});

test('a long text is cut with dots', () => {
  expect(say('word '.repeat(100), '', 20)).toBe('word word word word  …');
});

test('a hit far inside a long text is in sight', () => {
  const cut = say(`${'word '.repeat(100)}refund ${'word '.repeat(100)}`, 'refund', 200);
  expect(cut).toContain('[refund]');
  expect(cut.startsWith('… ')).toBe(true);
  expect(cut.length).toBeLessThan(210);
});

test('a character outside the first plane is never halved', () => {
  expect(say('😀'.repeat(20), '', 5)).toBe('😀😀 …');
});

test('whole text and marks come out again whatever the text and query', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, query) => {
      const pieces = preview(text, hits(text, query));
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    }),
  );
});
