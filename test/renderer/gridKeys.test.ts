import { expect, test } from 'vitest';
import { columnNow, lineNow, moveBy } from '../../src/renderer/components/gridKeys.ts';

const grid = { lines: 1_001, columns: 20, page: 25 };
const key = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });

test.each([
  ['ArrowDown', false, { line: 11, column: 5 }],
  ['ArrowUp', false, { line: 9, column: 5 }],
  ['PageDown', false, { line: 35, column: 5 }],
  ['PageUp', false, { line: 0, column: 5 }],
  ['Home', false, { line: 10, column: 0 }],
  ['End', false, { line: 10, column: 19 }],
  ['End', true, { line: 1_000, column: 19 }],
  ['ArrowDown', true, { line: 1_000, column: 5 }],
] as const)('%s (Ctrl %s) moves the active cell', (name, ctrl, place) => {
  expect(moveBy(key(name, ctrl), { line: 10, column: 5 }, grid)).toEqual(place);
});

test('no key leaves the grid', () => {
  expect(moveBy(key('ArrowRight'), { line: 0, column: 19 }, grid)).toEqual({ line: 0, column: 19 });
  expect(moveBy(key('x'), { line: 0, column: 0 }, grid)).toBeUndefined();
});

const named = (...ids: string[]) => ids.map((id) => ({ id, width: 100 }));
const before = named('name', 'phone', 'status', 'started');

test.each([
  ['another comes before it', named('name', 'new', 'phone', 'status', 'started'), 2, 3],
  ['it is moved', named('status', 'name', 'phone', 'started'), 2, 0],
  ['one behind it goes', named('name', 'phone', 'status'), 2, 2],
  ['it goes itself', named('name', 'phone', 'started'), 2, 2],
  ['it goes with those behind it', named('name', 'phone'), 2, 1],
  ['it goes with the next one, and others are moved', named('phone', 'new', 'name'), 2, 0],
  ['all are others', named('new'), 2, 2],
])('a column is found again when %s', (_, now, column, found) => {
  expect(columnNow(now, before, column)).toBe(found);
});

test('where all of very many columns are others, as in a pivot by another key, each is looked at a few times only', () => {
  const many = 2_000;
  let looks = 0;
  const counting = (key: string) =>
    Array.from({ length: many }, (_, i) => ({
      get id() {
        looks++;
        return i === 0 ? 'row 0' : `${key} ${i}`;
      },
    }));
  expect(columnNow(counting('city'), counting('plan'), many - 1)).toBe(0);
  expect(looks).toBeLessThan(5 * many);
});

test('a line is found again as a column is, but not a header, nor far from where it went', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  expect(lineNow(['new', ...lines], lines, 2)).toBe(3);
  expect(lineNow(lines.slice(10), lines, 2)).toBe(0);
  expect(lineNow(lines.slice(90), lines, 2)).toBe(2);
  expect(lineNow(lines.slice(10), lines, -1)).toBe(-1);
  // Of very many all are others: a few are looked for.
  const many = Array.from({ length: 1_000_000 }, (_, i) => i);
  let looks = 0;
  const isSame = (one: number, near: number) => (looks++, one === -near);
  expect(lineNow(many, many, 500_000, isSame)).toBe(500_000);
  expect(looks).toBeLessThan(5_000_000);
});
