import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { openWritable } from '../../../src/main/cache/database.ts';
import type { BatchEnd } from '../../../src/main/cache/ingest.ts';
import { migrate, migrations, newestVersion } from '../../../src/main/cache/migrations/index.ts';
import { openReader } from '../../../src/main/cache/reader.ts';
import { openWriter, type Writer } from '../../../src/main/cache/writer.ts';
import { keyValue } from '../../../src/shared/call.ts';
import { ACCOUNT, all, makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';

const call = (id: string, fields: object = {}) => ({ call_id: id, status: 'completed', ...fields });
const countBy = (cache: CacheFile, column: string) => {
  const pivot = cache.reader.pivot(all, {
    rows: [{ column }],
    columns: [],
    measures: [{ type: 'count' }],
    base: 'filled',
  });
  return Object.fromEntries(
    pivot.rowKeys.map(([key], r) => [key !== undefined && 'json' in key ? key.json : key?.blank, pivot.cells[0]?.[r]]),
  );
};

test('a second sync of the same items changes nothing', () => {
  const cache = makeCacheFile();
  expect(cache.ingest('one', [call('a'), call('b')])).toMatchObject({
    new: 2,
    changed: 0,
    unchanged: 0,
    gone: 0,
    rejected: 0,
  });
  const revision = () => new Database(cache.file).prepare('SELECT revision FROM batch').pluck().get();
  const before = revision();
  expect(cache.ingest('one', [call('b'), call('a')])).toMatchObject({
    new: 0,
    changed: 0,
    unchanged: 2,
    gone: 0,
    rejected: 0,
  });
  expect(revision()).toBe(before);
  cache.close();
});

test('a call that changed keeps its history, field by field and key by key', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a', { analysis_status: 'pending', outcomes: {} })]);
  const counts = cache.ingest('one', [
    call('a', { analysis_status: 'ready', outcomes: { Interested: 'Yes' }, summary: 'Good.' }),
  ]);
  expect(counts).toMatchObject({ new: 0, changed: 1 });
  const [rowId] = cache.reader.order(all, []);
  const history = cache.reader
    .listChanges(rowId ?? 0)
    .map(({ field, oldValue, newValue }) => [field, oldValue, newValue]);
  expect(history.sort()).toEqual([
    ['analysis_status', '"pending"', '"ready"'],
    ['outcome:Interested', null, '"Yes"'],
    ['summary', null, '"Good."'],
  ]);
  expect(countBy(cache, 'outcome:Interested')).toEqual({ '"Yes"': 1 });
  cache.close();
});

test('an item that says more of what nobody documents is kept as it came; in another order it is the same', () => {
  const cache = makeCacheFile();
  const before = '{"call_id":"a","status":"completed","recording":{"available":true}}';
  const reordered = '{"status":"completed","recording":{"available":true},"call_id":"a"}';
  const more = '{"call_id":"a","status":"completed","recording":{"available":true,"channels":12345678901234567890}}';
  const received = () => cache.reader.calls(cache.reader.order(all, [])).map((one) => one.received);
  cache.ingest('one', [before]);
  expect(cache.ingest('one', [reordered])).toMatchObject({ changed: 0, unchanged: 1 });
  expect(received()).toEqual([before]);
  expect(cache.ingest('one', [more])).toMatchObject({ changed: 0, unchanged: 1 });
  expect(received()).toEqual([more]);
  cache.close();
});

test('a call seen on two pages is stored once', () => {
  const cache = makeCacheFile();
  expect(cache.ingest('one', [call('a'), call('b'), call('a'), call('c')], 2)).toMatchObject({ new: 3, unchanged: 0 });
  expect(cache.reader.count(all)).toBe(3);
  cache.close();
});

