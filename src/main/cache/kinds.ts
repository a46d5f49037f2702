import { columnKind, isField, type ColumnId, type ColumnKind } from '../../shared/columns.ts';
import { addProfiles, profileOf, recognise, valueKinds, type Profile, type ValueKind } from '../../shared/recognise.ts';
import { FIRST_VALUE, hiddenSegments, type Segment } from '../columns/segment.ts';
import type { StoreBatch } from '../columns/layout.ts';
import type { ReadableDb, WritableDb } from './database.ts';

/** The kinds of columns: those of fields are known, those of outcome keys recognised from their values, or chosen by a person. */

/** What the values of an outcome key of a batch are like, as JSON text. */
export interface EncodedProfile {
  readonly column: ColumnId;
  readonly profile: string;
}

/** undefined: the column needs none, or holds nothing. */
export function encodeProfile(column: ColumnId, segment: Segment): EncodedProfile | undefined {
  if (isField(column) || hiddenSegments.has(column) || segment.type !== 'codes' || segment.dictionary.length === 0)
    return undefined;
  const calls = new Uint32Array(segment.dictionary.length + FIRST_VALUE);
  const { codes } = segment;
  for (let i = 0; i < codes.length; i++) calls[codes[i] as number] = (calls[codes[i] as number] ?? 0) + 1;
  const profile = profileOf(segment.dictionary.map((json, i) => [json, calls[i + FIRST_VALUE] ?? 0]));
  return { column, profile: JSON.stringify(profile) };
}

/** Writes the profiles of a batch in place of those it has. Part of the caller's transaction. */
export function saveProfiles(db: WritableDb, batchNo: number, profiles: readonly EncodedProfile[]): void {
  db.prepare('DELETE FROM profile WHERE batch_no = ?').run(batchNo);
  const insert = db.prepare('INSERT INTO profile (batch_no, column_id, profile) VALUES (?, ?, ?)');
  for (const { column, profile } of profiles) insert.run(batchNo, column, profile);
}

/** Lets a person's choice stand above what was recognised; null takes it back. */
export function saveColumnKind(db: WritableDb, column: ColumnId, kind: ValueKind | null): void {
  if (kind === null) db.prepare('DELETE FROM column_kind WHERE column_id = ?').run(column);
  else db.prepare('INSERT OR REPLACE INTO column_kind (column_id, kind) VALUES (?, ?)').run(column, kind);
}

export interface ColumnKinds {
  /** Looks at what is there now: profiles of changed batches are read anew. */
  refresh(batches: readonly StoreBatch[]): void;
  kindOf(column: ColumnId): ColumnKind;
  chosenKind(column: ColumnId): ValueKind | undefined;
  /** Batches with a profile that was found damaged since this was last asked: whoever writes makes them anew. */
  takeDamaged(): number[];
}

export function openKinds(db: ReadableDb): ColumnKinds {
  const selectProfiles = db.prepare<[number], { column_id: string; profile: string }>(
    'SELECT column_id, profile FROM profile WHERE batch_no = ?',
  );
  const selectChosen = db.prepare<[], { column_id: string; kind: string }>('SELECT column_id, kind FROM column_kind');
  const read = new Map<number, { readonly revision: number; readonly profiles: ReadonlyMap<ColumnId, Profile> }>();
  let batches: readonly StoreBatch[] = [];
  let chosen: ReadonlyMap<ColumnId, ValueKind> = new Map();
  const damaged = new Set<number>();
  const recognised = new Map<ColumnId, ValueKind>();

  function profilesOf(batch: StoreBatch): ReadonlyMap<ColumnId, Profile> {
    const known = read.get(batch.batchNo);
    if (known?.revision === batch.revision) return known.profiles;
    const profiles = new Map<ColumnId, Profile>();
    for (const { column_id, profile } of selectProfiles.all(batch.batchNo)) {
      try {
        profiles.set(column_id, JSON.parse(profile) as Profile);
      } catch {
        // The other batches tell the kind until it is made anew.
        damaged.add(batch.batchNo);
      }
    }
    read.set(batch.batchNo, { revision: batch.revision, profiles });
    return profiles;
  }

  return {
    refresh(now) {
      batches = now;
      recognised.clear();
      const present = new Set(now.map(({ batchNo }) => batchNo));
      for (const batchNo of read.keys()) if (!present.has(batchNo)) read.delete(batchNo);
      // A kind that a newer Callbook knows is left out; the values stay as they came.
      const rows = selectChosen.all().flatMap(({ column_id, kind }) => {
        const known = valueKinds.find((one) => one === kind);
        return known === undefined ? [] : [[column_id, known] as const];
      });
      chosen = new Map(rows);
    },
    kindOf(column) {
      if (isField(column)) return columnKind(column);
      let kind = chosen.get(column) ?? recognised.get(column);
      if (kind === undefined) {
        kind = recognise(addProfiles(batches.flatMap((batch) => profilesOf(batch).get(column) ?? [])));
        recognised.set(column, kind);
      }
      return kind;
    },
    chosenKind: (column) => chosen.get(column),
    takeDamaged() {
      const found = [...damaged];
      damaged.clear();
      return found;
    },
  };
}
