import type { ColumnId } from '../../shared/columns.ts';
import { orderedColumns, usualLayout, type Layout } from '../../shared/view.ts';
import { setLayout, useSelection } from './selection.ts';

/** Which columns the grid of calls shows, in which order and how wide: part of the view, so it is undone with it. */

function change(part: (layout: Layout) => Partial<Layout>, gesture?: string): void {
  const { layout } = useSelection.getState();
  setLayout({ ...layout, ...part(layout) }, gesture);
}

const without = (ids: readonly ColumnId[], id: ColumnId) => ids.filter((other) => other !== id);

/** `width` in px; undefined gives the column its usual width back. */
export function setWidth(id: ColumnId, width: number | undefined): void {
  change(({ widths }) => {
    const others = widths.filter(([column]) => column !== id);
    const kept = width === undefined ? [] : [[id, Math.round(Math.min(4_000, Math.max(24, width)))]];
    return { widths: [...others, ...(kept as [ColumnId, number][])] };
  }, `width ${id}`);
}

/**
 * Puts a column right before another (null: at the end) of all that there are. Before a pinned column it gets pinned itself, else it
 * is pinned no longer.
 */
export function moveColumn(columns: readonly { readonly id: ColumnId }[], id: ColumnId, before: ColumnId | null): void {
  if (id === before) return;
  change((layout) => {
    const put = (ids: readonly ColumnId[]) => {
      const others = without(ids, id);
      const at = before === null ? -1 : others.indexOf(before);
      return at < 0 ? [...others, id] : [...others.slice(0, at), id, ...others.slice(at)];
    };
    const present = orderedColumns(columns, layout).map((column) => column.id);
    const elsewhere = layout.order.filter((other) => !present.includes(other));
    const isPinned = before !== null && layout.pinned.includes(before);
    return {
      order: [...put(present), ...elsewhere],
      pinned: isPinned ? put(layout.pinned) : without(layout.pinned, id),
    };
  });
}

export function setHidden(id: ColumnId, isHidden: boolean): void {
  change(({ hidden }) => ({ hidden: isHidden ? [...without(hidden, id), id] : without(hidden, id) }));
}

/** Shows these columns of those that there are and hides the others. */
export function showOnly(columns: readonly { readonly id: ColumnId }[], shown: ReadonlySet<ColumnId>): void {
  const present = new Set(columns.map(({ id }) => id));
  change(({ hidden }) => ({
    hidden: [...hidden.filter((id) => !present.has(id)), ...columns.flatMap(({ id }) => (shown.has(id) ? [] : [id]))],
  }));
}

export function setPinned(id: ColumnId, isPinned: boolean): void {
  change(({ pinned }) => ({ pinned: isPinned ? [...without(pinned, id), id] : without(pinned, id) }));
}

export function resetLayout(): void {
  const { facets } = useSelection.getState().layout;
  setLayout({ ...usualLayout, facets });
}
