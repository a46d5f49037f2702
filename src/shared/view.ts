import { z } from 'zod';
import { pivotSpecSchema } from './pivot.ts';
import { selectionSchema, sortsSchema, type Filter } from './selection.ts';

/** How a person looks at calls: a value that is saved as they go, kept under a name, exported and imported. */

/** Which columns a grid shows and how. Columns that it does not name follow in their usual order. */
export const layoutSchema = z.strictObject({
  /** Column ids from left to right. */
  order: z.array(z.string()).max(10_000).default([]),
  hidden: z.array(z.string()).max(10_000).default([]),
  /** Columns that stay in sight at the left, in their order. */
  pinned: z.array(z.string()).max(10_000).default(['name']),
  /** Widths that were dragged, in px, as [column id, width]: a list, since a key may be called __proto__. */
  widths: z
    .array(z.tuple([z.string(), z.number().min(24).max(4_000)]))
    .max(10_000)
    .default([]),
  /** Columns whose values the facets panel shows; null: the usual ones. */
  facets: z.array(z.string()).max(300).nullable().default(null),
});
export type Layout = z.infer<typeof layoutSchema>;

export const usualLayout: Layout = { order: [], hidden: [], pinned: ['name'], widths: [], facets: null };

/** All columns from left to right as the layout has them, hidden ones included: pinned ones first. */
export function orderedColumns<C extends { readonly id: string }>(
  columns: readonly C[],
  { order, pinned }: Layout,
): readonly C[] {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const ids = new Set([...pinned, ...order, ...byId.keys()]);
  return [...ids].flatMap((id) => byId.get(id) ?? []);
}

/** The columns that a grid shows, from left to right; the first `pinned` stay in sight. */
export function arrangeColumns<C extends { readonly id: string }>(
  columns: readonly C[],
  layout: Layout,
): { readonly columns: readonly C[]; readonly pinned: number } {
  const hidden = new Set(layout.hidden);
  const shown = orderedColumns(columns, layout).filter(({ id }) => !hidden.has(id));
  const stays = new Set(layout.pinned);
  return { columns: shown, pinned: shown.filter(({ id }) => stays.has(id)).length };
}

/** Width of a column that was dragged, in px; undefined: its usual one. */
export function draggedWidth({ widths }: Layout, id: string): number | undefined {
  return widths.find(([column]) => column === id)?.[1];
}

/** Letters that the name of a view may have. */
export const MOST_NAME_LETTERS = 200;

export const viewSchema = z.strictObject({
  name: z.string().trim().min(1).max(MOST_NAME_LETTERS),
  selection: selectionSchema,
  sort: sortsSchema,
  layout: layoutSchema,
  pivot: pivotSpecSchema.nullable(),
});
export type View = z.infer<typeof viewSchema>;

/**
 * Whether what is in sight differs from the view. The time zone is a setting of the person, not of the view, and "last 7 days" are the
 * same choice on every day.
 */
export function differsFrom(view: View, present: Omit<View, 'name'>): boolean {
  const choice = (filter: Filter) =>
    filter.op === 'range' && filter.recent !== undefined ? { ...filter, from: null, to: null } : filter;
  const say = ({ selection, sort, layout, pivot }: Omit<View, 'name'>) =>
    JSON.stringify([selection.batches, selection.text, selection.filters.map(choice), sort, layout, pivot]);
  return say(view) !== say(present);
}

/** The views that a person saved, in the order in which they did. */
export interface Views {
  readonly views: readonly View[];
  /** The name of the one that opens at the start; null: where the person left off. */
  readonly defaultView: string | null;
}
