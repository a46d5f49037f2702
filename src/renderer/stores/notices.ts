import { create } from 'zustand';
import type { ErrorValue } from '../../shared/errors.ts';
import { problemOf } from '../bridge.ts';

/** Problems that have no field or panel of their own to stand beside. */
export interface Notice {
  readonly id: number;
  readonly problem: ErrorValue;
}

export const useNotices = create<{ readonly notices: readonly Notice[] }>()(() => ({ notices: [] }));

let lastId = 0;

/** Shows a problem until it is dismissed; the same words stand only once. */
export function tell(thrown: unknown): void {
  const problem = problemOf(thrown);
  if (problem.code === 'CANCELLED') return;
  useNotices.setState(({ notices }) => ({
    notices: [
      ...notices.filter((notice) => notice.problem.message !== problem.message),
      { id: ++lastId, problem },
    ].slice(-3),
  }));
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
