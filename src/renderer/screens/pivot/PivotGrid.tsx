import { useMemo, type KeyboardEvent } from 'react';
import { dimensionLabel, type Dimension } from '../../../shared/columns.ts';
import { formatCount } from '../../../shared/format.ts';
import { drillInto, measureInWords, measureLabel, type PivotResult } from '../../../shared/pivot.ts';
import { keyLabels, valueLabel, type DimensionValue } from '../../../shared/selection.ts';
import { DataGrid } from '../../components/DataGrid.tsx';
import type { GridCell } from '../../components/GridLine.tsx';
import type { GridColumn } from '../../components/gridColumns.ts';
import { copyText } from '../../components/copyText.ts';
import type { Place } from '../../components/gridKeys.ts';
import { setSelection, useSelection } from '../../stores/selection.ts';
import { useMask } from '../../stores/settings.ts';
import { goTo } from '../../stores/view.ts';

type Key = readonly DimensionValue[];
type Coordinates = readonly { readonly of: Dimension; readonly value: DimensionValue }[];

function coordinatesOf(dimensions: readonly Dimension[], key: Key): Coordinates {
  return dimensions.flatMap((of, i) => {
    const value = key[i];
    return value === undefined ? [] : [{ of, value }];
  });
}

interface Props {
  readonly result: PivotResult;
  /** A newer question is under way. */
  readonly isStale: boolean;
}