test('a call that the provider no longer lists stays, marked as gone', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a'), call('b')]);
  expect(cache.ingest('one', [call('a')])).toMatchObject({ gone: 1, unchanged: 1 });
  const stored = cache.reader.calls(cache.reader.order(all, [{ column: 'call_id', descending: false }]));
  expect(stored.map(({ call: { call_id }, goneAt }) => [call_id, goneAt !== null])).toEqual([
    ['a', false],
    ['b', true],
  ]);
  expect(cache.ingest('one', [call('a'), call('b')])).toMatchObject({ gone: 0, changed: 1 });
  expect(cache.reader.calls(cache.reader.order(all, [])).every(({ goneAt }) => goneAt === null)).toBe(true);
  cache.close();
});

test.each(['before', 'after'])(
  'calls that another Callbook brings %s this one has written its page are not gone; one that neither sees is',
  (when) => {
    const cache = makeCacheFile();
    const other = openWriter(cache.file);
    const batch = `${ACCOUNT}/one`;
    const page = (...ids: string[]) => ({ batch, page: 1, items: ids.map((id) => JSON.stringify(call(id))) });
    const begin = (writer: Writer) => {
      writer.startBatch({ batch, runId: writer.startRun({ accountId: ACCOUNT, batches: [] }) });
      writer.startPass(batch);
    };
    cache.ingest('one', [call('a'), call('b')]);
    cache.writer.startContacts({ batch, runId: 1 });
    cache.writer.addContacts({ batch, page: 1, items: [JSON.stringify({ call_id: 'contact', status: 'pending' })] });
    cache.writer.finishContacts({ batch, end: 'whole' });

    begin(cache.writer);
    if (when === 'after') cache.writer.addPage(page('a'));
    // The provider has called the contact and somebody new, since it was asked for the page above.
    begin(other);
    other.addPage(page('a', 'contact', 'new'));
    other.finishBatch({ batch, end: 'whole' });
    if (when === 'before') cache.writer.addPage(page('a'));
    cache.writer.finishBatch({ batch, end: 'whole' });
    cache.writer.settle();
    const stored = cache.reader.calls(cache.reader.order(all, [{ column: 'call_id', descending: false }]));
    expect(stored.map(({ call: { call_id }, goneAt }) => [call_id, goneAt !== null])).toEqual([
      ['a', false],
      ['b', true],
      ['contact', false],
      ['new', false],
    ]);
    other.close();
    cache.close();
  },
);

test('syncs in any order, of calls that stay, change, go and come back, count what a naive comparison does', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'ü', '\0', '\ud800');
  // The version 0 is no call that can be read.
  const item = fc.record({ call_id: id, version: fc.nat(2), hasSpaces: fc.boolean() });
  const sync = fc.oneof(fc.uniqueArray(item, { selector: (one) => one.call_id }), fc.array(item, { maxLength: 12 }));
  const syncs = fc.array(sync, { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(syncs, fc.integer({ min: 1, max: 4 }), fc.boolean(), (given, pageSize, isRepeated) => {
      const cache = makeCacheFile();
      const known = new Map<string, { version: number; isGone: boolean; text: string }>();
      for (const pass of isRepeated ? given.flatMap((one) => [one, one]) : given) {
        const old = new Set(known.keys());
        const [seen, changed, rejected] = [new Set<string>(), new Set<string>(), new Set<string>()];
        const texts = pass.map(({ call_id, version, hasSpaces }) => {
          const text = JSON.stringify(
            call(call_id, { duration_seconds: version === 0 ? 'long' : version }),
            null,
            hasSpaces ? 1 : 0,
          );
          if (version === 0) {
            rejected.add(call_id);
            return text;
          }
          seen.add(call_id);
          const before = known.get(call_id);
          const isChanged = before === undefined || before.version !== version || before.isGone;
          if (isChanged && old.has(call_id)) changed.add(call_id);
          known.set(call_id, { version, isGone: false, text: isChanged ? text : before.text });
          return text;
        });
        const gone = [...known].filter(([one, { isGone }]) => !seen.has(one) && !rejected.has(one) && !isGone);
        for (const [, one] of gone) one.isGone = true;
        expect(cache.ingest('one', texts, pageSize)).toEqual({
          new: known.size - old.size,
          changed: changed.size,
          unchanged: [...seen].filter((one) => old.has(one) && !changed.has(one)).length,
          gone: gone.length,
          rejected: rejected.size,
        });
      }
      const stored = cache.reader.calls(cache.reader.order(all, []));
      expect(new Set(stored.map(({ received, goneAt }) => `${goneAt !== null} ${received}`))).toEqual(
        new Set([...known.values()].map(({ text, isGone }) => `${isGone} ${text}`)),
      );
      expect(stored).toHaveLength(known.size);
      cache.close();
    }),
    { numRuns: 60 },
  );
});

