import { create } from 'zustand';
import { isColumnId } from '../../shared/columns.ts';
import type { Band, Statistics } from '../../shared/statistics.ts';
import { bandsOf, countPicked, type CellRange } from '../components/gridRanges.ts';
import { call } from '../bridge.ts';
import { useCalls } from './calls.ts';
import { sayCopied } from './copied.ts';
import { tell } from './notices.ts';
import { rowsAtHand } from './pages.ts';

/** The cells of the calls grid that are picked, for copying and for the statistics of the bottom bar. */

interface PickedState {
  /** Rows are places in the present order, columns those that the grid shows. */
  readonly ranges: readonly CellRange[];
  /** null: not asked yet, or one cell, which says itself what it is. */
  readonly statistics: Statistics | null;
}

export const usePicked = create<PickedState>()(() => ({ ranges: [], statistics: null }));

/** A drag picks many times a second; its end is what counts. */
const ASK_AFTER_MS = 80;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastAsk = 0;
/** What is picked, as it was asked for. */
let picked: readonly Band[] = [];

/** `columns`: ids of the grid's columns from left to right. */
export function setPicked(ranges: readonly CellRange[], columns: readonly string[]): void {
  usePicked.setState({ ranges, statistics: null });
  sayCopied(null);
  const ask = ++lastAsk;
  clearTimeout(timer);
  picked = [];
  if (countPicked(ranges) < 2) return;
  picked = bandsOf(ranges).map(({ rows, columns: stretches }): Band => ({
    ...rows,
    columns: stretches.flatMap(({ first, last }) => columns.slice(first, last + 1).filter(isColumnId)),
  }));
  timer = setTimeout(() => void askStatistics(ask), ASK_AFTER_MS);
}

/** A sync changed the cache: what is picked may come to something else. */
export function countPickedAgain(): void {
  if (picked.length > 0) void askStatistics(++lastAsk);
}

export function clearPicked(): void {
  if (usePicked.getState().ranges.length > 0) setPicked([], []);
}

async function askStatistics(ask: number): Promise<void> {
  const { shown, arrived } = useCalls.getState();
  if (shown === null) return;
  const wanted = picked.flatMap((band) => {
    if (band.columns.length === 0) return [];
    const calls = rowsAtHand(shown.pages, [band])?.map(({ rowId }) => rowId);
    return [calls === undefined ? band : { ...band, calls }];
  });
  if (wanted.length === 0) return;
  // Other calls stand at the places of those that are not at hand.
  if (arrived !== 0 && wanted.some(({ calls }) => calls === undefined)) return usePicked.setState({ statistics: null });
  try {
    const { selection, sort } = shown;
    const statistics = await call('calls.statistics', { selection, sort: [...sort], bands: wanted });
    if (ask === lastAsk) usePicked.setState({ statistics });
  } catch (thrown) {
    if (ask === lastAsk) tell(thrown);
  }
}
