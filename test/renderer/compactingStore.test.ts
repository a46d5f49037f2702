import { beforeEach, expect, test, vi } from 'vitest';

/** The store asks the core by `window.callbook`: here each answer comes when the test wants it. */

const asked: { name: string; answer(value: unknown): void }[] = [];
vi.stubGlobal('window', {
  callbook: {
    invoke: (name: string) => new Promise((resolve) => asked.push({ name, answer: resolve })),
  },
});

interface Stores {
  compact(): Promise<void>;
  compacting(words: string): void;
  useCompacting: { getState(): { doing: string | null; done: unknown; isNews: boolean; problem: unknown } };
  useNotices: { getState(): { notices: readonly { problem: { message: string } }[] } };
  useView: { setState(state: { screen: string }): void };
}
// By a name that the compiler does not follow: the page's types are not those of tests.
const files = ['compacting', 'notices', 'view'].map((name) => `../../src/renderer/stores/${name}.ts`);
let stores: Stores;

beforeEach(async () => {
  vi.resetModules();
  asked.length = 0;
  stores = Object.assign({}, ...(await Promise.all(files.map((file) => import(file) as Promise<Stores>)))) as Stores;
});

const sizes = { before: 2, after: 1 };

test('compacting is told until its end, and is not begun a second time meanwhile', async () => {
  stores.useView.setState({ screen: 'settings' });
  const first = stores.compact();
  stores.compacting('Writing 2 MB anew');
  await stores.compact();
  expect(asked.map(({ name }) => name)).toEqual(['cache.compact']);
  expect(stores.useCompacting.getState().doing).toBe('Writing 2 MB anew');
  asked[0]?.answer({ ok: true, value: sizes });
  await first;
  // A word that comes after the end does not begin it again.
  stores.compacting('Finishing');
  expect(stores.useCompacting.getState()).toMatchObject({ doing: null, done: sizes, isNews: false });
});

test('how it ended is news to who went elsewhere, and what went wrong a notice', async () => {
  stores.useView.setState({ screen: 'calls' });
  const first = stores.compact();
  asked[0]?.answer({ ok: true, value: sizes });
  await first;
  expect(stores.useCompacting.getState()).toMatchObject({ doing: null, done: sizes, isNews: true });
  const second = stores.compact();
  asked[1]?.answer({ ok: false, error: { code: 'DISK_FULL', message: 'Make room.' } });
  await second;
  expect(stores.useCompacting.getState()).toMatchObject({ doing: null, problem: null });
  expect(stores.useNotices.getState().notices.map(({ problem }) => problem.message)).toEqual(['Make room.']);
});
