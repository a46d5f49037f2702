import { expect, test } from 'vitest';
import { moveBy } from '../../src/renderer/components/gridKeys.ts';

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
