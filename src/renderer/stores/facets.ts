import { startTransition, useEffect, useState } from 'react';
import { create } from 'zustand';
import type { ColumnId } from '../../shared/columns.ts';
import { MOST_FACET_SEARCH, type Facet } from '../../shared/facet.ts';
import { call } from '../bridge.ts';
import { tell } from './notices.ts';
import { useSelection } from './selection.ts';

/**
 * The values of the columns that somebody looks at. They are counted once the rows are in sight and nobody types on, one column after
 * the other, so that the next letter never waits for them; the old counts stay in sight until then.
 */

interface FacetsState {
  readonly facets: ReadonlyMap<ColumnId, Facet>;
}

export const useFacets = create<FacetsState>()(() => ({ facets: new Map() }));

const FEW = 8;
const MANY = 500;

interface Watched {
  watchers: number;
  search: string;
  most: number;
}

const watched = new Map<ColumnId, Watched>();
/** Columns to count (again), in the order in which they are shown. */
const due = new Set<ColumnId>();
let isCounting = false;

/** Who types or clicks on does so sooner than this. */
const QUIET_MS = 250;
/** Running while somebody may type on. */
let quiet: ReturnType<typeof setTimeout> | undefined;

async function count(): Promise<void> {
  if (isCounting || quiet !== undefined) return;
  isCounting = true;
  try {
    for (let [column] = due; column !== undefined && quiet === undefined; [column] = due) {
      due.delete(column);
      const asked = watched.get(column);
      if (asked === undefined) continue;
      const { selection } = useSelection.getState();
      const { most } = asked;
      const search = asked.search.slice(0, MOST_FACET_SEARCH);
      const [facet] = await call('calls.facets', { selection, columns: [column], most, search });
      // Counted in calls that are no longer in sight: it is due again.
      if (facet === undefined || quiet !== undefined) continue;
      useFacets.setState(({ facets }) => ({ facets: new Map(facets).set(column, facet) }));
    }
  } catch (thrown) {
    due.clear();
    tell(thrown);
  } finally {
    isCounting = false;
  }
}

/** The selection's calls are others now. */
export function loadFacets(): void {
  for (const column of watched.keys()) due.add(column);
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    quiet = undefined;
    void count();
  }, QUIET_MS);
}

/**
 * Counts the column's values while the component is there; undefined until they are known. New counts are drawn piece by piece: lists of
 * values take long to draw, and somebody may type.
 */
export function useFacet(column: ColumnId): Facet | undefined {
  const [facet, setFacet] = useState(() => useFacets.getState().facets.get(column));
  useEffect(() => {
    const known = watched.get(column);
    if (known !== undefined) known.watchers++;
    else watched.set(column, { watchers: 1, search: '', most: FEW });
    due.add(column);
    void count();
    const take = () => setFacet(useFacets.getState().facets.get(column));
    take();
    const stop = useFacets.subscribe(() => startTransition(take));
    return () => {
      stop();
      const left = watched.get(column);
      if (left !== undefined && --left.watchers === 0) watched.delete(column);
    };
  }, [column]);
  return facet;
}

/** Looks for values that contain the words, or shows many values instead of the few most frequent. */
export function askFacet(column: ColumnId, { search, isLong }: { search: string; isLong: boolean }): void {
  const asked = watched.get(column);
  if (asked === undefined) return;
  asked.search = search;
  asked.most = isLong || search !== '' ? MANY : FEW;
  due.add(column);
  void count();
}
