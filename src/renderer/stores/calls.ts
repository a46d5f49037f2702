import { useMemo } from 'react';
import { create } from 'zustand';
import type { Column, ColumnId } from '../../shared/columns.ts';
import type { CommandInput } from '../../shared/contract.ts';
import { CallbookError, type ErrorValue } from '../../shared/errors.ts';
import { fromJsonBytes } from '../../shared/json.ts';
import { maskRow } from '../../shared/masking.ts';
import type { Annotation, CallRow } from '../../shared/model.ts';
import type { ValueKind } from '../../shared/recognise.ts';
import { fieldNames, parseQuery, type Query as SearchQuery } from '../../shared/searchQuery.ts';
import type { Selection, Sort } from '../../shared/selection.ts';
import { call, problemOf } from '../bridge.ts';
import { tell } from './notices.ts';
import { missingPages, nearestPages, nearestRows, PAGE_ROWS, withRows, type Span } from './pages.ts';
import { useSelection } from './selection.ts';
import { useView } from './view.ts';

/**
 * The window of the sorted selection that the grid looks through. Rows come in pages and few are kept. A new question
 * leaves the old rows in sight until its first rows are here, so that typing does not flicker; late answers are dropped.
 */

interface Query {
  readonly selection: Selection;
  readonly sort: readonly Sort[];
}

interface Shown extends Query {
  /** Differs for every answered question: the grid goes back to its top. */
  readonly id: number;
  readonly total: number;
  readonly all: number;
  readonly pages: ReadonlyMap<number, readonly CallRow[]>;
  /** Some of the first rows were found by what their cells do not show. */
  readonly hasSnippets: boolean;
}

interface CallsState {
  readonly columns: readonly Column[];
  readonly shown: Shown | null;
  readonly isAsking: boolean;
  readonly problem: ErrorValue | null;
  /** Calls that a sync brought into the selection since the rows were read; 0: none. */
  readonly arrived: number;
}

const MOST_PAGES = 600;
/** Rows before and after those in sight that are read once those are drawn. */
const AROUND = 60;
/** A window that draws without a pause reads them all the same. */
const AROUND_WITHIN_MS = 100;

export const useCalls = create<CallsState>()(() => ({
  columns: [],
  shown: null,
  isAsking: true,
  problem: null,
  arrived: 0,
}));

let lastQuestion = 0;
/** The rows that the grid looks at. */
let sight: Span = { first: 0, last: 40 };
/** Pages are read one question after the other: what is asked next is where the grid looks by then. */
let isReading = false;

type Asked = Omit<CommandInput<'calls.window'>, 'selection' | 'sort'>;

async function readWindow({ selection, sort }: Query, asked: Asked) {
  const { rows, ...rest } = await call('calls.window', { selection, sort: [...sort], ...asked });
  return { ...rest, rows: fromJsonBytes(rows) };
}

/** So many tell one that a sync has put elsewhere in the order. */
const MOST_BESIDE = 5;

/**
 * More rows of what is shown. Calls that came or went since have moved the others: the rows then go on from those that are nearest at
 * hand, so that none is shown twice.
 */
async function readOn(shown: Shown, offset: number, limit: number) {
  const answer = await readWindow(shown, { offset, limit });
  if (answer.total === shown.total) return answer;
  const calls = nearestRows(shown.pages, offset, MOST_BESIDE).map(({ row, place }) => ({ rowId: row.rowId, place }));
  return readWindow(shown, { offset, limit, beside: { calls, total: shown.total } });
}

/** Asks anew for the first rows of the present selection and order: as many as are in sight. */
export async function loadCalls(): Promise<void> {
  const { selection, sort } = useSelection.getState();
  const query: Query = { selection, sort };
  const id = ++lastQuestion;
  useCalls.setState({ isAsking: true });
  try {
    const top = { first: 0, last: Math.floor((sight.last - sight.first + 1) / PAGE_ROWS) };
    const { total, all, rows } = await readWindow(query, {
      offset: 0,
      limit: (top.last + 1) * PAGE_ROWS,
      asker: 'calls',
    });
    if (id !== lastQuestion) return;
    isReading = false;
    useCalls.setState({
      shown: {
        ...query,
        id,
        total,
        all,
        pages: withRows(new Map(), top, rows),
        hasSnippets: rows.some(({ snippet }) => snippet?.isInSight === false),
      },
      isAsking: false,
      problem: null,
      arrived: 0,
    });
  } catch (thrown) {
    if (id === lastQuestion) useCalls.setState({ isAsking: false, problem: problemOf(thrown) });
  }
}

/** The grid looks at these rows; reads the pages that are missing, and then those around. */
export function needRows(span: Span): void {
  sight = span;
  void readMissing();
}

async function readMissing(isIdle = false): Promise<void> {
  const { shown } = useCalls.getState();
  if (isReading || shown === null || shown.id !== lastQuestion) return;
  const isAtHand = (page: number) => shown.pages.has(page);
  const around = { first: sight.first - AROUND, last: sight.last + AROUND };
  const inSight = missingPages(sight, shown.total, isAtHand);
  if (inSight === undefined && !isIdle) return readAroundWhenIdle();
  const pages = inSight ?? missingPages(around, shown.total, isAtHand);
  if (pages === undefined) return;
  isReading = true;
  try {
    await readPages(shown, pages);
  } catch (thrown) {
    // Nothing more is read: asking again at once would fail again at once.
    if (shown.id === lastQuestion) useCalls.setState({ problem: problemOf(thrown) });
    return;
  }
  if (shown.id !== useCalls.getState().shown?.id) return;
  isReading = false;
  void readMissing();
}

let idle: number | undefined;

