import { callOf } from '../../shared/call.ts';
import {
  annotationFields,
  columnLabel,
  fieldColumns,
  isField,
  metadataKeyOf,
  type Column,
  type ColumnId,
} from '../../shared/columns.ts';
import type { CacheSizes } from '../../shared/contract.ts';
import type {
  Annotation,
  Batch,
  BatchKey,
  Call,
  Change,
  PastRun,
  RejectedItem,
  RunChange,
  StoredAccount,
} from '../../shared/model.ts';
import { batchKey } from '../../shared/model.ts';
import { fieldNames, parseQuery, type FindFields, type Query } from '../../shared/searchQuery.ts';
import type { StoreBatch } from '../columns/layout.ts';
import type { FindText } from '../columns/masks.ts';
import { hiddenSegments, type Segment } from '../columns/segment.ts';
import { openSharedWork } from '../columns/sharedWork.ts';
import { ColumnStore } from '../columns/store.ts';
import { annotationReader, annotationSegment, countAnnotated } from './annotations.ts';
import { damagedParts } from './damage.ts';
import { damaged, explained, openReadable } from './database.ts';
import { SELECT_BATCHES, toBatch, toStoreBatch, type BatchRow } from './batchRows.ts';
import { listChanges, listRunChanges, listRuns, listUnfinishedRuns, type UnfinishedRun } from './history.ts';
import { openKinds } from './kinds.ts';
import { openReceived } from './received.ts';
import { splitBatchKey } from './batchKey.ts';
import { openSettler, type Settler } from './settle.ts';
import type { Settled } from './settled.ts';
import { openSearch } from './search.ts';
import { batchNoOf, positionOf } from './rowId.ts';
import { openSegments } from './segments.ts';
import { cacheSizes } from './sizes.ts';
import { fillFrom, slicesOf, type Maker, type Slice } from './slices.ts';
import { openSelected, type Selected } from './selected.ts';

/** All questions to the cache, for the query thread, exports and tests. */

export interface StoredCall {
  readonly rowId: number;
  readonly batch: BatchKey;
  readonly goneAt: number | null;
  readonly annotation: Annotation | null;
  readonly call: Call;
  /** The item as the provider sent it, as JSON text. */
  readonly received: string;
  /** What the list of contacts adds to it, as JSON text. */
  readonly contact: string | null;
}

export interface CallSlice extends Slice {
  readonly batch: BatchKey;
}

/** Every method may throw CACHE_DAMAGED, CACHE_LOCKED or DISK_FULL; see database.ts. */
export interface Reader extends Selected {
  sizes(): CacheSizes;
  listAccounts(): StoredAccount[];
  listBatches(): Batch[];
  listRejected(batch?: BatchKey): RejectedItem[];
  /** Columns that hold a value in the given batches (none given: all): documented fields first, then outcome keys, then metadata. */
  columns(batches: readonly BatchKey[]): Column[];
  /** The calls with these row ids, in that order; an unknown row id is left out. */
  calls(rowIds: ArrayLike<number>): StoredCall[];
  /** The same calls by the batch they are in, for reading column by column. */
  slices(rowIds: ArrayLike<number>): CallSlice[];
  /** Puts what is made of a column's value of each call to the call's place. */
  fill<T>(slice: CallSlice, column: ColumnId, maker: Maker<T>, into: (T | null)[]): void;
  /** Several questions about one state of the cache. */
  together<T>(ask: () => T): T;
  /** From now on to the end all answers are of the cache as it is now, whatever is written meanwhile. */
  hold(): void;
  /** A text of the search box read with the outcome keys of this cache. */
  query(text: string): Query;
  listChanges(rowId: number): Change[];
  /** What a sync found changed or gone, in the order in which it did: how many changes, and the first `limit`. */
  listRunChanges(runId: number, limit: number): { total: number; first: RunChange[] };
  /** Syncs that have ended, the newest first. */
  listRuns(limit: number): PastRun[];
  /** See history.ts. */
  listUnfinishedRuns(): UnfinishedRun[];
  /** What the writer puts into the file once a batch's pages are in; undefined: nothing has changed, or the batch is gone. */
  makeSettled(batch: BatchKey): Settled | undefined;
  /** Batches of which something made from the rows was found damaged since this was last asked; it was answered without. */
  takeDamagedBatches(): number[];
  /** What of the cache is damaged without a checksum that tells of it, in words; see damage.ts. */
  damagedParts(): string[];
  close(): void;
}

