import type { ColumnId } from '../../shared/columns.ts';
import { CallbookError } from '../../shared/errors.ts';
import { formatCount } from '../../shared/format.ts';
import { maskFor } from '../../shared/masking.ts';
import { drillInto } from '../../shared/pivot.ts';
import { keyLabels, type DimensionValue, type Selection } from '../../shared/selection.ts';
import type { Reader } from '../cache/reader.ts';
import type { ExportRequest } from './request.ts';

/** The parts of a selection by the values of one column: each has a sheet, a file or a folder of its own. */
export interface Part {
  /** The value in words, as they may be shown. */
  readonly label: string;
  /** How words for the value may be shown. */
  mask(words: string): string;
  readonly value: DimensionValue;
  readonly selection: Selection;
}

/** More sheets or files than anyone opens. */
const MOST_PARTS = 500;

/** Throws BAD_INPUT where there are too many values to split by. */
export function partsOf(reader: Reader, { selection, maskPhones }: ExportRequest, by: ColumnId): Part[] {
  const of = { column: by };
  const spec = { rows: [of], columns: [], measures: [{ type: 'count' as const }], base: 'filled' as const };
  const { rowKeys } = reader.pivot(selection, spec);
  if (rowKeys.length > MOST_PARTS) {
    const message = `There are ${formatCount(rowKeys.length)} values to split by; ${MOST_PARTS} is the most. Choose another column, or filter the calls first.`;
    throw new CallbookError('BAD_INPUT', message);
  }
  const mask = (words: string) => maskFor(maskPhones)(words, by);
  return rowKeys.flatMap((key) => {
    const value = key[0];
    if (value === undefined) return [];
    const [label = ''] = keyLabels(key, [of], selection.timeZone);
    return [{ label: mask(label), mask, value, selection: drillInto(selection, [{ of, value }]) }];
  });
}
