import { z } from 'zod';
import { pivotSpecSchema } from './pivot.ts';
import { selectionSchema, sortSchema } from './selection.ts';

/** How a person looks at calls: a value that is saved as they go, kept under a name, exported and imported. */

/** Which columns a grid shows and how. Columns that it does not name follow in their usual order. */
export const layoutSchema = z.strictObject({
  /** Column ids from left to right. */
  order: z.array(z.string()).max(10_000).default([]),
  hidden: z.array(z.string()).max(10_000).default([]),
  /** Columns that stay in sight at the left, in their order. */
  pinned: z.array(z.string()).max(20).default(['name']),
  /** Widths that were dragged, in px, as [column id, width]: a list, since a key may be called __proto__. */
  widths: z
    .array(z.tuple([z.string(), z.number().min(24).max(4_000)]))
    .max(10_000)
    .default([]),
});
export type Layout = z.infer<typeof layoutSchema>;

export const usualLayout: Layout = { order: [], hidden: [], pinned: ['name'], widths: [] };

export const viewSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  selection: selectionSchema,
  sort: z.array(sortSchema).max(20),
  layout: layoutSchema,
  pivot: pivotSpecSchema.nullable(),
});
export type View = z.infer<typeof viewSchema>;
