import type { CacheSizes } from '../../shared/contract.ts';
import { batchKey } from '../../shared/model.ts';
import type { ReadableDb } from './database.ts';
import { rowIdSpan } from './rowId.ts';

/**
 * How much room the cache takes, and each batch of it. What a batch has of its own (items, columns, text index) is exact; what all share is
 * told out by it, since only reading it whole would say more.
 */
export function cacheSizes(db: ReadableDb): CacheSizes {
  const pragma = (name: string) => Number(db.pragma(name, { simple: true }));
  const pageBytes = pragma('page_size');
  const fileBytes = pragma('page_count') * pageBytes;
  const freeBytes = pragma('freelist_count') * pageBytes;
  const batches = db
    .prepare<[], { batch_no: number; account_id: string; schedule_id: string }>(
      'SELECT batch_no, account_id, schedule_id FROM batch',
    )
    .all();
  // `length` of a BLOB reads its header, not the BLOB.
  const items = db
    .prepare<[number, number], number>(
      'SELECT coalesce(sum(length(data)), 0) FROM received WHERE first_row BETWEEN ? AND ?',
    )
    .pluck();
  const columns = db
    .prepare<[number], number>('SELECT coalesce(sum(length(data)), 0) FROM segment WHERE batch_no = ?')
    .pluck();
  const texts = db
    .prepare<[number], number>('SELECT coalesce(sum(length(data)), 0) FROM text_chunk WHERE batch_no = ?')
    .pluck();
  const own = batches.map(({ batch_no, account_id, schedule_id }) => {
    const [first, last] = rowIdSpan(batch_no);
    return {
      batch: batchKey(account_id, schedule_id),
      bytes: (items.get(first, last) ?? 0) + (columns.get(batch_no) ?? 0) + (texts.get(batch_no) ?? 0),
    };
  });
  const all = own.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = all === 0 ? 0 : (fileBytes - freeBytes) / all;
  return {
    fileBytes,
    freeBytes,
    batches: own.map(({ batch, bytes }) => ({ batch, bytes: Math.round(bytes * share) })),
  };
}
