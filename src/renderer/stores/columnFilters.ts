import type { ColumnId } from '../../shared/columns.ts';
import type { Filter, FilterValue, RangeFilter } from '../../shared/selection.ts';

/** The filters of one column, taken out of all and put back. Pure. Filters of a pivot's bins are another matter and stay. */

export interface ColumnFilters {
  /** Values of which a call must have one; empty: any. */
  readonly included: readonly FilterValue[];
  readonly excluded: readonly FilterValue[];
  readonly range: RangeFilter | undefined;
  /** Words that the value must contain. */
  readonly contains: string;
}

const isOf = ({ of }: Filter, column: ColumnId) =>
  of.column === column && of.bin === undefined && of.step === undefined;

export function filtersOf(filters: readonly Filter[], column: ColumnId): ColumnFilters {
  const own = filters.filter((filter) => isOf(filter, column));
  const values = (negate: boolean) =>
    own.flatMap((filter) => (filter.op === 'any' && filter.negate === negate ? filter.values : []));
  return {
    included: values(false),
    excluded: values(true),
    range: own.find((filter) => filter.op === 'range'),
    contains: own.flatMap((filter) => (filter.op === 'contains' && !filter.negate ? [filter.text] : []))[0] ?? '',
  };
}

/** Puts `next` where the first of the filters that it replaces stood, else at the end. */
function replace(filters: readonly Filter[], isOld: (filter: Filter) => boolean, next: readonly Filter[]): Filter[] {
  const at = filters.findIndex(isOld);
  const others = filters.filter((filter) => !isOld(filter));
  return at < 0 ? [...others, ...next] : [...others.slice(0, at), ...next, ...others.slice(at)];
}

export function withValues(
  filters: readonly Filter[],
  column: ColumnId,
  { included, excluded }: Pick<ColumnFilters, 'included' | 'excluded'>,
): Filter[] {
  const filterOf = (values: readonly FilterValue[], negate: boolean): Filter[] =>
    values.length === 0 ? [] : [{ op: 'any', of: { column }, values: [...values], negate }];
  const isOld = (filter: Filter) => filter.op === 'any' && isOf(filter, column);
  return replace(filters, isOld, [...filterOf(included, false), ...filterOf(excluded, true)]);
}

export function withRange(
  filters: readonly Filter[],
  column: ColumnId,
  range: Omit<RangeFilter, 'op' | 'of'> | undefined,
): Filter[] {
  const isOld = (filter: Filter) => filter.op === 'range' && isOf(filter, column);
  const isOpen = range === undefined || (range.from === null && range.to === null);
  return replace(filters, isOld, isOpen ? [] : [{ op: 'range', of: { column }, ...range }]);
}

export function withContains(filters: readonly Filter[], column: ColumnId, text: string): Filter[] {
  const isOld = (filter: Filter) => filter.op === 'contains' && !filter.negate && isOf(filter, column);
  const words = text.trim();
  return replace(filters, isOld, words === '' ? [] : [{ op: 'contains', of: { column }, text: words, negate: false }]);
}

/** How many filters a column has, in a word or two for a badge; '' for none. */
export function filterSummary(filters: readonly Filter[], column: ColumnId): string {
  const { included, excluded, range, contains } = filtersOf(filters, column);
  const parts = [
    included.length > 0 ? `${included.length}` : '',
    excluded.length > 0 ? `not ${excluded.length}` : '',
    range !== undefined ? 'range' : '',
    contains !== '' ? 'text' : '',
  ];
  return parts.filter(Boolean).join(', ');
}
