import type { ColumnId } from '../../shared/columns.ts';
import type { Beside } from '../../shared/contract.ts';
import type { Facet } from '../../shared/facet.ts';
import type { BatchKey } from '../../shared/model.ts';
import type { PivotResult, PivotSize, PivotSpec } from '../../shared/pivot.ts';
import { bestFirst, everything, newestFirst, type Selection, type Sort } from '../../shared/selection.ts';
import type { Band, Statistics } from '../../shared/statistics.ts';
import { facet } from '../columns/facets.ts';
import { eachCallAt } from '../columns/layout.ts';
import { Masks, type FindText, type Mask } from '../columns/masks.ts';
import { Orders } from '../columns/orders.ts';
import { pivot, sizeOfPivot, type Check } from '../columns/pivot.ts';
import type { SharedWork } from '../columns/sharedWork.ts';
import { statistics } from '../columns/statistics.ts';
import type { ColumnStore } from '../columns/store.ts';
import { byScore } from './relevance.ts';
import { batchNoOf, positionOf, rowIdOf } from './rowId.ts';

/** Questions about the calls of a selection, answered from the columns. */

export interface Window {
  /** Calls in the selection. */
  readonly total: number;
  readonly rowIds: Float64Array;
}

export interface FacetOptions {
  readonly most: number;
  readonly search: string;
}

export interface Selected {
  count(selection: Selection): number;
  /** Calls of the selection's batches, whatever its text and filters. */
  countAll(selection: Selection): number;
  /** Row ids of the selection in order; blanks last. */
  order(selection: Selection, sort: readonly Sort[]): Float64Array;
  /** The same from `offset` on, at most `limit`. */
  window(selection: Selection, sort: readonly Sort[], offset: number, limit: number): Window;
  /** By how many places the calls there have moved on since they had those places; 0 where none is among them any more. */
  shiftOf(selection: Selection, sort: readonly Sort[], beside: Beside): number;
  /**
   * What the selection's calls hold in the columns, each column without its own filters; at most `most` values each. `check` is called
   * between portions of work and may throw to stop it, as in all that follows.
   */
  facets(selection: Selection, columns: readonly ColumnId[], options: FacetOptions, check?: Check): Facet[];
  /** What picked cells come to; see shared/statistics.ts. */
  statistics(selection: Selection, sort: readonly Sort[], bands: readonly Band[]): Statistics;
  /** How large the pivot would be. */
  pivotSize(selection: Selection, spec: PivotSpec, check?: Check): PivotSize;
  /** Throws PIVOT_TOO_LARGE. */
  pivot(selection: Selection, spec: PivotSpec, check?: Check): PivotResult;
}

