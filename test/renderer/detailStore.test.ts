import { beforeEach, expect, test, vi } from 'vitest';

/** The open call: the store asks the core by `window.callbook`; here each answer comes when the test wants it. */

const asked: { name: string; answer(value: unknown): void }[] = [];
vi.stubGlobal('window', {
  callbook: {
    invoke: (name: string) =>
      new Promise((resolve) => asked.push({ name, answer: (value) => resolve({ ok: true, value }) })),
  },
});

interface Annotation {
  readonly isStarred: boolean;
  readonly tags: readonly string[];
  readonly note: string;
}
interface Stores {
  openRow(rowId: number): Promise<void>;
  annotate(rowId: number, annotation: Annotation): Promise<void>;
  useDetail: { getState(): { detail: { annotation: Annotation | null } | null } };
}
// By a name that the compiler does not follow: the page's types are not those of tests.
const file = '../../src/renderer/stores/detail.ts';
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