test('an item that cannot be read is kept raw with its reason, the others are stored, and a later sync tries it again', () => {
  const cache = makeCacheFile();
  const broken = { call_id: 'b', status: 'completed', duration_seconds: 'long', name: 'Secret Name' };
  expect(cache.ingest('one', [call('a'), broken, { name: 'no id' }, 'null', call('c')])).toMatchObject({
    new: 2,
    rejected: 3,
  });
  const rejected = cache.reader.listRejected();
  expect(rejected.map(({ received }) => received)).toEqual([JSON.stringify(broken), '{"name":"no id"}', 'null']);
  expect(rejected[0]?.reason).toMatch(/^duration_seconds: /);
  expect(rejected[0]?.reason).not.toContain('long');
  expect(cache.ingest('one', [call('a'), call('b'), call('c')])).toMatchObject({ new: 1, rejected: 0, gone: 0 });
  expect(cache.reader.listRejected()).toEqual([]);
  cache.close();
});

test('syncs of a batch that moves keep one of each item that cannot be read, until it can be', () => {
  const cache = makeCacheFile();
  const batch = `${ACCOUNT}/one`;
  const [broken, noId, other] = ['{"call_id":"b","name":5}', '{"name":"no id"}', '{"call_id":"c","name":5}'];
  const sync = (items: readonly string[], end: BatchEnd) => {
    cache.writer.startBatch({ batch, runId: cache.writer.startRun({ accountId: ACCOUNT, batches: [] }) });
    cache.writer.startPass(batch);
    cache.writer.addPage({ batch, page: 1, items });
    cache.writer.finishBatch({ batch, end });
    return cache.reader.listRejected().map(({ received }) => received);
  };
  cache.writer.saveBatches({ accountId: ACCOUNT, batches: '[{"schedule_id":"one","status":"active"}]' });
  expect(sync([broken, noId, other], 'moving')).toEqual([broken, noId, other]);
  expect(sync([broken, noId], 'stopped')).toEqual([other, broken, noId]);
  expect(sync([broken, noId], 'moving')).toEqual([other, broken, noId]);
  expect(cache.reader.listBatches()[0]?.rejected).toBe(3);
  // What this pass did not meet may still be there.
  expect(sync(['{"call_id":"b"}', noId], 'moving')).toEqual([other, noId]);
  cache.close();
});

test('an item nested so deeply that nothing can go through it is kept raw, and does not hold up the others', () => {
  const cache = makeCacheFile();
  const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  const deep = ['outcomes', 'metadata', 'later'].map(
    (name) => `{"call_id":"${name}","${name}":{"k":${nested(30_000)}}}`,
  );
  const shallow = `{"call_id":"shallow","transcript":${nested(400)}}`;
  expect(cache.ingest('one', [...deep, shallow])).toMatchObject({ new: 1, rejected: 3 });
  expect(cache.reader.listRejected().map(({ received }) => received)).toEqual(deep);
  expect(cache.reader.calls(cache.reader.order(all, [])).map(({ received }) => received)).toEqual([shallow]);
  cache.close();
});

test('unknown fields and odd keys are kept exactly as received', () => {
  const cache = makeCacheFile();
  const received =
    '{"call_id":"a","brand_new":{"deep":[1,null]},"outcomes":{"__proto__":"p","":"empty","interested":"a","Interested":"b","=1+1":[1,{"x":true}]}}';
  cache.ingest('one', [received]);
  const stored = cache.reader.calls(cache.reader.order(all, []))[0];
  expect(stored?.received).toBe(received);
  expect(stored?.call.extra).toEqual({ brand_new: { deep: [1, null] } });
  expect(Object.keys(stored?.call.outcomes ?? {}).sort()).toEqual([
    '',
    '=1+1',
    'Interested',
    '__proto__',
    'interested',
  ]);
  expect(
    cache.reader
      .columns([])
      .map(({ id }) => id)
      .filter((id) => id.startsWith('outcome:'))
      .sort(),
  ).toEqual(['outcome:', 'outcome:=1+1', 'outcome:Interested', 'outcome:__proto__', 'outcome:interested']);
  expect(countBy(cache, 'outcome:__proto__')).toEqual({ '"p"': 1 });
  cache.close();
});

