import { beforeEach, expect, test, vi } from 'vitest';

/** Copying asks the core by `window.callbook`: here each answer comes when the test wants it. */

const asked: { name: string; input: unknown; answer(value: unknown): void }[] = [];
vi.stubGlobal('window', {
  callbook: {
    invoke: (name: string, input: unknown) =>
      new Promise((resolve) => asked.push({ name, input, answer: (value) => resolve({ ok: true, value }) })),
  },
});

interface Modules {
  copyPicked(ranges: readonly object[], columns: readonly object[], around: object): Promise<void>;
  useCalls: { setState(state: object): void };
  useNotices: { getState(): { notices: readonly { problem: { code: string } }[] } };
}
// By names that the compiler does not follow: the page's types are not those of tests.
const files = ['screens/calls/copyPicked', 'stores/calls', 'stores/notices'].map(
  (name) => `../../src/renderer/${name}.ts`,
);
let modules: Modules;

beforeEach(async () => {
  vi.resetModules();
  asked.length = 0;
  modules = Object.assign({}, ...(await Promise.all(files.map((file) => import(file) as Promise<Modules>)))) as Modules;
});

const sent = (rows: readonly unknown[]) => new TextEncoder().encode(JSON.stringify(rows));
const rowOf = (name: string) => ({ rowId: 1, batch: 'b', annotation: null, call: { name } });
const cells = (first: number, last: number) => [{ from: { row: first, column: 0 }, to: { row: last, column: 0 } }];

test('a long copy that is overtaken by another does not take the clipboard from it', async () => {
  const shown = { id: 1, total: 60, all: 60, selection: {}, sort: [], pages: new Map([[0, [rowOf('Ada')]]]) };
  modules.useCalls.setState({ shown });
  const copy = (first: number, last: number) =>
    modules.copyPicked(cells(first, last), [{ id: 'name', label: 'Name', kind: 'text' }], {
      maskPhones: false,
      batches: new Map(),
    });
  const long = copy(30, 40);
  const short = copy(0, 0);
  await vi.waitUntil(() => asked.some(({ name }) => name === 'clipboard.write'));
  asked.find(({ name }) => name === 'clipboard.write')?.answer(null);
  await short;
  const rows = sent(Array.from({ length: 11 }, () => rowOf('Bob')));
  asked.find(({ name }) => name === 'calls.window')?.answer({ rows, total: 60, all: 60 });
  // Copies that are written wait for an answer to that.
  await Promise.race([long, vi.waitUntil(() => asked.length > 2)]);
  expect(asked.filter(({ name }) => name === 'clipboard.write').map(({ input }) => input)).toEqual([{ text: 'Ada' }]);
});

test('where calls have come since, no other calls are copied in place of those that were picked', async () => {
  const shown = { id: 1, total: 60, all: 60, selection: {}, sort: [], pages: new Map([[0, [rowOf('Ada')]]]) };
  modules.useCalls.setState({ shown });
  const copy = modules.copyPicked(cells(0, 40), [{ id: 'name', label: 'Name', kind: 'text' }], {
    maskPhones: false,
    batches: new Map(),
  });
  await vi.waitUntil(() => asked.length > 0);
  const rows = sent(Array.from({ length: 40 }, () => rowOf('Ada')));
  asked[0]?.answer({ rows, total: 61, all: 61 });
  // A copy that is written waits for an answer to that.
  await Promise.race([copy, vi.waitUntil(() => asked.length > 1)]);
  expect(asked.map(({ name }) => name)).toEqual(['calls.window']);
  const told = modules.useNotices.getState().notices.map(({ problem }) => problem.code);
  expect(told).toEqual(['CALLS_CHANGED']);
});
