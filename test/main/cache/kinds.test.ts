import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openReader } from '../../../src/main/cache/reader.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { bestFirst, type Selection } from '../../../src/shared/selection.ts';
import { all, makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';

function cacheWith(outcomes: readonly object[]): CacheFile {
  const cache = makeCacheFile();
  cache.ingest(
    'one',
    outcomes.map((one, i) => ({ call_id: `c${i}`, answer_duration_seconds: 5, outcomes: one })),
  );
  return cache;
}

const kindsOf = (cache: CacheFile) =>
  Object.fromEntries(
    cache.reader
      .columns([])
      .filter(({ id }) => id.startsWith('outcome:'))
      .map(({ id, kind }) => [id.slice(8), kind]),
  );

const sorted = (cache: CacheFile, column: string, descending = false) =>
  cache.reader
    .calls(cache.reader.order(all, [{ column, descending }]))
    .map(({ call }) => Object.values(call.outcomes ?? {})[0]);

test('each outcome key has the kind that its values have, also __proto__ and the empty key', () => {
  const outcomes = [
    '{"Interested":"Yes","Budget":"1,200","When":"2026-05-20","Plan":"Basic","__proto__":5,"":true}',
    '{"Interested":"No","Budget":300,"When":"2026-05-21T10:00:00Z","Plan":"Plus","__proto__":6,"":false}',
  ];
  const cache = makeCacheFile();
  cache.ingest(
    'one',
    outcomes.map((text, i) => `{"call_id":"c${i}","outcomes":${text}}`),
  );
  expect(
    new Map(cache.reader.columns([]).flatMap(({ id, kind }) => (id.startsWith('outcome:') ? [[id, kind]] : []))),
  ).toEqual(
    new Map([
      ['outcome:', 'yes_no'],
      ['outcome:Budget', 'number'],
      ['outcome:Interested', 'yes_no'],
      ['outcome:Plan', 'category'],
      ['outcome:When', 'date'],
      ['outcome:__proto__', 'number'],
    ]),
  );
  cache.close();
});

test('a kind is recognised over all batches and follows what a sync changes', () => {
  const cache = cacheWith([{ Score: '5' }, { Score: '7' }]);
  expect(kindsOf(cache)).toEqual({ Score: 'number' });
  cache.ingest('two', [{ call_id: 'x', outcomes: { Score: 'good' } }]);
  expect(kindsOf(cache)).toEqual({ Score: 'category' });
  cache.ingest('two', [{ call_id: 'x', outcomes: { Score: '9' } }]);
  expect(kindsOf(cache)).toEqual({ Score: 'number' });
  cache.writer.deleteBatch('acc_test/two');
  expect(kindsOf(cache)).toEqual({ Score: 'number' });
  cache.close();
});

test('a kind that a person chose is obeyed by columns, sort, range, facet and pivot, and can be taken back', () => {
  const cache = cacheWith([{ Code: '10' }, { Code: '9' }, { Code: '1,000' }, { Code: 'none' }]);
  const column = 'outcome:Code';
  const over5: Selection = {
    ...all,
    filters: [{ op: 'range', of: { column }, from: 5, fromExclusive: false, to: null, toInclusive: false }],
  };
  const histogram = () => cache.reader.facets(all, [column], { most: 10, search: '' })[0]?.histogram;
  const rows = () =>
    cache.reader.pivot(all, { rows: [{ column }], columns: [], measures: [{ type: 'count' }], base: 'filled' }).rowKeys;

  expect(kindsOf(cache)).toEqual({ Code: 'category' });
  expect(histogram()).toBeNull();

  cache.writer.saveColumnKind({ column, kind: 'number' });
  expect(cache.reader.columns([]).find(({ id }) => id === column)).toMatchObject({
    kind: 'number',
    chosenKind: 'number',
  });
  expect(sorted(cache, column)).toEqual(['9', '10', '1,000', 'none']);
  expect(sorted(cache, column, true)).toEqual(['none', '1,000', '10', '9']);
  expect(cache.reader.count(over5)).toBe(3);
  expect(histogram()).toMatchObject({ min: 9, max: 1000 });
  expect(rows().map(([value]) => value)).toEqual(['"9"', '"10"', '"1,000"', '"none"'].map((json) => ({ json })));

  cache.writer.saveColumnKind({ column, kind: 'date' });
  expect(cache.reader.count(over5)).toBe(0);
  expect(histogram()).toBeNull();

  cache.writer.saveColumnKind({ column, kind: null });
  expect(kindsOf(cache)).toEqual({ Code: 'category' });
  cache.close();
});

test('a kind that is chosen meanwhile changes the order among calls that fit a text equally well, too', () => {
  const cache = cacheWith([{ Code: '9' }, { Code: '2026-05-20' }, { Code: '10' }]);
  const column = 'outcome:Code';
  const order = () => {
    const rowIds = cache.reader.order({ ...all, text: 'c*' }, [bestFirst, { column, descending: false }]);
    return cache.reader.calls(rowIds).map(({ call }) => call.outcomes?.['Code']);
  };
  expect(order()).toEqual(['9', '10', '2026-05-20']);
  cache.writer.saveColumnKind({ column, kind: 'date' });
  expect(order()).toEqual(['2026-05-20', '9', '10']);
  cache.close();
});

test('dates are sorted by day however they are written, and what is no date comes after them', () => {
  const dates = ['20 May 2026', '2026-05-19', '21.05.2026', '2026-05-20T12:00:00Z'];
  const cache = cacheWith([...Array.from({ length: 30 }, () => dates).flat(), 'soon'].map((When) => ({ When })));
  expect(kindsOf(cache)).toEqual({ When: 'date' });
  expect([...new Set(sorted(cache, 'outcome:When'))]).toEqual([
    '2026-05-19',
    '20 May 2026',
    '2026-05-20T12:00:00Z',
    '21.05.2026',
    'soon',
  ]);
  const latest = cache.reader.pivot(all, {
    rows: [],
    columns: [],
    measures: [{ type: 'max', column: 'outcome:When' }],
    base: 'filled',
  }).totals[0];
  expect(latest).toBe(Date.UTC(2026, 4, 21));
  cache.close();
});

test('a cache made before kinds and the present text index gets them when it is opened', () => {
  const cache = cacheWith([{ Score: '5' }, { Score: '7' }]);
  cache.writer.close();
  const old = new Database(cache.file);
  old.exec(`
    DROP TABLE profile; DROP TABLE column_kind; DROP TABLE annotation; DROP TABLE text_chunk;
    CREATE VIRTUAL TABLE call_words USING fts5(summary, content = '');
    CREATE VIRTUAL TABLE call_parts USING fts5(parts, content = '');
    ALTER TABLE account DROP COLUMN provider_account_id; DROP INDEX gone_call;
    PRAGMA user_version = 30;
  `);
  old.close();
  const writer = openWriter(cache.file);
  const reader = openReader(cache.file);
  expect(kindsOf({ ...cache, reader })).toEqual({ Score: 'number' });
  expect(reader.count({ ...all, text: 'Score:7' })).toBe(1);
  expect(reader.count({ ...all, text: '7' })).toBe(1);
  reader.close();
  writer.close();
  cache.reader.close();
  rmSync(dirname(cache.file), { recursive: true });
});

test('segments and profiles are found by their keys, never by a scan', () => {
  const cache = cacheWith([{ Score: '5' }]);
  const db = new Database(cache.file, { readonly: true });
  const plan = (sql: string) =>
    db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(1, 'status')
      .map(({ detail }) => detail);
  expect(plan('SELECT checksum, data FROM segment WHERE batch_no = ? AND column_id = ?')).toEqual([
    'SEARCH segment USING INDEX sqlite_autoindex_segment_1 (batch_no=? AND column_id=?)',
  ]);
  expect(plan('SELECT filled FROM segment WHERE batch_no = ? AND column_id > ?')).toEqual([
    'SEARCH segment USING INDEX sqlite_autoindex_segment_1 (batch_no=? AND column_id>?)',
  ]);
  expect(plan('SELECT profile FROM profile WHERE batch_no = ? AND column_id > ?')).toEqual([
    'SEARCH profile USING PRIMARY KEY (batch_no=? AND column_id>?)',
  ]);
  db.close();
  cache.close();
});

test('where what is known of a key’s values is damaged on disk, questions are answered, and whoever writes learns of it', () => {
  const cache = cacheWith([{ Budget: '1,200' }, { Budget: '300' }]);
  const damage = new Database(cache.file);
  damage.exec('UPDATE profile SET profile = substr(profile, 1, 20)');
  damage.close();
  expect(cache.reader.facets(all, ['outcome:Budget'], { most: 5, search: '' })[0]?.distinct).toBe(2);
  const [batchNo = 0, ...others] = cache.reader.takeDamagedBatches();
  expect(others).toEqual([]);
  cache.writer.mendBatch(batchNo);
  expect(kindsOf(cache)).toEqual({ Budget: 'number' });
  expect(cache.reader.takeDamagedBatches()).toEqual([]);
  cache.close();
});
