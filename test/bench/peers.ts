import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { openReader } from '../../src/main/cache/reader.ts';
import { displayValue } from '../../src/shared/format.ts';
import { timeOf } from '../../src/shared/call.ts';
import { everything } from '../../src/shared/selection.ts';
import { hasPythonModules, python } from './bench.ts';

/**
 * What Callbook is measured against, on the same calls: DuckDB (columns as text and as enums, two threads), SQL over rows of SQLite,
 * arquero, and pandas where it is installed. They are no part of the product: test/bench/package.json names them.
 */

const folder = fileURLToPath(new URL('.', import.meta.url));
export const INSTALL = 'npm install --prefix test/bench --no-package-lock';

/** The columns that peers have: those that benches count, and the text that is searched. */
export const peerColumns = {
  status: 'status',
  disconnect_reason: 'disconnect_reason',
  analysis_status: 'analysis_status',
  transcript_status: 'transcript_status',
  recording: 'recording',
  agent: 'agent',
  version: 'version',
  batch: 'batch',
  duration: 'duration_seconds',
  answered: 'answer_duration_seconds',
  city: 'outcome:City',
  region: 'outcome:Region',
  plan: 'outcome:Plan',
  score: 'outcome:Score',
  interested: 'outcome:Interested',
} as const;
export type PeerColumn = keyof typeof peerColumns;

const numbers: ReadonlySet<string> = new Set(['duration', 'answered', 'started']);
const names = [...Object.keys(peerColumns), 'started', 'name', 'summary'];

const quoted = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\n', ' ')}"`;

/** All calls as CSV, made once beside the cache. */
function csvOf(cacheFolder: string): string {
  const file = join(cacheFolder, 'peers.csv');
  if (existsSync(file)) return file;
  console.error('  writing the calls for the peers');
  const reader = openReader(join(cacheFolder, 'cache.sqlite'));
  const batches = new Map(reader.listBatches().map((batch) => [batch.key, batch]));
  const rowIds = reader.order(everything('UTC'), []);
  const out = openSync(`${file}.part`, 'w');
  writeSync(out, `${names.join(',')}\n`);
  for (let at = 0; at < rowIds.length; at += 10_000) {
    let lines = '';
    for (const { call, batch } of reader.calls(rowIds.subarray(at, at + 10_000))) {
      const { agent_name, version_id, batch_id } = batches.get(batch) ?? {};
      const outcome = (key: string) => {
        const value = call.outcomes !== null && Object.hasOwn(call.outcomes, key) ? call.outcomes[key] : null;
        return value === null || value === undefined ? '' : displayValue(value);
      };
      const values: Readonly<Record<string, string | number | null | undefined>> = {
        status: call.status,
        disconnect_reason: call.disconnect_reason,
        analysis_status: call.analysis_status,
        transcript_status: call.transcript_status,
        name: call.name,
        summary: call.summary,
        recording: String(call.recording?.available ?? ''),
        agent: agent_name,
        version: version_id,
        batch: batch_id,
        duration: call.duration_seconds,
        answered: call.answer_duration_seconds,
        city: outcome('City'),
        region: outcome('Region'),
        plan: outcome('Plan'),
        score: outcome('Score'),
        interested: outcome('Interested'),
        started: call.started_at === null ? null : timeOf(call.started_at),
      };
      const cells = names.map((name) =>
        numbers.has(name) ? (values[name] ?? '') : quoted(String(values[name] ?? '')),
      );
      lines += `${cells.join(',')}\n`;
    }
    writeSync(out, lines);
  }
  closeSync(out);
  reader.close();
  renameSync(`${file}.part`, file);
  return file;
}

/** A peer's module, or undefined where it is not installed. */
async function load(name: string): Promise<unknown> {
  try {
    const path = createRequire(join(folder, 'package.json')).resolve(name);
    return (await import(pathToFileURL(path).href)) as unknown;
  } catch {
    return undefined;
  }
}

let isTried = false;

/** Loads a peer, installing the peers at the first time if npm can. */
async function loadOrInstall(name: string): Promise<unknown> {
  const found = await load(name);
  if (found !== undefined || isTried) return found;
  isTried = true;
  console.error(`  installing the peers: ${INSTALL}`);
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder, stdio: 'ignore' });
  const installed = await load(name);
  if (installed === undefined)
    console.error(`  ${name} is not installed, so it is not measured. Install it with: ${INSTALL}`);
  return installed;
}

// Only what is used of the peers: their own types are not there in a checkout without them.
interface DuckConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
  closeSync(): void;
}
interface DuckInstance {
  connect(): Promise<DuckConnection>;
  closeSync(): void;
}
interface DuckModule {
  readonly DuckDBInstance: {
    create(path: string, options: Readonly<Record<string, string>>): Promise<DuckInstance>;
  };
}

export interface Duck {
  /** Runs and reads the whole result. */
  query(sql: string): Promise<unknown[][]>;
  close(): void;
}

const textColumns = names.filter((name) => !numbers.has(name) && name !== 'summary' && name !== 'name');

