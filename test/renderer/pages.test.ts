import { expect, test } from 'vitest';
import { missingPages, nearestPages, PAGE_ROWS } from '../../src/renderer/stores/pages.ts';

test('a span asks for the pages it touches that are not at hand', () => {
  expect(missingPages({ first: 250, last: 420 }, 10_000, (page) => page === 3)).toEqual([2, 4]);
});

test('no page is asked for beyond the last row', () => {
  expect(missingPages({ first: -20, last: 500 }, PAGE_ROWS + 1, () => false)).toEqual([0, 1]);
  expect(missingPages({ first: 0, last: 20 }, 0, () => false)).toEqual([]);
});

test('the last of a million rows is one page away', () => {
  expect(missingPages({ first: 999_990, last: 1_000_020 }, 1_000_000, () => false)).toEqual([9_999]);
});

test('pages far from the span are let go first', () => {
  const pages = new Map([0, 1, 50, 51, 52, 99].map((page) => [page, page]));
  expect([...nearestPages(pages, { first: 5_100, last: 5_140 }, 3).keys()].sort((a, b) => a - b)).toEqual([50, 51, 52]);
});
