import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eachReceived } from '../../src/main/cache/received.ts';

/** The peer `sqlite_rows`: the same items in a plain table, a row each, asked in SQL. Made beside the cache when first needed. */

export interface PlainRows {
  /** The first 100 rows whose text is LIKE the pattern, and how many there are. */
  scan(pattern: string): { count: number; first: readonly string[] };
  get(rowId: number): string | undefined;
  readonly rowIds: readonly number[];
  /** Of all items together, as UTF-8. */
  bytes(): number;
  close(): void;
}

export const createPlainRows =
  'CREATE TABLE plain (row_id INTEGER PRIMARY KEY, call_id TEXT NOT NULL, received TEXT NOT NULL) STRICT';
export const insertPlainRow = 'INSERT INTO plain (row_id, call_id, received) VALUES (?, ?, ?)';

function make(cacheFile: string, file: string): void {
  const source = new Database(cacheFile, { readonly: true });
  const target = new Database(`${file}.part`);
  target.pragma('journal_mode = OFF');
  target.exec(createPlainRows);
  const insert = target.prepare(insertPlainRow);
  const selectIds = source.prepare<[number], { row_id: number; call_id: string }>(
    'SELECT row_id, call_id FROM call WHERE batch_no = ? ORDER BY row_id',
  );
  target.transaction(() => {
    for (const batchNo of source.prepare<[], number>('SELECT batch_no FROM batch').pluck().all()) {
      const received = [...eachReceived(source, batchNo)];
      selectIds.all(batchNo).forEach(({ row_id, call_id }, i) => insert.run(row_id, call_id, received[i]));
    }
  })();
  target.close();
  source.close();
  renameSync(`${file}.part`, file);
}

/** `folder` is that of a bench cache. */
export function plainRows(folder: string): PlainRows {
  const file = join(folder, 'plain.sqlite');
  if (!existsSync(file)) make(join(folder, 'cache.sqlite'), file);
  const db = new Database(file, { readonly: true });
  const count = db.prepare<[string], number>('SELECT count(*) FROM plain WHERE received LIKE ?').pluck();
  const first = db
    .prepare<[string], string>('SELECT received FROM plain WHERE received LIKE ? ORDER BY row_id DESC LIMIT 100')
    .pluck();
  const get = db.prepare<[number], string>('SELECT received FROM plain WHERE row_id = ?').pluck();
  return {
    scan: (pattern) => ({ count: count.get(pattern) ?? 0, first: first.all(pattern) }),
    get: (rowId) => get.get(rowId),
    rowIds: db.prepare<[], number>('SELECT row_id FROM plain ORDER BY row_id').pluck().all(),
    bytes: () => db.prepare<[], number>('SELECT sum(octet_length(received)) FROM plain').pluck().get() ?? 0,
    close: () => void db.close(),
  };
}
