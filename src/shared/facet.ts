import type { ColumnId } from './columns.ts';
import type { DimensionValue } from './selection.ts';

/** Letters of a search among a column's values. */
export const MOST_FACET_SEARCH = 1_000;

/** The values of one column among the calls of a selection, and how many calls hold each. */
export interface Facet {
  readonly column: ColumnId;
  /** The most frequent first, blanks among them. */
  readonly values: readonly FacetValue[];
  /** How many different values there are, blanks included; more than `values` holds if that was cut. */
  readonly distinct: number;
  /** For numbers, durations and times: how they spread; null for other columns and where there is none. */
  readonly histogram: Histogram | null;
}

export interface FacetValue {
  readonly value: DimensionValue;
  readonly count: number;
}

export interface Histogram {
  /** The least and the greatest value: numbers, seconds, or ms since epoch UTC. */
  readonly min: number;
  readonly max: number;
  /** Calls in equal parts of the span from `min` to `max`. */
  readonly counts: readonly number[];
}