test('keys with halves of characters, which the file cannot tell apart, keep no batch from being seen', () => {
  const cache = makeCacheFile();
  const counts = cache.ingest('one', [
    '{"call_id":"a","answer_duration_seconds":1,"outcomes":{"\\ud800":"Yes","k\\udc00":"1"},"metadata":{"\\ud800":1,"\\udbff":2}}',
    '{"call_id":"b","answer_duration_seconds":1,"outcomes":{"\\ud801":"No","\ufffd":"Maybe"}}',
  ]);
  expect(counts).toMatchObject({ new: 2, rejected: 0 });
  expect(countBy(cache, 'outcome:\ufffd')).toEqual({ '"Yes"': 1, '"Maybe"': 1 });
  expect(countBy(cache, 'metadata:\ufffd')).toEqual({ missing: 1, 2: 1 });
  const shown = cache.reader
    .calls(cache.reader.order(all, [{ column: 'call_id', descending: false }]))
    .map(({ call }) => ['outcome:\ufffd', 'outcome:k\ufffd', 'metadata:\ufffd'].map((id) => keyValue(call, id)));
  expect(shown).toEqual([
    ['Yes', '1', 2],
    ['Maybe', null, null],
  ]);
  // A change of one is told as one of the column.
  cache.ingest('one', ['{"call_id":"a","answer_duration_seconds":1,"outcomes":{"\\ud800":"No"}}']);
  expect(countBy(cache, 'outcome:\ufffd')).toEqual({ '"No"': 1, '"Maybe"': 1 });
  cache.close();
});

test('pages without an end (a killed sync) are there after the next start', () => {
  const cache = makeCacheFile();
  const batch = `${ACCOUNT}/one`;
  cache.writer.saveBatches({ accountId: ACCOUNT, batches: '[{"schedule_id":"one"}]' });
  cache.writer.startBatch({ batch, runId: 1 });
  cache.writer.startPass(batch);
  cache.writer.addPage({ batch, page: 1, items: [JSON.stringify(call('a', { outcomes: { Interested: 'Yes' } }))] });
  expect(cache.reader.count(all)).toBe(0);
  openWriter(cache.file).close();
  expect(cache.reader.count(all)).toBe(1);
  expect(countBy(cache, 'outcome:Interested')).toEqual({ '"Yes"': 1 });
  cache.close();
});

test('a sync that is killed after the last page asks for that page again, not for one beyond', () => {
  const cache = makeCacheFile();
  const batch = `${ACCOUNT}/one`;
  const ended = { schedule_id: 'one', status: 'completed', pending_contacts: 0 };
  cache.writer.saveBatches({ accountId: ACCOUNT, batches: JSON.stringify([ended]) });
  const start = () =>
    cache.writer.startBatch({ batch, runId: cache.writer.startRun({ accountId: ACCOUNT, batches: [] }) });
  expect(start()).toBe(1);
  cache.writer.startPass(batch);
  cache.writer.addPage({ batch, page: 1, items: [JSON.stringify(call('a'))], isLast: false });
  expect(start()).toBe(2);
  cache.writer.addPage({ batch, page: 2, items: [JSON.stringify(call('b')), '{"odd'], isLast: true });
  expect(start()).toBe(2);
  const again = cache.writer.addPage({
    batch,
    page: 2,
    items: [JSON.stringify(call('b')), '{"odd'],
    isLast: true,
  });
  expect(again).toMatchObject({ seen: 3, fresh: 0, counts: { new: 2, rejected: 1 } });
  cache.writer.finishBatch({ batch, end: 'whole' });
  expect(cache.reader.listRejected().map(({ received }) => received)).toEqual(['{"odd']);
  cache.close();
});