/** Not from the rows of all these calls, which lie far apart: few are gone. */
export const SELECT_GONE = `SELECT row_id, gone_at FROM call INDEXED BY gone_call
  WHERE gone_at IS NOT NULL AND row_id IN (SELECT value FROM json_each(?))`;
export const SELECT_CONTACTS = 'SELECT row_id, rest FROM contact WHERE row_id IN (SELECT value FROM json_each(?))';

/** How many calls of a batch hold a value in a column. */
interface FilledRow {
  readonly column_id: string;
  readonly filled: number;
}

/** So much memory a reader's columns may take: of a million calls, more than forty columns. */
const COLUMN_BYTES = 72 * 2 ** 20;

export interface ReaderOptions {
  /** About so much of columns is kept between two questions. */
  readonly columnBytes?: number;
  /** See openReadable. */
  readonly fileBytes?: number;
  /** Large pivots are shared with whoever helps with work of that name; undefined: with nobody. */
  readonly sharedWork?: string | undefined;
}

/** Opens the cache at `file` for reading; it must be there and migrated. */
export function openReader(
  file: string,
  { columnBytes = COLUMN_BYTES, fileBytes, sharedWork }: ReaderOptions = {},
): Reader {
  const db = openReadable(file, fileBytes);
  const segments = openSegments(db);
  const store = new ColumnStore(
    {
      readSegment,
      kindOf: (column) => kinds.kindOf(column),
    },
    columnBytes,
  );
  const texts = openReceived(db);
  const kinds = openKinds(db);
  const annotations = annotationReader(db);
  const selectVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let dataVersion: number | undefined = -1;
  let rows: readonly BatchRow[] = [];
  let batches: readonly Batch[] = [];
  let keyOf: ReadonlyMap<number, BatchKey> = new Map();
  let findFields: FindFields | undefined;
  let settler: Settler | undefined;
  const search = openSearch(db, store);
  const shared = sharedWork === undefined ? undefined : openSharedWork(sharedWork);
  const selected = openSelected(store, findText, (text) => search.scores(queryOf(text)), inBatches, shared);

  function readSegment({ batchNo, count }: StoreBatch, column: ColumnId): Segment | undefined {
    return annotationFields.has(column)
      ? annotationSegment(annotations(), batchNo, count, column)
      : segments.get(batchNo, column);
  }

  function fill<T>(slice: CallSlice, column: ColumnId, maker: Maker<T>, into: (T | null)[]): void {
    const batch = store.batches.find(({ batchNo }) => batchNo === slice.batchNo);
    if (batch === undefined) return;
    const segment = Object.hasOwn(batch.constants, column) ? undefined : readSegment(batch, column);
    if (segment !== undefined) return fillFrom(segment, slice, maker, into);
    const made = maker.make(batch.constants[column] ?? null);
    for (const place of slice.places) into[place] = made;
  }

  /** Looks whether another connection has written since, and if so at which batches are there now. */
  function refresh(): void {
    const version = selectVersion.get();
    if (version === dataVersion) return;
    rows = selectBatches.all();
    batches = rows.map(toBatch);
    keyOf = new Map(rows.map((row) => [row.batch_no, batchKey(row.account_id, row.schedule_id)]));
    store.setBatches(rows.map(toStoreBatch));
    kinds.refresh(store.batches);
    for (const batchNo of filledRows.keys()) if (!keyOf.has(batchNo)) filledRows.delete(batchNo);
    findFields = undefined;
    texts.forget();
    // Last: what cannot be read is asked for again.
    dataVersion = version;
  }

  /** One question sees one state of the cache, even while a sync writes. */
  const question = <Args extends unknown[], T>(answer: (...args: Args) => T) => {
    const inTransaction = db.transaction((...args: Args): T => {
      refresh();
      try {
        return answer(...args);
      } finally {
        store.trim();
      }
    });
    return (...args: Args): T => explained(() => inTransaction.deferred(...args));
  };

  function inBatches(keys: readonly BatchKey[]): (batchNo: number) => boolean {
    const wanted = new Set(keys);
    return (batchNo) => wanted.size === 0 || wanted.has(keyOf.get(batchNo) ?? '');
  }

  function queryOf(text: string): Query {
    findFields ??= fieldNames(db.prepare<[], ColumnId>('SELECT DISTINCT column_id FROM segment').pluck().all());
    return parseQuery(text, findFields);
  }

  function findText(text: string, timeZone: string): ReturnType<FindText> {
    return search.find(queryOf(text), timeZone);
  }

  const selectFilled = db.prepare<[number], FilledRow>('SELECT column_id, filled FROM segment WHERE batch_no = ?');
  const filledRows = new Map<number, { readonly revision: number; readonly rows: readonly FilledRow[] }>();
  const selectBatches = db.prepare<[], BatchRow>(SELECT_BATCHES);
  const selectBatchNo = db
    .prepare<[string, string], number>('SELECT batch_no FROM batch WHERE account_id = ? AND schedule_id = ?')
    .pluck();
  const selectGone = db.prepare<[string], [rowId: number, goneAt: number]>(SELECT_GONE).raw();
  const selectContacts = db.prepare<[string], [rowId: number, rest: string | null]>(SELECT_CONTACTS).raw();

  /** A call that is no longer there. Throws CACHE_DAMAGED for one that its batch counts: rows of a window, or of an export, would be left out. */
  function missing(rowId: number): [] {
    const batch = store.batches.find(({ batchNo }) => batchNo === batchNoOf(rowId));
    if (positionOf(rowId) < (batch?.count ?? 0)) throw damaged();
    return [];
  }

  function storedCalls(ids: ArrayLike<number>): StoredCall[] {
    const { byRowId } = annotations();
    const rowIds = Array.from(ids);
    const wanted = JSON.stringify(rowIds);
    const gone = new Map(selectGone.all(wanted));
    const contacts = new Map(selectContacts.all(wanted));
    const items = texts.all(rowIds);
    return rowIds.flatMap((rowId, i) => {
      const received = items[i];
      if (received === undefined) return missing(rowId);
      const batch = keyOf.get(batchNoOf(rowId)) ?? '';
      const goneAt = gone.get(rowId) ?? null;
      const contact = contacts.get(rowId) ?? null;
      const annotation = byRowId.get(rowId) ?? null;
      return [{ rowId, batch, goneAt, annotation, call: callOf(received, contact), received, contact }];
    });
  }

  /** Read once: the rows lie far apart, each with its column's data. */
  function filledIn({ batchNo, revision }: StoreBatch): readonly FilledRow[] {
    const known = filledRows.get(batchNo);
    if (known?.revision === revision) return known.rows;
    const rows = selectFilled.all(batchNo);
    filledRows.set(batchNo, { revision, rows });
    return rows;
  }

  function columns(keys: readonly BatchKey[]): Column[] {
    const isIn = inBatches(keys);
    const filled = new Map<ColumnId, number>();
    const add = (column: ColumnId, count: number) => filled.set(column, (filled.get(column) ?? 0) + count);
    for (const batch of store.batches) {
      if (!isIn(batch.batchNo)) continue;
      for (const row of filledIn(batch)) add(row.column_id, row.filled);
      for (const [column, value] of Object.entries(batch.constants)) add(column, value === null ? 0 : batch.count);
    }
    for (const [column, count] of countAnnotated(annotations(), isIn)) add(column, count);
    const fields = fieldColumns
      .filter(({ id }) => (filled.get(id) ?? 0) > 0)
      .map((column) => ({ ...column, filled: filled.get(column.id) ?? 0 }));
    const keyColumns = [...filled.keys()]
      .filter((id) => !hiddenSegments.has(id) && !isField(id))
      // Metadata stands behind what the calls brought.
      .sort(
        (a, b) =>
          Number(metadataKeyOf(a) !== undefined) - Number(metadataKeyOf(b) !== undefined) ||
          (filled.get(b) ?? 0) - (filled.get(a) ?? 0) ||
          (a < b ? -1 : 1),
      )
      .map((id): Column => {
        const chosenKind = kinds.chosenKind(id);
        const column = { id, label: columnLabel(id), kind: kinds.kindOf(id), filled: filled.get(id) ?? 0 };
        return chosenKind === undefined ? column : { ...column, chosenKind };
      });
    return [...fields, ...keyColumns];
  }

  return {
    sizes: () => cacheSizes(db),
    listAccounts: question(() =>
      db
        .prepare<
          [],
          {
            account_id: string;
            name: string;
            base_url: string;
            is_sample: number;
            rate_limit: number | null;
            provider_account_id: string | null;
          }
        >('SELECT * FROM account ORDER BY created_at')
        .all()
        .map((row) => ({
          id: row.account_id,
          name: row.name,
          baseUrl: row.base_url,
          isSample: row.is_sample === 1,
          rateLimit: row.rate_limit,
          providerAccountId: row.provider_account_id,
        })),
    ),
    listBatches: question(() => [...batches]),
    listRejected: question((batch?: BatchKey) =>
      db
        .prepare<
          [],
          {
            rejected_id: number;
            batch_no: number;
            list: RejectedItem['list'];
            page: number;
            reason: string;
            received: string;
            seen_at: number;
          }
        >('SELECT * FROM rejected ORDER BY rejected_id')
        .all()
        .map((row) => ({
          id: row.rejected_id,
          batch: keyOf.get(row.batch_no) ?? '',
          list: row.list,
          page: row.page,
          reason: row.reason,
          received: row.received,
          seenAt: row.seen_at,
        }))
        .filter((item) => batch === undefined || item.batch === batch),
    ),
    columns: question(columns),
    count: question(selected.count),
    countAll: question(selected.countAll),
    order: question(selected.order),
    window: question(selected.window),
    shiftOf: question(selected.shiftOf),
    facets: question(selected.facets),
    statistics: question(selected.statistics),
    pivotSize: question(selected.pivotSize),
    pivot: question(selected.pivot),
    calls: question(storedCalls),
    slices: question((rowIds: ArrayLike<number>) =>
      slicesOf(rowIds).map((slice) => ({ ...slice, batch: keyOf.get(slice.batchNo) ?? '' })),
    ),
    fill: (slice, column, maker, into) => question(() => fill(slice, column, maker, into))(),
    together: (ask) => question(ask)(),
    hold() {
      db.prepare('BEGIN').run();
      refresh();
    },
    query: question(queryOf),
    listChanges: question((rowId) => listChanges(db, rowId)),
    listRunChanges: question((runId, limit) => listRunChanges(db, texts, runId, limit)),
    listRuns: question((limit) => listRuns(db, limit)),
    listUnfinishedRuns: question(() => listUnfinishedRuns(db)),
    makeSettled(batch) {
      const { accountId, scheduleId } = splitBatchKey(batch);
      const batchNo = selectBatchNo.get(accountId, scheduleId);
      return batchNo === undefined ? undefined : (settler ??= openSettler(db)).make(batchNo);
    },
    damagedParts: question(() => damagedParts(db)),
    takeDamagedBatches: () => [...new Set([segments, search, kinds].flatMap((made) => made.takeDamaged()))],
    close() {
      shared?.close();
      db.close();
    },
  };
}
