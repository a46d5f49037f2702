import { parseQuery, type Term } from '../../shared/searchText.ts';
import type { ReadableDb } from './database.ts';
import { batchNoOf, positionOf } from './rowId.ts';

/** From what stands in the search box to a mask of calls. */

export interface Places {
  /** Where each batch's calls begin in the mask, by batch number. */
  readonly bases: ReadonlyMap<number, number>;
  readonly counts: ReadonlyMap<number, number>;
  readonly length: number;
}

/** One byte a call: 1 where the text is found; undefined where the text says nothing (no letter or digit). */
export function searchCalls(db: ReadableDb, text: string, places: Places): Uint8Array | undefined {
  const query = parseQuery(text);
  if (query.all.length === 0 && query.not.length === 0) return undefined;
  const result = new Uint8Array(places.length).fill(1);
  for (const group of query.all) {
    const mask = new Uint8Array(places.length);
    for (const term of group) mark(mask, rowIdsOf(db, term), places);
    for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? 0) & (mask[i] ?? 0);
  }
  for (const term of query.not) {
    const mask = new Uint8Array(places.length);
    mark(mask, rowIdsOf(db, term), places);
    for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? 0) & ~(mask[i] ?? 0);
  }
  return result;
}

function rowIdsOf(db: ReadableDb, term: Term): number[][] {
  const inWords = db
    .prepare<[string], number>('SELECT rowid FROM call_words WHERE call_words MATCH ?')
    .pluck()
    .all(`"${term.words.join(' ')}"${term.isPrefix ? ' *' : ''}`);
  if (term.part === undefined) return [inWords];
  const inParts = db
    .prepare<[string], number>('SELECT rowid FROM call_parts WHERE call_parts MATCH ?')
    .pluck()
    .all(`"${term.part.replaceAll('"', '""')}"`);
  return [inWords, inParts];
}

function mark(mask: Uint8Array, rowIdLists: readonly number[][], { bases, counts }: Places): void {
  for (const rowIds of rowIdLists) {
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
}
