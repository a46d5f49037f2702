import { useShallow } from 'zustand/react/shallow';
import type { ColumnId } from '../../shared/columns.ts';
import type { Filter } from '../../shared/selection.ts';
import { filtersOf, type ColumnFilters } from '../stores/columnFilters.ts';
import { setFilters, useSelection } from '../stores/selection.ts';

/**
 * The filters of one column. Those of others and the text may change as often as a key is pressed: who looks at this column alone is then
 * left in peace.
 */
export function useColumnFilters(column: ColumnId): ColumnFilters {
  return filtersOf(useSelection(useShallow(({ selection }) => ownOf(selection.filters, column))), column);
}

const ownOf = (filters: readonly Filter[], column: ColumnId) => filters.filter(({ of }) => of.column === column);

/** Puts others in place of all filters as they are now; see setFilters. */
export function changeFilters(change: (filters: readonly Filter[]) => Filter[], gesture?: string): void {
  setFilters(change(useSelection.getState().selection.filters), gesture);
}
