import { beforeEach, expect, test, vi } from 'vitest';

/** The rows that the grid looks through: the store asks the core by `window.callbook`; here a list of numbers is all calls. */

interface Asked {
  readonly offset: number;
  readonly limit: number;
  readonly beside?: { readonly calls: readonly { readonly rowId: number; readonly place: number }[] };
}
let calls: readonly number[] = [];

function answer({ offset, limit, beside }: Asked) {
  const [nearest] = beside?.calls ?? [];
  const at = nearest === undefined ? offset : offset + calls.indexOf(nearest.rowId) - nearest.place;
  const rows = calls.slice(at, at + limit).map((rowId) => ({
    rowId,
    call: { name: 'Call +491511543210', phone_number: '+4915112345678' },
    snippet: null,
    annotation: { note: 'ring +491511234567' },
  }));
  return { total: calls.length, all: calls.length, offset: at, rows: new TextEncoder().encode(JSON.stringify(rows)) };
}
const cores: Record<string, (input: Asked) => unknown> = {
  'calls.window': answer,
  'calls.count': () => calls.length,
  'calls.columns': () => [],
};
vi.stubGlobal('window', {
  callbook: { invoke: (name: string, input: Asked) => Promise.resolve({ ok: true, value: cores[name]?.(input) }) },
});
vi.stubGlobal('requestIdleCallback', () => 1);

interface Shown {
  readonly total: number;
}
interface Stores {
  loadCalls(): Promise<void>;
  maskRows(): void;
  noticeChanges(): Promise<void>;
  needRows(span: { first: number; last: number }): void;
  getRow(index: number): Promise<{ rowId: number } | undefined>;
  rowAt(shown: Shown | null, index: number): { rowId: number } | undefined;
  useCalls: { getState(): { shown: Shown | null; arrived: number } };
}
// By a name that the compiler does not follow: the page's types are not those of tests.
const file = '../../src/renderer/stores/calls.ts';
let stores: Stores;

beforeEach(async () => {
  vi.resetModules();
  stores = (await import(file)) as Stores;
});

const idAt = (index: number) => stores.rowAt(stores.useCalls.getState().shown, index)?.rowId;
const older = Array.from({ length: 400 }, (_, i) => 1_000 + i);

test('while new calls wait to be shown, rows and the next call go on where those at hand end: none comes twice', async () => {
  calls = older;
  await stores.loadCalls();
  stores.needRows({ first: 200, last: 224 });
  await vi.waitUntil(() => idAt(200) !== undefined);
  // Some come above the first rows, some between them and the others that were read.
  calls = [1, 2, 3, ...older.slice(0, 100), 4, 5, ...older.slice(100)];
  await stores.noticeChanges();
  expect(stores.useCalls.getState().arrived).toBe(5);

  stores.needRows({ first: 40, last: 70 });
  await vi.waitUntil(() => idAt(70) !== undefined);
  expect([49, 50, 51].map(idAt)).toEqual([1_049, 1_050, 1_051]);
  expect((await stores.getRow(225))?.rowId).toBe(1_225);
  expect((await stores.getRow(199))?.rowId).toBe(1_199);
  stores.needRows({ first: 220, last: 240 });
  await vi.waitUntil(() => idAt(240) !== undefined);
  expect([224, 225].map(idAt)).toEqual([1_224, 1_225]);
});

test('what is at hand is masked at once, and what a person wrote is not', async () => {
  calls = older;
  await stores.loadCalls();
  stores.maskRows();
  expect(stores.rowAt(stores.useCalls.getState().shown, 0)).toMatchObject({
    call: { name: 'Call +•••••••••210', phone_number: '+4915112345678' },
    annotation: { note: 'ring +491511234567' },
  });
});
