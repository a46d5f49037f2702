import { z } from 'zod';
import { columnKind, dimensionLabel, dimensionSchema, isField, type ColumnId, type Dimension } from './columns.ts';
import { counted, displayJson, formatDateTime, formatDuration } from './format.ts';
import { recentDays, recentWords } from './recentDays.ts';

/**
 * The Selection says which calls are meant. Grid, pivot, export and command line all work on one; drill-through is a
 * Selection with a cell's coordinates added, so the number clicked and the rows shown are the same by construction.
 */

/**
 * Why there is no value: the provider gave none (`missing`), the analysis is still to come (`pending`),
 * or nobody answered, so there is nothing to analyse (`not_applicable`).
 */
export const blankKinds = ['missing', 'pending', 'not_applicable'] as const;
export type BlankKind = (typeof blankKinds)[number];

/** One value of a dimension: JSON text exactly as dictionaries hold it, or a kind of blank. */
export const dimensionValueSchema = z.union([
  z.strictObject({ json: z.string() }),
  z.strictObject({ blank: z.enum(blankKinds) }),
]);
export type DimensionValue = z.infer<typeof dimensionValueSchema>;

/** What a filter compares with: an exact value, the words a person typed for it, or blanks. */
export const filterValueSchema = z.union([
  dimensionValueSchema,
  z.strictObject({ text: z.string() }),
  z.strictObject({ blank: z.literal('any') }),
]);
export type FilterValue = z.infer<typeof filterValueSchema>;

const filterParts = z.discriminatedUnion('op', [
  /** One of the values (or, negated, none of them). */
  z.strictObject({
    op: z.literal('any'),
    of: dimensionSchema,
    values: z.array(filterValueSchema).min(1),
    negate: z.boolean(),
  }),
  /** A number, seconds, or ms since epoch UTC: from (inclusive) to (exclusive unless `toInclusive`); null is open. */
  z.strictObject({
    op: z.literal('range'),
    of: dimensionSchema,
    from: z.number().nullable(),
    fromExclusive: z.boolean().default(false),
    to: z.number().nullable(),
    toInclusive: z.boolean().default(false),
    /** The days that `from` and `to` are: made anew of today's date whenever the selection is opened. */
    recent: z.enum(recentDays).optional(),
    /** `from` and `to` are ms since epoch UTC though the column does not say so: days that an outcome key holds. */
    isDay: z.boolean().optional(),
  }),
  /** The value's text contains the words, without regard to case and accents. */
  z.strictObject({ op: z.literal('contains'), of: dimensionSchema, text: z.string().min(1), negate: z.boolean() }),
]);

/** What cannot be said in words (a moment outside any calendar, a value that is no JSON) could not be shown as a chip either. */
export const filterSchema = filterParts.refine((filter): boolean => {
  try {
    return filterInWords(filter, 'UTC') !== '';
  } catch {
    return false;
  }
}, 'cannot be said in words');
export type Filter = z.infer<typeof filterParts>;
export type RangeFilter = Extract<Filter, { op: 'range' }>;

/** Letters that a search may have: far more than anybody types, but what is pasted can be anything. */
export const MOST_SEARCH_LETTERS = 10_000;

export const selectionSchema = z.strictObject({
  /** Batch keys; empty: all. */
  batches: z.array(z.string()),
  /** What stands in the search box. */
  text: z.string().max(MOST_SEARCH_LETTERS),
  /** All must hold. */
  filters: z.array(filterSchema).max(1_000),
  /** IANA name; bins of times are cut in it. */
  timeZone: z.string(),
});
export type Selection = z.infer<typeof selectionSchema>;

export function everything(timeZone: string): Selection {
  return { batches: [], text: '', filters: [], timeZone };
}

const blankWords: Record<BlankKind | 'any', string> = {
  missing: 'blank',
  pending: 'not analysed yet',
  not_applicable: 'not applicable',
  any: 'blank',
};

export function blankLabel(kind: BlankKind | 'any'): string {
  return `(${blankWords[kind]})`;
}

/** A duration or a time as people read it, by its column; other numbers as they are. */
function numberInWords(number: number, column: ColumnId, timeZone: string): string {
  const kind = columnKind(column);
  if (kind === 'duration') return formatDuration(number);
  return kind === 'time' ? formatDateTime(number, timeZone) : String(number);
}

