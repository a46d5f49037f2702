import type { Query, SearchField, Term } from '../../shared/searchQuery.ts';
import { standsIn } from '../../shared/searchHits.ts';
import { parseJson } from '../../shared/json.ts';
import { columnKind } from '../../shared/columns.ts';
import { bitsOfBatches, emptyBitmap, intersect, type Bitmap } from '../columns/bitmap.ts';
import type { Layout } from '../columns/layout.ts';
import type { WriteHits } from '../columns/masks.ts';
import { FIRST_VALUE } from '../columns/segment.ts';
import type { ColumnStore } from '../columns/store.ts';
import type { ReadableDb } from './database.ts';
import { CALLS_PER_BATCH, batchNoOf, positionOf, rowIdOf } from './rowId.ts';
import { indexColumns, outcomeTexts } from './words.ts';

/** From a query to the bits of the calls that it finds. */

/** How the calls where the query holds are marked, in those batches that are wanted; undefined where the query says nothing. */
export function bitsOfQuery(db: ReadableDb, store: ColumnStore, query: Query, timeZone: string): WriteHits | undefined {
  if (query.length === 0) return undefined;
  return (bits, layout, batchNos) => {
    const wanted = new Set(batchNos);
    const result = bitsOfBatches(layout, (batchNo) => wanted.has(batchNo));
    // After a sync only its batches are looked through; at first the whole index is, in one go.
    const spans = wanted.size === layout.batches.length ? [everyRow] : batchNos.map(rowsOf);
    for (const alternatives of query) {
      const any = emptyBitmap(layout);
      for (const { term, negate } of alternatives) {
        const found = bitsOfTerm(db, store, term, timeZone, layout, spans);
        for (let i = 0; i < any.length; i++) any[i] = (any[i] ?? 0) | (negate ? ~(found[i] ?? 0) : (found[i] ?? 0));
      }
      intersect(result, any);
    }
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) | (result[i] ?? 0);
  };
}

interface RowSpan {
  readonly first: number;
  readonly last: number;
}

const everyRow: RowSpan = { first: 0, last: Number.MAX_SAFE_INTEGER };

function rowsOf(batchNo: number): RowSpan {
  return { first: rowIdOf(batchNo, 0), last: rowIdOf(batchNo, CALLS_PER_BATCH - 1) };
}

function bitsOfTerm(
  db: ReadableDb,
  store: ColumnStore,
  term: Term,
  timeZone: string,
  layout: Layout,
  spans: readonly RowSpan[],
): Bitmap {
  const bits = emptyBitmap(layout);
  const fields = term.fields ?? indexColumns;
  const indexed = fields.filter((field) => indexColumns.includes(field));
  for (const span of spans) {
    if (indexed.length > 0) mark(bits, layout, rowIdsWithWords(db, term, indexed, span));
    if (term.part !== undefined && term.fields === undefined) mark(bits, layout, rowIdsWithPart(db, term.part, span));
  }
  // What people wrote about calls is in no index: few calls have any.
  const unindexed = fields.filter((field) => !indexColumns.includes(field));
  for (const field of term.fields === undefined ? ['tags', 'note'] : unindexed)
    markColumn(bits, store, field, term, timeZone);
  return bits;
}

function rowIdsWithWords(
  db: ReadableDb,
  { words, isPrefix }: Term,
  columns: readonly SearchField[],
  { first, last }: RowSpan,
): number[] {
  const where = columns.length === indexColumns.length ? '' : `{${columns.join(' ')}} : `;
  return db
    .prepare<[string, number, number], number>(
      'SELECT rowid FROM call_words WHERE call_words MATCH ? AND rowid BETWEEN ? AND ?',
    )
    .pluck()
    .all(`${where}"${words.join(' ')}"${isPrefix ? ' *' : ''}`, first, last);
}

function rowIdsWithPart(db: ReadableDb, part: string, { first, last }: RowSpan): number[] {
  return db
    .prepare<[string, number, number], number>(
      'SELECT rowid FROM call_parts WHERE call_parts MATCH ? AND rowid BETWEEN ? AND ?',
    )
    .pluck()
    .all(`"${part.replaceAll('"', '""')}"`, first, last);
}

function mark(bits: Bitmap, { bases, batches }: Layout, rowIds: readonly number[]): void {
  const counts = new Map(batches.map((batch) => [batch.batchNo, batch.count]));
  let batchNo = -1;
  let base = 0;
  let count = 0;
  for (const rowId of rowIds) {
    const no = batchNoOf(rowId);
    if (no !== batchNo) {
      batchNo = no;
      base = bases.get(no) ?? 0;
      count = counts.get(no) ?? 0;
    }
    // A batch in the middle of a sync has rows that its segments do not have yet.
    const position = positionOf(rowId);
    if (position >= count) continue;
    const place = base + position;
    bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
  }
}

/** Marks the calls whose value in a column holds the term; of a time its day, as `2026-05-14`. */
function markColumn(bits: Bitmap, store: ColumnStore, column: SearchField, term: Term, timeZone: string): void {
  const isTime = columnKind(column) === 'time';
  const { codes, dictionary } = store.coded(isTime ? { column, bin: 'day' } : { column }, timeZone);
  if (dictionary.values.length === 0) return;
  const holds = new Uint8Array(dictionary.size);
  dictionary.values.forEach((json, i) => {
    if (outcomeTexts(parseJson(json)).some((text) => standsIn(text, term))) holds[i + FIRST_VALUE] = 1;
  });
  // Places between batches hold code 0, a blank, which no term is in.
  for (let place = 0; place < codes.length; place++) {
    const bit = (holds[codes[place] ?? 0] ?? 0) << (place & 31);
    if (bit !== 0) bits[place >>> 5] = (bits[place >>> 5] ?? 0) | bit;
  }
}
