import { partFields, type SearchField, type Term } from '../../shared/searchQuery.ts';
import { emptyBitmap, type Bitmap } from '../columns/bitmap.ts';
import type { Layout } from '../columns/layout.ts';
import type { ReadableDb } from './database.ts';
import { batchNoOf, rowIdOf, rowIdSpan } from './rowId.ts';
import { indexColumns } from './words.ts';

/** The full-text index, asked for one term at a time. */

export interface TextIndex {
  /**
   * The calls of the batches in which the index columns hold the term, as bits that the caller must not change. What has been asked for
   * all batches is kept, so that a word more, or a letter of it, costs only that word.
   */
  find(term: Term, columns: readonly SearchField[], layout: Layout, batchNos: readonly number[]): Bitmap;
}

/** A bitmap of a million calls takes 125 kB. */
const MOST_KEPT = 24;

export function openTextIndex(db: ReadableDb): TextIndex {
  const kept = new Map<string, Bitmap>();
  let keptFor: Layout | undefined;
  // One text of all row ids comes over two to three times as fast as a row each.
  const selectWords = db
    .prepare<[string, number, number], Uint8Array | null>(
      'SELECT CAST(group_concat(rowid) AS BLOB) FROM call_words WHERE call_words MATCH ? AND rowid BETWEEN ? AND ?',
    )
    .pluck();
  const selectParts = db
    .prepare<[string, number, number], Uint8Array | null>(
      'SELECT CAST(group_concat(rowid) AS BLOB) FROM call_parts WHERE call_parts MATCH ? AND rowid BETWEEN ? AND ?',
    )
    .pluck();

  function search(term: Term, columns: readonly SearchField[], layout: Layout, spans: readonly Span[]): Bitmap {
    const bits = emptyBitmap(layout);
    const words = `${within(columns, indexColumns.length)}"${term.words.join(' ')}"${term.isPrefix ? ' *' : ''}`;
    const partColumns = columns.filter((column) => partFields.has(column));
    const part =
      term.part === undefined || partColumns.length === 0
        ? undefined
        : `${within(partColumns, partFields.size)}"${term.part.replaceAll('"', '""')}"`;
    for (const [first, last] of spans) {
      mark(bits, layout, selectWords.get(words, first, last));
      if (part !== undefined) mark(bits, layout, selectParts.get(part, first, last));
    }
    return bits;
  }

  return {
    find(term, columns, layout, batchNos) {
      if (batchNos.length < layout.batches.length) return search(term, columns, layout, batchNos.map(rowIdSpan));
      if (keptFor !== layout) kept.clear();
      keptFor = layout;
      const id = JSON.stringify([term, columns]);
      const bits = kept.get(id) ?? search(term, columns, layout, [[0, Number.MAX_SAFE_INTEGER]]);
      kept.delete(id);
      kept.set(id, bits);
      const oldest = kept.keys().next();
      if (kept.size > MOST_KEPT && oldest.done !== true) kept.delete(oldest.value);
      return bits;
    },
  };
}

type Span = readonly [first: number, last: number];

function within(columns: readonly SearchField[], ofAll: number): string {
  return columns.length === ofAll ? '' : `{${columns.join(' ')}} : `;
}

const COMMA = 44;
const ZERO = 48;

/** Sets the bits of row ids that are given as digits with commas between, those of a batch together. */
function mark(bits: Bitmap, { bases, batches }: Layout, rowIds: Uint8Array | null | undefined): void {
  if (rowIds == null) return;
  const counts = new Map(batches.map((batch) => [batch.batchNo, batch.count]));
  let [first, next] = [0, 0];
  let base = 0;
  let count = 0;
  const length = rowIds.length;
  for (let at = 0; at <= length;) {
    let rowId = 0;
    for (; at < length; at++) {
      const digit = rowIds[at] as number;
      if (digit === COMMA) break;
      rowId = rowId * 10 + digit - ZERO;
    }
    at++;
    if (rowId < first || rowId >= next) {
      const batchNo = batchNoOf(rowId);
      [first, next] = [rowIdOf(batchNo, 0), rowIdOf(batchNo + 1, 0)];
      base = bases.get(batchNo) ?? 0;
      count = counts.get(batchNo) ?? 0;
    }
    // A batch in the middle of a sync has rows that its segments do not have yet.
    const position = rowId - first;
    if (position >= count) continue;
    const place = base + position;
    bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31));
  }
}
