import { create } from 'zustand';
import { outcomeKeyOf, type Column } from '../../shared/columns.ts';
import type { ErrorValue } from '../../shared/errors.ts';
import { drillInto, type Coordinates, type PivotResult, type PivotSpec } from '../../shared/pivot.ts';
import type { Selection } from '../../shared/selection.ts';
import { call, problemOf } from '../bridge.ts';
import { sayCopied } from './copied.ts';
import { setSelection, useSelection } from './selection.ts';

interface PivotState {
  readonly result: PivotResult | null;
  /** What the result was counted over; null: none is counted yet. */
  readonly counted: Selection | null;
  readonly isAsking: boolean;
  readonly problem: ErrorValue | null;
}

export const usePivot = create<PivotState>()(() => ({ result: null, counted: null, isAsking: false, problem: null }));

let lastQuestion = 0;

/** Counts the present pivot over the present selection; the old result stays in sight until then. */
export async function runPivot(): Promise<void> {
  const question = ++lastQuestion;
  const { selection, pivot: spec } = useSelection.getState();
  if (spec === null) return usePivot.setState({ result: null, isAsking: false, problem: null });
  usePivot.setState({ isAsking: true });
  sayCopied(null);
  try {
    const result = await call('pivot.run', { selection, spec, asker: 'pivot' });
    if (question === lastQuestion) usePivot.setState({ result, counted: selection, isAsking: false, problem: null });
  } catch (thrown) {
    if (question !== lastQuestion) return;
    usePivot.setState({ result: null, isAsking: false, problem: problemOf(thrown) });
  }
}

/** Selects the calls of a number in sight: also while it is counted anew for a newer selection. */
export function drill(coordinates: Coordinates): void {
  const { selection } = useSelection.getState();
  const { counted } = usePivot.getState();
  // The time zone is a setting of the person, whenever it was counted.
  setSelection(drillInto({ ...(counted ?? selection), timeZone: selection.timeZone }, coordinates));
}

const MOST_KEYS = 8;
const FEW_VALUES = 12;

/** Outcome keys, of those filled most, whose values are few enough to read as a pivot's rows. One after the other, until not wanted. */
export async function listFewValued(columns: readonly Column[], isWanted: () => boolean): Promise<ReadonlySet<string>> {
  const keys = columns.filter(({ id }) => outcomeKeyOf(id) !== undefined).sort((a, b) => b.filled - a.filled);
  const few = new Set<string>();
  for (const { id } of keys.slice(0, MOST_KEYS)) {
    if (!isWanted()) break;
    const spec: PivotSpec = { rows: [{ column: id }], columns: [], measures: [{ type: 'count' }], base: 'filled' };
    const { rowKeys } = await call('pivot.run', { selection: useSelection.getState().selection, spec });
    const values = rowKeys.filter(([value]) => value !== undefined && 'json' in value).length;
    if (values > 1 && values <= FEW_VALUES) few.add(id);
  }
  return few;
}
