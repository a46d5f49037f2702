import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { sampleBatch, sampleBatches, sampleIds } from '../../support/provider/batches.ts';
import type { ProviderCall } from '../../support/provider/data.ts';
import { noListKey, startProvider, type Provider } from '../../support/provider/server.ts';

const entry = fileURLToPath(new URL('../../../src/main/cli/index.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'callbook-cli-'));
const dataDir = join(folder, 'profile');

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout, which must be one JSON document. */
  json(): unknown;
}

interface RunOptions {
  readonly key?: string | undefined;
  readonly dataDir?: string;
  /** Nobody reads what is written. */
  readonly isUnread?: true;
  /** Called once, with how to press Ctrl+C. */
  readonly meanwhile?: (interrupt: () => void) => void;
}

/** Runs the real command line on a machine without a keychain. */
function callbook(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const key = 'key' in options ? options.key : provider.key;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: folder,
    ...(key === undefined ? {} : { CALLBOOK_API_KEY: key }),
  };
  const child = spawn(process.execPath, [entry, '--data-dir', options.dataDir ?? dataDir, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  if (options.isUnread === true) child.stdout.destroy();
  options.meanwhile?.(() => child.kill('SIGINT'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) as unknown }));
  });
}

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

let provider: Provider;
const first = sampleBatch({ name: 'cli one', agent: 'productDemo', count: 600, startedAt: '2026-10-01T06:00:00Z' });
const second = sampleBatch({ name: 'cli two', agent: 'productDemo', count: 40, startedAt: '2026-10-02T06:00:00Z' });
const edgeCases = sampleBatches().filter(({ batch }) => batch.schedule_id === sampleIds.edgeCases);
const ids = { first: first.batch.schedule_id, second: second.batch.schedule_id };
const items = () => [...provider.items(ids.first), ...provider.items(ids.second)] as ProviderCall[];