/** `inBatches` tells by batch number whether the keys (none: all) include a batch. */
export function openSelected(
  store: ColumnStore,
  findText: FindText,
  scoresOfText: (text: string) => Uint16Array | undefined,
  inBatches: (keys: readonly BatchKey[]) => (batchNo: number) => boolean,
  shared?: SharedWork,
): Selected {
  const masks = new Masks(store, findText);
  const orders = new Orders(store);
  const maskOf = (selection: Selection): Mask => masks.of(selection, inBatches(selection.batches));
  const allCalls = (timeZone: string) => () => maskOf(everything(timeZone));

  /** Puts those that fit the text best first. Kept for the next window. */
  let best: { readonly mask: Mask; readonly id: string; readonly places: Uint32Array } | undefined;
  function bestPlaces(mask: Mask, { text, timeZone }: Selection, [first, ...others]: readonly Sort[]): Uint32Array {
    // An order is another once a column is taken for another kind.
    const kinds = others.map(({ column }) => store.kindOf(column));
    const id = JSON.stringify([text, first, others, kinds, timeZone]);
    if (best?.mask !== mask || best.id !== id) {
      const places = orders.all(mask, allCalls(timeZone), others.length === 0 ? [newestFirst] : others, timeZone);
      const scores = scoresOfText(text);
      best = { mask, id, places: scores === undefined ? places : byScore(places, scores, first?.descending !== false) };
    }
    return best.places;
  }

  /** Places of the selection in order, from `offset` on at most `limit`. */
  function window(selection: Selection, sort: readonly Sort[], offset: number, limit: number): Uint32Array {
    const mask = maskOf(selection);
    const { timeZone } = selection;
    return sort[0]?.column === bestFirst.column
      ? bestPlaces(mask, selection, sort).subarray(offset, offset + limit)
      : orders.window(mask, allCalls(timeZone), sort, timeZone, { offset, limit });
  }

  function toRowIds(places: Uint32Array): Float64Array {
    const rowIds = new Float64Array(places.length);
    eachCallAt(store.layout, places, (i, batchNo, position) => (rowIds[i] = rowIdOf(batchNo, position)));
    return rowIds;
  }

  /** Those of batches that are gone have none. */
  function placesOf(rowIds: readonly number[]): Uint32Array {
    const { bases } = store.layout;
    return Uint32Array.from(
      rowIds.flatMap((rowId) => {
        const base = bases.get(batchNoOf(rowId));
        return base === undefined ? [] : [base + positionOf(rowId)];
      }),
    );
  }

  return {
    count: (selection) => maskOf(selection).count,
    countAll(selection) {
      const isIn = inBatches(selection.batches);
      return store.batches.reduce((sum, batch) => sum + (isIn(batch.batchNo) ? batch.count : 0), 0);
    },
    order: (selection, sort) => toRowIds(window(selection, sort, 0, maskOf(selection).count)),
    window: (selection, sort, offset, limit) => ({
      total: maskOf(selection).count,
      rowIds: toRowIds(window(selection, sort, offset, limit)),
    }),
    shiftOf(selection, sort, { calls, total }) {
      const { count } = maskOf(selection);
      const order = window(selection, sort, 0, count);
      const stand = calls.flatMap(({ rowId, place }) => {
        const [wanted] = placesOf([rowId]);
        const now = wanted === undefined ? -1 : order.indexOf(wanted);
        return now < 0 ? [] : [{ now, shift: now - place }];
      });
      // Between neighbours there may be what came or went. One that is farther from most of them is where its own new value has brought it.
      const most = Math.abs(count - total);
      const isAmongMost = ({ shift }: { shift: number }) =>
        2 * stand.filter((other) => Math.abs(other.shift - shift) <= most).length > stand.length;
      const found = stand.find(isAmongMost) ?? stand[0];
      const [nearest] = calls;
      // Those before it in the list are not there any more: it is now the one beside what is asked for.
      return found === undefined || nearest === undefined ? 0 : found.now - nearest.place;
    },
    facets: (selection, columns, options, check = () => undefined) =>
      columns.map((column) => {
        check();
        const filters = selection.filters.filter(({ of }) => of.column !== column);
        const mask = maskOf(filters.length === selection.filters.length ? selection : { ...selection, filters });
        return facet(store, mask, column, { ...options, timeZone: selection.timeZone });
      }),
    statistics(selection, sort, bands) {
      const mask = maskOf(selection);
      const { timeZone } = selection;
      const placesIn = ({ first, last, calls }: Band) => {
        if (calls !== undefined) return placesOf(calls);
        // Of all rows, their order says nothing.
        return first === 0 && last + 1 >= mask.count ? mask.places() : window(selection, sort, first, last - first + 1);
      };
      const picked = bands.map((band) => ({ places: placesIn(band), columns: band.columns }));
      return statistics(store, picked, timeZone);
    },
    pivotSize: (selection, spec, check) => sizeOfPivot(store, maskOf(selection), selection, spec, check),
    pivot: (selection, spec, check) => pivot(store, maskOf(selection), selection, spec, check, shared),
  };
}
