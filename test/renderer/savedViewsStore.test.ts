import { expect, test, vi } from 'vitest';
import type { View } from '../../src/shared/view.ts';

/** Saved views: the store asks the core by `window.callbook`; here each answer comes when the test wants it. */

const answers: ((value: unknown) => void)[] = [];
vi.stubGlobal('window', {
  callbook: {
    invoke: () => new Promise((resolve) => answers.push((value) => resolve({ ok: true, value }))),
  },
});

interface Stores {
  presentView(name: string): View;
  saveViewAs(name: string): void;
  openView(view: View): void;
  useSelection: { getState(): { viewName: string | null } };
  useSavedViews: { getState(): { views: readonly View[] } };
}
// By names that the compiler does not follow: the page's types are not those of tests.
const files = ['../../src/renderer/stores/savedViews.ts', '../../src/renderer/stores/selection.ts'];

test('a view is open once it is kept, unless another one was opened meanwhile', async () => {
  const parts = (await Promise.all(files.map((file) => import(file)))) as Partial<Stores>[];
  const { presentView, saveViewAs, openView, useSelection, useSavedViews } = Object.assign({}, ...parts) as Stores;
  const keepsOnly = async (name: string) => {
    answers.shift()?.({ views: [presentView(name)], defaultView: null });
    await vi.waitUntil(() => useSavedViews.getState().views[0]?.name === name);
  };
  saveViewAs('Hot leads');
  await keepsOnly('Hot leads');
  await vi.waitUntil(() => useSelection.getState().viewName === 'Hot leads');

  saveViewAs('Cold leads');
  openView(presentView('Refunds'));
  await keepsOnly('Cold leads');
  expect(useSelection.getState().viewName).toBe('Refunds');
});