test('a call that another Callbook marks as gone in the middle of a sync is there again once this one sees it', () => {
  const cache = makeCacheFile();
  const batch = `${ACCOUNT}/one`;
  cache.ingest('one', [call('a'), call('b')]);
  const goneAt = () => cache.reader.calls(cache.reader.order(all, [])).map((one) => one.goneAt === null);
  const [one, other] = [cache.writer, openWriter(cache.file)];
  for (const writer of [one, other]) {
    writer.startBatch({ batch, runId: writer.startRun({ accountId: ACCOUNT, batches: [] }) });
    writer.startPass(batch);
  }
  other.addPage({ batch, page: 1, items: [JSON.stringify(call('a'))] });
  other.finishBatch({ batch, end: 'whole' });
  expect(goneAt()).toEqual([true, false]);
  one.addPage({ batch, page: 1, items: [call('a'), call('b')].map((item) => JSON.stringify(item)) });
  one.finishBatch({ batch, end: 'whole' });
  expect(goneAt()).toEqual([true, true]);
  other.close();
  cache.close();
});

test('a damaged segment is answered from the rows', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a'), call('b', { status: 'failed' })]);
  const other = new Database(cache.file);
  other.prepare("UPDATE segment SET data = zeroblob(length(data)) WHERE column_id = 'status'").run();
  other.close();
  expect(countBy(cache, 'status')).toEqual({ '"completed"': 1, '"failed"': 1 });
  cache.close();
});

test('a damaged segment of a batch in the middle of a sync is answered with the calls that readers see', () => {
  const cache = makeCacheFile();
  const batch = `${ACCOUNT}/one`;
  cache.ingest('one', [call('a', { duration_seconds: 1 })]);
  cache.ingest('two', [call('z', { status: 'failed', duration_seconds: 2 })]);
  const runId = cache.writer.startRun({ accountId: ACCOUNT, batches: [] });
  cache.writer.startBatch({ batch, runId });
  const more = Array.from({ length: 100 }, (_, i) => JSON.stringify(call(`c${i}`, { duration_seconds: 70_000 + i })));
  cache.writer.addPage({ batch, page: 1, items: more });
  const other = new Database(cache.file);
  other
    .prepare(
      `UPDATE segment SET data = zeroblob(length(data))
       WHERE batch_no = 1 AND column_id IN ('status', 'duration_seconds')`,
    )
    .run();
  other.close();
  expect(countBy(cache, 'status')).toEqual({ '"completed"': 1, '"failed"': 1 });
  expect(countBy(cache, 'duration_seconds')).toEqual({ 1: 1, 2: 1 });
  cache.close();
});

test('a damaged text index is answered from the rows, and whoever writes learns of it', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a', { summary: 'refund' }), call('b', { name: 'Annabelle' })]);
  cache.ingest('two', [call('c', { summary: 'refund' })]);
  const other = new Database(cache.file);
  const [batchNo] = other.prepare<[], number>('SELECT min(batch_no) FROM batch').pluck().all();
  other.prepare('UPDATE text_chunk SET data = zeroblob(length(data)) WHERE batch_no = ?').run(batchNo);
  other.close();
  expect(['refund', 'nabel', 'nothing'].map((text) => cache.reader.count({ ...all, text }))).toEqual([2, 1, 0]);
  expect(cache.reader.takeDamagedBatches()).toEqual([batchNo]);
  cache.writer.mendBatch(batchNo ?? 0);
  expect(cache.reader.count({ ...all, text: 'refund' })).toBe(2);
  expect(cache.reader.takeDamagedBatches()).toEqual([]);
  cache.close();
});

