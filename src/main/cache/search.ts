import type { Query, SearchField, Term } from '../../shared/searchQuery.ts';
import { standsIn } from '../../shared/searchHits.ts';
import { parseJson } from '../../shared/json.ts';
import { columnKind } from '../../shared/columns.ts';
import { FIRST_VALUE } from '../columns/segment.ts';
import type { ColumnStore } from '../columns/store.ts';
import type { ReadableDb } from './database.ts';
import { batchNoOf, positionOf } from './rowId.ts';
import { indexColumns, outcomeTexts } from './words.ts';

/** From a query to a mask of calls. */

/** Where each batch's calls begin in the mask, by batch number. */
export interface Places {
  readonly bases: ReadonlyMap<number, number>;
  readonly length: number;
}

/** One byte a call: 1 where the query holds; undefined where it says nothing. */
export function searchCalls(
  db: ReadableDb,
  store: ColumnStore,
  query: Query,
  { bases, length }: Places,
  timeZone: string,
): Uint8Array | undefined {
  if (query.length === 0) return undefined;
  const counts = new Map(store.batches.map((batch) => [batch.batchNo, batch.count]));
  const found = (term: Term): Uint8Array => {
    const mask = new Uint8Array(length);
    const fields = term.fields ?? indexColumns;
    const indexed = fields.filter((field) => indexColumns.includes(field));
    if (indexed.length > 0) mark(mask, rowIdsWithWords(db, term, indexed), { bases, counts });
    if (term.part !== undefined && term.fields === undefined)
      mark(mask, rowIdsWithPart(db, term.part), { bases, counts });
    for (const field of fields) {
      if (!indexColumns.includes(field)) markColumn(mask, store, field, term, timeZone);
    }
    return mask;
  };
  const result = new Uint8Array(length).fill(1);
  for (const alternatives of query) {
    const any = new Uint8Array(length);
    for (const { term, negate } of alternatives) {
      const mask = found(term);
      for (let i = 0; i < length; i++) any[i] = (any[i] ?? 0) | (negate ? 1 - (mask[i] ?? 0) : (mask[i] ?? 0));
    }
    for (let i = 0; i < length; i++) result[i] = (result[i] ?? 0) & (any[i] ?? 0);
  }
  return result;
}

function rowIdsWithWords(db: ReadableDb, { words, isPrefix }: Term, columns: readonly SearchField[]): number[] {
  const where = columns.length === indexColumns.length ? '' : `{${columns.join(' ')}} : `;
  return db
    .prepare<[string], number>('SELECT rowid FROM call_words WHERE call_words MATCH ?')
    .pluck()
    .all(`${where}"${words.join(' ')}"${isPrefix ? ' *' : ''}`);
}

function rowIdsWithPart(db: ReadableDb, part: string): number[] {
  return db
    .prepare<[string], number>('SELECT rowid FROM call_parts WHERE call_parts MATCH ?')
    .pluck()
    .all(`"${part.replaceAll('"', '""')}"`);
}

function mark(
  mask: Uint8Array,
  rowIds: readonly number[],
  { bases, counts }: { readonly bases: ReadonlyMap<number, number>; readonly counts: ReadonlyMap<number, number> },
): void {
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
    if (position < count) mask[base + position] = 1;
  }
}

/** Marks the calls whose value in a column holds the term; of a time its day, as `2026-05-14`. */
function markColumn(mask: Uint8Array, store: ColumnStore, column: SearchField, term: Term, timeZone: string): void {
  const isTime = columnKind(column) === 'time';
  const coded = store.coded(isTime ? { column, bin: 'day' } : { column }, timeZone);
  // Every batch first: loading a batch may bring new values into the dictionary.
  const chunks = store.batches.map((batch) => coded.of(batch));
  const holds = new Uint8Array(coded.dictionary.size);
  coded.dictionary.values.forEach((json, i) => {
    if (outcomeTexts(parseJson(json)).some((text) => standsIn(text, term))) holds[i + FIRST_VALUE] = 1;
  });
  let base = 0;
  for (const codes of chunks) {
    for (let i = 0; i < codes.length; i++) if (holds[codes[i] ?? 0] === 1) mask[base + i] = 1;
    base += codes.length;
  }
}
