import { create } from 'zustand';
import { isColumnId } from '../../shared/columns.ts';
import type { Band, Statistics } from '../../shared/statistics.ts';
import { bandsOf, countPicked, type CellRange } from '../components/gridRanges.ts';
import { call } from '../bridge.ts';
import { useCalls } from './calls.ts';
import { tell } from './notices.ts';

/** The cells of the calls grid that are picked, for copying and for the statistics of the bottom bar. */

interface PickedState {
  /** Rows are places in the present order, columns those that the grid shows. */
  readonly ranges: readonly CellRange[];
  /** null: not asked yet, or one cell, which says itself what it is. */
  readonly statistics: Statistics | null;
  /** What the last copying did, in words; null: nothing to say. */
  readonly copied: string | null;
}

export const usePicked = create<PickedState>()(() => ({ ranges: [], statistics: null, copied: null }));

/** A drag picks many times a second; its end is what counts. */
const ASK_AFTER_MS = 80;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastAsk = 0;

/** `columns`: ids of the grid's columns from left to right. */
export function setPicked(ranges: readonly CellRange[], columns: readonly string[]): void {
  usePicked.setState({ ranges, statistics: null, copied: null });
  const ask = ++lastAsk;
  clearTimeout(timer);
  if (countPicked(ranges) < 2) return;
  const bands = bandsOf(ranges).map(({ rows, columns: stretches }): Band => ({
    ...rows,
    columns: stretches.flatMap(({ first, last }) => columns.slice(first, last + 1).filter(isColumnId)),
  }));
  timer = setTimeout(() => void askStatistics(bands, ask), ASK_AFTER_MS);
}

export function clearPicked(): void {
  if (usePicked.getState().ranges.length > 0) setPicked([], []);
}

async function askStatistics(bands: readonly Band[], ask: number): Promise<void> {
  const { shown } = useCalls.getState();
  const wanted = bands.filter((band) => band.columns.length > 0);
  if (shown === null || wanted.length === 0) return;
  try {
    const { selection, sort } = shown;
    const statistics = await call('calls.statistics', { selection, sort: [...sort], bands: wanted });
    if (ask === lastAsk) usePicked.setState({ statistics });
  } catch (thrown) {
    if (ask === lastAsk) tell(thrown);
  }
}

export function sayCopied(copied: string | null): void {
  usePicked.setState({ copied });
}
