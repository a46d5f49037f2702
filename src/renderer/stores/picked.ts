import { create } from 'zustand';
import type { CellRange } from '../components/gridRanges.ts';

/** The cells of the calls grid that are picked, for copying and for the statistics of the bottom bar. */

interface PickedState {
  /** Rows are places in the present order, columns those that the grid shows. */
  readonly ranges: readonly CellRange[];
  /** What the last copying did, in words; null: nothing to say. */
  readonly copied: string | null;
}

export const usePicked = create<PickedState>()(() => ({ ranges: [], copied: null }));

export function setPicked(ranges: readonly CellRange[]): void {
  usePicked.setState({ ranges, copied: null });
}

export function sayCopied(copied: string | null): void {
  usePicked.setState({ copied });
}
