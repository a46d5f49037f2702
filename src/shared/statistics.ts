import { z } from 'zod';
import { columnIdSchema } from './columns.ts';

/** What picked cells come to, for the bottom bar. */

/** Rows of the order, both inclusive, with the columns in which their cells are picked. */
export const bandSchema = z.strictObject({
  first: z.number().int().min(0),
  last: z.number().int().min(0),
  columns: z.array(columnIdSchema).min(1).max(10_000),
  /** The rows' calls by row id, where they are known: places become those of other calls once a sync brings new ones. */
  calls: z.array(z.number().int().min(0)).max(10_000).optional(),
});
export type Band = z.infer<typeof bandSchema>;

export interface Statistics {
  /** Of the cells that hold a number; null: none does, or durations are among other numbers. Durations in seconds. */
  readonly numbers: {
    readonly kind: 'number' | 'duration';
    readonly count: number;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
  } | null;
  /** Different values, of one column alone; null: several columns, or texts that are not kept as a column. */
  readonly distinct: number | null;
}
