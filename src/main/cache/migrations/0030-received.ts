import { constants, zstdCompressSync } from 'node:zlib';
import type { WritableDb } from '../database.ts';

/** Items move from a column of each call into compressed pages of some twenty to forty calls: see ../received.ts. */
export default function received(db: WritableDb): void {
  db.exec(`
    CREATE TABLE received (
      -- Row id of the page's first call; the others follow it without a gap.
      first_row INTEGER PRIMARY KEY,
      -- The items as the provider sent them, with a NUL between two, as zstd.
      data BLOB NOT NULL
    ) STRICT;
  `);
  const save = db.prepare('INSERT INTO received (first_row, data) VALUES (?, ?)');
  const batches = db.prepare<[], number>('SELECT batch_no FROM batch').pluck().all();
  for (const batchNo of batches) {
    let firstRow = 0;
    let page: string[] = [];
    let length = 0;
    const end = () => {
      const params = { [constants.ZSTD_c_checksumFlag]: 1 };
      if (page.length > 0) save.run(firstRow, zstdCompressSync(page.join('\0'), { params }));
      page = [];
      length = 0;
    };
    const rows = db
      .prepare<[number], { row_id: number; received: string }>(
        'SELECT row_id, received FROM call WHERE batch_no = ? ORDER BY row_id',
      )
      .all(batchNo);
    for (const row of rows) {
      if (page.length === 0) firstRow = row.row_id;
      page.push(row.received);
      length += row.received.length;
      if (length >= 24 * 1024) end();
    }
    end();
  }
  db.exec('ALTER TABLE call DROP COLUMN received');
}
