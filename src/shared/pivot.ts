import { z } from 'zod';
import { columnIdSchema, columnLabel, dimensionSchema, type Dimension } from './columns.ts';
import type { DimensionValue, Filter, Selection } from './selection.ts';

/** What the calls of a group are measured by. `rate`: share of the base whose value is `value` (its words), 0 to 1. */
export const measureSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('count') }),
  z.strictObject({ type: z.enum(['sum', 'avg', 'min', 'max', 'median']), column: columnIdSchema }),
  z.strictObject({ type: z.literal('rate'), column: columnIdSchema, value: z.string() }),
]);
export type Measure = z.infer<typeof measureSchema>;

/** What a rate is a share of: all calls dialled, those answered, those analysed, or those whose key holds a value. */
export const bases = ['dialled', 'answered', 'analysed', 'filled'] as const;
export type Base = (typeof bases)[number];

export const baseWords: Readonly<Record<Base, string>> = {
  dialled: 'all calls dialled',
  answered: 'calls that were answered',
  analysed: 'calls that are analysed',
  filled: 'calls whose value is filled',
};

export const pivotSpecSchema = z.strictObject({
  rows: z.array(dimensionSchema).max(8),
  columns: z.array(dimensionSchema).max(8),
  measures: z.array(measureSchema).min(1).max(20),
  base: z.enum(bases).default('filled'),
});
export type PivotSpec = z.infer<typeof pivotSpecSchema>;

/**
 * A pivot as flat arrays, so that it crosses threads without being copied value by value.
 * `cells[m][r * columnKeys.length + c]` is measure m of row r and column c; NaN where no call has a value.
 * With no dimension on an axis, that axis has one key: the empty tuple. Totals are counted from calls, never from cells.
 */
export interface PivotResult {
  readonly spec: PivotSpec;
  readonly rowKeys: readonly (readonly DimensionValue[])[];
  readonly columnKeys: readonly (readonly DimensionValue[])[];
  readonly cells: readonly Float64Array[];
  readonly rowTotals: readonly Float64Array[];
  readonly columnTotals: readonly Float64Array[];
  /** One number a measure. */
  readonly totals: Float64Array;
  /** Calls per cell, same shape as a measure's cells: 0 is an empty cell. */
  readonly counts: Float64Array;
  /** Calls in the selection. */
  readonly calls: number;
}

/** As the command line writes it: `count`, `avg:duration_seconds`, `rate:outcome:Interested=Yes`. */
export function measureId(measure: Measure): string {
  switch (measure.type) {
    case 'count':
      return 'count';
    case 'rate':
      return `rate:${measure.column}=${measure.value}`;
    default:
      return `${measure.type}:${measure.column}`;
  }
}

const measureWords = { sum: 'Sum of', avg: 'Average', min: 'Least', max: 'Most', median: 'Median' } as const;

export function measureLabel(measure: Measure): string {
  switch (measure.type) {
    case 'count':
      return 'Calls';
    case 'rate':
      return `${columnLabel(measure.column)} is ${measure.value}`;
    default:
      return `${measureWords[measure.type]} ${columnLabel(measure.column).toLowerCase()}`;
  }
}

/** Drill-through: the selection of exactly the calls that a cell (or, with fewer coordinates, a total) counted. */
export function drillInto(
  selection: Selection,
  coordinates: readonly { readonly of: Dimension; readonly value: DimensionValue }[],
): Selection {
  const filters = coordinates.map(({ of, value }): Filter => ({ op: 'any', of, values: [value], negate: false }));
  return { ...selection, filters: [...selection.filters, ...filters] };
}
