import { beforeEach, expect, test, vi } from 'vitest';

/** The open call: the store asks the core by `window.callbook`; here each answer comes when the test wants it. */

const asked: { name: string; input: unknown; answer(value: unknown): void; refuse(code: string): void }[] = [];
vi.stubGlobal('window', {
  callbook: {
    invoke: (name: string, input: unknown) =>
      new Promise((resolve) =>
        asked.push({
          name,
          input,
          answer: (value) => resolve({ ok: true, value }),
          refuse: (code) => resolve({ ok: false, error: { code, message: code } }),
        }),
      ),
  },
});

interface Annotation {
  readonly isStarred: boolean;
  readonly tags: readonly string[];
  readonly note: string;
}
interface Stores {
  openCall(index: number): Promise<void>;
  retryCall(): void;
  openRow(rowId: number): Promise<void>;
  annotate(rowId: number, annotation: Annotation): Promise<void>;
  toggleStar(): Promise<void>;
  closeCall(): void;
  stepHit(by: 1 | -1): void;
  setHits(hits: number, isAll: boolean): void;
  refreshCall(batches: readonly string[]): Promise<void>;
  checkPlace(): Promise<void>;
  useDetail: {
    getState(): {
      isOpen: boolean;
      index: number | null;
      detail: { rowId: number; annotation: Annotation | null } | null;
      problem: { code: string } | null;
      hit: number | null;
    };
  };
}
// By names that the compiler does not follow: the page's types are not those of tests.
const file = '../../src/renderer/stores/detail.ts';
const rowsFile = '../../src/renderer/stores/calls.ts';
let stores: Stores;

beforeEach(async () => {
  vi.resetModules();
  asked.length = 0;
  stores = (await import(file)) as Stores;
});

const next = (name: string) => {
  const at = asked.findIndex((one) => one.name === name);
  return asked.splice(at, 1)[0];
};
const detailOf = (rowId: number, annotation: Annotation | null) =>
  JSON.stringify({ rowId, annotation, batch: { key: 'b' }, call: {} });
const noted: Annotation = { isStarred: false, tags: [], note: 'Ring on Monday.' };

test('a call that is opened again before its note is written shows the note', async () => {
  const written = stores.annotate(1, noted);
  const again = stores.openRow(1);
  await vi.waitUntil(() => asked.length === 2);
  next('calls.get')?.answer(detailOf(1, null));
  await again;
  expect(stores.useDetail.getState().detail?.annotation).toEqual(noted);

  // Asked before it was written, answered after.
  const late = stores.openRow(1);
  await vi.waitUntil(() => asked.length === 2);
  next('calls.annotate')?.answer(null);
  await written;
  next('calls.get')?.answer(detailOf(1, null));
  await late;
  expect(stores.useDetail.getState().detail?.annotation).toEqual(noted);

  // From then on the cache knows it, or what another Callbook wrote since.
  const since = stores.openRow(1);
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.answer(detailOf(1, { ...noted, note: 'Done.' }));
  await since;
  expect(stores.useDetail.getState().detail?.annotation?.note).toBe('Done.');
});

test('a call whose row is not there any more is told, and never stands at “Opening…”', async () => {
  // No rows are read, so there is none at this place.
  await stores.openCall(3);
  expect(stores.useDetail.getState()).toMatchObject({ detail: null, problem: { code: 'UNKNOWN_CALL' } });
});

test('a call that cannot be read is not told over the one before it, and is asked for again', async () => {
  const first = stores.openRow(1);
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.answer(detailOf(1, null));
  await first;
  const second = stores.openRow(2);
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.refuse('WORKER_CRASHED');
  await second;
  expect(stores.useDetail.getState()).toMatchObject({ detail: null, problem: { code: 'WORKER_CRASHED' } });
  stores.retryCall();
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.answer(detailOf(2, noted));
  await vi.waitUntil(() => stores.useDetail.getState().detail !== null);
  expect(stores.useDetail.getState()).toMatchObject({ detail: { annotation: noted }, problem: null });
});

/** Call 1 is open, and 2 is asked for. */
async function openSecond(): Promise<void> {
  const first = stores.openRow(1);
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.answer(detailOf(1, noted));
  await first;
  void stores.openRow(2);
  await vi.waitUntil(() => asked.length === 1);
}
const written = () => asked.filter(({ name }) => name === 'calls.annotate').map(({ input }) => input);
const starred = { isStarred: true, tags: [], note: '' };

test('a star for a call that is being opened is its own, not that of the call before it', async () => {
  await openSecond();
  const toggled = stores.toggleStar();
  expect(written()).toEqual([]);
  next('calls.get')?.answer(detailOf(2, null));
  await vi.waitUntil(() => written().length > 0);
  expect(written()).toEqual([{ rowId: 2, annotation: starred }]);
  expect(stores.useDetail.getState().detail).toMatchObject({ rowId: 2, annotation: starred });
  next('calls.annotate')?.answer(null);
  await toggled;
});

test('a star for a call that is being opened is written, too, when another is opened meanwhile, or all are closed; two are none', async () => {
  await openSecond();
  void stores.toggleStar();
  const third = stores.openRow(3);
  await vi.waitUntil(() => asked.length === 2);
  void stores.toggleStar();
  void stores.toggleStar();
  next('calls.get')?.answer(detailOf(2, null));
  await vi.waitUntil(() => written().length > 0);
  expect(stores.useDetail.getState().detail?.rowId).toBe(1);
  stores.closeCall();
  next('calls.get')?.answer(detailOf(3, null));
  await third;
  await vi.waitUntil(() => written().length === 3);
  expect(written()).toEqual([
    { rowId: 2, annotation: starred },
    { rowId: 3, annotation: starred },
    { rowId: 3, annotation: { ...starred, isStarred: false } },
  ]);
  expect(stores.useDetail.getState()).toMatchObject({ isOpen: false, detail: null });
});