test('a removed batch leaves no call, word, segment or history behind', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a', { summary: 'refund' })]);
  cache.ingest('one', [call('a', { summary: 'refunds' })]);
  cache.ingest('two', [call('a', { summary: 'refund' })]);
  cache.writer.deleteBatch(`${ACCOUNT}/one`);
  expect(cache.reader.count({ ...all, text: 'refund' })).toBe(1);
  const db = new Database(cache.file, { readonly: true });
  const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  expect(['call', 'batch', 'change', 'text_chunk'].map(count)).toEqual([1, 1, 0, 1]);
  db.close();
  cache.close();
});

test.each([
  ['the batch', (cache: CacheFile) => cache.writer.deleteBatch(`${ACCOUNT}/one`)],
  ['its account', (cache: CacheFile) => cache.writer.deleteAccount(ACCOUNT)],
])('pages that still come once %s is removed go into no other batch that has its number', (_what, remove) => {
  const cache = makeCacheFile();
  const batch = `${ACCOUNT}/one`;
  cache.ingest('one', []);
  const { writer } = cache;
  const page = (id: string) => ({ batch, page: 1, items: [JSON.stringify(call(id))] });
  const runId = writer.startRun({ accountId: ACCOUNT, batches: [] });
  writer.startBatch({ batch, runId });
  writer.startContacts({ batch, runId });
  writer.addPage(page('a'));
  remove(cache);
  writer.saveAccount({
    id: 'acc_b',
    name: 'B',
    baseUrl: 'https://b.test',
    isSample: false,
    rateLimit: null,
    providerAccountId: null,
  });
  writer.saveBatches({ accountId: 'acc_b', batches: JSON.stringify([{ schedule_id: 'two' }]) });
  expect(() => writer.addPage(page('b'))).toThrow(/was removed/);
  expect(() => writer.addContacts(page('c'))).toThrow(/was removed/);
  expect(() => writer.finishBatch({ batch, end: 'stopped' })).toThrow(/was removed/);
  writer.settle();
  expect(cache.reader.count(all)).toBe(0);
  cache.close();
});

test('a file of a newer Callbook is refused and left alone', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a')]);
  const db = new Database(cache.file);
  db.pragma(`user_version = ${newestVersion() + 10}`);
  db.close();
  expect(() => openWriter(cache.file)).toThrow(/newer Callbook/);
  expect(cache.reader.count(all)).toBe(1);
  cache.close();
});

test('a migration that fails leaves the file as it was, and the copy made before is a whole cache', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [call('a')]);
  // What is written while another program reads stays in the log beside the file.
  const other = openReader(cache.file);
  other.hold();
  cache.ingest('two', [call('b')]);
  const db = openWritable(cache.file);
  const failing = {
    version: 9990,
    migrate: (target: typeof db) => (target.exec('DROP TABLE run'), target.exec('this is no SQL')),
  };
  expect(() =>
    migrate(db, cache.file, [
      ...migrations,
      { version: 9980, migrate: (target) => target.exec('DROP TABLE rejected') },
      failing,
    ]),
  ).toThrow();
  expect(db.pragma('user_version', { simple: true })).toBe(newestVersion());
  expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name IN ('run', 'rejected')").pluck().get()).toBe(2);
  db.close();
  const backup = readdirSync(dirname(cache.file)).find((name) => name.endsWith('.bak'));
  const copy = join(dirname(cache.file), 'copy.sqlite');
  copyFileSync(join(dirname(cache.file), backup ?? ''), copy);
  const reader = openReader(copy);
  expect(reader.count(all)).toBe(2);
  reader.close();
  other.close();
  cache.close();
});

test('a disk without room to give back what the old form took does not keep a migrated cache shut', () => {
  const cache = makeCacheFile();
  const db = openWritable(cache.file);
  const exec = db.exec.bind(db);
  vi.spyOn(db, 'exec').mockImplementation((sql) => {
    if (sql === 'VACUUM') throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
    return exec(sql);
  });
  const version = newestVersion() + 10;
  migrate(db, cache.file, [...migrations, { version, migrate: (target) => target.exec('CREATE TABLE more (x)') }]);
  expect(db.pragma('user_version', { simple: true })).toBe(version);
  db.close();
  cache.close();
});

