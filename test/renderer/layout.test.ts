import { beforeEach, expect, test } from 'vitest';
import { arrangeColumns, draggedWidth } from '../../src/shared/view.ts';
import { moveColumn, resetLayout, setHidden, setPinned, setWidth, showOnly } from '../../src/renderer/stores/layout.ts';
import { useSelection } from '../../src/renderer/stores/selection.ts';

const columns = ['a', 'name', 'b', 'c', '__proto__'].map((id) => ({ id }));
const ids = () => {
  const { columns: shown, pinned } = arrangeColumns(columns, useSelection.getState().layout);
  return `${shown
    .slice(0, pinned)
    .map(({ id }) => id)
    .join(' ')} | ${shown
    .slice(pinned)
    .map(({ id }) => id)
    .join(' ')}`;
};

beforeEach(resetLayout);

test('the usual layout pins the name and keeps the usual order of the rest', () => {
  expect(ids()).toBe('name | a b c __proto__');
});

test('a column moves before another; before a pinned one it gets pinned', () => {
  moveColumn(columns, 'c', 'a');
  expect(ids()).toBe('name | c a b __proto__');
  moveColumn(columns, 'b', 'name');
  expect(ids()).toBe('b name | c a __proto__');
  moveColumn(columns, 'b', null);
  expect(ids()).toBe('name | c a __proto__ b');
});

test('hidden columns keep their place, and come back to it', () => {
  setHidden('b', true);
  moveColumn(columns, 'c', 'a');
  expect(ids()).toBe('name | c a __proto__');
  setHidden('b', false);
  expect(ids()).toBe('name | c a b __proto__');
  showOnly(columns, new Set(['name', 'c']));
  expect(ids()).toBe('name | c');
});

test('pins and widths are kept by id, whatever the id', () => {
  setPinned('__proto__', true);
  setWidth('__proto__', 12);
  expect(ids()).toBe('name __proto__ | a b c');
  expect(draggedWidth(useSelection.getState().layout, '__proto__')).toBe(24);
  setWidth('__proto__', undefined);
  expect(draggedWidth(useSelection.getState().layout, '__proto__')).toBeUndefined();
});

test('as many columns as one likes stay pinned', () => {
  const many = Array.from({ length: 30 }, (_, i) => ({ id: `key ${i}` }));
  for (const { id } of many) setPinned(id, true);
  expect(arrangeColumns(many, useSelection.getState().layout).pinned).toBe(30);
});

test('columns of batches that are not chosen now keep their order', () => {
  moveColumn([...columns, { id: 'x' }], 'x', 'a');
  moveColumn(columns, 'c', 'a');
  expect(
    arrangeColumns([...columns, { id: 'x' }], useSelection.getState().layout).columns.map(({ id }) => id),
  ).toContain('x');
  expect(useSelection.getState().layout.order).toContain('x');
});
