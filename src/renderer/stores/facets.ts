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
  /** By what was asked. */
  readonly facets: ReadonlyMap<string, Facet>;
}

const useFacets = create<FacetsState>()(() => ({ facets: new Map() }));

const FEW = 8;
const MANY = 500;

export interface Asked {
  /** Only values that contain these words; '': all. */
  readonly search: string;
  /** Many values instead of the few most frequent. */
  readonly isLong: boolean;
}

const usual: Asked = { search: '', isLong: false };

interface Watched {
  readonly column: ColumnId;
  readonly search: string;
  readonly most: number;
  watchers: number;
}

/** What somebody looks at, by what was asked: who looks for values in a filter's own window does not change the panel's list. */
const watched = new Map<string, Watched>();
/** What to count (again), in the order in which it is shown. */
const due = new Set<string>();
let isCounting = false;

/** Who types or clicks on does so sooner than this. */
const QUIET_MS = 250;
/** Running while somebody may type on. */
let quiet: ReturnType<typeof setTimeout> | undefined;

async function count(): Promise<void> {
  if (isCounting || quiet !== undefined) return;
  isCounting = true;
  try {
    for (let [id] = due; id !== undefined && quiet === undefined; [id] = due) {
      due.delete(id);
      const asked = watched.get(id);
      if (asked === undefined) continue;
      const { selection } = useSelection.getState();
      const { column, search, most } = asked;
      const [facet] = await call('calls.facets', { selection, columns: [column], most, search });
      // Counted in calls that are no longer in sight: it is due again.
      if (facet === undefined || quiet !== undefined) continue;
      useFacets.setState(({ facets }) => ({ facets: new Map(facets).set(id, facet) }));
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
  for (const id of watched.keys()) due.add(id);
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    quiet = undefined;
    void count();
  }, QUIET_MS);
}

/**
 * Counts the column's values while the component is there; undefined until they are known. Where other values are asked for, those of before
 * stay until then. New counts are drawn piece by piece: lists of values take long to draw, and somebody may type.
 */
export function useFacet(column: ColumnId, { search, isLong }: Asked = usual): Facet | undefined {
  const words = search.slice(0, MOST_FACET_SEARCH);
  const most = isLong || words !== '' ? MANY : FEW;
  const id = JSON.stringify([column, words, most]);
  const [facet, setFacet] = useState(() => useFacets.getState().facets.get(id));
  useEffect(() => {
    const known = watched.get(id);
    if (known !== undefined) known.watchers++;
    else watched.set(id, { column, search: words, most, watchers: 1 });
    due.add(id);
    void count();
    const take = () => setFacet((before) => useFacets.getState().facets.get(id) ?? before);
    take();
    const stop = useFacets.subscribe(() => startTransition(take));
    return () => {
      stop();
      const left = watched.get(id);
      if (left === undefined || --left.watchers > 0) return;
      watched.delete(id);
      // The usual ones are in sight at once when they are looked at again; words that were searched for mostly are not.
      if (words !== '')
        useFacets.setState(({ facets }) => ({ facets: new Map([...facets].filter(([other]) => other !== id)) }));
    };
  }, [id, column, words, most]);
  return facet;
}
