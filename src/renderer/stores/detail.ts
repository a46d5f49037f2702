import { create } from 'zustand';
import type { ErrorValue } from '../../shared/errors.ts';
import { fromJsonText } from '../../shared/json.ts';
import { displayJson } from '../../shared/format.ts';
import { noAnnotation, type Annotation, type Call, type CallDetail, type CallRow } from '../../shared/model.ts';
import { everything, newestFirst, type Filter } from '../../shared/selection.ts';
import { call, callUnmasked, problemOf } from '../bridge.ts';
import { getRow, replaceAnnotation, rowAt, useCalls } from './calls.ts';
import { tell } from './notices.ts';

export type DetailTab = 'overview' | 'raw' | 'history' | 'same';

/** The open call. */
interface DetailState {
  readonly isOpen: boolean;
  /** Its place in the present order; null once the order changed under it. */
  readonly index: number | null;
  readonly detail: CallDetail | null;
  readonly problem: ErrorValue | null;
  /** Stays from call to call. */
  readonly tab: DetailTab;
  /** Hits of the search in summary and transcript, and the one that is looked at. */
  readonly hits: number;
  readonly hit: number | null;
}

const closed = { isOpen: false, index: null, detail: null, problem: null, hits: 0, hit: null };

export const useDetail = create<DetailState>()(() => ({ ...closed, tab: 'overview' }));

let lastAsk = 0;

async function show(findRowId: () => Promise<number | undefined>): Promise<void> {
  const ask = ++lastAsk;
  try {
    const rowId = await findRowId();
    if (rowId === undefined || ask !== lastAsk) return;
    const detail = await readCall(rowId);
    if (ask === lastAsk) useDetail.setState({ detail, problem: null, hit: null });
  } catch (thrown) {
    if (ask === lastAsk) useDetail.setState({ problem: problemOf(thrown) });
  }
}

/** What is written about calls just now, which waits while a sync writes: the cache still tells what was before. */
const unwritten = new Map<number, Annotation>();

async function readCall(rowId: number): Promise<CallDetail> {
  const wasUnwritten = unwritten.get(rowId);
  const detail = fromJsonText(await call('calls.get', { rowId }));
  const annotation = unwritten.get(rowId) ?? wasUnwritten;
  return annotation === undefined ? detail : { ...detail, annotation };
}

/** The call that comes next for who goes through them in one direction; null: none is read. */
let ahead: CallDetail | null = null;
let lastAhead = 0;

/** It may be another by now, or need masking. */
function forgetAhead(): number {
  ahead = null;
  return ++lastAhead;
}

async function readAhead(index: number): Promise<void> {
  const ask = forgetAhead();
  try {
    const row = await getRow(index);
    const detail = row === undefined ? null : await readCall(row.rowId);
    if (ask === lastAhead) ahead = detail;
  } catch {
    // Who opens it reads why.
  }
}

/** Opens the call at a place of the present order. */
export async function openCall(index: number): Promise<void> {
  const { index: before } = useDetail.getState();
  const { shown } = useCalls.getState();
  const next = ahead !== null && ahead.rowId === rowAt(shown, index)?.rowId ? ahead : null;
  if (next === null) {
    useDetail.setState({ isOpen: true, index });
    await show(async () => (await getRow(index))?.rowId);
  } else {
    lastAsk++;
    useDetail.setState({ isOpen: true, index, detail: next, problem: null, hit: null });
  }
  if (before !== null && Math.abs(index - before) === 1) await readAhead(2 * index - before);
}

/** Opens a call that may stand nowhere in the present order. */
export function openRow(rowId: number): Promise<void> {
  useDetail.setState({ isOpen: true, index: null });
  return show(() => Promise.resolve(rowId));
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
  forgetAhead();
  useDetail.setState(closed);
}

export function setTab(tab: DetailTab): void {
  useDetail.setState({ tab });
}

/** How many hits the open call shows. */
export function setHits(hits: number): void {
  const { hits: before, hit } = useDetail.getState();
  if (hits !== before) useDetail.setState({ hits, hit: hit !== null && hit < hits ? hit : null });
}