/** Rows that nobody looks at yet neither delay the drawing of those in sight nor the answer to the next letter. */
function readAroundWhenIdle(): void {
  idle ??= requestIdleCallback(
    () => {
      idle = undefined;
      void readMissing(true);
    },
    { timeout: AROUND_WITHIN_MS },
  );
}

/** `isAnew`: the cache changed, so that the pages read before are old. */
async function readPages(query: Shown, { first, last }: Span, isAnew = false): Promise<void> {
  const read = { offset: first * PAGE_ROWS, limit: (last - first + 1) * PAGE_ROWS };
  const { rows, total, all } = await (isAnew ? readWindow(query, read) : readOn(query, read.offset, read.limit));
  const { shown } = useCalls.getState();
  if (shown === null || shown.id !== query.id) return;
  // Others have come since they were counted: in place of those in sight these would be other rows.
  if (isAnew && total !== query.total) return useCalls.setState({ arrived: total - query.total });
  const before: Shown['pages'] = isAnew ? new Map() : shown.pages;
  const pages = nearestPages(withRows(before, { first, last }, rows), sight, MOST_PAGES);
  useCalls.setState({ shown: { ...shown, pages, ...(isAnew && { all }) } });
}

export function rowAt(shown: Shown | null, index: number): CallRow | undefined {
  return shown?.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
}

/** The row at a place of the present order, read if it is not at hand. */
export async function getRow(index: number): Promise<CallRow | undefined> {
  const { shown } = useCalls.getState();
  if (shown === null || index < 0 || index >= shown.total) return undefined;
  return rowAt(shown, index) ?? (await readOn(shown, index, 1)).rows[0];
}

/** What stands in the search box, read with the outcome keys at hand: the same object for as long as those change nothing of it. */
export function useSearchQuery(text: string): SearchQuery {
  const columns = useCalls((state) => state.columns);
  const read = useMemo(
    () => JSON.stringify(parseQuery(text, fieldNames(columns.map(({ id }) => id)))),
    [text, columns],
  );
  return useMemo(() => JSON.parse(read) as SearchQuery, [read]);
}

/** Shows at once what was written about a call. */
export function replaceAnnotation(rowId: number, annotation: Annotation): void {
  const { shown } = useCalls.getState();
  if (shown === null) return;
  const found = [...shown.pages].find(([, rows]) => rows.some((row) => row.rowId === rowId));
  if (found === undefined) return;
  const [page, rows] = found;
  const pages = new Map(shown.pages).set(
    page,
    rows.map((row) => (row.rowId === rowId ? { ...row, annotation } : row)),
  );
  useCalls.setState({ shown: { ...shown, pages } });
}

/** Masks the rows at hand at once: until they are read again may take long. */
export function maskRows(): void {
  const { shown } = useCalls.getState();
  if (shown === null) return;
  const pages = new Map([...shown.pages].map(([page, rows]) => [page, rows.map(maskRow)]));
  useCalls.setState({ shown: { ...shown, pages } });
}

const MOST_ROWS_A_QUESTION = 1_000;

/** Other calls stand at the places of those that are not at hand: what is picked cannot be told any more. */
export function callsChanged(): CallbookError {
  return new CallbookError(
    'CALLS_CHANGED',
    'Calls have come or gone since these rows were read. Show them by the button above the table, then pick again.',
  );
}

/** Rows of the order that is or was `shown`, those at hand and those that are not. Throws CALLS_CHANGED. */
export async function readRows(shown: Shown | null, { first, last }: Span): Promise<CallRow[]> {
  if (shown === null) return [];
  const rows: CallRow[] = [];
  for (let at = first; at <= last;) {
    const row = rowAt(shown, at);
    if (row !== undefined) {
      rows.push(row);
      at++;
      continue;
    }
    const { rows: portion, total } = await readWindow(shown, {
      offset: at,
      limit: Math.min(MOST_ROWS_A_QUESTION, last - at + 1),
    });
    if (total !== shown.total) throw callsChanged();
    if (portion.length === 0) break;
    rows.push(...portion);
    at += portion.length;
  }
  return rows;
}

let lastColumns = 0;

/** Reads which columns hold a value in the chosen batches. */
export async function loadColumns(): Promise<void> {
  const ask = ++lastColumns;
  try {
    const columns = await call('calls.columns', { batches: useSelection.getState().selection.batches });
    if (ask === lastColumns) useCalls.setState({ columns });
  } catch (thrown) {
    tell(thrown);
  }
}

/** Takes the values of a key for another kind than they were recognised as; null: as recognised. */
export function setKind(column: ColumnId, kind: ValueKind | null): void {
  call('columns.setKind', { column, kind }).catch(tell);
}

let isComparing = false;
let isStale = false;

/**
 * A sync changed the cache. Rows in sight never jump: those in sight are read again in place, and what is new is offered.
 * One comparison at a time; events in between are one more.
 */
export async function noticeChanges(): Promise<void> {
  isStale = true;
  if (isComparing) return;
  isComparing = true;
  try {
    while (isStale) {
      isStale = false;
      const { shown } = useCalls.getState();
      // Nothing can jump where nothing is seen.
      if (shown === null || shown.total === 0 || useView.getState().screen !== 'calls') {
        await Promise.all([loadCalls(), loadColumns()]);
        continue;
      }
      const total = await call('calls.count', { selection: shown.selection });
      const now = useCalls.getState().shown;
      if (now?.id !== shown.id) continue;
      useCalls.setState({ arrived: total - shown.total });
      if (total === shown.total) {
        await readPages(now, missingPages(sight, total, () => false) ?? { first: 0, last: 0 }, true);
        // Somebody may have scrolled on meanwhile.
        void readMissing();
      }
      await loadColumns();
    }
  } catch (thrown) {
    tell(thrown);
  } finally {
    isComparing = false;
  }
}
