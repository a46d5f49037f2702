import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFiles } from '../../../src/main/export/files.ts';
import { writeParquet } from '../../../src/main/export/parquet.ts';
import { cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';

/** What Callbook writes as Parquet, read by DuckDB. */

let duck: DuckDBInstance;
beforeAll(async () => {
  duck = await DuckDBInstance.create(':memory:');
});
afterAll(() => duck.closeSync());

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await duck.connect();
  const reader = await connection.runAndReadAll(sql);
  connection.closeSync();
  return reader.getRowObjectsJson();
}

const calls = Array.from({ length: 40 }, (_, i) =>
  call(`c${String(i).padStart(2, '0')}`, {
    duration_seconds: i,
    outcomes: {
      Budget: i === 7 ? 'a lot' : `${i},000`,
      'Call back on': i === 3 ? null : `2026-05-${String((i % 28) + 1).padStart(2, '0')}`,
      Interested: i % 2 === 0 ? 'Yes' : 'No',
      status: 'clash',
      'Größe (m²)': 'x',
      Tags: ['a', 'b'],
    },
  }),
);

test('columns are typed, named for warehouses, and hold the calls', async () => {
  const part = newFile('parquet');
  const sort = [{ column: 'call_id', descending: false }];
  expect(await writeParquet(cacheOf(calls), request(part, { sort }), quiet)).toMatchObject({ rows: 40, cuts: [] });
  const types = Object.fromEntries(
    (await rowsOf(`DESCRIBE SELECT * FROM '${part}'`)).map(({ column_name, column_type }) => [
      column_name,
      column_type,
    ]),
  );
  expect(types).toMatchObject({
    call_id: 'VARCHAR',
    phone_number: 'VARCHAR',
    duration_seconds: 'DOUBLE',
    recording: 'BOOLEAN',
    Budget: 'DOUBLE',
    Call_back_on: 'DATE',
    Interested: 'VARCHAR',
    status_outcome: 'VARCHAR',
    Größe_m: 'VARCHAR',
    other_values: 'VARCHAR',
  });
  expect(types['started_at']).toMatch(/^TIMESTAMP/);
  const rows = await rowsOf(
    `SELECT call_id, phone_number, duration_seconds, Budget, Call_back_on::VARCHAR AS day, Tags_outcome, epoch_ms(started_at) AS ms, other_values FROM '${part}'`,
  );
  expect(rows.map((row) => row['call_id'])).toEqual(calls.map(({ call_id }) => call_id));
  expect(rows[5]).toEqual({
    call_id: 'c05',
    phone_number: '+4930901820',
    duration_seconds: 5,
    Budget: 5_000,
    day: '2026-05-06',
    Tags_outcome: 'a, b',
    ms: String(Date.parse('2026-05-15T08:30:05Z')),
    other_values: null,
  });
  expect(rows[3]).toMatchObject({ day: null });
  expect(rows[7]).toMatchObject({ Budget: null, other_values: '{"Budget":"a lot"}' });
});

test('partitioned by batch, the folder is read as one table with the batch as a column', async () => {
  const part = newFile('parquet-folder');
  const reader = cacheOf(calls.slice(0, 10), calls.slice(10));
  const wanted = request(part, { format: 'parquet', split: { by: 'batch', into: 'files' } });
  expect(await writeFiles(reader, wanted, 'batch', writeParquet, quiet)).toMatchObject({ rows: 40, files: 2 });
  const rows = await rowsOf(
    `SELECT batch, count(*)::INTEGER AS calls, sum(duration_seconds) AS seconds
     FROM read_parquet('${part}/*/*.parquet', hive_partitioning = true) GROUP BY batch ORDER BY batch`,
  );
  expect(rows).toEqual([
    { batch: 'sched_1', calls: 10, seconds: 45 },
    { batch: 'sched_2', calls: 30, seconds: 735 },
  ]);
});

test('dates of a folder are of one type, also where only some of its files hold times', async () => {
  const days = ['a1', 'a2'].map((id) => call(id, { outcomes: { Due: '2026-05-20' } }));
  const times = ['b1', 'b2'].map((id) => call(id, { outcomes: { Due: '2026-05-20T10:11:12Z' } }));
  const part = newFile('parquet-folder');
  const wanted = request(part, { format: 'parquet', split: { by: 'batch', into: 'files' } });
  await writeFiles(cacheOf(days, times), wanted, 'batch', writeParquet, quiet);
  const rows = await rowsOf(
    `SELECT call_id, Due::VARCHAR AS due FROM read_parquet('${part}/*/*.parquet', hive_partitioning = true) ORDER BY call_id`,
  );
  expect(rows.map(({ due }) => due)).toEqual([
    ...days.map(() => '2026-05-20 00:00:00'),
    ...times.map(() => '2026-05-20 10:11:12'),
  ]);
});

test('values that names of folders cannot tell apart or hold stand in the files', async () => {
  const part = newFile('parquet-folder');
  const values = ['Yes', 'yes', 'a*b', 'बीमा नवीनीकरण की पुष्टि', 'half \ud800', null];
  const some = values.map((k, i) => ({ call_id: `c${i}`, answer_duration_seconds: 1, outcomes: { k } }));
  const others = [
    { call_id: 'waits', analysis_status: 'pending' },
    { call_id: 'unanswered', analysis_status: 'disabled' },
  ];
  const wanted = request(part, { format: 'parquet', split: { by: 'outcome:k', into: 'files' } });
  const reader = cacheOf([...some, ...others]);
  expect(await writeFiles(reader, wanted, 'outcome:k', writeParquet, quiet)).toMatchObject({ rows: 8, files: 8 });
  const rows = await rowsOf(
    `SELECT call_id, k FROM read_parquet('${part}/*/*.parquet', hive_partitioning = true) ORDER BY call_id`,
  );
  expect(rows).toEqual([
    ...some.map(({ call_id, outcomes }) => ({ call_id, k: outcomes.k?.toWellFormed() ?? null })),
    { call_id: 'unanswered', k: null },
    { call_id: 'waits', k: null },
  ]);
});

test('no calls are a file with the columns and no rows', async () => {
  const part = newFile('parquet');
  const selection = { ...request(part).selection, text: 'nothingofthekind' };
  await writeParquet(cacheOf(calls), request(part, { selection }), quiet);
  expect(await rowsOf(`SELECT count(*)::INTEGER AS calls FROM '${part}'`)).toEqual([{ calls: 0 }]);
});
