import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACCOUNT, all, makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';

/** The list of a batch's contacts in the cache: metadata for calls, rows for contacts that are not called yet. */

const KEY = `${ACCOUNT}/one`;
const call = (id: string, fields: object = {}) => ({ call_id: id, status: 'completed', ...fields });
const contact = (id: string | null, metadata: object, fields: object = {}) => ({
  call_id: id,
  status: 'pending',
  duration_seconds: null,
  metadata,
  ...fields,
});

/** Takes a list of contacts into the batch as one page. */
function readContacts(cache: CacheFile, contacts: readonly unknown[], end: 'whole' | 'ended' = 'whole'): number {
  return takeTexts(
    cache,
    contacts.map((item) => JSON.stringify(item)),
    end,
  );
}

function takeTexts({ writer }: CacheFile, items: readonly string[], end: 'whole' | 'ended'): number {
  const runId = writer.startRun({ accountId: ACCOUNT, batches: [] });
  writer.startContacts({ batch: KEY, runId });
  writer.addContacts({ batch: KEY, page: 1, items });
  writer.finishContacts({ batch: KEY, end });
  writer.settle();
  return runId;
}

function countBy(cache: CacheFile, column: string): Record<string, number> {
  const measures = [{ type: 'count' as const }];
  const pivot = cache.reader.pivot(all, { rows: [{ column }], columns: [], measures, base: 'filled' });
  return Object.fromEntries(
    pivot.rowKeys.map(([key], r) => [
      key !== undefined && 'json' in key ? key.json : (key?.blank ?? ''),
      pivot.cells[0]?.[r] ?? 0,
    ]),
  );
}

const rows = (cache: CacheFile) =>
  cache.reader.calls(cache.reader.order(all, [{ column: 'call_id', descending: false }]));

test('metadata of a contact is a column, a filter and words of its call', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a', { summary: 'Good.' }), call('b')]);
  readContacts(cache, [
    contact('a', { 'Company Name': 'Asha Traders', Seats: 12 }, { note: 'left a message' }),
    contact('b', { 'Company Name': 'Fabrikam' }),
  ]);
  expect(countBy(cache, 'metadata:Company Name')).toEqual({ '"Asha Traders"': 1, '"Fabrikam"': 1 });
  expect(countBy(cache, 'metadata:Seats')).toEqual({ '12': 1, missing: 1 });
  expect(countBy(cache, 'metadata:Unknown')).toEqual({ missing: 2 });
  const of = { column: 'metadata:Company Name' };
  expect(
    cache.reader.count({ ...all, filters: [{ op: 'any', of, values: [{ text: 'Fabrikam' }], negate: false }] }),
  ).toBe(1);
  expect(['traders', 'message', 'good'].map((text) => cache.reader.count({ ...all, text }))).toEqual([1, 1, 1]);
  expect(
    cache.reader
      .columns([])
      .map(({ id }) => id)
      .slice(-2),
  ).toEqual(['metadata:Company Name', 'metadata:Seats']);
  expect(rows(cache)[0]).toMatchObject({ call: { summary: 'Good.', extra: { note: 'left a message' } } });
  cache.close();
});

test('metadata stays through later results, whatever of the call changes', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a')]);
  readContacts(cache, [contact('a', { City: 'Pune' })]);
  expect(cache.ingest('one', [call('a', { summary: 'Later.' })])).toMatchObject({ changed: 1, new: 0 });
  expect(countBy(cache, 'metadata:City')).toEqual({ '"Pune"': 1 });
  expect(cache.reader.count({ ...all, text: 'pune later' })).toBe(1);
  const [row] = rows(cache);
  expect(cache.reader.listChanges(row?.rowId ?? 0).map(({ field }) => field)).toEqual(['summary']);
  cache.close();
});