test('the way to a hit of a call that is being opened is gone once it is here', async () => {
  await openSecond();
  stores.stepHit(1);
  next('calls.get')?.answer(detailOf(2, null));
  await vi.waitUntil(() => stores.useDetail.getState().detail?.rowId === 2);
  // As it is drawn.
  stores.setHits(3, true);
  expect(stores.useDetail.getState().hit).toBe(0);
  stores.setHits(5, true);
  expect(stores.useDetail.getState().hit).toBe(0);
});

test('a way to a hit that leads nowhere is not gone later, once something else is searched for', async () => {
  await openSecond();
  stores.stepHit(1);
  next('calls.get')?.answer(detailOf(2, null));
  await vi.waitUntil(() => stores.useDetail.getState().detail?.rowId === 2);
  // A part of its transcript is still to be looked through, then there is none.
  stores.setHits(0, false);
  stores.setHits(0, true);
  stores.setHits(3, true);
  expect(stores.useDetail.getState().hit).toBe(null);
});

/** Call 1 is open, and drawn with the hits that are known. */
async function openFirst(hits: number, isAll: boolean): Promise<void> {
  const first = stores.openRow(1);
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.answer(detailOf(1, null));
  await first;
  stores.setHits(hits, isAll);
}
const hit = () => stores.useDetail.getState().hit;

test('a hit that is still to be counted is gone to once it is, and once only', async () => {
  await openFirst(0, false);
  stores.stepHit(1);
  expect(hit()).toBe(null);
  stores.setHits(2, false);
  expect(hit()).toBe(0);
  stores.stepHit(1);
  expect(hit()).toBe(1);
  // There is a next one, which is not the first again.
  stores.stepHit(1);
  expect(hit()).toBe(1);
  stores.setHits(5, false);
  expect(hit()).toBe(2);
  stores.setHits(9, true);
  expect(hit()).toBe(2);
});

test.each([
  ['from none', 0, null],
  ['from the first', 1, 0],
])('the last hit is gone to once all are counted: %s', async (_name, steps, from) => {
  await openFirst(3, false);
  for (let step = 0; step < steps; step++) stores.stepHit(1);
  stores.stepHit(-1);
  expect(hit()).toBe(from);
  stores.setHits(6, false);
  expect(hit()).toBe(from);
  stores.setHits(9, true);
  expect(hit()).toBe(8);
});

test('in a call that is opened again, the way to a hit is gone once, whether it has one or not', async () => {
  await openSecond();
  next('calls.get')?.answer(detailOf(2, null));
  await vi.waitUntil(() => stores.useDetail.getState().detail?.rowId === 2);
  for (const [hits, hit] of [
    [3, 0],
    [0, null],
  ] as const) {
    stores.setHits(hits, true);
    const again = stores.openRow(2);
    await vi.waitUntil(() => asked.length === 1);
    stores.stepHit(1);
    next('calls.get')?.answer(detailOf(2, null));
    await again;
    expect(stores.useDetail.getState().hit).toBe(hit);
    stores.setHits(5, true);
    expect(stores.useDetail.getState().hit).toBe(hit);
  }
});

test('a sync that ends while a call is being opened does not bring back the one before it', async () => {
  await openSecond();
  const refreshed = stores.refreshCall(['b']);
  await vi.waitUntil(() => asked.length === 2);
  next('calls.get')?.answer(detailOf(2, null));
  expect(asked[0]?.input).toEqual({ rowId: 2 });
  next('calls.get')?.answer(detailOf(2, noted));
  await refreshed;
  expect(stores.useDetail.getState().detail).toMatchObject({ rowId: 2, annotation: noted });
});

/** Rows are read, anew or for the first time. */
async function showRows(rowIds: readonly number[]): Promise<void> {
  const { loadCalls } = (await import(rowsFile)) as { loadCalls(): Promise<void> };
  const loaded = loadCalls();
  await vi.waitUntil(() => asked.some(({ name }) => name === 'calls.window'));
  const rows = new TextEncoder().encode(JSON.stringify(rowIds.map((rowId) => ({ rowId, call: {}, snippet: null }))));
  next('calls.window')?.answer({ total: rowIds.length, all: rowIds.length, rows });
  await loaded;
}

test.each([
  ['keeps its place where it still stands there', [1, 2], 1],
  ['loses it where another does now', [2, 1], null],
])('a call that is being opened while rows are read anew %s', async (_name, anew, place) => {
  await showRows([1, 2]);
  const first = stores.openCall(0);
  await vi.waitUntil(() => asked.length === 1);
  next('calls.get')?.answer(detailOf(1, null));
  await first;
  void stores.openCall(1);
  await vi.waitUntil(() => asked.length === 1);
  await showRows(anew);
  const checked = stores.checkPlace();
  next('calls.get')?.answer(detailOf(2, null));
  await checked;
  expect(stores.useDetail.getState()).toMatchObject({ index: place, detail: { rowId: 2 } });
});

test('a call that is being opened is asked for again as the one that was chosen, wherever others stand by then', async () => {
  await showRows([1, 2]);
  void stores.openCall(1);
  await vi.waitUntil(() => asked.length === 1);
  await showRows([2, 1]);
  const refreshed = stores.refreshCall(['acc/batch']);
  await vi.waitUntil(() => asked.length === 2);
  for (const { input, answer } of asked.splice(0)) answer(detailOf((input as { rowId: number }).rowId, null));
  await refreshed;
  expect(stores.useDetail.getState()).toMatchObject({ index: 1, detail: { rowId: 2 } });
});
