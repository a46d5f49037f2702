import {
  bins,
  columnIdSchema,
  columnKind,
  dimensionId,
  dimensionSchema,
  fieldColumns,
  isField,
  type ColumnId,
  type Dimension,
} from '../../shared/columns.ts';
import { timeOf } from '../../shared/call.ts';
import { CallbookError } from '../../shared/errors.ts';
import { measureSchema, type Measure } from '../../shared/pivot.ts';
import { bestFirst, type Filter, type FilterValue, type Sort } from '../../shared/selection.ts';
import { dayOf } from './moments.ts';

/**
 * What the command line calls DIM, M and EXPR, read against the known columns. Outcome keys may hold commas, colons, spaces and
 * operators, so a known column wins by its length; an unknown key ends at the next separator.
 */

export interface Known {
  /** The columns of keys that hold values; fields are known anyway. */
  readonly columns: readonly ColumnId[];
  /** IANA name, for dates without a time. */
  readonly timeZone: string;
}

const KEY = /^(outcome|metadata):/;
const operators = ['!=', '>=', '<=', '!~', '=', '>', '<', '~'] as const;
type Operator = (typeof operators)[number];

function fail(what: string, text: string, known: Known): CallbookError {
  const fields = fieldColumns.map(({ id }) => id).join(', ');
  const keys = known.columns.filter((id) => !isField(id));
  const more = keys.length > 20 ? ` and ${keys.length - 20} more` : '';
  const outcomes =
    keys.length === 0
      ? ''
      : ` Keys: ${keys
          .slice(0, 20)
          .map((id) => `“${id}”`)
          .join(', ')}${more}.`;
  return new CallbookError('BAD_EXPRESSION', `${what}: “${text}”. Fields: ${fields}.${outcomes}`);
}

/** Every dimension that has a name of its own, the longest name first. */
function knownDimensions(known: Known): (readonly [name: string, Dimension])[] {
  const columns = new Set([...fieldColumns.map(({ id }) => id), ...known.columns]);
  const binned = [...columns].filter((column) => columnKind(column) === 'time' || !isField(column));
  // A key that is named like the bin of another is meant rather than the bin.
  const dimensions: Dimension[] = [
    ...[...columns].map((column) => ({ column })),
    ...binned.flatMap((column) => bins.map((bin) => ({ column, bin }))),
  ];
  return dimensions
    .map((dimension) => [dimensionId(dimension), dimension] as const)
    .sort(([a], [b]) => b.length - a.length);
}

const STEP = /^:by(\d+(?:\.\d+)?)(?=,|$)/;

/** Reads `status,outcome:Interested,started_at:day,duration_seconds:by60`. Throws BAD_EXPRESSION. */
export function parseDimensions(text: string, known: Known): Dimension[] {
  const names = knownDimensions(known);
  const read = (rest: string): Dimension[] | undefined => {
    for (const [name, plain] of names) {
      if (!rest.startsWith(name)) continue;
      const [suffix = '', step] = STEP.exec(rest.slice(name.length)) ?? [];
      const stepped = step === undefined ? plain : { ...plain, step: Number(step) };
      const dimension = dimensionSchema.safeParse(stepped);
      if (!dimension.success) continue;
      const left = rest.slice(name.length + suffix.length);
      if (left === '') return [dimension.data];
      const after = left.startsWith(',') ? read(left.slice(1).replace(/^ +(?!,)/, '')) : undefined;
      if (after !== undefined) return [dimension.data, ...after];
    }
    if (!KEY.test(rest)) return undefined;
    const comma = rest.indexOf(',');
    if (comma < 0) return [{ column: rest }];
    const after = read(rest.slice(comma + 1).trimStart());
    return after && [{ column: rest.slice(0, comma) }, ...after];
  };
  const dimensions = read(text);
  if (dimensions === undefined) throw fail('No such field or key', text, known);
  return dimensions;
}

/** The longest known name that `text` begins with and that is followed by an operator; else an unknown key up to the first. */
function splitAtOperator(text: string, known: Known): { of: Dimension; operator: Operator; value: string } {
  const operatorAt = (at: number) => operators.find((operator) => text.startsWith(operator, at));
  for (const [name, of] of knownDimensions(known)) {
    const operator = text.startsWith(name) ? operatorAt(name.length) : undefined;
    if (operator !== undefined) return { of, operator, value: text.slice(name.length + operator.length) };
  }
  for (let at = KEY.exec(text)?.[0].length ?? text.length; at < text.length; at++) {
    const operator = operatorAt(at);
    if (operator !== undefined)
      return { of: { column: text.slice(0, at) }, operator, value: text.slice(at + operator.length) };
  }
  throw fail(KEY.test(text) ? 'An expression needs =, !=, >, >=, <, <=, ~ or !~' : 'No such field or key', text, known);
}

const BLANK = /^blank(?::(pending|missing|not_applicable))?$/;

/** Values between bars; `\|` is a bar, `\\` a backslash, `\blank` the word. */
function splitValues(text: string): string[] {
  const values = [''];
  for (const [part] of text.matchAll(/\\[\\|]|\||[^\\|]+|\\/gs)) {
    if (part === '|') values.push('');
    else values[values.length - 1] += part;
  }
  return values;
}

function unescape(raw: string): string {
  if (raw.startsWith('\\blank') && BLANK.test(raw.slice(1))) return raw.slice(1);
  return raw.replace(/\\([\\|])/g, '$1');
}

/** Seconds of `90`, `1:30` or `1:02:03`; NaN where it is neither. */
function secondsOf(text: string): number {
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  const parts = /^(-?)(?:(\d+):)?(\d+):(\d\d)$/.exec(text);
  if (parts === null) return NaN;
  const [, minus, h = '0', m, s] = parts;
  const seconds = Number(h) * 3600 + Number(m) * 60 + Number(s);
  return minus === '-' ? -seconds : seconds;
}

