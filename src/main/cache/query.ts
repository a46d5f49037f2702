import { CallbookError } from '../../shared/errors.ts';
import type { ColumnId } from '../../shared/columns.ts';
import type { Beside, CallWindow, RunChanges } from '../../shared/contract.ts';
import type { Facet } from '../../shared/facet.ts';
import { toJsonBytes, toJsonText, type JsonText } from '../../shared/json.ts';
import type { Annotation, BatchKey, Call, CallDetail, CallRow, Change } from '../../shared/model.ts';
import type { PivotResult, PivotSize, PivotSpec } from '../../shared/pivot.ts';
import { newestFirst, type Selection, type Sort } from '../../shared/selection.ts';
import type { Band, Statistics } from '../../shared/statistics.ts';
import type { Handlers, Task } from '../threads.ts';
import { snippetOf, type SearchedText } from '../../shared/searchHits.ts';
import type { Query } from '../../shared/searchQuery.ts';
import { explained } from './database.ts';
import { openReader, type ReaderOptions, type StoredCall } from './reader.ts';
import { buffersOf, type Settled } from './settled.ts';
import { searchedTexts } from './words.ts';

/** As many changes of a sync as a person reads; each call has all of its own. */
const MOST_CHANGES = 500;

interface FacetsQuestion {
  readonly selection: Selection;
  readonly columns: readonly ColumnId[];
  readonly most: number;
  readonly search: string;
}

interface WindowQuestion {
  readonly selection: Selection;
  readonly sort: readonly Sort[];
  readonly offset: number;
  readonly limit: number;
  readonly beside?: Beside | undefined;
}

/** The query thread's answers: what the reader knows, in the form in which it crosses threads cheaply. */
export function openQuery(file: string, options?: ReaderOptions) {
  const reader = explained(() => openReader(file, options));
  const together = <T>(ask: () => T): T => explained(() => reader.together(ask));

  return {
    sizes: () => explained(() => reader.sizes()),
    listAccounts: () => explained(() => reader.listAccounts()),
    listBatches: () => explained(() => reader.listBatches()),
    listRejected: (batch: BatchKey | undefined) => explained(() => reader.listRejected(batch)),
    columns: (batches: readonly BatchKey[]) => explained(() => reader.columns(batches)),
    listRunChanges: (runId: number) =>
      explained(() => toJsonText<RunChanges>(reader.listRunChanges(runId, MOST_CHANGES))),
    listRuns: (limit: number) => explained(() => reader.listRuns(limit)),
    listChanges: (rowId: number) => explained(() => toJsonText<readonly Change[]>(reader.listChanges(rowId))),
    listUnfinishedRuns: () => explained(() => reader.listUnfinishedRuns()),
    count: (selection: Selection) => explained(() => reader.count(selection)),

    window({ selection, sort: asked, offset: wanted, limit, beside }: WindowQuestion, task?: Task): CallWindow {
      return together(() => {
        const sort = asked.length === 0 ? [newestFirst] : asked;
        const offset = beside === undefined ? wanted : Math.max(0, wanted + reader.shiftOf(selection, sort, beside));
        const { total, rowIds } = reader.window(selection, sort, offset, limit);
        // Who types on wants the next answer, not the rows of this one.
        task?.throwIfCancelled();
        const query = reader.query(selection.text);
        const rows = toJsonBytes(reader.calls(rowIds).map((stored) => toRow(stored, query)));
        task?.transfer(rows.buffer);
        return { total, all: reader.countAll(selection), offset, rows };
      });
    },

    getCall(rowId: number): JsonText<CallDetail> {
      return together(() => {
        const stored = reader.calls([rowId])[0];
        const batch = reader.listBatches().find(({ key }) => key === stored?.batch);
        if (stored === undefined || batch === undefined) {
          throw new CallbookError(
            'UNKNOWN_CALL',
            'This call is no longer in the cache: its batch or account was removed.',
          );
        }
        const { call, received, contact, goneAt, annotation } = stored;
        return toJsonText<CallDetail>({
          rowId,
          batch,
          goneAt,
          annotation,
          call,
          received,
          contact,
          history: reader.listChanges(rowId),
        });
      });
    },

    statistics({
      selection,
      sort,
      bands,
    }: {
      selection: Selection;
      sort: readonly Sort[];
      bands: readonly Band[];
    }): Statistics {
      return explained(() => reader.statistics(selection, sort.length === 0 ? [newestFirst] : sort, bands));
    },

    facets({ selection, columns, most, search }: FacetsQuestion, task: Task): Facet[] {
      return explained(() => reader.facets(selection, columns, { most, search }, () => task.throwIfCancelled()));
    },

    pivotSize({ selection, spec }: { selection: Selection; spec: PivotSpec }, task: Task): PivotSize {
      return explained(() => reader.pivotSize(selection, spec, () => task.throwIfCancelled()));
    },

    pivot({ selection, spec }: { selection: Selection; spec: PivotSpec }, task: Task): PivotResult {
      const result = explained(() => reader.pivot(selection, spec, () => task.throwIfCancelled()));
      const { cells, rowTotals, columnTotals, totals, counts, subtotals } = result;
      const arrays = [...cells, ...rowTotals, ...columnTotals, totals, counts];
      for (const more of subtotals) arrays.push(...more.cells, more.counts);
      // An array may be in the answer twice; its buffer crosses once.
      task.transfer(...new Set(arrays.map((array) => array.buffer)));
      return result;
    },

    makeSettled(batch: BatchKey, task: Task): Settled | undefined {
      const settled = explained(() => reader.makeSettled(batch));
      if (settled !== undefined) task.transfer(...buffersOf(settled));
      return settled;
    },

    damagedParts: () => reader.damagedParts(),

    takeDamagedBatches: () => reader.takeDamagedBatches(),

    close() {
      reader.close();
      return null;
    },
  } satisfies Handlers;
}

export type QueryHandlers = ReturnType<typeof openQuery>;

function toRow({ rowId, batch, goneAt, annotation, call }: StoredCall, query: Query): CallRow {
  const { transcript: _long, extra: _unknown, ...short } = call;
  const snippet = query.length === 0 ? null : snippetOf(textsOf(call, annotation), query);
  return { rowId, batch, goneAt, annotation, call: short, snippet };
}

/** What a row's search looked into: the call, and the note about it. */
function textsOf(call: Call, annotation: Annotation | null): SearchedText[] {
  const texts = searchedTexts(call);
  if (annotation !== null) texts.push({ field: 'note', name: 'note', text: annotation.note });
  return texts;
}
