import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWritable } from '../../../src/main/cache/database.ts';
import { migrations } from '../../../src/main/cache/migrations/index.ts';
import { openQuery } from '../../../src/main/cache/query.ts';
import { SELECT_CONTACTS, SELECT_GONE, openReader } from '../../../src/main/cache/reader.ts';
import { SELECT_PAGES, eachReceived, openReceived, openReceivedWriter } from '../../../src/main/cache/received.ts';
import { rowIdOf } from '../../../src/main/cache/rowId.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { newestFirst } from '../../../src/shared/selection.ts';
import { ACCOUNT, all, makeCacheFile } from '../../support/cacheFile.ts';

/** JSON text as a provider might write it: short and long, with spaces and line breaks between values. */
const text = fc.oneof(
  fc.json(),
  fc.tuple(fc.nat(20_000), fc.string()).map(([length, end]) => JSON.stringify('x'.repeat(length) + end, null, 2)),
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('add' as const), batch: fc.nat(2), texts: fc.array(text) }) },
  fc.record({ op: fc.constant('replace' as const), at: fc.nat(), text }),
  fc.record({ op: fc.constant('commit' as const) }),
  fc.record({ op: fc.constant('fail' as const) }),
);

test('items come back character for character, however they were added and replaced', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const cache = makeCacheFile();
      const db = openWritable(cache.file);
      try {
        const writer = openReceivedWriter(db);
        let texts = new Map<number, string>();
        let committed = new Map(texts);
        const begin = () => {
          db.exec('BEGIN');
          writer.begin();
        };
        begin();
        for (const one of [...steps, { op: 'commit' as const }]) {
          if (one.op === 'add') {
            for (const added of one.texts) {
              const inBatch = [...texts.keys()].filter(
                (rowId) => rowId >= rowIdOf(one.batch + 1, 0) && rowId < rowIdOf(one.batch + 2, 0),
              );
              const rowId = rowIdOf(one.batch + 1, inBatch.length);
              writer.add(rowId, Buffer.from(added));
              texts.set(rowId, added);
            }
          } else if (one.op === 'replace' && texts.size > 0) {
            const rowId = [...texts.keys()][one.at % texts.size] ?? 0;
            expect(writer.get(rowId).toString()).toBe(texts.get(rowId));
            writer.replace(rowId, Buffer.from(one.text));
            texts.set(rowId, one.text);
          } else if (one.op === 'commit') {
            writer.end();
            db.exec('COMMIT');
            committed = new Map(texts);
            begin();
          } else if (one.op === 'fail') {
            db.exec('ROLLBACK');
            texts = new Map(committed);
            begin();
          }
        }
        db.exec('ROLLBACK');
        const received = openReceived(db);
        for (const [rowId, expected] of committed) expect(received.get(rowId)).toBe(expected);
        expect(received.all([...committed.keys()].reverse())).toEqual([...committed.values()].reverse());
        for (const batch of [1, 2, 3]) {
          const ofBatch = [...committed].filter(
            ([rowId]) => rowId >= rowIdOf(batch, 0) && rowId < rowIdOf(batch + 1, 0),
          );
          expect([...eachReceived(db, batch)]).toEqual(ofBatch.map(([, expected]) => expected));
        }
      } finally {
        db.close();
        cache.close();
      }
    }),
    { numRuns: 60 },
  );
});

/** Pages below and above what fits a place in the room that kept pages share, and more of them than are kept. */
const LENGTHS = [10, 300, 3_000, 8_200, 11_000, 12_300, 30_000] as const;
const question = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ ask: fc.constant('all' as const), from: fc.nat(), step: fc.nat(40), count: fc.nat(600) }),
  },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('get' as const), at: fc.nat() }) },
  fc.record({ ask: fc.constant('missing' as const), at: fc.nat() }),
  fc.record({ ask: fc.constant('damaged' as const), at: fc.nat() }),
  fc.record({ ask: fc.constant('rewritten' as const), at: fc.nat() }),
  fc.record({ ask: fc.constant('forget' as const) }),
);