test('a contact that is not called yet is a row; when it is called it is a new call, once', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a')]);
  readContacts(cache, [contact('a', {}), contact('b', { City: 'Pune' }, { name: 'Meera' })]);
  expect(countBy(cache, 'status')).toEqual({ '"completed"': 1, '"pending"': 1 });
  expect(cache.reader.listBatches()[0]).toMatchObject({ calls: 1, uncalled: 1 });
  const rate = {
    rows: [],
    columns: [],
    measures: [{ type: 'rate' as const, column: 'status', value: 'completed' }],
    base: 'dialled' as const,
  };
  expect(cache.reader.pivot(all, rate).totals[0]).toBe(1);

  // A pass of results that does not list it yet does not make it gone.
  expect(cache.ingest('one', [call('a')])).toMatchObject({ new: 0, unchanged: 1, gone: 0 });
  expect(cache.ingest('one', [call('a'), call('b', { name: 'Meera' })])).toMatchObject({
    new: 1,
    changed: 0,
    unchanged: 1,
    gone: 0,
  });
  expect(cache.reader.listBatches()[0]).toMatchObject({ calls: 2, uncalled: 0 });
  expect(countBy(cache, 'status')).toEqual({ '"completed"': 2 });
  expect(countBy(cache, 'metadata:City')).toEqual({ '"Pune"': 1, missing: 1 });
  expect(cache.reader.count({ ...all, text: 'meera pune' })).toBe(1);
  cache.close();
});

test('a contact is called once results list it, also with the same text', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a')]);
  readContacts(cache, [contact('a', {}), contact('b', { City: 'Pune' })]);
  const both = [call('a'), contact('b', { City: 'Pune' })];
  expect(cache.ingest('one', both)).toMatchObject({ new: 1, changed: 0, unchanged: 1 });
  expect(cache.reader.listBatches()[0]).toMatchObject({ calls: 2, uncalled: 0 });
  expect(cache.ingest('one', both)).toMatchObject({ new: 0, changed: 0, unchanged: 2 });
  cache.close();
});

test('a contact that leaves the list without a call is gone, and only a whole list says so', () => {
  const cache = makeCacheFile();
  cache.ingest('one', []);
  readContacts(cache, [contact('a', {}), contact('b', {})]);
  readContacts(cache, [contact('a', {})], 'ended');
  expect(rows(cache).map(({ goneAt }) => goneAt === null)).toEqual([true, true]);
  readContacts(cache, [contact('a', {})]);
  expect(rows(cache).map(({ goneAt }) => goneAt === null)).toEqual([true, false]);
  readContacts(cache, [contact('a', {}), contact('b', {})]);
  expect(rows(cache).map(({ goneAt }) => goneAt === null)).toEqual([true, true]);
  cache.close();
});

test('metadata that changes between two readings is history; what the first one brings is not', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a')]);
  const first = readContacts(cache, [contact('a', { City: 'Pune' })]);
  const second = readContacts(cache, [contact('a', { City: 'Lisbon' })]);
  expect(cache.reader.listRunChanges(first, 10).total).toBe(0);
  expect(cache.reader.listRunChanges(second, 10).first).toMatchObject([
    { field: 'metadata:City', oldValue: '"Pune"', newValue: '"Lisbon"' },
  ]);
  cache.close();
});

test('a contact without a call_id is named by its external_id; one without any name is kept raw', () => {
  const cache = makeCacheFile();
  cache.ingest('one', []);
  readContacts(cache, [contact(null, { City: 'Pune' }, { external_id: '77' }), contact(null, {})]);
  expect(rows(cache).map(({ call: { call_id, external_id } }) => [call_id, external_id])).toEqual([
    ['contact 77', '77'],
  ]);
  expect(cache.reader.listRejected().map(({ list }) => list)).toEqual(['contacts']);
  cache.close();
});

test.each([
  ['a number with more digits than a double holds', '1234567890123456789', 'contact 1234567890123456789'],
  ['a short number', '77', 'contact 77'],
  ['an object with a toString of its own', '{"toString":1}', null],
])('a contact without a call_id whose external_id is %s does not stop its page', (_what, id, name) => {
  const cache = makeCacheFile();
  cache.ingest('one', []);
  const item = `{"external_id":${id},"metadata":{"City":"Pune"}}`;
  takeTexts(cache, [item, JSON.stringify(contact('other', {}))], 'whole');
  const [first, ...others] = rows(cache).filter(({ call: { call_id } }) => call_id !== 'other');
  expect(others).toEqual([]);
  expect(first?.call.call_id ?? null).toBe(name);
  if (first !== undefined) expect(first.received).toContain(`"external_id":${id},`);
  else expect(cache.reader.listRejected().map(({ received }) => received)).toEqual([item]);
  cache.close();
});

