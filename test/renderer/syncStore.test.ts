import { beforeEach, expect, test, vi } from 'vitest';

/** The store asks the core by `window.callbook`: here each answer comes when the test wants it. */

const asked: { name: string; answer(value: unknown): void }[] = [];
vi.stubGlobal('window', {
  callbook: {
    invoke: (name: string) =>
      new Promise((resolve) => asked.push({ name, answer: (value) => resolve({ ok: true, value }) })),
  },
});

type Run = { runId: number; state: string };
interface Stores {
  loadAccounts(): Promise<void>;
  useSession: { getState(): { accounts: unknown } };
  startSync(keys: readonly string[]): void;
  loadSync(): Promise<void>;
  progressed(run: object): void;
  useSync: { getState(): { run: Run | null; queue: unknown[] } };
  useBatches: { setState(state: { batches: object[] }): void };
}
// By a name that the compiler does not follow: the page's types are not those of tests.
const files = ['sync', 'batches', 'session'].map((name) => `../../src/renderer/stores/${name}.ts`);
let stores: Stores;

const runOf = (runId: number, state: string) => ({ runId, state, hold: null, batches: [] });
const names = () => asked.map(({ name }) => name);
const answer = (name: string, value: unknown) => asked.find((one) => one.name === name)?.answer(value);

beforeEach(async () => {
  vi.resetModules();
  asked.length = 0;
  stores = Object.assign({}, ...(await Promise.all(files.map((file) => import(file) as Promise<Stores>)))) as Stores;
  stores.useBatches.setState({ batches: ['a', 'b'].map((key) => ({ key, accountId: 'acc' })) });
});

test('a sync that is asked for while another begins waits for its end', async () => {
  stores.startSync(['a']);
  stores.startSync(['b']);
  expect(names()).toEqual(['sync.start']);
  answer('sync.start', runOf(1, 'running'));
  await vi.waitUntil(() => stores.useSync.getState().run !== null);
  expect(names()).toEqual(['sync.start']);
  stores.progressed(runOf(1, 'done'));
  expect(names().filter((name) => name === 'sync.start')).toHaveLength(2);
  expect(stores.useSync.getState().queue).toEqual([]);
});

test('a sync that ends while the past ones are read has ended', async () => {
  const loaded = stores.loadSync();
  answer('sync.status', runOf(1, 'running'));
  answer('sync.next', null);
  await new Promise(setImmediate);
  stores.progressed(runOf(1, 'done'));
  for (const { name, answer: end } of asked) if (name !== 'sync.status') end([]);
  await loaded;
  expect(stores.useSync.getState().run?.state).toBe('done');
});

test('a list of accounts that comes late does not bring back what was removed since', async () => {
  const [old, present] = [stores.loadAccounts(), stores.loadAccounts()];
  asked[1]?.answer([]);
  await present;
  asked[0]?.answer([{ id: 'removed' }]);
  await old;
  expect(stores.useSession.getState().accounts).toEqual([]);
});
