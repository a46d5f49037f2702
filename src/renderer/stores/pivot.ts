import { create } from 'zustand';
import { outcomeKeyOf, type Column } from '../../shared/columns.ts';
import type { ErrorValue } from '../../shared/errors.ts';
import type { PivotResult, PivotSpec } from '../../shared/pivot.ts';
import { call, problemOf } from '../bridge.ts';
import { useSelection } from './selection.ts';

interface PivotState {
  readonly result: PivotResult | null;
  readonly isAsking: boolean;
  readonly problem: ErrorValue | null;
}

export const usePivot = create<PivotState>()(() => ({ result: null, isAsking: false, problem: null }));

let lastQuestion = 0;

/** Counts the present pivot over the present selection; the old result stays in sight until then. */
export async function runPivot(): Promise<void> {
  const question = ++lastQuestion;
  const { selection, pivot: spec } = useSelection.getState();
  if (spec === null) return usePivot.setState({ result: null, isAsking: false, problem: null });
  usePivot.setState({ isAsking: true });
  try {
    const result = await call('pivot.run', { selection, spec, asker: 'pivot' });
    if (question === lastQuestion) usePivot.setState({ result, isAsking: false, problem: null });
  } catch (thrown) {
    if (question !== lastQuestion) return;
    usePivot.setState({ result: null, isAsking: false, problem: problemOf(thrown) });
  }
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
