import { callOf } from '../../shared/call.ts';
import { columnLabel, fieldColumns, isField, metadataKeyOf, type Column, type ColumnId } from '../../shared/columns.ts';
import { CallbookError } from '../../shared/errors.ts';
import type {
  Batch,
  BatchKey,
  Call,
  Change,
  ProviderBatch,
  RejectedItem,
  RunChange,
  StoredAccount,
} from '../../shared/model.ts';
import { batchKey, batchState, contactsState } from '../../shared/model.ts';
import type { PivotResult, PivotSpec } from '../../shared/pivot.ts';
import type { Selection, Sort } from '../../shared/selection.ts';
import type { Facet } from '../../shared/facet.ts';
import { fieldNames, parseQuery, type FindFields, type Query } from '../../shared/searchQuery.ts';
import { facet } from '../columns/facets.ts';
import { evaluate, placesOf, type Mask } from '../columns/filter.ts';
import { pivot } from '../columns/pivot.ts';
import { BLANKS, rowFields } from '../columns/segment.ts';
import { sortPlaces } from '../columns/sort.ts';
import { ColumnStore, type StoreBatch } from '../columns/store.ts';
import { openReadable, type ReadableDb } from './database.ts';
import { openKinds } from './kinds.ts';
import { rowIdOf } from './rowId.ts';
import { searchCalls } from './search.ts';
import { getSegment } from './segments.ts';

/** All questions to the cache, for the query thread, exports and tests. */

export interface StoredCall {
  readonly rowId: number;
  readonly batch: BatchKey;
  readonly goneAt: number | null;
  readonly call: Call;
  /** The item as the provider sent it, as JSON text. */
  readonly received: string;
  /** What the list of contacts adds to it, as JSON text. */
  readonly contact: string | null;
}

/** A sync that was stopped with Callbook: quit, crash, power cut. */
export interface UnfinishedRun {
  readonly accountId: string;
  readonly batches: readonly BatchKey[];
}

/** Every method may throw CACHE_DAMAGED, CACHE_LOCKED or DISK_FULL; see database.ts. */
export interface Reader {
  listAccounts(): StoredAccount[];
  listBatches(): Batch[];
  listRejected(batch?: BatchKey): RejectedItem[];
  /** Columns that hold a value in the given batches (none given: all): documented fields first, then outcome keys, then metadata. */
  columns(batches: readonly BatchKey[]): Column[];
  count(selection: Selection): number;
  /** Calls of the selection's batches, whatever its text and filters. */
  countAll(selection: Selection): number;
  /** Row ids of the selection in order; blanks last. */
  order(selection: Selection, sort: readonly Sort[]): Float64Array;
  /** The calls with these row ids, in that order; an unknown row id is left out. */
  calls(rowIds: ArrayLike<number>): StoredCall[];
  /** A text of the search box read with the outcome keys of this cache. */
  query(text: string): Query;
  listChanges(rowId: number): Change[];
  /** What a sync found changed or gone, in the order in which it did: how many changes, and the first `limit`. */
  listRunChanges(runId: number, limit: number): { total: number; first: RunChange[] };
  /** The newest sync that was stopped with Callbook, if any. */
  getUnfinishedRun(): UnfinishedRun | undefined;
  /** What the selection's calls hold in the columns, each column without its own filters; at most `most` values each. */
  facets(selection: Selection, columns: readonly ColumnId[], options: { most: number; search: string }): Facet[];
  /** Throws PIVOT_TOO_LARGE. */
  pivot(selection: Selection, spec: PivotSpec): PivotResult;
  close(): void;
}

interface BatchRow {
  readonly batch_no: number;
  readonly account_id: string;
  readonly account_name: string;
  readonly schedule_id: string;
  readonly received: string;
  readonly calls: number;
  readonly revision: number;
  readonly is_complete: number;
  readonly pending: number;
  readonly synced_as: string | null;
  readonly synced_at: number | null;
  readonly rejected: number;
  readonly wants_contacts: number;
  readonly contacts_as: string | null;
  readonly uncalled: number;
}

interface ChangeRow {
  readonly row_id: number;
  readonly run_id: number;
  readonly field: string;
  readonly old_value: string | null;
  readonly new_value: string | null;
  readonly seen_at: number;
}

function toChange(row: ChangeRow): Change {
  return { field: row.field, oldValue: row.old_value, newValue: row.new_value, seenAt: row.seen_at, runId: row.run_id };
}

interface CallRecord {
  readonly row_id: number;
  readonly batch_no: number;
  readonly received: string;
  readonly gone_at: number | null;
  readonly contact: string | null;
}

/** Answers kept because the next question is likely to be near: the next window of the same rows. */
class Recent<T> {
  readonly #kept = new Map<string, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, make: () => T): T {
    const value = this.#kept.has(key) ? (this.#kept.get(key) as T) : make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > this.#most && oldest.done !== true) this.#kept.delete(oldest.value);
    return value;
  }

  clear(): void {
    this.#kept.clear();
  }
}