/** The words for one value of a dimension, the same in pivot, chips, command line and Excel. */
export function valueLabel(value: FilterValue, of: Dimension, timeZone: string): string {
  if ('blank' in value) return blankLabel(value.blank);
  if ('text' in value) return value.text;
  if (of.step !== undefined) {
    const edge = Number(value.json);
    const say = (number: number) => numberInWords(number, of.column, timeZone);
    if (!Number.isNaN(edge)) return `${say(edge)} – ${say(Number.parseFloat((edge + of.step).toPrecision(12)))}`;
  }
  if (isField(of.column) && columnKind(of.column) === 'yes_no') return value.json === 'true' ? 'Yes' : 'No';
  const isNumber = isField(of.column) && of.bin === undefined && columnKind(of.column) !== 'category';
  const number = isNumber ? Number(value.json) : NaN;
  return Number.isNaN(number) ? displayJson(value.json) : numberInWords(number, of.column, timeZone);
}

/** The words for the values of a pivot's row or column. */
export function keyLabels(
  key: readonly DimensionValue[],
  dimensions: readonly Dimension[],
  timeZone: string,
): string[] {
  return dimensions.flatMap((of, i) => {
    const value = key[i];
    return value === undefined ? [] : [valueLabel(value, of, timeZone)];
  });
}

/** A range of whole days: "today (2026-05-14)", "from 2026-05-14 until 2026-05-20"; undefined where it is none. */
function daysInWords({ of, from, to, toInclusive, recent, isDay }: RangeFilter, timeZone: string): string | undefined {
  if (isDay !== true && !(isField(of.column) && columnKind(of.column) === 'time')) return undefined;
  const words = (ms: number) => formatDateTime(ms, isDay === true ? 'UTC' : timeZone);
  const isMidnight = (ms: number | null) => ms === null || words(ms).endsWith(' 00:00:00');
  if (toInclusive || (from === null && to === null) || !isMidnight(from) || !isMidnight(to)) return undefined;
  const first = from === null ? undefined : words(from).slice(0, 10);
  const last = to === null ? undefined : words(to - 1).slice(0, 10);
  const days =
    first === last
      ? `on ${first}`
      : [first === undefined ? '' : `from ${first}`, last === undefined ? '' : `until ${last}`]
          .filter(Boolean)
          .join(' ');
  return recent === undefined ? days : `${recentWords[recent]} (${days})`;
}

/** A filter in words, for chips and the export's About sheet: "Interested is Yes or Maybe". */
export function filterInWords(filter: Filter, timeZone: string): string {
  const label = dimensionLabel(filter.of);
  switch (filter.op) {
    case 'any':
      return `${label} is ${filter.negate ? 'not ' : ''}${filter.values.map((value) => valueLabel(value, filter.of, timeZone)).join(' or ')}`;
    case 'contains':
      return `${label} ${filter.negate ? 'does not contain' : 'contains'} “${filter.text}”`;
    case 'range': {
      const days = daysInWords(filter, timeZone);
      if (days !== undefined) return `${label} is ${days}`;
      const say = (n: number) =>
        filter.isDay === true ? formatDateTime(n, 'UTC') : numberInWords(n, filter.of.column, timeZone);
      const parts = [
        filter.from === null ? '' : `${filter.fromExclusive ? 'more than' : 'at least'} ${say(filter.from)}`,
        filter.to === null ? '' : `${filter.toInclusive ? 'at most' : 'less than'} ${say(filter.to)}`,
      ];
      return `${label} is ${parts.filter(Boolean).join(' and ') || 'anything'}`;
    }
  }
}

/**
 * The whole selection in words, most general first: "2 batches · Interested is Yes · contains “refund”". `say` makes of each filter's words,
 * and of the text, what may be shown.
 */
export function selectionInWords(
  selection: Selection,
  say: (words: string, column?: ColumnId) => string = (words) => words,
): string {
  const parts = selection.filters.map((filter) => say(filterInWords(filter, selection.timeZone), filter.of.column));
  if (selection.batches.length > 0) {
    parts.unshift(counted(selection.batches.length, 'batch', 'batches'));
  }
  if (selection.text.trim() !== '') parts.push(say(`contains “${selection.text.trim()}”`));
  return parts.join(' · ') || 'all calls';
}

/** Order of rows; blanks are last either way. */
const sortSchema = z.strictObject({ column: z.string(), descending: z.boolean() });
export type Sort = z.infer<typeof sortSchema>;
/** The column that decides most comes first. */
export const sortsSchema = z.array(sortSchema).max(10_000);

export const newestFirst: Sort = { column: 'started_at', descending: true };
/** Those that fit the text best come first; as the first of several sorts, the others decide among equals. No column of a grid. */
export const bestFirst: Sort = { column: 'relevance', descending: true };