async function makeDuck(module: DuckModule, cacheFolder: string, file: string): Promise<void> {
  const csv = csvOf(cacheFolder);
  console.error('  loading DuckDB');
  const instance = await module.DuckDBInstance.create(`${file}.part`, { threads: '2' });
  const connection = await instance.connect();
  const types = names.map((name) => `'${name}': '${numbers.has(name) ? 'BIGINT' : 'VARCHAR'}'`);
  await connection.run(`CREATE TABLE calls_text AS SELECT * REPLACE (
    ${textColumns.map((name) => `nullif(${name}, '') AS ${name}`).join(', ')})
    FROM read_csv('${csv}', header = true, columns = {${types.join(', ')}})`);
  for (const name of textColumns)
    await connection.run(
      `CREATE TYPE ${name}_enum AS ENUM (SELECT DISTINCT ${name} FROM calls_text WHERE ${name} IS NOT NULL)`,
    );
  await connection.run(`CREATE TABLE calls_enum AS SELECT * REPLACE (
    ${textColumns.map((name) => `${name}::${name}_enum AS ${name}`).join(', ')}) FROM calls_text`);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
  renameSync(`${file}.part`, file);
}

/** DuckDB with the tables calls_text and calls_enum; undefined where it is not installed. `open` opens it anew at each call. */
export async function duckPeer(cacheFolder: string): Promise<(() => Promise<Duck>) | undefined> {
  const module = (await loadOrInstall('@duckdb/node-api')) as DuckModule | undefined;
  if (module === undefined) return undefined;
  const file = join(cacheFolder, 'peers.duckdb');
  if (!existsSync(file)) await makeDuck(module, cacheFolder, file);
  return async () => {
    const instance = await module.DuckDBInstance.create(file, { threads: '2', access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    return {
      query: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
      close() {
        connection.closeSync();
        instance.closeSync();
      },
    };
  };
}

/** SQLite with one wide row a call in the table `calls`. */
export function sqlitePeer(cacheFolder: string): Database.Database {
  const file = join(cacheFolder, 'peers.sqlite');
  if (!existsSync(file)) {
    const csv = csvOf(cacheFolder);
    console.error('  loading SQLite');
    const rows = new Database(`${file}.part`);
    rows.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    rows.exec(
      `CREATE TABLE calls (${names.map((name) => `${name} ${numbers.has(name) ? 'INTEGER' : 'TEXT'}`).join(', ')})`,
    );
    rows.close();
    loadCsv(csv, `${file}.part`);
    renameSync(`${file}.part`, file);
  }
  return new Database(file, { readonly: true });
}

function loadCsv(csv: string, file: string): void {
  const db = new Database(file);
  const insert = db.prepare(`INSERT INTO calls VALUES (${names.map(() => '?').join(', ')})`);
  db.transaction(() => {
    for (const cells of csvRows(csv))
      insert.run(cells.map((cell, i) => (cell === '' ? null : numbers.has(names[i] ?? '') ? Number(cell) : cell)));
  })();
  db.close();
}

/** The rows of our own CSV: texts are quoted, numbers are not, no text holds a line feed. */
function* csvRows(file: string): Generator<string[]> {
  for (const line of linesOf(file)) {
    const cells: string[] = [];
    for (const match of line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)) {
      if (cells.length === names.length) break;
      cells.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    }
    yield cells;
  }
}

function* linesOf(file: string): Generator<string> {
  const text = execFileSync('tail', ['-n', '+2', file], { maxBuffer: 2 ** 31 - 1 });
  let start = 0;
  for (let end = text.indexOf(10, start); end >= 0; end = text.indexOf(10, start)) {
    yield text.toString('utf8', start, end);
    start = end + 1;
  }
}

export interface Arquero {
  table(columns: Readonly<Record<string, ArrayLike<unknown>>>): ArqueroTable;
}
export interface ArqueroTable {
  groupby(...names: string[]): ArqueroTable;
  rollup(values: Readonly<Record<string, string>>): ArqueroTable;
  filter(expression: string): ArqueroTable;
  numRows(): number;
}

/** arquero with the columns that pivots need. */
export async function arqueroPeer(cacheFolder: string): Promise<ArqueroTable | undefined> {
  const module = (await loadOrInstall('arquero')) as Arquero | undefined;
  if (module === undefined) return undefined;
  const wanted = ['status', 'duration', 'answered', 'city', 'region', 'plan'];
  const at = wanted.map((name) => names.indexOf(name));
  const columns = wanted.map((): unknown[] => []);
  const shared = new Map<string, string>();
  for (const cells of csvRows(csvOf(cacheFolder))) {
    at.forEach((cell, i) => {
      const text = cells[cell] ?? '';
      const known = shared.get(text) ?? text;
      shared.set(known, known);
      columns[i]?.push(text === '' ? null : numbers.has(wanted[i] ?? '') ? Number(text) : known);
    });
  }
  return module.table(Object.fromEntries(wanted.map((name, i) => [name, columns[i] ?? []])));
}

const PANDAS = `
import json, sys, time, statistics
import pandas as pd
calls = pd.read_csv(sys.argv[1], usecols=['status','duration','answered','city','region','plan'])
for name in ['status','city','region','plan']:
    calls[name] = calls[name].astype('category')
def measured(keys, frame):
    times = []
    for run in range(12):
        start = time.perf_counter()
        frame().groupby(keys, observed=True).agg(n=('status','size'), a=('duration','mean'), s=('answered','sum'))
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[3:])
plain = lambda: calls
filtered = lambda: calls[calls.status == 'completed']
print(json.dumps({'two': measured(['city','plan'], plain), 'three': measured(['city','region','plan'], plain), 'filtered': measured(['city','plan'], filtered)}))
`;

/** Medians in ms of pandas with category columns, by case; undefined where it is not installed. */
export function pandasPeer(cacheFolder: string): Readonly<Record<string, number>> | undefined {
  if (!hasPythonModules('pandas')) return undefined;
  const printed = execFileSync(python, ['-c', PANDAS, csvOf(cacheFolder)], { encoding: 'utf8' });
  return JSON.parse(printed) as Record<string, number>;
}
