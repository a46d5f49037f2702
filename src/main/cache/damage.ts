import type { ReadableDb } from './database.ts';

/**
 * Damage that no checksum tells of. Items, columns and the text index have theirs; what stands below has none, and where a power cut or a
 * copy left a piece of the file blank, its rows are read as if they were empty. SQLite's check of a table found each of 360 such pieces
 * that reading it did not notice. (Random bytes reading itself met; a single bit nothing finds, which disks themselves do.)
 *
 * Table by table, as a check of the whole reads all of the file: with a million calls 560 MB in place of 160, in 1.5 s in place of 0.8.
 */

/** What is in a table, as people know it. */
const WORDS: readonly (readonly [table: string, words: string])[] = [
  ['annotation', 'stars, tags and notes'],
  ['change', 'the history of calls'],
  ['rejected', 'items that could not be read'],
  ['contact', 'contacts'],
  ['call', 'the list of calls'],
  ['segment', 'columns'],
  ['batch', 'batches'],
  ['account', 'accounts'],
  ['column_kind', 'kinds of columns'],
  ['run', 'past syncs'],
];

/** What of the cache is damaged, in words; it takes a moment. */
export function damagedParts(db: ReadableDb): string[] {
  return WORDS.filter(([table]) => db.pragma(`quick_check(${table})`, { simple: true }) !== 'ok').map(
    ([, words]) => words,
  );
}
