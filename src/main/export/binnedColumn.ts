import { columnKind, dimensionId, dimensionLabel, type Dimension } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import { readDate, readNumber } from '../../shared/recognise.ts';
import { valueLabel } from '../../shared/selection.ts';
import { stepOf } from '../columns/bins.ts';
import { besideBins, binner } from '../columns/timeBins.ts';
import { valueIn, type ExportColumn } from './exportColumns.ts';

/** A column with the bins of another, named as the pivot on screen names them; what is no date or number stays what it is. */
export function binnedColumn(of: Dimension, source: ExportColumn, timeZone: string): ExportColumn {
  const cut = of.bin === undefined ? undefined : binner(of.bin, timeZone);
  // A day without a time is the same day everywhere.
  const cutDay = of.bin === undefined ? undefined : binner(of.bin, 'UTC');
  const isTime = columnKind(of.column) === 'time';
  const binOf = (value: Json): Json => {
    if (of.step !== undefined) {
      const number = readNumber(value);
      return Number.isNaN(number) ? value : valueLabel({ json: String(stepOf(number, of.step)) }, of, timeZone);
    }
    const { ms, isDay } = isTime ? { ms: Number(value), isDay: false } : readDate(value);
    const label = Number.isNaN(ms) ? undefined : (isDay ? cutDay : cut)?.(ms);
    return label ?? (of.bin === undefined ? value : besideBins(value, of.bin));
  };
  return {
    id: dimensionId(of),
    label: dimensionLabel(of),
    kind: 'category',
    from: source.from,
    derive(values) {
      const value = valueIn(source, values);
      return value === null ? null : binOf(value);
    },
  };
}