test('what is kept of pages gives the texts that the file has, whatever was asked, refused, forgotten or written before', () => {
  const cache = makeCacheFile();
  const db = openWritable(cache.file);
  const writer = openReceivedWriter(db);
  const write = (work: () => void) => {
    db.exec('BEGIN');
    writer.begin();
    work();
    writer.end();
    db.exec('COMMIT');
  };
  const texts = new Map<number, string>();
  const replacedBy = (rowId: number, item: string) => {
    writer.replace(rowId, Buffer.from(item));
    texts.set(rowId, item);
  };
  write(() => {
    for (const batch of [1, 2]) {
      for (let at = 0; at < 900; at++) {
        const rowId = rowIdOf(batch, at);
        const item = `"${rowId}${'ü'.repeat((LENGTHS[at % LENGTHS.length] ?? 0) / 2)}"`;
        writer.add(rowId, Buffer.from(item));
        texts.set(rowId, item);
      }
    }
  });
  const rowIds = [...texts.keys()];
  const rowAt = (at: number) => rowIds[at % rowIds.length] as number;
  const gone = [rowIdOf(1, 900), rowIdOf(2, 900), rowIdOf(7, 0)];
  const pages = db.prepare<[], number>('SELECT first_row FROM received').pluck().all();
  expect(pages.length).toBeGreaterThan(600);
  const read = db.prepare<[number], Buffer>('SELECT data FROM received WHERE first_row = ?').pluck();
  const save = db.prepare<[Buffer, number]>('UPDATE received SET data = ? WHERE first_row = ?');
  fc.assert(
    fc.property(fc.array(question, { maxLength: 20, size: 'max' }), (questions) => {
      const received = openReceived(db);
      const expectAll = (wanted: readonly number[]) =>
        expect(received.all(wanted).map((text, i) => text === texts.get(wanted[i] ?? 0))).not.toContain(false);
      for (const one of questions) {
        if (one.ask === 'all') expectAll(Array.from({ length: one.count }, (_, i) => rowAt(one.from + i * one.step)));
        else if (one.ask === 'get') expect(received.get(rowAt(one.at))).toBe(texts.get(rowAt(one.at)));
        else if (one.ask === 'missing') expectAll([rowAt(one.at), gone[one.at % gone.length] ?? 0]);
        else if (one.ask === 'forget') received.forget();
        else if (one.ask === 'rewritten') {
          const rowId = rowAt(one.at);
          write(() => replacedBy(rowId, `"${rowId}${'x'.repeat(LENGTHS[one.at % LENGTHS.length] ?? 0)}"`));
          received.forget();
          expect(received.get(rowId)).toBe(texts.get(rowId));
        } else {
          // Of a page among those that are asked for together.
          const page = pages[one.at % pages.length] ?? 0;
          const whole = read.get(page) as Buffer;
          save.run(whole.subarray(0, -5), page);
          const at = rowIds.indexOf(page);
          const around = Array.from({ length: 250 }, (_, i) => rowAt(rowIds.length + at + 3 * (i - 125)));
          try {
            received.all([...around, page]);
          } catch {
            // It may be kept from before.
          }
          save.run(whole, page);
        }
      }
      expectAll(rowIds);
    }),
    { numRuns: 60 },
  );
  db.close();
  cache.close();
}, 300_000);

test('questions for calls that are not there leave the room of kept pages to those that are', async () => {
  const cache = makeCacheFile();
  const db = openWritable(cache.file);
  const writer = openReceivedWriter(db);
  db.exec('BEGIN');
  writer.begin();
  for (let at = 0; at < 256; at++) writer.add(rowIdOf(1, at), Buffer.from(`"${'x'.repeat(9_000)}"`));
  writer.end();
  db.exec('COMMIT');
  const received = openReceived(db);
  const last = rowIdOf(1, 255);
  for (let i = 0; i < 300; i++) expect(received.all([last, last + 1])[1]).toBeUndefined();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const bytesKept = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = bytesKept();
  expect(received.all(Array.from({ length: 256 }, (_, at) => rowIdOf(1, at)))).not.toContain(undefined);
  // What was only unpacked may go some time after it was collected.
  await expect.poll(() => bytesKept() - before).toBeLessThan(500_000);
  expect(received.get(last)).toHaveLength(9_002);
  db.close();
  cache.close();
});

test.each([
  ['a byte of its data', "CAST(substr(data, 1, 60) || x'00' || substr(data, 62) AS BLOB)"],
  ['its end', 'substr(data, 1, 60)'],
  ['all', "x''"],
])('a page of items of which %s is damaged on disk is noticed, not shown', (_what, damaged) => {
  const cache = makeCacheFile();
  cache.ingest(
    'one',
    Array.from({ length: 20 }, (_, i) => ({ call_id: `call_${i}`, summary: `Summary ${i}` })),
  );
  const db = new Database(cache.file);
  db.exec(`UPDATE received SET data = ${damaged}`);
  db.close();
  const query = openQuery(cache.file);
  expect(query.count(all)).toBe(20);
  expect(() => query.getCall(rowIdOf(1, 7))).toThrow(expect.objectContaining({ code: 'CACHE_DAMAGED' }));
  query.close();
  cache.close();
});

