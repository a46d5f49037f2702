import { create } from 'zustand';
import type { CommandOutput } from '../../shared/contract.ts';
import type { ErrorValue } from '../../shared/errors.ts';
import { call, problemOf } from '../bridge.ts';
import { tell } from './notices.ts';
import { useView } from './view.ts';

interface CompactingState {
  /** What is done now, in words; null: nothing is. */
  readonly doing: string | null;
  /** What the last one came to. */
  readonly done: CommandOutput<'cache.compact'> | null;
  /** It ended while another screen was open, and Settings was not looked at since. */
  readonly isNews: boolean;
  readonly problem: ErrorValue | null;
}

/** Compacting the cache goes on while Settings, where it is begun, is left. */
export const useCompacting = create<CompactingState>()(() => ({
  doing: null,
  done: null,
  isNews: false,
  problem: null,
}));

/** Does nothing while one goes on. */
export async function compact(): Promise<void> {
  if (useCompacting.getState().doing !== null) return;
  useCompacting.setState({ doing: 'Beginning', problem: null });
  const isElsewhere = () => useView.getState().screen !== 'settings';
  try {
    const done = await call('cache.compact');
    useCompacting.setState({ doing: null, done, isNews: isElsewhere() });
  } catch (thrown) {
    useCompacting.setState({ doing: null, problem: isElsewhere() ? null : problemOf(thrown) });
    if (isElsewhere()) tell(thrown);
  }
}

/** The core says what it does. */
export function compacting(doing: string): void {
  if (useCompacting.getState().doing !== null) useCompacting.setState({ doing });
}