test('two that are started at once on a new file both open it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-two-'));
  const file = join(folder, 'cache.sqlite');
  const [one, other] = [openWritable(file), openWritable(file)];
  // The other does it all right after this one has looked at the version.
  const pragma = one.pragma.bind(one);
  vi.spyOn(one, 'pragma').mockImplementationOnce((...args) => {
    const version = pragma(...args);
    migrate(other, file);
    return version;
  });
  migrate(one, file);
  expect(one.pragma('user_version', { simple: true })).toBe(newestVersion());
  for (const db of [one, other]) db.close();
  openWriter(file).close();
  rmSync(folder, { recursive: true });
});

test('a file that is no cache is told apart from an empty one, and is not touched', () => {
  const cache = makeCacheFile();
  const file = join(dirname(cache.file), 'other.sqlite');
  copyFileSync(new URL(import.meta.url), file);
  expect(() => openWriter(file)).toThrow(/damaged/);
  expect(readFileSync(file, 'utf8')).toContain('told apart');
  cache.close();
});

test('a file that cannot be opened for writing is told as such', () => {
  const cache = makeCacheFile();
  expect(() => openWriter(dirname(cache.file))).toThrow(expect.objectContaining({ code: 'TARGET_NOT_WRITABLE' }));
  cache.close();
});

test('the questions of every sync and every search use an index', () => {
  const cache = makeCacheFile();
  const db = new Database(cache.file, { readonly: true });
  const plan = (sql: string) =>
    db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  expect(plan("SELECT gone_at FROM call WHERE batch_no = 1 AND call_id = 'a'")).toMatch(/SEARCH call USING INDEX/);
  const span = 'first_row BETWEEN 1 AND 2 ORDER BY first_row';
  for (const order of ['', 'DESC LIMIT 1']) {
    expect(plan(`SELECT data FROM received WHERE ${span} ${order}`)).toBe(
      'SEARCH received USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
    );
  }
  expect(plan('SELECT * FROM change WHERE row_id = 1 ORDER BY change_id DESC')).toMatch(
    /SEARCH change USING INDEX change_by_row/,
  );
  expect(plan("SELECT data FROM segment WHERE batch_no = 1 AND column_id = 'status'")).toMatch(
    /SEARCH segment USING INDEX/,
  );
  db.close();
  cache.close();
});

test('what was made of rows that have changed since is not written; the rows as they are now are made to be seen', () => {
  const cache = makeCacheFile();
  cache.ingest('s', [{ call_id: 'a' }]);
  const { writer, reader } = cache;
  const batch = `${ACCOUNT}/s`;
  expect(reader.makeSettled(batch)).toBeUndefined();
  const addPage = (ids: readonly string[]) => {
    writer.startBatch({ batch, runId: writer.startRun({ accountId: ACCOUNT, batches: [] }) });
    writer.startPass(batch);
    writer.addPage({ batch, page: 1, items: ids.map((call_id) => JSON.stringify({ call_id })) });
  };
  addPage(['a', 'b']);
  const early = reader.makeSettled(batch);
  addPage(['a', 'b', 'c']);
  if (early === undefined) throw new Error('nothing was made');
  expect(writer.saveSettled({ batch, settled: early })).toBe(false);
  expect(reader.count(all)).toBe(1);
  const late = reader.makeSettled(batch);
  if (late === undefined) throw new Error('nothing was made');
  expect(writer.saveSettled({ batch, settled: late })).toBe(true);
  expect(reader.count(all)).toBe(3);
  expect(reader.count({ ...all, text: 'c' })).toBe(1);
  expect(writer.saveSettled({ batch, settled: late })).toBe(false);
  cache.close();
});

test('an item that is not JSON is kept as it came, and the others of its page are stored', () => {
  const cache = makeCacheFile();
  expect(cache.ingest('s', ['{"call_id":"a"}', '{"call_id":"b",nonsense}', '{"call_id":"c"}'])).toMatchObject({
    new: 2,
    rejected: 1,
  });
  expect(cache.reader.listRejected()).toMatchObject([
    { received: '{"call_id":"b",nonsense}', reason: 'The item is not JSON.' },
  ]);
  cache.close();
});
