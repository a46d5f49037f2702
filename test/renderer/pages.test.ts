import { expect, test } from 'vitest';
import {
  missingPages,
  nearestPages,
  nearestRows,
  rowsAtHand,
  PAGE_ROWS,
  withRows,
} from '../../src/renderer/stores/pages.ts';

test('a span asks for the pages it touches that are not at hand', () => {
  expect(missingPages({ first: 250, last: 340 }, 10_000, (page) => page === 25)).toEqual({ first: 26, last: 34 });
  expect(missingPages({ first: 250, last: 340 }, 10_000, (page) => page === 26)).toEqual({ first: 25, last: 34 });
  expect(missingPages({ first: 250, last: 340 }, 10_000, () => true)).toBeUndefined();
});

test('no page is asked for beyond the last row', () => {
  expect(missingPages({ first: -20, last: 500 }, PAGE_ROWS + 1, () => false)).toEqual({ first: 0, last: 1 });
  expect(missingPages({ first: 0, last: 20 }, 0, () => false)).toBeUndefined();
});

test('the last of a million rows is one page away', () => {
  expect(missingPages({ first: 999_990, last: 1_000_020 }, 1_000_000, () => false)).toEqual({
    first: 99_999,
    last: 99_999,
  });
});

test('pages far from the span are let go first', () => {
  const pages = new Map([0, 1, 50, 51, 52, 99].map((page) => [page, page]));
  expect(
    [...nearestPages(pages, { first: 51 * PAGE_ROWS, last: 52 * PAGE_ROWS }, 3).keys()].sort((a, b) => a - b),
  ).toEqual([50, 51, 52]);
});

test('rows stand in the pages that were asked for; a page without rows is read', () => {
  const rows = Array.from({ length: PAGE_ROWS + 3 }, (_, i) => i);
  const pages = withRows(new Map([[1, [-1]]]), { first: 7, last: 9 }, rows);
  expect([...pages]).toEqual([
    [1, [-1]],
    [7, rows.slice(0, PAGE_ROWS)],
    [8, rows.slice(PAGE_ROWS)],
    [9, []],
  ]);
});

test('rows of several spans are at hand, or it is said that they are not', () => {
  const rows = Array.from({ length: PAGE_ROWS }, (_, i) => 100 + i);
  const pages = new Map([[1, rows]]);
  const spans = [
    { first: PAGE_ROWS, last: PAGE_ROWS + 1 },
    { first: 2 * PAGE_ROWS - 1, last: 2 * PAGE_ROWS - 1 },
  ];
  expect(rowsAtHand(pages, spans)).toEqual([100, 101, 100 + PAGE_ROWS - 1]);
  expect(rowsAtHand(pages, [...spans, { first: 2 * PAGE_ROWS, last: 1_000_000 }])).toBeUndefined();
});

test('the nearest rows to a place are those at that end of the nearest page', () => {
  const pages = new Map([
    [0, ['a', 'b', 'c']],
    [3, ['x', 'y', 'z']],
    [9, []],
  ]);
  expect(nearestRows(pages, 4, 2)).toEqual([
    { row: 'c', place: 2 },
    { row: 'b', place: 1 },
  ]);
  expect(nearestRows(pages, 3 * PAGE_ROWS - 1, 2)).toEqual([
    { row: 'x', place: 3 * PAGE_ROWS },
    { row: 'y', place: 3 * PAGE_ROWS + 1 },
  ]);
  expect(nearestRows(new Map(), 4, 2)).toEqual([]);
});
