import { create } from 'zustand';
import type { ErrorValue } from '../../shared/errors.ts';
import { fromJsonText } from '../../shared/json.ts';
import type { CallDetail } from '../../shared/model.ts';
import { call, problemOf } from '../bridge.ts';
import { getRow, useCalls } from './calls.ts';

/** The open call. */
interface DetailState {
  readonly isOpen: boolean;
  /** Its place in the present order; null once the order changed under it. */
  readonly index: number | null;
  readonly detail: CallDetail | null;
  readonly problem: ErrorValue | null;
}

export const useDetail = create<DetailState>()(() => ({ isOpen: false, index: null, detail: null, problem: null }));

let lastAsk = 0;

/** Opens the call at a place of the present order. */
export async function openCall(index: number): Promise<void> {
  const ask = ++lastAsk;
  useDetail.setState({ isOpen: true, index });
  try {
    const row = await getRow(index);
    if (row === undefined || ask !== lastAsk) return;
    const detail = fromJsonText(await call('calls.get', { rowId: row.rowId }));
    if (ask === lastAsk) useDetail.setState({ detail, problem: null });
  } catch (thrown) {
    if (ask === lastAsk) useDetail.setState({ problem: problemOf(thrown) });
  }
}

/** The next (1) or previous (-1) call of the present order. Returns its place, or null at either end. */
export function stepCall(by: 1 | -1): number | null {
  const total = useCalls.getState().shown?.total ?? 0;
  const { index } = useDetail.getState();
  const next = index === null ? 0 : index + by;
  if (next < 0 || next >= total) return null;
  void openCall(next);
  return next;
}

export function closeCall(): void {
  lastAsk++;
  useDetail.setState({ isOpen: false, index: null, detail: null, problem: null });
}

/** A sync changed calls of these batches: what is open may be among them. */
export async function refreshCall(batches: readonly string[]): Promise<void> {
  const { detail } = useDetail.getState();
  if (detail === null || !batches.includes(detail.batch.key)) return;
  const ask = ++lastAsk;
  try {
    const fresh = fromJsonText(await call('calls.get', { rowId: detail.rowId }));
    if (ask === lastAsk) useDetail.setState({ detail: fresh });
  } catch (thrown) {
    if (ask === lastAsk) useDetail.setState({ problem: problemOf(thrown) });
  }
}

/** The order changed: the call stays open, its place is unknown. */
export function forgetPlace(): void {
  if (useDetail.getState().index !== null) useDetail.setState({ index: null });
}
