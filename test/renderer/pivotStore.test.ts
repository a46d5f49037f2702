import { expect, test, vi } from 'vitest';
import type { PivotSpec } from '../../src/shared/pivot.ts';
import { setPivot, setText, useSelection } from '../../src/renderer/stores/selection.ts';

/** The pivot on screen: the store asks the core by `window.callbook`; here each answer comes when the test wants it. */

const answers: ((value: unknown) => void)[] = [];
vi.stubGlobal('window', {
  callbook: { invoke: () => new Promise((resolve) => answers.push((value) => resolve({ ok: true, value }))) },
});

interface Stores {
  runPivot(): Promise<void>;
  drill(coordinates: readonly unknown[]): void;
}
// By a name that the compiler does not follow: the page's types are not those of tests.
const file = '../../src/renderer/stores/pivot.ts';

test('a number that is clicked while it is counted anew leads to the calls that it counted', async () => {
  const { runPivot, drill } = (await import(file)) as Stores;
  const of = { column: 'status' };
  const spec: PivotSpec = { rows: [of], columns: [], measures: [{ type: 'count' }], base: 'filled' };
  setPivot(spec);
  setText('refund');
  const first = runPivot();
  answers.shift()?.({});
  await first;

  setText('demo');
  void runPivot();
  useSelection.setState(({ selection }) => ({ selection: { ...selection, timeZone: 'Asia/Kolkata' } }));
  const value = { json: '"completed"' };
  drill([{ of, value }]);
  expect(useSelection.getState().selection).toEqual({
    batches: [],
    text: 'refund',
    filters: [{ op: 'any', of, values: [value], negate: false }],
    timeZone: 'Asia/Kolkata',
  });
});
