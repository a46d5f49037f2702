import {
  bins,
  dimensionId,
  dimensionLabel,
  isField,
  metadataKeyOf,
  outcomeKeyOf,
  type Column,
  type Dimension,
} from '../../../shared/columns.ts';
import type { Measure, PivotSpec } from '../../../shared/pivot.ts';

/** What a pivot can group by and measure, made from the columns that hold values. Pure. */

/** Fields that are for reading: grouping by them gives a row a call. */
const READ_ONLY = new Set(['summary', 'call_id']);

export interface DimensionChoice {
  readonly id: string;
  readonly label: string;
  readonly section: string;
  readonly dimension: Dimension;
}

/** Outcome keys first, then metadata, then fields, times by their bins. */
export function dimensionChoices(columns: readonly Column[]): readonly DimensionChoice[] {
  const choice = (dimension: Dimension, section: string): DimensionChoice => ({
    id: dimensionId(dimension),
    label: dimensionLabel(dimension),
    section,
    dimension,
  });
  const outcomes = columns.filter(({ id }) => outcomeKeyOf(id) !== undefined);
  const metadata = columns.filter(({ id }) => metadataKeyOf(id) !== undefined);
  const fields = columns.filter(({ id }) => isField(id) && !READ_ONLY.has(id));
  return [
    ...outcomes.map(({ id }) => choice({ column: id }, 'Outcomes')),
    ...metadata.map(({ id }) => choice({ column: id }, 'Metadata')),
    ...fields.filter(({ kind }) => kind !== 'time').map(({ id }) => choice({ column: id }, 'Fields')),
    ...fields
      .filter(({ kind }) => kind === 'time')
      .flatMap(({ id }) => bins.map((bin) => choice({ column: id, bin }, 'Times'))),
  ];
}

/** Columns that can be summed and averaged. Outcome values may be numbers whatever their kind was taken for. */
export function measurable(columns: readonly Column[]): readonly Column[] {
  const isNumeric = ({ kind }: Column) => kind === 'duration' || kind === 'number';
  return [...columns.filter(isNumeric), ...columns.filter((column) => !isNumeric(column) && !isField(column.id))];
}

/** A few pivots worth a look, from the keys that are filled most. */
export function suggestions(columns: readonly Column[]): readonly PivotSpec[] {
  const keys = columns
    .filter(({ id, kind }) => outcomeKeyOf(id) !== undefined && (kind === 'category' || kind === 'yes_no'))
    .sort((a, b) => b.filled - a.filled)
    .map(({ id }): Dimension => ({ column: id }));
  const has = (id: string) => columns.some((column) => column.id === id);
  const measures: Measure[] = [{ type: 'count' }];
  const spec = (rows: Dimension[], pivotColumns: Dimension[]): PivotSpec => ({
    rows,
    columns: pivotColumns,
    measures,
    base: 'filled',
  });
  const [first, second] = keys;
  const found: PivotSpec[] = [];
  if (first !== undefined && second !== undefined) found.push(spec([first], [second]));
  if (first !== undefined && has('agent')) found.push(spec([{ column: 'agent' }], [first]));
  if (first !== undefined && has('started_at')) found.push(spec([{ column: 'started_at', bin: 'day' }], [first]));
  if (has('status') && has('agent')) found.push(spec([{ column: 'agent' }], [{ column: 'status' }]));
  if (has('status') && has('started_at'))
    found.push(spec([{ column: 'started_at', bin: 'hour_of_day' }], [{ column: 'status' }]));
  return found.slice(0, 4);
}
