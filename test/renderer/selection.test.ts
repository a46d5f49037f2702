import { beforeEach, expect, test } from 'vitest';
import { usualLayout } from '../../src/shared/view.ts';
import {
  redo,
  setLayout,
  setPivot,
  setText,
  toggleSort,
  undo,
  useSelection,
} from '../../src/renderer/stores/selection.ts';

const first = useSelection.getInitialState();
beforeEach(() => {
  undo();
  useSelection.setState(first, true);
});
const now = () => useSelection.getState();

test('the letters of a word are one step back, and a change in between ends the word', () => {
  for (const text of ['r', 're', 'ref']) setText(text);
  toggleSort('name', false);
  setText('refu');
  undo();
  expect(now().selection.text).toBe('ref');
  undo();
  expect(now().sort).toEqual(first.sort);
  undo();
  expect(now().selection.text).toBe('');
});

test('columns and pivot are undone and redone with the rest', () => {
  setLayout({ ...usualLayout, hidden: ['status'] });
  setPivot({ rows: [{ column: 'status' }], columns: [], measures: [{ type: 'count' }], base: 'filled' });
  undo();
  expect(now().pivot).toBeNull();
  undo();
  expect(now().layout).toEqual(usualLayout);
  redo();
  redo();
  expect(now().layout.hidden).toEqual(['status']);
  expect(now().pivot?.rows).toEqual([{ column: 'status' }]);
});

test('a border that is dragged is one step, another border is another', () => {
  for (const width of [100, 110, 120]) setLayout({ ...usualLayout, widths: [['name', width]] }, 'width name');
  setLayout({ ...usualLayout, widths: [['status', 90]] }, 'width status');
  undo();
  expect(now().layout.widths).toEqual([['name', 120]]);
  undo();
  expect(now().layout).toEqual(usualLayout);
});
