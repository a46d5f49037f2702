import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { findHits } from '../../../../shared/searchHits.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { setHits, useDetail } from '../../../stores/detail.ts';
import type { Drawn } from './Transcript.tsx';
import type { Turn } from './turns.ts';

/** The hits of the search in summary and transcript, one of them the current one: marked and scrolled to, and drawn where it is not yet. */

const MARKS = '[data-hits] mark';
const CURRENT = 'current';

interface Searched {
  readonly rowId: number;
  readonly summary: string | null;
  readonly portions: readonly (readonly Turn[])[];
  readonly query: Query;
}

/** Returns which portions of the transcript are drawn, and how to draw others. */
export function useHits(
  root: RefObject<HTMLElement | null>,
  { rowId, summary, portions, query }: Searched,
): readonly [drawn: Drawn, draw: (drawn: Drawn) => void] {
  const hit = useDetail((state) => state.hit);
  const goneTo = useRef<number | null>(null);
  const [chosen, setChosen] = useState<Drawn & { readonly of: number }>({ of: rowId, first: 0, last: 0 });
  // A call that was read anew may have become shorter.
  const isThere = chosen.of === rowId && chosen.last < portions.length;
  const { first, last } = isThere ? chosen : { first: 0, last: 0 };
  const inSummary = useMemo(() => findHits(summary ?? '', query, 'summary').length, [summary, query]);
  const counts = useCounts(portions, query);
  const isAll = counts.length === portions.length;
  const total = counts.reduce((sum, count) => sum + count, inSummary);
  const place = hit === null ? null : placeOf(hit, inSummary, counts);
  // It is drawn before it is gone to.
  if (place !== null && (place.portion < first || place.portion > last)) {
    setChosen({ of: rowId, first: place.portion, last: place.portion });
  }
  const before = counts.slice(first, place?.portion ?? first).reduce((sum, count) => sum + count, inSummary);
  const markAt = place === null ? hit : before + place.at;
  // Layout: the marks and their number come at once.
  useLayoutEffect(() => () => setHits(0, false), [rowId, query]);
  useLayoutEffect(() => setHits(total, isAll), [rowId, query, total, isAll]);
  useLayoutEffect(() => {
    const mark = markAt === null ? undefined : root.current?.querySelectorAll(MARKS)[markAt];
    mark?.classList.add(CURRENT);
    mark?.setAttribute('aria-current', 'true');
    // Once: whoever then draws more reads on there.
    if (goneTo.current !== hit) mark?.scrollIntoView({ block: 'center' });
    goneTo.current = hit;
    return () => {
      mark?.classList.remove(CURRENT);
      mark?.removeAttribute('aria-current');
    };
  }, [root, rowId, hit, markAt, first, last]);
  return [{ first, last }, (drawn) => setChosen({ of: rowId, ...drawn })];
}

/** The portion of the transcript that holds a hit, and which of its hits it is; null where it is in the summary. */
function placeOf(hit: number, inSummary: number, counts: readonly number[]): { portion: number; at: number } | null {
  let at = hit - inSummary;
  if (at < 0) return null;
  for (const [portion, count] of counts.entries()) {
    if (at < count) return { portion, at };
    at -= count;
  }
  return null;
}

/** Hits of each portion: of the first at once, of the others one after the other where the window has time. */
function useCounts(portions: Searched['portions'], query: Query): readonly number[] {
  const begun = useMemo(
    () => ({ portions, query, counts: portions.slice(0, 1).map((turns) => hitsIn(turns, query)) }),
    [portions, query],
  );
  const [counted, setCounted] = useState(begun);
  const present = counted.portions === portions && counted.query === query ? counted : begun;
  const next = portions[present.counts.length];
  useEffect(() => {
    if (next === undefined) return undefined;
    const idle = requestIdleCallback(
      () => setCounted({ portions, query, counts: [...present.counts, hitsIn(next, query)] }),
      { timeout: COUNT_WITHIN_MS },
    );
    return () => cancelIdleCallback(idle);
  }, [portions, query, present, next]);
  return present.counts;
}

const COUNT_WITHIN_MS = 200;

function hitsIn(turns: readonly Turn[], query: Query): number {
  return turns.reduce((sum, { text }) => sum + findHits(text, query, 'transcript').length, 0);
}
