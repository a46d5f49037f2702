import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { openReader, type Reader } from '../../../src/main/cache/reader.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { writeCsv } from '../../../src/main/export/csv.ts';
import { writeWorkbook } from '../../../src/main/export/workbook.ts';
import { cacheFileOf, cacheOf, call, newFile, quiet, request } from '../../support/exports.ts';

/** Calls of several batches in an order that mixes them: values are read batch by batch and must come to their calls all the same. */

const BATCHES = 4;
const CALLS = 700;
const lists = Array.from({ length: BATCHES }, (_, b) =>
  Array.from({ length: CALLS }, (_unused, i) => {
    const n = (i * 7919 + b * 104_729) % 99_991;
    return call(`b${b}c${i}`, {
      name: `Name ${n % 50}`,
      duration_seconds: n % 90 === 0 ? null : n % 90,
      started_at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
      summary: i % 11 === 0 ? null : `Summary ${n}\n"quoted" 🙂`,
      recording: i % 5 === 0 ? null : { available: i % 2 === 0, file_key: `r/${n}.wav` },
      // A key that one batch has, one that differs in its kinds of value, one that is always the same.
      outcomes: { ...(b === 2 ? { Only: n } : {}), Mixed: [n, String(n), n % 2 === 0, null][i % 4], Same: 'x' },
    });
  }),
);
const file = cacheFileOf(...lists);
const sort = [
  { column: 'name', descending: false },
  { column: 'call_id', descending: true },
];
const columns = [
  'call_id',
  'name',
  'duration_seconds',
  'summary',
  'recording',
  'batch',
  'outcome:Only',
  'outcome:Mixed',
];
const items = new Map(
  lists.flatMap((some, b) => some.map((item) => [item.call_id, { ...item, batch: `sched_${b + 1}` }] as const)),
);

async function rowsOf(reader: Reader): Promise<unknown[][]> {
  const part = newFile('xlsx');
  await writeWorkbook(reader, request(part, { sort, columns }), quiet);
  const sheet = XLSX.readFile(part).Sheets['Calls'] as XLSX.WorkSheet;
  return XLSX.utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, defval: null });
}

test('every value stands with its call, in workbook and CSV', async () => {
  const reader = openReader(file);
  const order = reader.order(request('').selection, sort);
  const ids = reader.calls(order).map(({ call }) => call.call_id);
  const rows = await rowsOf(reader);
  const outcome = (item: object, key: string) =>
    ((item as { outcomes: unknown }).outcomes as { readonly [key: string]: unknown })[key] ?? null;
  expect(rows.slice(1)).toEqual(
    ids.map((id) => {
      const item = items.get(id) as NonNullable<ReturnType<typeof items.get>>;
      return [
        id,
        item.name,
        item.duration_seconds === null ? null : item.duration_seconds / 86_400,
        item.summary,
        (item.recording as { available: boolean } | null)?.available ?? null,
        (item.recording as { file_key: string } | null)?.file_key ?? null,
        item.batch,
        outcome(item, 'Only'),
        outcome(item, 'Mixed'),
      ];
    }),
  );
  const part = newFile('csv');
  await writeCsv(reader, request(part, { sort, columns }), quiet);
  const sheet = XLSX.read(readFileSync(part, 'utf8').slice(1), { type: 'string', raw: true }).Sheets['Sheet1'];
  const lines = XLSX.utils.sheet_to_json<unknown[]>(sheet as XLSX.WorkSheet, { header: 1, raw: true, defval: null });
  const text = (value: unknown) => (value === null ? null : String(value));
  expect(lines.slice(1)).toEqual(
    rows
      .slice(1)
      .map((row, i) =>
        row.map((value, c) => (c === 2 ? text(items.get(ids[i] ?? '')?.duration_seconds ?? null) : text(value))),
      ),
  );
  reader.close();
});

test('where one portion of calls ends and the next begins, none is lost and none comes twice', async () => {
  const many = Array.from({ length: 3 }, (_, b) =>
    Array.from({ length: 9_000 }, (_unused, i) => ({ call_id: `b${b}c${i}`, name: `N${(i * 31) % 977}` })),
  );
  const reader = cacheOf(...many);
  for (const [column, descending] of [
    ['name', false],
    ['batch', true],
  ] as const) {
    const part = newFile('csv');
    const order = [{ column, descending }];
    await writeCsv(reader, request(part, { sort: order, columns: ['call_id', 'name'] }), quiet);
    const calls = reader.calls(reader.order(request('').selection, order)).map(({ call: one }) => one);
    const lines = readFileSync(part, 'utf8').split('\r\n');
    expect(lines.slice(1, -1)).toEqual(calls.map(({ call_id, name }) => `${call_id},${name}`));
  }
  reader.close();
});

test('what a sync writes while an export is on its way is in none of its sheets', async () => {
  const own = cacheFileOf([call('c1'), call('c2')]);
  const reader = openReader(own);
  reader.hold();
  const writer = openWriter(own);
  writer.startBatch({ batch: 'a/sched_1', runId: writer.startRun({ accountId: 'a', batches: [] }) });
  writer.startPass('a/sched_1');
  const changed = [call('c1', { name: 'Another' }), call('c3')].map((item) => JSON.stringify(item));
  writer.addPage({ batch: 'a/sched_1', page: 1, items: changed });
  writer.finishBatch({ batch: 'a/sched_1', end: 'whole' });
  writer.settle();
  writer.close();
  const rows = await rowsOf(reader);
  expect(rows.slice(1).map((row) => row.slice(0, 2))).toEqual([
    ['c2', 'Jane Doe'],
    ['c1', 'Jane Doe'],
  ]);
  reader.close();
  const after = openReader(own);
  expect(await rowsOf(after)).toHaveLength(4);
  after.close();
});
