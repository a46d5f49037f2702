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
import { scoresOf } from './relevance.ts';
import { openTextIndex } from './textIndex.ts';
import { indexColumns, outcomeTexts } from './words.ts';

/** From a query to the bits of the calls that it finds. */

export interface Search {
  /** How the calls where a query holds are marked, in those batches that are wanted; undefined where the query says nothing. */
  find(query: Query, timeZone: string): WriteHits | undefined;
  /** How well calls fit a query, by place; undefined: all alike. */
  scores(query: Query): Uint16Array | undefined;
  /** See TextIndex. */
  takeDamaged(): number[];
}

export function openSearch(db: ReadableDb, store: ColumnStore): Search {
  const index = openTextIndex(db);

  function bitsOfTerm(term: Term, timeZone: string, layout: Layout, batchNos: readonly number[]): Bitmap {
    const fields = term.fields ?? indexColumns;
    const indexed = fields.filter((field) => indexColumns.includes(field));
    const bits = indexed.length === 0 ? emptyBitmap(layout) : index.find(term, indexed, layout, batchNos).slice();
    // What people wrote about calls is in no index: few calls have any.
    const unindexed =
      term.fields === undefined ? ['tags', 'note'] : fields.filter((field) => !indexColumns.includes(field));
    for (const field of unindexed) markColumn(bits, store, field, term, timeZone);
    return bits;
  }

  function find(query: Query, timeZone: string): WriteHits | undefined {
    if (query.length === 0) return undefined;
    return (bits, layout, batchNos) => {
      const wanted = new Set(batchNos);
      const result = bitsOfBatches(layout, (batchNo) => wanted.has(batchNo));
      for (const alternatives of query) {
        const any = emptyBitmap(layout);
        for (const { term, negate } of alternatives) {
          const found = bitsOfTerm(term, timeZone, layout, batchNos);
          const turned = negate ? -1 : 0;
          for (let i = 0; i < any.length; i++) any[i] = (any[i] as number) | ((found[i] as number) ^ turned);
        }
        intersect(result, any);
      }
      for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) | (result[i] as number);
    };
  }

  return { find, scores: (query) => scoresOf(index, query, store.layout), takeDamaged: index.takeDamaged };
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
