import type { Query, SearchField, Term } from '../../shared/searchQuery.ts';
import { standsIn } from '../../shared/searchHits.ts';
import { parseJson } from '../../shared/json.ts';
import { columnKind } from '../../shared/columns.ts';
import { addOthers, emptyBitmap, type Bitmap } from '../columns/bitmap.ts';
import type { Layout } from '../columns/layout.ts';
import type { Demand } from '../columns/masks.ts';
import { FIRST_VALUE } from '../columns/segment.ts';
import type { ColumnStore } from '../columns/store.ts';
import type { ReadableDb } from './database.ts';
import { scoresOf } from './relevance.ts';
import { openTextIndex } from './textIndex.ts';
import { indexColumns, outcomeTexts } from './words.ts';

/** From a query to the bits of the calls that it finds. */

export interface Search {
  /** What a query demands of a call. */
  find(query: Query, timeZone: string): readonly Demand[];
  /** How well calls fit a query, by place; undefined: all alike. */
  scores(query: Query): Uint16Array | undefined;
  /** See TextIndex. */
  takeDamaged(): number[];
}

export function openSearch(db: ReadableDb, store: ColumnStore): Search {
  const index = openTextIndex(db);

  function mark(bits: Bitmap, term: Term, timeZone: string, layout: Layout, batchNos: readonly number[]): void {
    const fields = term.fields ?? indexColumns;
    const indexed = fields.filter((field) => indexColumns.includes(field));
    if (indexed.length > 0) index.mark(bits, term, indexed, layout, batchNos);
    // What people wrote about calls is in no index: few calls have any.
    const unindexed =
      term.fields === undefined ? ['tags', 'note'] : fields.filter((field) => !indexColumns.includes(field));
    for (const field of unindexed) markColumn(bits, store, field, term, timeZone);
  }

  function find(query: Query, timeZone: string): readonly Demand[] {
    return query.map((alternatives) => ({
      id: JSON.stringify(alternatives),
      write(bits, layout, batchNos) {
        for (const { term, negate } of alternatives) {
          const found = negate ? emptyBitmap(layout) : bits;
          mark(found, term, timeZone, layout, batchNos);
          const wanted = new Set(batchNos);
          if (negate) addOthers(bits, found, layout, (batchNo) => wanted.has(batchNo));
        }
      },
    }));
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