beforeAll(async () => {
  provider = await startProvider({ batches: [first, second], rateLimitPerMinute: null });
  const added = await callbook(['account', 'add', '--name', 'Sample', '--base-url', provider.baseUrl, '--json']);
  expect(added).toMatchObject({ code: 0 });
  expect(added.json()).toMatchObject({ name: 'Sample', base_url: provider.baseUrl, key: 'session' });
  expect(added.stderr).toContain('CALLBOOK_API_KEY');
});
afterAll(async () => {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('account add', () => {
  test('refuses a wrong key and keeps nothing', async () => {
    const other = join(folder, 'other');
    const run = await callbook(['account', 'add', '--name', 'X', '--base-url', provider.baseUrl], {
      key: 'sk_wrong',
      dataDir: other,
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/rejects the key/);
    expect((await callbook(['account', 'list', '--json'], { dataDir: other })).json()).toEqual([]);
  });

  test('of an account that is here already says how that takes the key', async () => {
    const run = await callbook(['account', 'add', '--name', 'Again', '--base-url', provider.baseUrl]);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('“Sample”, which is connected already');
    expect(run.stderr).toContain('account replace-key NAME');
    const replaced = await callbook(['account', 'replace-key', 'Sample', '--json']);
    expect(replaced.json()).toMatchObject({ name: 'Sample', key: 'session' });
    expect(await callbook(['account', 'replace-key', 'Sample'], { key: 'sk_wrong' })).toMatchObject({ code: 1 });
    expect((await callbook(['account', 'list', '--json'])).json()).toHaveLength(1);
  });

  test('needs a key from the environment or a person', async () => {
    const run = await callbook(['account', 'add', '--name', 'X', '--base-url', provider.baseUrl], { key: undefined });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/no key/);
  });
});

test('sync gets new batches, then nothing, and with --all finds them unchanged', async () => {
  const run = await callbook(['sync', '--json']);
  expect(run.code).toBe(0);
  const batch = (id: string, added: number, requests: number) => ({
    batch_id: id,
    new: added,
    changed: 0,
    unchanged: 0,
    gone: 0,
    rejected: 0,
    requests,
    complete: true,
  });
  const document = run.json() as { batches: object[]; requests: number };
  expect(Object.keys(document)).toEqual(['batches', 'requests']);
  // As many for the contacts as for the results.
  expect(document.batches).toEqual(expect.arrayContaining([batch(ids.first, 600, 4), batch(ids.second, 40, 2)]));
  expect(document.batches).toHaveLength(2);

  // Nothing can have changed: only the list is asked for. A variable made of a file ends with its line.
  const second = (await callbook(['sync', '--json'], { key: `${provider.key}\r\n` })).json() as typeof document;
  expect(second.requests).toBe(1);
  expect(second.batches).toEqual(
    expect.arrayContaining([
      { ...batch(ids.first, 0, 0), unchanged: 600 },
      { ...batch(ids.second, 0, 0), unchanged: 40 },
    ]),
  );
  const again = (await callbook(['sync', '--all', '--json'])).json() as typeof document;
  expect(again.batches).toEqual(
    expect.arrayContaining([expect.objectContaining({ batch_id: ids.first, new: 0, unchanged: 600 })]),
  );
});

test.each([
  ['partly done where some of its calls came', 2, 3],
  ['failed where none came', 1, 1],
])('a first sync that is stopped by an error is %s', async (_how, page, code) => {
  const own = { dataDir: join(folder, `stopped-${page}`) };
  const stopping = await startProvider({ batches: [first], rateLimitPerMinute: null });
  try {
    await callbook(['account', 'add', '--name', 'Sample', '--base-url', stopping.baseUrl], own);
    stopping.misbehave({ type: 'status', status: 404, path: '/results', page });
    const run = await callbook(['sync'], own);
    expect(run).toMatchObject({ code, stderr: expect.stringContaining('knows no such batch') as string });
  } finally {
    await stopping.close();
  }
});

test('the key is in no file of the profile', () => {
  const files = filesUnder(dataDir);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect(readFileSync(file).includes(provider.key), file).toBe(false);
});

describe('reading the cache', () => {
  test('batches', async () => {
    const run = await callbook(['batches', '--json'], { key: undefined });
    expect(run.json()).toEqual(
      expect.arrayContaining([
        {
          batch_id: ids.first,
          agent_name: first.batch.agent_name,
          status: 'completed',
          calls: 600,
          synced_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        },
      ]),
    );
  });

  test('the syncs of the past, the newest first', async () => {
    const runs = (await callbook(['runs', '--json'], { key: undefined })).json() as Record<string, unknown>[];
    const [allAgain, nothing, first] = runs;
    expect(runs).toHaveLength(3);
    expect(allAgain).toMatchObject({ account: 'Sample', state: 'done', batches: 2, new: 0, unchanged: 640 });
    expect(nothing).toMatchObject({ new: 0, requests: 1, retries: 0, is_automatic: false });
    expect(first).toMatchObject({ new: 640, changed: 0, gone: 0, rejected: 0, requests: 7 });
    expect(first?.['bytes']).toBeGreaterThan(100_000);
    expect(Date.parse(String(first?.['finished_at']))).toBeLessThanOrEqual(Date.parse(String(nothing?.['started_at'])));
    const table = await callbook(['runs', '--limit', '1', '--timezone', 'UTC'], { key: undefined });
    expect(table.stdout).toContain('640');
    expect((await callbook(['runs', '--limit', '0'], { key: undefined })).stdout).toContain('--limit is 0');
    expect(table.stdout).toContain(String(allAgain?.['started_at']).slice(0, 16).replace('T', ' '));
    expect(table.stdout).not.toContain(String(first?.['started_at']).slice(0, 19).replace('T', ' '));
  });

  test('search finds what the provider sent, whole and in order', async () => {
    const completed = items().filter(({ status }) => status === 'completed');
    const run = await callbook([
      'search',
      '',
      '--filter',
      'status=completed',
      '--sort',
      'duration_seconds:desc',
      '--limit',
      '2000',
      '--json',
    ]);
    const { total, calls } = run.json() as { total: number; calls: ProviderCall[] };
    expect(total).toBe(completed.length);
    const seconds = completed.map(({ duration_seconds }) => duration_seconds ?? 0);
    expect(calls.map(({ duration_seconds }) => duration_seconds)).toEqual(seconds.toSorted((x, y) => y - x));
    expect(new Set(calls.map(({ call_id }) => call_id))).toEqual(new Set(completed.map(({ call_id }) => call_id)));
    const one = completed[0] as ProviderCall;
    const { transcript: _, ...fields } = one as ProviderCall & { transcript?: unknown };
    expect(calls.find(({ call_id }) => call_id === one.call_id)).toEqual({
      batch_id: ids.first,
      ...fields,
      metadata: expect.objectContaining({ City: expect.any(String) }),
    });
  });

  test('search pages and limits to a batch', async () => {
    const read = async (...more: string[]) =>
      (await callbook(['search', '', '--batch', ids.second, '--sort', 'call_id', '--json', ...more])).json() as {
        total: number;
        calls: ProviderCall[];
      };
    const [all, window] = [await read(), await read('--limit', '5', '--offset', '10')];
    expect(all.calls).toHaveLength(40);
    expect(window).toEqual({ total: 40, calls: all.calls.slice(10, 15) });
  });

  test('a pivot counts what a naive count finds', async () => {
    const run = await callbook([
      'pivot',
      '--rows',
      'outcome:Interested',
      '--columns',
      'status',
      '--measure',
      'count',
      '--measure',
      'avg:duration_seconds',
      '--json',
    ]);
    type Document = {
      rows: string[];
      columns: string[];
      measures: string[];
      totals: object;
      cells: { row: unknown[]; column: string[]; values: { count: number } }[];
    };
    const document = run.json() as Document;
    expect(document).toMatchObject({
      rows: ['outcome:Interested'],
      columns: ['status'],
      measures: ['count', 'avg:duration_seconds'],
    });
    const naive = new Map<string, number>();
    for (const { outcomes, status } of items()) {
      const value = outcomes?.['Interested'];
      const name = `${typeof value === 'string' && value !== '' ? value : 'blank'} ${status}`;
      naive.set(name, (naive.get(name) ?? 0) + 1);
    }
    const counted = new Map<string, number>();
    for (const { row, column, values } of document.cells) {
      const name = `${typeof row[0] === 'string' ? row[0] : 'blank'} ${column[0]}`;
      counted.set(name, (counted.get(name) ?? 0) + values.count);
    }
    expect(counted).toEqual(naive);
    expect(document.totals).toMatchObject({ count: 640 });
  });

  test('a pivot in words joins headers, has totals and formats durations and shares', async () => {
    const { stdout, code } = await callbook([
      'pivot',
      '--rows',
      'batch',
      '--measure',
      'count',
      '--measure',
      'avg:duration_seconds',
      '--measure',
      'rate:status=completed',
      '--base',
      'dialled',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Batch .*Calls .*Average duration .*Status is completed/);
    expect(stdout).toMatch(/Total .*640 .*\d+:\d\d .*\d+\.\d %/);
    expect(stdout).toContain('Percentages are of all calls dialled.');
    const nested = await callbook([
      'pivot',
      '--rows',
      'status',
      '--columns',
      'batch',
      '--measure',
      'count',
      '--measure',
      'max:duration_seconds',
    ]);
    expect(nested.stdout).toContain(`${ids.first} · Calls`);
  });

  test('a pivot has totals and subtotals on the axes that are named', async () => {
    const nested = ['pivot', '--rows', 'status,outcome:Interested', '--columns', 'agent,batch'];
    const linesOf = async (...more: string[]) => {
      const { stdout, code } = await callbook([...nested, ...more]);
      expect(code).toBe(0);
      const cells = stdout.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
      const [head = [], ...body] = cells.filter(({ length }) => length > 1);
      return { head, body };
    };
    const plain = await linesOf();
    expect(plain.body.filter((line) => line.includes('Total')).map((line) => line[1])).toEqual(['Total']);
    expect(plain.head.filter((words) => words.endsWith('Total'))).toEqual(['Total']);

    const rows = await linesOf('--subtotals', 'rows', '--totals', 'columns');
    expect(rows.head).toEqual(plain.head);
    const groups = Map.groupBy(rows.body, (line) => line[1] ?? '');
    for (const group of groups.values()) {
      expect(group.map((line) => line[2] === 'Total')).toEqual(group.map((_, i) => i === group.length - 1));
      // Without percentages and averages, a group's total is the sum of its lines.
      const sum = (line: readonly string[]) => Number(line.at(-2)?.replaceAll(',', ''));
      expect(sum(group.at(-1) ?? [])).toBe(group.slice(0, -1).reduce((all, line) => all + sum(line), 0));
    }
    expect(groups.has('Total')).toBe(false);

    const columns = await linesOf('--subtotals', 'columns', '--totals', 'none');
    expect(columns.body.flat()).not.toContain('Total');
    expect(columns.head.filter((words) => words.endsWith(' · Total')).length).toBeGreaterThan(0);
    expect(columns.head).not.toContain('Total');

    const { subtotals, cells } = (await callbook([...nested, '--subtotals', 'both', '--json'])).json() as {
      subtotals: { row: string[]; column: string[]; values: { count: number } }[];
      cells: { row: string[]; column: string[]; values: { count: number } }[];
    };
    for (const { row, column, values } of subtotals) {
      expect(row.length + column.length).toBeLessThan(4);
      const within = cells.filter((cell) =>
        [cell.row.slice(0, row.length), cell.column.slice(0, column.length)].every(
          (key, i) => JSON.stringify(key) === JSON.stringify([row, column][i]),
        ),
      );
      expect(values.count).toBe(within.reduce((all, cell) => all + cell.values.count, 0));
    }
    expect(subtotals.some(({ row, column }) => row.length === 1 && column.length === 1)).toBe(true);
  });

  test('an export holds the selection and the pivot', async () => {
    const file = join(folder, 'calls.xlsx');
    const completed = items().filter(({ status }) => status === 'completed');
    const run = await callbook([
      'export',
      file,
      '--filter',
      'status=completed',
      '--rows',
      'outcome:Interested',
      '--timezone',
      'Asia/Kolkata',
      '--mask-phones',
      '--json',
    ]);
    expect(run.json()).toEqual({
      file,
      rows: completed.length,
      sheets: ['Calls', 'Pivot', 'PivotTable', 'About'],
      cuts: [],
    });
    const book = XLSX.readFile(file);
    const rows = XLSX.utils.sheet_to_json<Record<string, string>>(book.Sheets['Calls'] as XLSX.WorkSheet);
    expect(new Set(rows.map((row) => row['Call ID']))).toEqual(new Set(completed.map(({ call_id }) => call_id)));
    expect(Object.keys(rows[0] ?? {})).toContain('Started (Asia/Kolkata)');
    expect(rows[0]?.['Phone number']).toMatch(/^\+?•+\d{3}$/);
    const pivot = XLSX.utils.sheet_to_json<unknown[]>(book.Sheets['Pivot'] as XLSX.WorkSheet, { header: 1 });
    expect(pivot.at(-1)).toEqual(['Total', completed.length]);
  });

  test('an export to CSV holds the same calls', async () => {
    const file = join(folder, 'calls.csv');
    const run = await callbook(['export', file, '--batch', ids.second]);
    expect(run).toMatchObject({ code: 0, stdout: `40 calls in ${file}\n` });
    expect(readFileSync(file, 'utf8').startsWith('\ufeffName,')).toBe(true);
  });

  test('an export to a folder has a file for each value, with the columns that are asked for', async () => {
    const target = join(folder, 'by status');
    const options = ['--split-by', 'status', '--format', 'csv', '--only', 'call_id,status', '--delimiter', 'semicolon'];
    const run = await callbook(['export', target, ...options, '--json']);
    const statuses = new Set(items().map(({ status }) => status));
    expect(run.json()).toMatchObject({ rows: items().length, files: statuses.size });
    const lines = readFileSync(join(target, 'completed.csv'), 'utf8').trimEnd().split('\r\n');
    expect(lines[0]).toBe('\ufeffCall ID;Status');
    expect(lines).toHaveLength(1 + items().filter(({ status }) => status === 'completed').length);
    const again = await callbook(['export', target, ...options]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') as string });
  });
});

describe('what goes wrong', () => {
  test.each([
    [['serch', 'x']],
    [['search']],
    [['pivot', '--columns', 'status']],
    [['pivot', '--rows', 'stat']],
    [['pivot', '--rows', 'status', '--base', 'all']],
    [['pivot', '--rows', 'status', '--subtotals', 'yes']],
    [['search', '', '--filter', 'status']],
    [['search', '', '--limit', 'many']],
    [['export', 'calls.pdf']],
    [['export', 'calls.csv', '--only', 'started_at:day']],
    [['export', 'calls', '--split-by', 'started_at:day', '--format', 'csv']],
    [['export', 'calls', '--split-by', 'status,agent', '--format', 'csv']],
    [['export', 'calls.xlsx', '--format', 'csv']],
    [['export', 'calls.csv', '--split-by', 'status', '--into', 'sheets']],
    [['export', 'calls.xlsx', '--into', 'sheets']],
    [['export', 'calls.csv', '--rows', 'status']],
    [['export', 'calls.parquet', '--outcomes', '--history']],
    [['batches', '--timezone', 'Mars/Olympus']],
    [['--data-dir', '', 'batches']],
    [['account', 'add']],
  ])('%s is wrong usage', async (args) => {
    const run = await callbook(args);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).not.toBe('');
  });

  test('help is no error', async () => {
    expect(await callbook(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Exit codes: 0 done') as string,
    });
  });

  test('who stops reading is told nothing more, and nothing breaks', async () => {
    expect(await callbook(['search', ''], { isUnread: true })).toMatchObject({ code: 0, stderr: '' });
  });

  test('a batch or an account that is not there fails in words', async () => {
    expect(await callbook(['search', '', '--batch', 'sched_none'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('sched_none') as string,
    });
    expect(await callbook(['sync', '--account', 'Nobody'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('“Sample”') as string,
    });
  });

  test('a data folder that cannot be one fails in words', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const dataDir of [file, join(file, 'below')])
      expect(await callbook(['batches'], { dataDir })).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('The data folder cannot be made or written') as string,
      });
  });

  test('a sync without a key says how to give one', async () => {
    const run = await callbook(['sync', '--all'], { key: undefined });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('CALLBOOK_API_KEY');
  });

  test('an account that may not list its batches syncs those that are known', async () => {
    const run = await callbook(['sync', '--json'], { key: noListKey });
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining(ids.second) as string });
    expect((run.json() as { batches: object[] }).batches).toHaveLength(2);
  });

  test('a sync in which one batch fails is partly done and says which', async () => {
    const stop = provider.misbehave({ type: 'status', status: 404, path: `${ids.second}/results` });
    const run = await callbook(['sync', '--all', '--json']);
    stop();
    expect(run.code).toBe(3);
    expect(run.json()).toMatchObject({
      batches: expect.arrayContaining([expect.objectContaining({ batch_id: ids.second, complete: false })]) as object,
    });
    expect(run.stderr).toContain(`${ids.second}: `);
  });

  test('Ctrl+C ends a sync as partly done and keeps what came', async () => {
    provider.addBatch({ batch: { ...second.batch, schedule_id: 'sched_slow' }, items: second.items });
    const stop = provider.misbehave({ type: 'hang', path: 'sched_slow/results' });
    provider.requests.length = 0;
    const run = await callbook(['sync', '--batch', ids.second, '--batch', 'sched_slow', '--json'], {
      meanwhile: (interrupt) =>
        void expect
          .poll(() => provider.requests.some(({ path }) => path.endsWith('sched_slow/results')), { timeout: 60_000 })
          .toBe(true)
          .then(interrupt),
    });
    stop();
    provider.removeBatch('sched_slow');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('sched_slow: cancelled');
    expect((run.json() as { batches: object[] }).batches).toContainEqual(
      expect.objectContaining({ batch_id: ids.second, complete: true }),
    );
  });

  test('items that cannot be read, and any outcome key, arrive and are told', async () => {
    const [served] = edgeCases;
    if (served === undefined) throw new Error('no edge cases');
    provider.addBatch(served);
    const run = await callbook(['sync', '--batch', sampleIds.edgeCases, '--json']);
    const [batch] = (run.json() as { batches: { new: number; rejected: number }[] }).batches;
    expect((batch?.new ?? 0) + (batch?.rejected ?? 0)).toBeGreaterThan(0);
    const file = join(folder, 'edge.xlsx');
    const exported = await callbook(['export', file, '--batch', sampleIds.edgeCases, '--json']);
    expect(exported.json()).toMatchObject({ rows: batch?.new });
    const headers =
      XLSX.utils.sheet_to_json<string[]>(XLSX.readFile(file).Sheets['Calls'] as XLSX.WorkSheet, { header: 1 })[0] ?? [];
    const { calls } = (
      await callbook(['search', '', '--batch', sampleIds.edgeCases, '--limit', '1000', '--json'])
    ).json() as { calls: ProviderCall[] };
    const keys = new Set(calls.flatMap(({ outcomes }) => Object.keys(outcomes ?? {})));
    expect(keys.size).toBeGreaterThan(5);
    const tricky = [...keys].filter((key) => key === '' || key === '__proto__' || /[,=:]/.test(key));
    expect(tricky.length).toBeGreaterThan(2);
    for (const key of tricky.slice(0, 5)) {
      const pivot = await callbook(['pivot', '--rows', `outcome:${key}`, '--batch', sampleIds.edgeCases, '--json']);
      expect((pivot.json() as { totals: object }).totals).toEqual({ count: calls.length });
    }
    expect(headers.length).toBeGreaterThanOrEqual(keys.size);
  });
});
