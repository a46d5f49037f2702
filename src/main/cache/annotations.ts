import { CallbookError } from '../../shared/errors.ts';
import { annotationFields, type ColumnId } from '../../shared/columns.ts';
import { batchKey, type Annotation, type BatchKey } from '../../shared/model.ts';
import { FIRST_VALUE, type Segment } from '../columns/segment.ts';
import type { ReadableDb, WritableDb } from './database.ts';
import { batchNoOf, positionOf } from './rowId.ts';

/** What people write about calls. Few calls have any, so readers hold them all. */

/** Keeps what is written about a call, and returns the call's batch. Throws UNKNOWN_CALL. */
export function saveAnnotation(db: WritableDb, rowId: number, { isStarred, tags, note }: Annotation): BatchKey {
  const call = db
    .prepare<[number], { batch_no: number; call_id: string; account_id: string; schedule_id: string }>(
      'SELECT batch_no, call_id, account_id, schedule_id FROM call JOIN batch USING (batch_no) WHERE row_id = ?',
    )
    .get(rowId);
  if (call === undefined)
    throw new CallbookError('UNKNOWN_CALL', 'This call is no longer in the cache, so nothing can be noted about it.');
  db.prepare(
    `INSERT INTO annotation (batch_no, call_id, is_starred, tags, note, changed_at)
     VALUES (?, ?, ?, ?, ?, max(?, (SELECT coalesce(max(changed_at), 0) + 1 FROM annotation)))
     ON CONFLICT (batch_no, call_id) DO UPDATE SET is_starred = excluded.is_starred, tags = excluded.tags, note = excluded.note,
       changed_at = excluded.changed_at`,
  ).run(call.batch_no, call.call_id, isStarred ? 1 : 0, JSON.stringify(tags), note, Date.now());
  // Star, tags and note are columns of the batch like others.
  db.prepare('UPDATE batch SET revision = revision + 1 WHERE batch_no = ?').run(call.batch_no);
  return batchKey(call.account_id, call.schedule_id);
}

export interface Annotations {
  /** Differs whenever something was written. */
  readonly version: string;
  readonly byRowId: ReadonlyMap<number, Annotation>;
}

interface Row {
  readonly row_id: number;
  readonly is_starred: number;
  readonly tags: string;
  readonly note: string;
}

/** A function that gives all annotations as they are now, the same object as long as nothing was written. */
export function annotationReader(db: ReadableDb): () => Annotations {
  const selectVersion = db
    .prepare<[], string>("SELECT count(*) || ' ' || coalesce(max(changed_at), 0) FROM annotation")
    .pluck();
  // Emptied ones say nothing. CROSS: few calls of a million have any, so they are looked for from here.
  const selectAll = db.prepare<[], Row>(
    `SELECT row_id, is_starred, tags, note FROM annotation CROSS JOIN call USING (batch_no, call_id)
     WHERE is_starred = 1 OR tags <> '[]' OR note <> ''`,
  );
  let known: Annotations = { version: '', byRowId: new Map() };
  return () => {
    const version = selectVersion.get() ?? '';
    if (version === known.version) return known;
    const rows = selectAll
      .all()
      .map((row): [number, Annotation] => [
        row.row_id,
        { isStarred: row.is_starred === 1, tags: JSON.parse(row.tags) as string[], note: row.note },
      ]);
    return (known = { version, byRowId: new Map(rows) });
  };
}

/** What an annotation has in a column, as JSON text; undefined: nothing. */
function jsonIn({ isStarred, tags, note }: Annotation, column: ColumnId): string | undefined {
  if (column === 'starred') return isStarred ? 'true' : undefined;
  if (column === 'tags') return tags.length > 0 ? JSON.stringify(tags) : undefined;
  return note.trim() === '' ? undefined : JSON.stringify(note);
}

/** One of `annotationFields` as a column of a batch with `count` calls. */
export function annotationSegment({ byRowId }: Annotations, batchNo: number, count: number, column: ColumnId): Segment {
  const codes = new Uint32Array(count);
  const dictionary: string[] = [];
  for (const [rowId, annotation] of byRowId) {
    const json = jsonIn(annotation, column);
    if (json === undefined || batchNoOf(rowId) !== batchNo || positionOf(rowId) >= count) continue;
    const known = dictionary.indexOf(json);
    codes[positionOf(rowId)] = (known >= 0 ? known : dictionary.push(json) - 1) + FIRST_VALUE;
  }
  return { type: 'codes', codes, dictionary };
}

/** How many of the calls in the wanted batches have something in each of the annotation's columns. */
export function countAnnotated(
  { byRowId }: Annotations,
  isIn: (batchNo: number) => boolean,
): ReadonlyMap<ColumnId, number> {
  const counts = new Map<ColumnId, number>();
  for (const [rowId, annotation] of byRowId) {
    if (!isIn(batchNoOf(rowId))) continue;
    for (const column of annotationFields)
      if (jsonIn(annotation, column) !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
}