/** The result: row keys at the left, column keys on top, totals at both ends. Everything leads to its calls. */
export function PivotGrid({ result, isStale }: Props) {
  const { spec, rowKeys, columnKeys } = result;
  const { rows, columns, measures } = spec;
  const selection = useSelection((state) => state.selection);
  const { timeZone } = selection;
  const mask = useMask();

  const frozen = Math.max(1, rows.length);
  const headers = columns.length + 1;
  // With no column dimension the one column is the total already.
  const hasTotalColumn = columns.length > 0;
  const hasTotalRow = rows.length > 0;
  const groups = columnKeys.length + (hasTotalColumn ? 1 : 0);

  const gridColumns = useMemo<readonly GridColumn[]>(() => {
    const keyColumns =
      rows.length === 0
        ? [{ id: 'total', width: 120 }]
        : rows.map((dimension, i) => ({ id: `row ${i}`, width: rowKeyWidth(dimension, rowKeys, i, timeZone) }));
    const width = measures.some(({ type }) => type === 'rate') ? 132 : 104;
    const values = Array.from({ length: groups * measures.length }, (_, i) => {
      const label = measures.length > 1 ? measureLabel(measures[i % measures.length] ?? { type: 'count' }) : '';
      const keys = keyLabels(columnKeys[Math.floor(i / measures.length)] ?? [], columns, timeZone);
      const longest = Math.max(label.length, ...keys.map((words) => words.length));
      return { id: `value ${i}`, width: Math.max(width, Math.min(200, longest * 7.5 + 24)), isEnd: true };
    });
    return [...keyColumns, ...values];
  }, [rows, columns, rowKeys, columnKeys, measures, groups, timeZone]);

  const split = (column: number) => {
    const at = column - frozen;
    const group = Math.floor(at / measures.length);
    return { group, m: at % measures.length, isTotal: hasTotalColumn && group === columnKeys.length };
  };

  const valueAt = (row: number | 'total', column: number): number => {
    const { group, m, isTotal } = split(column);
    if (row === 'total') return (isTotal ? result.totals[m] : result.columnTotals[m]?.[group]) ?? NaN;
    return (isTotal ? result.rowTotals[m]?.[row] : result.cells[m]?.[row * columnKeys.length + group]) ?? NaN;
  };
  // Every call is in one cell, so the calls of a row or column are the sum of its cells'.
  const sums = useMemo(() => sumCounts(result), [result]);
  const countAt = (row: number | 'total', column: number): number => {
    const { group, isTotal } = split(column);
    const count =
      row === 'total'
        ? isTotal
          ? result.calls
          : sums.columns[group]
        : isTotal
          ? sums.rows[row]
          : result.counts[row * columnKeys.length + group];
    return count ?? 0;
  };

  const say = (value: number, m: number): string =>
    measureInWords(value, result.measureKinds[m] ?? 'number', timeZone) || '–';

  const valueCell = (row: number | 'total', column: number): GridCell => {
    const { m, isTotal } = split(column);
    const value = valueAt(row, column);
    const count = countAt(row, column);
    const isEmpty = Number.isNaN(value) || count === 0;
    const isRate = measures[m]?.type === 'rate';
    const className = [isEmpty && 'blank', (isTotal || row === 'total') && 'total', 'number'].filter(Boolean).join(' ');
    const words = isEmpty && measures[m]?.type === 'count' ? '·' : say(value, m);
    return {
      className,
      title: `${measureLabel(measures[m] ?? { type: 'count' })}: ${say(value, m)} · ${formatCount(count)} calls – click to see them`,
      content: (
        <>
          {words}
          {isRate && count > 0 && <span className="beside">({formatCount(count)})</span>}
        </>
      ),
    };
  };

  const header = (level: number, column: number): GridCell => {
    const isLast = level === headers - 1;
    if (column < frozen) {
      const dimension = rows[column];
      const corner = isLast
        ? dimension === undefined
          ? ''
          : dimensionLabel(dimension)
        : column === frozen - 1
          ? dimensionLabel(columns[level] ?? { column: '' })
          : '';
      return {
        content: <span className="ellipsis">{corner}</span>,
        title: corner,
        className: isLast ? 'corner' : 'corner axis',
      };
    }
    const { group, m, isTotal } = split(column);
    if (isLast) {
      const words = measureLabel(measures[m] ?? { type: 'count' });
      return { content: <span className="ellipsis">{words}</span>, title: words, className: isTotal ? 'total' : '' };
    }
    const value = columnKeys[group]?.[level];
    const words = isTotal
      ? level === 0
        ? 'Total'
        : ''
      : mask(keyLabels(columnKeys[group] ?? [], columns, timeZone)[level] ?? '', columns[level]?.column);
    return {
      content: (
        <span className="ellipsis" dir="auto">
          {words}
        </span>
      ),
      title: words,
      className: [
        isTotal && 'total',
        m > 0 && 'repeated',
        value !== undefined && 'blank' in value && 'blank',
        !isTotal && 'drills',
      ]
        .filter(Boolean)
        .join(' '),
    };
  };

  const cell = (row: number, column: number): GridCell => {
    if (column >= frozen) return valueCell(row, column);
    const value = rowKeys[row]?.[column];
    if (value === undefined) return { content: 'All calls', className: 'key' };
    const labels = keyLabels(rowKeys[row] ?? [], rows, timeZone);
    const above = keyLabels(rowKeys[row - 1] ?? [], rows, timeZone);
    const isRepeated = row > 0 && labels.slice(0, column + 1).every((label, i) => label === above[i]);
    const words = mask(labels[column] ?? '', rows[column]?.column);
    return {
      content: (
        <span className="ellipsis" dir="auto">
          {words}
        </span>
      ),
      title: words,
      className: ['key', 'blank' in value && 'blank', isRepeated && 'repeated'].filter(Boolean).join(' '),
    };
  };

  const footer = (_level: number, column: number): GridCell =>
    column < frozen
      ? { content: column === 0 ? 'Total' : '', title: column === 0 ? 'Total' : '', className: 'key total' }
      : valueCell('total', column);

  /** The coordinates that a place stands for; a total leaves its axis out. */
  const coordinatesAt = ({ line, column }: Place): Coordinates | undefined => {
    const isHeader = line < headers;
    const row = line - headers;
    const rowPart = isHeader || row >= rowKeys.length ? [] : coordinatesOf(rows, rowKeys[row] ?? []);
    if (column < frozen) {
      if (isHeader) return undefined;
      return rowPart.slice(0, column + 1);
    }
    const { group, isTotal } = split(column);
    const columnPart = isTotal ? [] : coordinatesOf(columns, columnKeys[group] ?? []);
    return [...rowPart, ...(isHeader && line < columns.length ? columnPart.slice(0, line + 1) : columnPart)];
  };
  const drill = (place: Place) => {
    const coordinates = coordinatesAt(place);
    if (coordinates === undefined) return;
    setSelection(drillInto(selection, coordinates));
    goTo('calls');
  };
  const onKey = (place: Place, event: KeyboardEvent): boolean => {
    if (event.key.toLowerCase() !== 'd' || event.ctrlKey || event.metaKey || event.altKey) return false;
    drill(place);
    return true;
  };
  const copy = ({ line, column }: Place): string => {
    if (line < headers) return header(line, column).title ?? '';
    const row = line - headers;
    if (column < frozen) return row < rowKeys.length ? (cell(row, column).title ?? '') : 'Total';
    return say(valueAt(row < rowKeys.length ? row : 'total', column), split(column).m);
  };

  return (
    <div className={isStale ? 'pivot-result stale' : 'pivot-result'} aria-busy={isStale}>
      <DataGrid
        label="Pivot result"
        columns={gridColumns}
        frozen={frozen}
        headers={headers}
        rowCount={rowKeys.length}
        footers={hasTotalRow ? 1 : 0}
        resetKey={JSON.stringify(spec)}
        header={header}
        cell={cell}
        footer={footer}
        onActivate={drill}
        onKey={onKey}
        onCopy={(place) => void copyText(copy(place))}
      />
    </div>
  );
}

function sumCounts({ counts, rowKeys, columnKeys }: PivotResult) {
  const [rows, columns] = [new Float64Array(rowKeys.length), new Float64Array(columnKeys.length)];
  for (let at = 0; at < counts.length; at++) {
    const [r, c, count] = [Math.floor(at / columnKeys.length), at % columnKeys.length, counts[at] ?? 0];
    rows[r] = (rows[r] ?? 0) + count;
    columns[c] = (columns[c] ?? 0) + count;
  }
  return { rows, columns };
}

/** Wide enough for most of the first values. */
function rowKeyWidth(dimension: Dimension, keys: readonly Key[], at: number, timeZone: string): number {
  const longest = keys.slice(0, 200).reduce((most, key) => {
    const value = key[at];
    return value === undefined ? most : Math.max(most, valueLabel(value, dimension, timeZone).length);
  }, dimensionLabel(dimension).length);
  return Math.min(260, Math.max(110, longest * 7.5 + 28));
}
