import { z } from 'zod';
import { columnIdSchema, columnLabel, dimensionSchema, type Dimension } from './columns.ts';
import { formatCount, formatDateTime, formatDuration, formatNumber, formatPercent } from './format.ts';
import type { DimensionValue, Filter, Selection } from './selection.ts';

/**
 * What the calls of a group are measured by. `percentile`: the value below which `percent` of the values lie, between two values in
 * proportion; `distinct`: how many different values; `rate`: share of the base whose value is `value` (its words), 0 to 1.
 */
export const measureSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('count') }),
  z.strictObject({ type: z.literal('percentile'), column: columnIdSchema, percent: z.number().min(0).max(100) }),
  z.strictObject({ type: z.enum(['median', 'distinct']), column: columnIdSchema }),
  z.strictObject({ type: z.enum(['sum', 'avg', 'min', 'max']), column: columnIdSchema }),
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

/** What each of the two axes has or has not. */
const eachAxisSchema = z.strictObject({ rows: z.boolean(), columns: z.boolean() });
export type EachAxis = z.infer<typeof eachAxisSchema>;

/** What was saved before each axis had its own switch says one word for both. */
const eachAxisOrBoth = z.union([eachAxisSchema, z.boolean().transform((on): EachAxis => ({ rows: on, columns: on }))]);

/** As many dimensions as an axis can have. */
export const MOST_DIMENSIONS = 8;

export const pivotSpecSchema = z.strictObject({
  rows: z.array(dimensionSchema).max(MOST_DIMENSIONS),
  columns: z.array(dimensionSchema).max(MOST_DIMENSIONS),
  measures: z.array(measureSchema).min(1).max(20),
  base: z.enum(bases).default('filled'),
  /** Which axis ends with the total of all its groups; absent: both. */
  totals: eachAxisSchema.optional(),
  /** Which axis has totals of the groups that its leading dimensions make, too; absent: none. */
  subtotals: eachAxisOrBoth.optional(),
  /** Colours by size over the cells of each measure; absent: yes. */
  heat: z.boolean().optional(),
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
  /** How the numbers of each measure are to be read. */
  readonly measureKinds: readonly MeasureKind[];
  /** Of the axes that the spec asks for: every pair of depths that is neither cells nor a total of a whole axis. */
  readonly subtotals: readonly Subtotals[];
}

/** `share`: 0 to 1; `duration`: seconds; `time` and `date`: ms since epoch UTC. */
export type MeasureKind = 'count' | 'share' | 'number' | 'duration' | 'time' | 'date';

/**
 * The totals of the groups that the first `rowDepth` row dimensions and the first `columnDepth` column dimensions make, laid out as
 * the pivot itself. Keys stand in the order in which the pivot's own begin with them.
 */
export interface Subtotals {
  readonly rowDepth: number;
  readonly columnDepth: number;
  readonly rowKeys: readonly (readonly DimensionValue[])[];
  readonly columnKeys: readonly (readonly DimensionValue[])[];
  readonly cells: readonly Float64Array[];
  readonly counts: Float64Array;
}

/** How large a pivot would be; one of more than `most` cells is refused. */
export interface PivotSize {
  readonly rows: number;
  readonly columns: number;
  readonly cells: number;
  readonly most: number;
}

/** As the command line writes it: `count`, `avg:duration_seconds`, `p90:duration_seconds`, `rate:outcome:Interested=Yes`. */
export function measureId(measure: Measure): string {
  switch (measure.type) {
    case 'count':
      return 'count';
    case 'rate':
      return `rate:${measure.column}=${measure.value}`;
    case 'percentile':
      return `p${measure.percent}:${measure.column}`;
    default:
      return `${measure.type}:${measure.column}`;
  }
}

const measureWords = {
  sum: 'Sum of',
  avg: 'Average',
  min: 'Least',
  max: 'Most',
  median: 'Median',
  distinct: 'Different values of',
} as const;

export function measureLabel(measure: Measure): string {
  switch (measure.type) {
    case 'count':
      return 'Calls';
    case 'rate':
      return `${columnLabel(measure.column)} is ${measure.value}`;
    case 'percentile':
      return `P${measure.percent} ${columnLabel(measure.column).toLowerCase()}`;
    default:
      return `${measureWords[measure.type]} ${columnLabel(measure.column).toLowerCase()}`;
  }
}

const DAY_MS = 86_400_000;

/** A measure's number as people read it: "1,204", "37.5 %", "2:05", "2026-05-14". Empty where there is none. */
export function measureInWords(value: number, kind: MeasureKind, timeZone: string): string {
  if (Number.isNaN(value)) return '';
  switch (kind) {
    case 'count':
      return formatCount(value);
    case 'share':
      return formatPercent(value);
    case 'number':
      return formatNumber(value);
    case 'duration':
      return formatDuration(value);
    case 'date':
      // A day without a time begins in UTC.
      return value % DAY_MS === 0 ? formatDateTime(value, 'UTC').slice(0, 10) : formatDateTime(value, timeZone);
    case 'time':
      return formatDateTime(value, timeZone);
  }
}

export type Coordinates = readonly { readonly of: Dimension; readonly value: DimensionValue }[];

/** Drill-through: the selection of exactly the calls that a cell (or, with fewer coordinates, a total) counted. */
export function drillInto(selection: Selection, coordinates: Coordinates): Selection {
  const filters = coordinates.map(({ of, value }): Filter => ({ op: 'any', of, values: [value], negate: false }));
  return { ...selection, filters: [...selection.filters, ...filters] };
}