interface Span {
  readonly from: number;
  /** The first moment after; undefined for a single value. */
  readonly until?: number;
}

/** What a compared value means: a moment, or the whole of a day. */
function spanOf({ column, bin }: Dimension, text: string, timeZone: string): Span | undefined {
  const isDocumented = isField(column);
  const kind = bin === undefined && isDocumented ? columnKind(column) : undefined;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  if (kind === 'time' && isDay) return dayOf(text, timeZone);
  // Dates of outcomes have no zone; the cache compares them as days of UTC.
  const from =
    kind === 'time'
      ? timeOf(text)
      : kind === 'duration'
        ? secondsOf(text)
        : isDay
          ? Date.parse(text)
          : /\dT?\d\d:/.test(text)
            ? timeOf(text)
            : text.trim() === ''
              ? NaN
              : Number(text);
  return Number.isFinite(from) ? { from } : undefined;
}

function range(of: Dimension, change: Partial<Extract<Filter, { op: 'range' }>>): Filter {
  return { op: 'range', of, from: null, fromExclusive: false, to: null, toInclusive: false, ...change };
}

function compare(of: Dimension, operator: Operator, { from, until }: Span): Filter | undefined {
  switch (operator) {
    case '>=':
      return range(of, { from });
    case '<':
      return range(of, { to: from });
    case '>':
      return until === undefined ? range(of, { from, fromExclusive: true }) : range(of, { from: until });
    case '<=':
      return until === undefined ? range(of, { to: from, toInclusive: true }) : range(of, { to: until });
    case '=':
      return until === undefined ? range(of, { from, to: from, toInclusive: true }) : range(of, { from, to: until });
    default:
      return undefined;
  }
}

/** Reads `status=completed`, `outcome:Interested!=Yes|Maybe`, `duration_seconds>=1:00`, `outcome:Budget=blank`. Throws BAD_EXPRESSION. */
export function parseFilter(text: string, known: Known): Filter {
  const { of, operator, value } = splitAtOperator(text, known);
  if (operator === '~' || operator === '!~') {
    if (value === '') throw fail('Nothing to look for after ~', text, known);
    return { op: 'contains', of, text: value, negate: operator === '!~' };
  }
  const raws = splitValues(value);
  const isNumeric = of.bin === undefined && (columnKind(of.column) === 'time' || columnKind(of.column) === 'duration');
  const blanks = raws.filter((raw) => BLANK.test(raw));
  const isComparison = operator !== '=' && operator !== '!=';
  if (isComparison || (isNumeric && operator === '=' && raws.length === 1 && blanks.length === 0)) {
    const span = spanOf(of, unescape(value), known.timeZone);
    const filter = span && compare(of, operator, span);
    if (filter === undefined)
      throw fail(isNumeric ? `Not a ${columnKind(of.column)}` : 'Not a number or date', text, known);
    return filter;
  }
  const values = raws.map((raw): FilterValue => {
    const blank = BLANK.exec(raw);
    if (blank !== null) return { blank: (blank[1] ?? 'any') as Extract<FilterValue, { blank: unknown }>['blank'] };
    if (!isNumeric) return { text: unescape(raw) };
    // Lists of durations and times name exact values; the cache holds them as numbers.
    const span = spanOf(of, unescape(raw), known.timeZone);
    if (span === undefined || span.until !== undefined) {
      throw fail(`Not one ${columnKind(of.column)}; for days write ${of.column}:day`, text, known);
    }
    return { json: String(span.from) };
  });
  return { op: 'any', of, values, negate: operator === '!=' };
}

/** Reads `count`, `avg:duration_seconds`, `p90:duration_seconds`, `rate:outcome:Interested=Yes`. Throws BAD_EXPRESSION. */
export function parseMeasure(text: string, known: Known): Measure {
  if (text === 'count') return { type: 'count' };
  const [, type, column = ''] = /^(sum|avg|min|max|median|distinct|rate|p\d+(?:\.\d+)?):(.*)$/s.exec(text) ?? [];
  if (type === undefined) {
    throw fail(
      'A measure is count, or sum:, avg:, min:, max:, median:, p90: (any percentile), distinct: with a column, or rate:COLUMN=VALUE',
      text,
      known,
    );
  }
  if (type === 'rate') {
    const { of, operator, value } = splitAtOperator(column, known);
    if (operator !== '=' || of.bin !== undefined) throw fail('A rate is written rate:COLUMN=VALUE', text, known);
    return { type, column: of.column, value };
  }
  if (!columnIdSchema.safeParse(column).success) throw fail('No such field or key', column, known);
  const isPercentile = type.startsWith('p');
  const measure = measureSchema.safeParse(
    isPercentile ? { type: 'percentile', column, percent: Number(type.slice(1)) } : { type, column },
  );
  if (!measure.success) throw fail('A percentile lies between p0 and p100', text, known);
  return measure.data;
}

/** Reads `started_at:desc`. Throws BAD_EXPRESSION. */
export function parseSort(text: string, known: Known): Sort {
  if (text === bestFirst.column) return bestFirst;
  const isKnown = (column: string) => known.columns.includes(column) || fieldColumns.some(({ id }) => id === column);
  const [, column = text, direction] = isKnown(text) ? [] : (/^(.*):(asc|desc)$/s.exec(text) ?? []);
  if (!isKnown(column) && !KEY.test(column)) throw fail('No such field or key', text, known);
  return { column, descending: direction === 'desc' };
}