const page = (ids: readonly string[]) => ids.map((id) => JSON.stringify(contact(id, {})));

/** A cache that the first page of contacts is asked for. */
function startReading() {
  const cache = makeCacheFile();
  cache.ingest('one', []);
  const { writer } = cache;
  const runId = writer.startRun({ accountId: ACCOUNT, batches: [] });
  expect(writer.startContacts({ batch: KEY, runId })).toBe(1);
  return { cache, writer, runId };
}

test('a reading of contacts that was stopped goes on with its next page, and counts what it saw', () => {
  const { cache, writer, runId } = startReading();
  writer.addContacts({ batch: KEY, page: 1, items: page(['a', 'b']) });
  writer.finishContacts({ batch: KEY, end: 'stopped' });
  writer.settle();
  expect(rows(cache)).toHaveLength(2);
  expect(writer.startContacts({ batch: KEY, runId })).toBe(2);
  expect(writer.addContacts({ batch: KEY, page: 2, items: page(['b', 'c']) })).toEqual({ seen: 3, fresh: 1 });
  writer.finishContacts({ batch: KEY, end: 'whole' });
  writer.settle();
  expect(cache.reader.listBatches()[0]).toMatchObject({ hasContacts: true, uncalled: 3 });
  cache.close();
});

test('a reading that was killed after its last page goes on with that page, and from the first if there is no other', () => {
  const { cache, writer, runId } = startReading();
  const unreadable = '{"call_id":"odd","status":3';
  writer.addContacts({ batch: KEY, page: 1, items: [...page(['a']), unreadable], isLast: true });
  expect(writer.startContacts({ batch: KEY, runId })).toBe(1);
  const again = writer.addContacts({ batch: KEY, page: 1, items: [...page(['a']), unreadable], isLast: false });
  expect(again).toEqual({ seen: 2, fresh: 2 });
  expect(cache.reader.listRejected().map(({ received }) => received)).toEqual([unreadable]);
  writer.addContacts({ batch: KEY, page: 2, items: page(['b']), isLast: true });
  expect(writer.startContacts({ batch: KEY, runId })).toBe(2);
  expect(writer.addContacts({ batch: KEY, page: 2, items: page(['b']), isLast: true })).toEqual({ seen: 3, fresh: 0 });
  cache.close();
});

test('any metadata key and value can be counted, and contacts and calls in any order give the same rows', () => {
  const metadata = fc.dictionary(
    fc.oneof(fc.constantFrom('City', '', '__proto__', 'a:b'), fc.string({ maxLength: 6 })),
    fc.jsonValue({ maxDepth: 1 }),
    { maxKeys: 3, noNullPrototype: true },
  );
  const people = fc.array(fc.record({ metadata, isCalled: fc.boolean() }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(people, fc.boolean(), (list, contactsFirst) => {
      const cache = makeCacheFile();
      const calls = list.flatMap(({ isCalled }, i) => (isCalled ? [call(`c${i}`)] : []));
      const contacts = list.map((one, i) => contact(`c${i}`, one.metadata));
      cache.ingest('one', contactsFirst ? [] : calls);
      readContacts(cache, contacts);
      cache.ingest('one', calls);
      expect(cache.reader.listBatches()[0]).toMatchObject({
        calls: calls.length,
        uncalled: list.length - calls.length,
      });
      for (const { id } of cache.reader.columns([]).filter((column) => column.id.startsWith('metadata:'))) {
        const counted = Object.values(countBy(cache, id)).reduce((sum, n) => sum + n, 0);
        expect(counted, id).toBe(list.length);
      }
      cache.close();
    }),
    { numRuns: 30 },
  );
});
