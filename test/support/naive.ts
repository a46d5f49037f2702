import { displayJson } from '../../src/shared/format.ts';
import type { Dimension } from '../../src/shared/columns.ts';
import type { Measure } from '../../src/shared/pivot.ts';
import { readDate, readNumber } from '../../src/shared/recognise.ts';
import { fold } from '../../src/shared/searchText.ts';
import type { DimensionValue, Filter, Sort } from '../../src/shared/selection.ts';
import type { Item } from './items.ts';

/** Selections, orders and pivots by plain loops over the received JSON: slow, short, and nothing of the engine's. */

/** Kinds of outcome columns as the cache says; fields are not in it. */
export type Kinds = ReadonlyMap<string, string>;

const numeric = ['duration_seconds', 'answer_duration_seconds', 'started_at', 'ended_at'];
export const isNumericField = (column: string) => numeric.includes(column);

/** JSON text of a value, or the kind of its blank. */
export function nameIn(received: Item, column: string): string {
  const number = numberIn(received, column);
  if (isNumericField(column)) return Number.isNaN(number) ? 'missing' : String(number);
  const isOutcome = column.startsWith('outcome:');
  const holder = isOutcome ? ((received['outcomes'] ?? {}) as Record<string, unknown>) : received;
  const key = isOutcome ? column.slice('outcome:'.length) : column;
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  if (value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === ''))
    return JSON.stringify(value);
  if (!isOutcome) return 'missing';
  if (['pending', 'processing'].includes(String(received['analysis_status']))) return 'pending';
  return Number(received['answer_duration_seconds'] ?? 0) > 0 ? 'missing' : 'not_applicable';
}

const blanks = ['missing', 'pending', 'not_applicable'];
export const isBlankName = (name: string) => blanks.includes(name);

/** A numeric field's number; NaN where there is none. */
function numberIn(received: Item, column: string): number {
  const value = received[column];
  if (value === null || value === undefined || !isNumericField(column)) return NaN;
  return column.endsWith('_at') ? Date.parse(String(value)) : Number(value);
}

function sizeOf(name: string, kind: string | undefined): number {
  const value = JSON.parse(name) as never;
  if (kind === 'number') return readNumber(value);
  if (kind === 'date') return readDate(value).ms;
  const number = readNumber(value);
  return Number.isNaN(number) ? readDate(value).ms : number;
}

export function naiveHolds(received: Item, filter: Filter, kinds: Kinds): boolean {
  const { column } = filter.of;
  const name = nameIn(received, column);
  switch (filter.op) {
    case 'any': {
      const fits = filter.values.some((value) => {
        if ('blank' in value) return value.blank === 'any' ? isBlankName(name) : name === value.blank;
        if ('json' in value) return name === value.json;
        return !isBlankName(name) && displayJson(name) === value.text;
      });
      return fits !== filter.negate;
    }
    case 'contains':
      return (!isBlankName(name) && fold(displayJson(name)).includes(fold(filter.text))) !== filter.negate;
    case 'range': {
      if (isBlankName(name)) return false;
      const size = isNumericField(column) ? Number(name) : sizeOf(name, kinds.get(column));
      const { from, fromExclusive, to, toInclusive } = filter;
      if (Number.isNaN(size)) return false;
      if (from !== null && (fromExclusive ? size <= from : size < from)) return false;
      return to === null || (toInclusive ? size <= to : size < to);
    }
  }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Case and accents do not matter at first, and numbers within a text go by their size. */
const foldedName = (name: string) => fold(displayJson(name)).replace(/\d+/g, (digits) => digits.padStart(16, '0'));

function compareNames(a: string, b: string, kind: string | undefined): number {
  const [x, y] = [sizeOf(a, kind), sizeOf(b, kind)];
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  if (!Number.isNaN(x) && x !== y) return x - y;
  const [p, q] = [foldedName(a), foldedName(b)];
  if (p !== q) return p < q ? -1 : 1;
  return collator.compare(displayJson(a), displayJson(b)) || (a < b ? -1 : a > b ? 1 : 0);
}

/** `calls` in the order of the sorts; those that are equal stay as they are. */
export function naiveSorted(calls: readonly Item[], sorts: readonly Sort[], kinds: Kinds): Item[] {
  return calls.toSorted((a, b) => {
    for (const { column, descending } of sorts) {
      const [x, y] = [nameIn(a, column), nameIn(b, column)];
      if (isBlankName(x) && isBlankName(y)) continue;
      if (isBlankName(x) || isBlankName(y)) return isBlankName(x) ? 1 : -1;
      const order = isNumericField(column) ? Number(x) - Number(y) : compareNames(x, y, kinds.get(column));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

/** Texts that are no dates and read like a bin. */
const [likeDay, likeMonth, likeHour] = [/^"(\d{4,}-\d\d-\d\d)"$/, /^"(\d{4,}-\d\d)"$/, /^"(\d\d)"$/];

/** The name of the bin that a call is in, in UTC. */
export function binIn(received: Item, { column, bin, step }: Dimension): string {
  const name = nameIn(received, column);
  if (isBlankName(name) || (bin === undefined && step === undefined)) return name;
  if (step !== undefined) {
    const number = isNumericField(column) ? Number(name) : readNumber(JSON.parse(name) as never);
    return Number.isNaN(number) ? name : String(Math.floor(number / step) * step);
  }
  const ms = isNumericField(column) ? Number(name) : readDate(JSON.parse(name) as never).ms;
  if (Number.isNaN(ms))
    return name.replace(bin === 'day' ? likeDay : bin === 'month' ? likeMonth : likeHour, '"$1 (text)"');
  const iso = new Date(ms).toISOString();
  const cut = bin === 'day' ? iso.slice(0, 10) : bin === 'month' ? iso.slice(0, 7) : iso.slice(11, 13);
  return JSON.stringify(cut);
}

export const nameOf = (value: DimensionValue) => ('json' in value ? value.json : value.blank);

/** The measure of some calls with the base "filled"; NaN where nothing was measured. */
export function naiveMeasure(calls: readonly Item[], measure: Measure, kinds: Kinds): number {
  if (measure.type === 'count') return calls.length;
  const names = calls.map((call) => nameIn(call, measure.column)).filter((name) => !isBlankName(name));
  if (measure.type === 'distinct') return new Set(names).size;
  if (measure.type === 'rate') {
    return names.filter((name) => displayJson(name) === measure.value).length / names.length;
  }
  const values = names
    .map((name) => {
      if (isNumericField(measure.column)) return Number(name);
      const value = JSON.parse(name) as never;
      return kinds.get(measure.column) === 'date' ? readDate(value).ms : readNumber(value);
    })
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  if (values.length === 0) return NaN;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (measure.type) {
    case 'sum':
      return sum;
    case 'avg':
      return sum / values.length;
    case 'min':
      return values[0] ?? NaN;
    case 'max':
      return values.at(-1) ?? NaN;
    default: {
      const rank = (values.length - 1) * (measure.type === 'percentile' ? measure.percent / 100 : 0.5);
      const [low, high] = [values[Math.floor(rank)] ?? NaN, values[Math.ceil(rank)] ?? NaN];
      return low + (high - low) * (rank - Math.floor(rank));
    }
  }
}
