import { create } from 'zustand';
import { CallbookError, type ErrorValue } from '../../shared/errors.ts';
import { fromJsonBytes, fromJsonText } from '../../shared/json.ts';
import { displayJson } from '../../shared/format.ts';
import { maskDetail } from '../../shared/masking.ts';
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

type FindRowId = () => Promise<number | undefined>;

/** The call that is wanted, to be asked for again. */
let wanted: FindRowId | undefined;

/** The call that is being opened, which keys are meant for though the one before it is in sight until then; null: none is. */
let opening: Promise<CallDetail> | null = null;

/** Which way to a hit was asked for that is not known yet: its call is being opened, or its hits are being counted. */
let hitAhead: 1 | -1 | null = null;

/** All hits of the open call are known. */
let isCounted = false;

/** What is asked for from now on comes instead of what is being opened. */
function overtake(hit: typeof hitAhead = null): number {
  opening = null;
  hitAhead = hit;
  return ++lastAsk;
}

async function show(findRowId: FindRowId, hit: typeof hitAhead = null): Promise<void> {
  const ask = overtake(hit);
  const { detail: before } = useDetail.getState();
  wanted = findRowId;
  opening = readFound(findRowId);
  try {
    const detail = await opening;
    if (ask === lastAsk) useDetail.setState({ detail, problem: null, hit: null });
  } catch (thrown) {
    // Not below the words of the call before it, which would be taken for it.
    if (ask === lastAsk) useDetail.setState({ detail: null, problem: problemOf(thrown) });
  }
  if (ask !== lastAsk) return;
  opening = null;
  // Where it was open before, its hits may be counted.
  const { detail, hits } = useDetail.getState();
  if (detail?.rowId === before?.rowId) setHits(hits, isCounted);
}

async function readFound(findRowId: FindRowId): Promise<CallDetail> {
  const rowId = await findRowId();
  if (rowId === undefined) throw new CallbookError('UNKNOWN_CALL', NO_ROW);
  return readCall(rowId);
}

const NO_ROW = 'This call is no longer among those shown: it was removed, or has changed since they were read.';

/** Asks once more for the call that could not be shown. */
export function retryCall(): void {
  if (wanted === undefined) return;
  useDetail.setState({ problem: null });
  void show(wanted);
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
  // Where it is asked for once more, after rows were read anew, another call may stand there.
  const row = rowAt(shown, index);
  const next = ahead !== null && ahead.rowId === row?.rowId ? ahead : null;
  if (next === null) {
    useDetail.setState({ isOpen: true, index });
    await show(async () => (row ?? (await getRow(index)))?.rowId);
  } else {
    overtake();
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
  overtake();
  forgetAhead();
  useDetail.setState(closed);
}

export function setTab(tab: DetailTab): void {
  useDetail.setState({ tab });
}

/** How many hits the open call shows; with `isAll` there are no more to come. */
export function setHits(hits: number, isAll: boolean): void {
  isCounted = isAll;
  const { hits: before, hit } = useDetail.getState();
  if (hits !== before) useDetail.setState({ hits, hit: hit !== null && hit < hits ? hit : null });
  if (opening !== null || hitAhead === null || isToCome(hitAhead)) return;
  if (hits > 0) stepHit(hitAhead);
  hitAhead = null;
}

/** They are counted from the first on: whether there is one behind the last that is known, and which is the last of all, is told at the end. */
function isToCome(by: 1 | -1): boolean {
  const { hits, hit } = useDetail.getState();
  return !isCounted && (by === 1 ? (hit ?? -1) + 1 === hits : (hit ?? 0) === 0);
}

/** The next (1) or previous (-1) hit; after the last comes the first. One that is not known yet is gone to once it is. */
export function stepHit(by: 1 | -1): void {
  const isWaitedFor = isToCome(by);
  hitAhead = isWaitedFor || opening !== null ? by : null;
  useDetail.setState(({ hits, hit }) => {
    if (isWaitedFor || hits === 0) return { tab: 'overview' };
    return { tab: 'overview', hit: hit === null ? (by === 1 ? 0 : hits - 1) : (hit + by + hits) % hits };
  });
}

/** A sync changed calls of these batches: what is open may be among them. */
export async function refreshCall(batches: readonly string[]): Promise<void> {
  forgetAhead();
  // Its answer may be of before, and what is in sight is another call. The hit that was asked for is of the same.
  if (opening !== null && wanted !== undefined) return show(wanted, hitAhead);
  const { detail } = useDetail.getState();
  if (detail === null || !batches.includes(detail.batch.key)) return;
  const ask = overtake(hitAhead);
  try {
    const fresh = await readCall(detail.rowId);
    if (ask !== lastAsk) return;
    // Nothing of a call that is the same need be drawn anew, nor its hits counted.
    const isSame = fresh.received === detail.received && fresh.contact === detail.contact;
    useDetail.setState({ detail: isSame ? { ...fresh, call: detail.call } : fresh });
  } catch (thrown) {
    if (ask !== lastAsk) return;
    const problem = problemOf(thrown);
    // It went with its batch, as somebody has just decided.
    if (problem.code === 'UNKNOWN_CALL') closeCall();
    else useDetail.setState({ problem });
  }
}

/** Masks the open call at once: until it is read again may take long. */
export function maskOpenCall(): void {
  useDetail.setState(({ detail }) => ({ detail: detail === null ? null : maskDetail(detail) }));
}

/** Rows were read anew: the open call may have another place, or none. */
export async function checkPlace(): Promise<void> {
  // The place is that of the call that is being opened already, not of the one in sight. Why it cannot be read is told where it would stand.
  while (opening !== null) await opening.catch(() => null);
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

/** Stars the open call, or takes its star away; one that is being opened once it is read, whatever is opened after it. */
export async function toggleStar(): Promise<void> {
  // Why it cannot be read is told where it would stand.
  const detail = opening === null ? useDetail.getState().detail : await opening.catch(() => null);
  if (detail === null) return;
  const annotation = unwritten.get(detail.rowId) ?? detail.annotation ?? noAnnotation;
  await annotate(detail.rowId, { ...annotation, isStarred: !annotation.isStarred });
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
  return fromJsonBytes(rows).filter((row) => isShort || digitsOf(row.call.phone_number) === digits);
}