function toBatch(row: BatchRow): Batch {
  const provider = JSON.parse(row.received) as ProviderBatch;
  return {
    key: batchKey(row.account_id, row.schedule_id),
    accountId: row.account_id,
    batch_id: row.schedule_id,
    agent_name: provider.agent_name ?? provider.agent_id ?? null,
    version_id: provider.version_id ?? null,
    status: provider.status ?? null,
    total_contacts: provider.total_contacts ?? null,
    created_at: provider.created_at ?? null,
    calls: row.calls - row.uncalled,
    uncalled: row.uncalled,
    wantsContacts: row.wants_contacts === 1,
    hasContacts: row.contacts_as === contactsState(provider),
    rejected: row.rejected,
    syncedAt: row.synced_at,
    isComplete: row.is_complete === 1,
    pending: row.pending,
    hasMoved: row.synced_as !== null && row.synced_as !== batchState(provider),
  };
}

/** Opens the cache at `file` for reading; it must be there and migrated. */
export function openReader(file: string): Reader {
  const db = openReadable(file);
  const store = new ColumnStore({
    readSegment: (batch, column) => getSegment(db, batch.batchNo, column),
    readTexts: (batch, field) => readTexts(db, batch.batchNo, field),
    kindOf: (column) => kinds.kindOf(column),
  });
  const kinds = openKinds(db);
  let dataVersion = -1;
  let rows: readonly BatchRow[] = [];
  let batches: readonly Batch[] = [];
  let keyOf: ReadonlyMap<number, BatchKey> = new Map();
  let findFields: FindFields | undefined;
  const masks = new Recent<Mask>(8);
  const sorted = new Recent<Uint32Array>(4);
  const orders = new Recent<Float64Array>(4);

  const selectBatches = db.prepare<[], BatchRow>(
    `SELECT batch.*, account.name AS account_name,
       (SELECT count(*) FROM rejected WHERE rejected.batch_no = batch.batch_no AND list = 'results') AS rejected
     FROM batch JOIN account USING (account_id) ORDER BY batch_no`,
  );

  /** Looks whether another connection has written since, and if so at which batches are there now. */
  function refresh(): void {
    const version = Number(db.pragma('data_version', { simple: true }));
    if (version === dataVersion) return;
    dataVersion = version;
    rows = selectBatches.all();
    batches = rows.map(toBatch);
    keyOf = new Map(rows.map((row) => [row.batch_no, batchKey(row.account_id, row.schedule_id)]));
    store.setBatches(rows.map(toStoreBatch));
    kinds.refresh(store.batches);
    findFields = undefined;
    masks.clear();
    sorted.clear();
    orders.clear();
  }

  /** One question sees one state of the cache, even while a sync writes. */
  const question = <Args extends unknown[], T>(answer: (...args: Args) => T) => {
    const inTransaction = db.transaction((...args: Args): T => {
      refresh();
      return answer(...args);
    });
    return (...args: Args): T => inTransaction.deferred(...args);
  };

  function inBatches(keys: readonly BatchKey[]): (batchNo: number) => boolean {
    const wanted = new Set(keys);
    return (batchNo) => wanted.size === 0 || wanted.has(keyOf.get(batchNo) ?? '');
  }

  function queryOf(text: string): Query {
    findFields ??= fieldNames(db.prepare<[], ColumnId>('SELECT DISTINCT column_id FROM segment').pluck().all());
    return parseQuery(text, findFields);
  }

  function maskOf(selection: Selection): Mask {
    return masks.get(JSON.stringify(selection), () => {
      const isIn = inBatches(selection.batches);
      const hits = searchCalls(db, store, queryOf(selection.text), placesOf(store.batches), selection.timeZone);
      return evaluate(store, selection, (batch) => isIn(batch.batchNo), hits);
    });
  }

  function orderOf(selection: Selection, sort: readonly Sort[]): Float64Array {
    return orders.get(JSON.stringify([selection, sort]), () => {
      const mask = maskOf(selection);
      const places = sorted.get(JSON.stringify([sort, selection.timeZone]), () =>
        sortPlaces(store, sort, selection.timeZone),
      );
      const rowIdByPlace = rowIds();
      const order = new Float64Array(mask.count);
      let at = 0;
      for (const place of places) if (mask.bits[place] === 1) order[at++] = rowIdByPlace[place] ?? 0;
      return order;
    });
  }

  function rowIds(): Float64Array {
    const ids = new Float64Array(placesOf(store.batches).length);
    let place = 0;
    for (const batch of store.batches) for (let i = 0; i < batch.count; i++) ids[place++] = rowIdOf(batch.batchNo, i);
    return ids;
  }

  const selectCall = db.prepare<[number], CallRecord>(
    `SELECT call.row_id, batch_no, received, gone_at, contact.rest AS contact
     FROM call LEFT JOIN contact USING (row_id) WHERE call.row_id = ?`,
  );

  function storedCalls(ids: ArrayLike<number>): StoredCall[] {
    return Array.from(ids).flatMap((rowId) => {
      const row = selectCall.get(rowId);
      if (row === undefined) return [];
      const batch = keyOf.get(row.batch_no) ?? '';
      const { received, contact, gone_at: goneAt } = row;
      return [{ rowId, batch, goneAt, call: callOf(received, contact), received, contact }];
    });
  }

  function columns(keys: readonly BatchKey[]): Column[] {
    const isIn = inBatches(keys);
    const filled = new Map<ColumnId, number>();
    const add = (column: ColumnId, count: number) => filled.set(column, (filled.get(column) ?? 0) + count);
    const perBatch = db.prepare<[number], { column_id: string; filled: number }>(
      'SELECT column_id, filled FROM segment WHERE batch_no = ?',
    );
    for (const batch of store.batches) {
      if (!isIn(batch.batchNo)) continue;
      for (const row of perBatch.all(batch.batchNo)) add(row.column_id, row.filled);
      for (const field of rowFields) add(field, batch.count);
      for (const [column, value] of Object.entries(batch.constants)) add(column, value === null ? 0 : batch.count);
    }
    const fields = fieldColumns
      .filter(({ id }) => (filled.get(id) ?? 0) > 0)
      .map((column) => ({ ...column, filled: filled.get(column.id) ?? 0 }));
    const keyColumns = [...filled.keys()]
      .filter((id) => id !== BLANKS && !isField(id))
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
    listAccounts: question(() =>
      db
        .prepare<[], { account_id: string; name: string; base_url: string; is_sample: number }>(
          'SELECT * FROM account ORDER BY created_at',
        )
        .all()
        .map((row) => ({ id: row.account_id, name: row.name, baseUrl: row.base_url, isSample: row.is_sample === 1 })),
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
    count: question((selection) => maskOf(selection).count),
    countAll: question((selection) => {
      const isIn = inBatches(selection.batches);
      return store.batches.reduce((sum, batch) => sum + (isIn(batch.batchNo) ? batch.count : 0), 0);
    }),
    order: question(orderOf),
    calls: question(storedCalls),
    query: question(queryOf),
    listChanges: question((rowId) =>
      db
        .prepare<[number], ChangeRow>('SELECT * FROM change WHERE row_id = ? ORDER BY change_id DESC')
        .all(rowId)
        .map(toChange),
    ),
    listRunChanges: question((runId, limit) => ({
      total: db.prepare<[number], number>('SELECT count(*) FROM change WHERE run_id = ?').pluck().get(runId) ?? 0,
      first: db
        .prepare<[number, number], ChangeRow & { received: string }>(
          'SELECT change.*, call.received FROM change JOIN call USING (row_id) WHERE run_id = ? ORDER BY change_id LIMIT ?',
        )
        .all(runId, limit)
        .map((row) => {
          const { call_id, name } = callOf(row.received);
          return { ...toChange(row), rowId: row.row_id, call_id, name };
        }),
    })),
    getUnfinishedRun: question(() => {
      const row = db
        .prepare<[], { account_id: string; batches: string }>(
          'SELECT account_id, batches FROM run WHERE finished_at IS NULL ORDER BY run_id DESC LIMIT 1',
        )
        .get();
      return row === undefined
        ? undefined
        : { accountId: row.account_id, batches: JSON.parse(row.batches) as BatchKey[] };
    }),
    facets: question((selection, wanted, { most, search }) =>
      wanted.map((column) => {
        const filters = selection.filters.filter(({ of }) => of.column !== column);
        return facet(store, maskOf({ ...selection, filters }), column, { most, search, timeZone: selection.timeZone });
      }),
    ),
    pivot: question((selection, spec) => pivot(store, maskOf(selection), selection, spec)),
    close: () => void db.close(),
  };
}

function toStoreBatch(row: BatchRow): StoreBatch {
  const batch = toBatch(row);
  return {
    batchNo: row.batch_no,
    revision: row.revision,
    count: row.calls,
    constants: { batch: batch.batch_id, agent: batch.agent_name, version: batch.version_id, account: row.account_name },
  };
}

/** Reading one text of every call of a batch; fields are checked against `rowFields`, never spliced from outside. */
function readTexts(db: ReadableDb, batchNo: number, field: ColumnId): (string | null)[] {
  if (!rowFields.has(field)) throw new CallbookError('BAD_INPUT', `“${field}” is not a text of a call.`);
  return db
    .prepare<[string, number], string | null>(
      'SELECT CAST(received ->> ? AS TEXT) FROM call WHERE batch_no = ? ORDER BY row_id',
    )
    .pluck()
    .all(`$.${field}`, batchNo);
}
