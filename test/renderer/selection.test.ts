import { beforeEach, expect, test } from 'vitest';
import { selectionSchema, type Filter } from '../../src/shared/selection.ts';
import { usualLayout } from '../../src/shared/view.ts';
import { rangeOfRecent } from '../../src/renderer/stores/recentDays.ts';
import {
  openView,
  redo,
  replaceFilter,
  setFilters,
  setLayout,
  setPivot,
  setText,
  toggleSort,
  undo,
  useSelection,
  viewRenamed,
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

test('two filters that are changed one after the other are two steps, and so are two ticks in one', () => {
  const contains = (column: string, text: string): Filter => ({ op: 'contains', of: { column }, text, negate: false });
  setFilters([contains('name', 'a'), contains('summary', 'b')]);
  const type = (at: number, column: string, text: string) => {
    const filter = now().selection.filters[at];
    if (filter !== undefined) replaceFilter(filter, contains(column, text), 'typed');
  };
  for (const text of ['as', 'ash']) type(0, 'name', text);
  for (const text of ['bo', 'boo']) type(1, 'summary', text);
  for (const negate of [true, false]) {
    const filter = now().selection.filters[1];
    if (filter?.op === 'contains') replaceFilter(filter, { ...filter, negate });
  }
  undo();
  expect(now().selection.filters[1]).toMatchObject({ text: 'boo', negate: true });
  undo();
  undo();
  expect(now().selection.filters).toEqual([contains('name', 'ash'), contains('summary', 'b')]);
  undo();
  expect(now().selection.filters).toEqual([contains('name', 'a'), contains('summary', 'b')]);
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

test('a step back and a step forth stay in the time zone that was chosen since', () => {
  const of = { column: 'started_at' };
  const day = { op: 'range', of, fromExclusive: false, toInclusive: false, recent: 'today' } as const;
  setFilters([{ ...day, ...rangeOfRecent('today', Date.now(), 'UTC') }]);
  setText('demo');
  useSelection.setState(({ selection }) => ({ selection: { ...selection, timeZone: 'Asia/Kolkata' } }));
  undo();
  expect(now().selection).toEqual({
    batches: [],
    text: '',
    filters: [{ ...day, ...rangeOfRecent('today', Date.now(), 'Asia/Kolkata') }],
    timeZone: 'Asia/Kolkata',
  });
  undo();
  redo();
  redo();
  expect(now().selection).toMatchObject({ text: 'demo', timeZone: 'Asia/Kolkata' });
});

test('a step back leads to a view by the name that it was given since', () => {
  openView({ ...first, name: 'Hot leads', sort: [...first.sort] });
  setText('demo');
  viewRenamed('Hot leads', 'Warm leads');
  expect(now().viewName).toBe('Warm leads');
  undo();
  expect(now()).toMatchObject({ viewName: 'Warm leads', selection: { text: '' } });
  undo();
  expect(now().viewName).toBeNull();
});

test('of a text that is pasted into the search, as much is taken as a search may have', () => {
  setText('refund '.repeat(3_000));
  expect(selectionSchema.safeParse(now().selection).success).toBe(true);
  expect(now().selection.text).toMatch(/^refund refund /);
});
