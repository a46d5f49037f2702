import { dimensionLabel, type Dimension } from '../../../shared/columns.ts';
import { MOST_DIMENSIONS, type EachAxis, type Measure, type PivotSpec } from '../../../shared/pivot.ts';
import { asItIs, measureWords, type Mask } from '../../../shared/masking.ts';

/** Fields of a pivot in another place. Pure. */

export type Shelf = 'rows' | 'columns' | 'measures';

/** By one place on its own shelf, or to the end of another axis. */
export type Move = 'left' | 'right' | 'rows' | 'columns';

export interface Place {
  readonly shelf: Shelf;
  readonly at: number;
}

/** Where a move leads; undefined: there is no such place. */
export function placeAfter(spec: PivotSpec, { shelf, at }: Place, move: Move): Place | undefined {
  if (move === 'left') return at > 0 ? { shelf, at: at - 1 } : undefined;
  if (move === 'right') return at < spec[shelf].length - 1 ? { shelf, at: at + 1 } : undefined;
  if (shelf === 'measures' || shelf === move || spec[move].length >= MOST_DIMENSIONS) return undefined;
  return { shelf: move, at: spec[move].length };
}

/** The pivot with the field of one place at another. A measure stays among measures. */
export function withMoved(spec: PivotSpec, from: Place, to: Place): PivotSpec {
  if (from.shelf === 'measures') return { ...spec, measures: moved(spec.measures, from.at, to.at) };
  const axis = to.shelf === 'measures' ? from.shelf : to.shelf;
  if (axis === from.shelf) return { ...spec, [axis]: moved(spec[axis], from.at, to.at) };
  const field = spec[from.shelf].slice(from.at, from.at + 1);
  return {
    ...spec,
    [from.shelf]: spec[from.shelf].toSpliced(from.at, 1),
    [axis]: spec[axis].toSpliced(to.at, 0, ...field),
  };
}

function moved<Field extends Dimension | Measure>(fields: readonly Field[], from: number, to: number): Field[] {
  return fields.toSpliced(from, 1).toSpliced(to, 0, ...fields.slice(from, from + 1));
}

/** What stands on the rows on the columns and the other way round, each with its totals. */
export function swapped(spec: PivotSpec): PivotSpec {
  const other = (each: EachAxis) => ({ rows: each.columns, columns: each.rows });
  return {
    ...spec,
    rows: spec.columns,
    columns: spec.rows,
    ...(spec.totals !== undefined && { totals: other(spec.totals) }),
    ...(spec.subtotals !== undefined && { subtotals: other(spec.subtotals) }),
  };
}

const shelfWords = { rows: 'row', columns: 'column', measures: 'measure' } as const;

/** "Status, row 2 of 3". */
export function placeInWords(spec: PivotSpec, { shelf, at }: Place, mask: Mask = asItIs): string {
  const field = shelf === 'measures' ? undefined : spec[shelf][at];
  const measure = shelf === 'measures' ? spec.measures[at] : undefined;
  const words = field !== undefined ? dimensionLabel(field) : measure !== undefined ? measureWords(measure, mask) : '';
  return `${words}, ${shelfWords[shelf]} ${at + 1} of ${spec[shelf].length}`;
}
