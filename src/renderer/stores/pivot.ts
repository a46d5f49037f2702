import { create } from 'zustand';
import type { ErrorValue } from '../../shared/errors.ts';
import type { PivotResult, PivotSpec } from '../../shared/pivot.ts';
import { call, problemOf } from '../bridge.ts';
import { useSelection } from './selection.ts';

interface PivotState {
  /** null: none built yet. */
  readonly spec: PivotSpec | null;
  readonly result: PivotResult | null;
  readonly isAsking: boolean;
  readonly problem: ErrorValue | null;
}

export const usePivot = create<PivotState>()(() => ({ spec: null, result: null, isAsking: false, problem: null }));

let lastQuestion = 0;

/** Counts the present spec over the present selection; the old result stays in sight until then. */
export async function runPivot(): Promise<void> {
  const question = ++lastQuestion;
  const { spec } = usePivot.getState();
  if (spec === null) return usePivot.setState({ result: null, isAsking: false, problem: null });
  usePivot.setState({ isAsking: true });
  try {
    const result = await call('pivot.run', { selection: useSelection.getState().selection, spec });
    if (question === lastQuestion) usePivot.setState({ result, isAsking: false, problem: null });
  } catch (thrown) {
    if (question === lastQuestion) usePivot.setState({ result: null, isAsking: false, problem: problemOf(thrown) });
  }
}

/** A spec without dimensions is no pivot. */
export function setPivot(spec: PivotSpec | null): void {
  const isEmpty = spec === null || (spec.rows.length === 0 && spec.columns.length === 0);
  usePivot.setState({ spec: isEmpty ? null : spec });
  void runPivot();
}