/** The next (1) or previous (-1) hit; after the last comes the first. */
export function stepHit(by: 1 | -1): void {
  useDetail.setState(({ hits, hit }) => {
    if (hits === 0) return { tab: 'overview' };
    return { tab: 'overview', hit: hit === null ? (by === 1 ? 0 : hits - 1) : (hit + by + hits) % hits };
  });
}

/** A sync changed calls of these batches: what is open may be among them. */
export async function refreshCall(batches: readonly string[]): Promise<void> {
  forgetAhead();
  const { detail } = useDetail.getState();
  if (detail === null || !batches.includes(detail.batch.key)) return;
  const ask = ++lastAsk;
  try {
    const fresh = await readCall(detail.rowId);
    if (ask === lastAsk) useDetail.setState({ detail: fresh });
  } catch (thrown) {
    if (ask !== lastAsk) return;
    const problem = problemOf(thrown);
    // It went with its batch, as somebody has just decided.
    if (problem.code === 'UNKNOWN_CALL') closeCall();
    else useDetail.setState({ problem });
  }
}

/** Rows were read anew: the open call may have another place, or none. */
export async function checkPlace(): Promise<void> {
  const { index, detail } = useDetail.getState();
  if (index === null || detail === null) return;
  // What cannot be read is told where it is wanted.
  const row = await getRow(index).catch(() => undefined);
  const now = useDetail.getState();
  if (now.index === index && now.detail?.rowId === detail.rowId && row?.rowId !== detail.rowId) forgetPlace();
}

/** The order changed: the call stays open, its place is unknown. */
export function forgetPlace(): void {
  if (useDetail.getState().index !== null) useDetail.setState({ index: null });
}

/** A call with its phone numbers, whatever is masked: to filter by, not to show. */
export async function getUnmasked(rowId: number): Promise<Call> {
  return fromJsonText(await callUnmasked('calls.get', { rowId })).call;
}

/** Writes star, tags and note of a call; shown at once. */
export async function annotate(rowId: number, annotation: Annotation): Promise<void> {
  useDetail.setState(({ detail }) => (detail?.rowId === rowId ? { detail: { ...detail, annotation } } : {}));
  replaceAnnotation(rowId, annotation);
  unwritten.set(rowId, annotation);
  try {
    await call('calls.annotate', { rowId, annotation });
  } catch (thrown) {
    tell(thrown);
  }
  if (unwritten.get(rowId) === annotation) unwritten.delete(rowId);
}

/** Stars the open call, or takes its star away. */
export function toggleStar(): void {
  const { detail } = useDetail.getState();
  if (detail === null) return;
  const annotation = detail.annotation ?? noAnnotation;
  void annotate(detail.rowId, { ...annotation, isStarred: !annotation.isStarred });
}

const MOST_TAGS = 500;

/** The tags that calls have, the most used first. */
export async function listTags(): Promise<readonly string[]> {
  const [facet] = await call('calls.facets', { selection: everything('UTC'), columns: ['tags'], most: MOST_TAGS });
  return facet?.values.flatMap(({ value }) => ('json' in value ? [displayJson(value.json)] : [])) ?? [];
}

const MOST_SAME = 1_000;
/** Fewer digits are a part of many numbers: what they would have to be picked from has no end. */
const FEWEST_DIGITS = 7;
const digitsOf = (phone: string | null) => (phone ?? '').replace(/\D/g, '');

/** All calls with a phone number, however it is written, the newest first. A short one, or one of words ("anonymous"), as it is written. */
export async function listSameNumber(phone: string): Promise<readonly CallRow[]> {
  const digits = digitsOf(phone);
  const isShort = digits.length < FEWEST_DIGITS;
  const same: Filter = {
    op: 'any',
    of: { column: 'phone_number' },
    values: [{ json: JSON.stringify(phone) }],
    negate: false,
  };
  const { rows } = await call('calls.window', {
    selection: { ...everything('UTC'), ...(isShort ? { filters: [same] } : { text: `phone:${digits}` }) },
    sort: [newestFirst],
    offset: 0,
    limit: MOST_SAME,
  });
  return fromJsonText(rows).filter((row) => isShort || digitsOf(row.call.phone_number) === digits);
}