test.each([
  ['the page with a call’s item', 'DELETE FROM received WHERE first_row > 1048576'],
  ['what the provider said of a batch', `UPDATE batch SET received = '{"sched'`],
])('where %s is lost in the file, that is told, to an export too; nothing is left out', (_what, damage) => {
  const cache = makeCacheFile();
  cache.ingest(
    'one',
    Array.from({ length: 400 }, (_, i) => ({ call_id: `call_${i}`, summary: `Summary ${i} `.repeat(10) })),
  );
  const db = new Database(cache.file);
  db.exec(damage);
  db.close();
  const query = openQuery(cache.file);
  const isDamage = expect.objectContaining({ code: 'CACHE_DAMAGED' }) as Error;
  expect(() => query.window({ selection: all, sort: [], offset: 0, limit: 400 })).toThrow(isDamage);
  expect(() => cache.reader.calls(cache.reader.order(all, [newestFirst]))).toThrow(isDamage);
  query.close();
  cache.close();
});

test('a call whose row is lost in the file is shown as it was received; what is not in the cache is left out', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a' }, { call_id: 'b' }, { call_id: 'c' }]);
  const order = cache.reader.order(all, [{ column: 'call_id', descending: false }]);
  const db = new Database(cache.file);
  db.exec('DELETE FROM call WHERE row_id = 1048577');
  db.close();
  const asked = [...order, rowIdOf(1, 3), rowIdOf(7, 0)];
  expect(cache.reader.calls(asked).map(({ call }) => call.call_id)).toEqual(['a', 'b', 'c']);
  cache.close();
});

test('a cache of the first form keeps every item', () => {
  const cache = makeCacheFile();
  const file = join(dirname(cache.file), 'old.sqlite');
  const items = Array.from(
    { length: 300 },
    (_, i) => `{"call_id":"call_${i}", "summary":"word${i}",\n"n": ${i}.00000000000000000001}`,
  );
  const old = openWritable(file);
  for (const { version, migrate } of migrations.filter(({ version }) => version < 30)) {
    migrate(old);
    old.pragma(`user_version = ${version}`);
  }
  old
    .prepare('INSERT INTO account (account_id, name, base_url, is_sample, created_at) VALUES (?, ?, ?, 0, 0)')
    .run(ACCOUNT, 'Old', 'https://example.test');
  for (const [b, half] of [items.slice(0, 150), items.slice(150)].entries()) {
    old
      .prepare('INSERT INTO batch (account_id, schedule_id, received, is_dirty) VALUES (?, ?, ?, 1)')
      .run(ACCOUNT, `s${b}`, `{"schedule_id":"s${b}"}`);
    const insert = old.prepare('INSERT INTO call (row_id, batch_no, call_id, received) VALUES (?, ?, ?, ?)');
    half.forEach((item, i) =>
      insert.run(rowIdOf(b + 1, i), b + 1, (JSON.parse(item) as { call_id: string }).call_id, item),
    );
  }
  old.close();
  openWriter(file).close();
  const reader = openReader(file);
  const order = reader.order(all, [{ column: 'batch', descending: false }]);
  // Words come from the items; the first form had them too, so only its parts are made anew.
  expect(reader.count({ ...all, text: 'id:all_29' })).toBe(11);
  expect(reader.calls(order).map(({ received }) => received)).toEqual(items);
  reader.close();
  cache.close();
});

test('what a window shows of its calls is found by their row ids, not by going through all', () => {
  const cache = makeCacheFile();
  const db = new Database(cache.file, { readonly: true });
  const planOf = (sql: string, table: RegExp) =>
    db
      .prepare<[string], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all('[]')
      .map(({ detail }) => detail)
      .filter((line) => table.test(line));
  expect(planOf(SELECT_PAGES, /\breceived\b/)).toEqual([
    'SEARCH received USING INTEGER PRIMARY KEY (rowid=?)',
    'SEARCH received USING INTEGER PRIMARY KEY (rowid<?)',
  ]);
  expect(planOf(SELECT_GONE, /\bcall\b/)).toEqual([
    'SEARCH call USING COVERING INDEX gone_call (row_id=? AND gone_at>?)',
  ]);
  expect(planOf(SELECT_CONTACTS, /\bcontact\b/)).toEqual(['SEARCH contact USING INTEGER PRIMARY KEY (rowid=?)']);
  db.close();
  cache.close();
});
