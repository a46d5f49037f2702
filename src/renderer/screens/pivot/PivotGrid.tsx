import { useMemo, type KeyboardEvent } from 'react';
import { dimensionLabel, type Dimension } from '../../../shared/columns.ts';
import { counted, formatCount } from '../../../shared/format.ts';
import { measureInWords, type Coordinates, type PivotResult } from '../../../shared/pivot.ts';
import {
  isCompared,
  isSameLine,
  lineWords,
  pivotLines,
  pivotNumbers,
  sharedDepth,
  spanOf,
  type PivotLine,
} from '../../../shared/pivotLines.ts';
import { valueLabel, type DimensionValue } from '../../../shared/selection.ts';
import { DataGrid } from '../../components/DataGrid.tsx';
import type { GridCell } from '../../components/GridLine.tsx';
import type { GridColumn } from '../../components/gridColumns.ts';
import { copyText } from '../../components/copyText.ts';
import type { Place } from '../../components/gridKeys.ts';
import { measureWords } from '../../../shared/masking.ts';
import { drill } from '../../stores/pivot.ts';
import { useSelection } from '../../stores/selection.ts';
import { useMask } from '../../stores/settings.ts';
import { goTo } from '../../stores/view.ts';

type Key = readonly DimensionValue[];

function coordinatesOf(dimensions: readonly Dimension[], key: Key): Coordinates {
  return dimensions.flatMap((of, i) => {
    const value = key[i];
    return value === undefined ? [] : [{ of, value }];
  });
}

/** A line of an axis that has fewer. */
const nowhere: PivotLine = { depth: 0, key: [], place: 0 };

interface Props {
  readonly result: PivotResult;
  /** A newer question is under way. */
  readonly isStale: boolean;
}

/** The result: row keys at the left, column keys on top, totals at both ends. Everything leads to its calls. */
export function PivotGrid({ result, isStale }: Props) {
  const { spec, rowKeys } = result;
  const { rows, columns, measures } = spec;
  const timeZone = useSelection((state) => state.selection.timeZone);
  const mask = useMask();
  const wordsAt = (line: PivotLine, dimensions: readonly Dimension[], level: number): string => {
    const words = lineWords(line, dimensions, level, timeZone);
    return line.key[level] === undefined ? words : mask(words, dimensions[level]?.column);
  };

  const frozen = Math.max(1, rows.length);
  const headers = columns.length + 1;
  const lines = useMemo(() => pivotLines(result), [result]);
  const { valueAt, countAt } = useMemo(() => pivotNumbers(result), [result]);
  // The total of all stays in sight below.
  const footers = rows.length > 0 && lines.rows.at(-1)?.depth === 0 ? 1 : 0;
  const rowCount = lines.rows.length - footers;

  const gridColumns = useMemo<readonly GridColumn[]>(() => {
    const keyColumns =
      rows.length === 0
        ? [{ id: 'total', width: 120 }]
        : rows.map((dimension, i) => ({ id: `row ${i}`, width: rowKeyWidth(dimension, rowKeys, i, timeZone) }));
    const width = measures.some(({ type }) => type === 'rate') ? 132 : 104;
    const values = lines.columns.flatMap((line) =>
      measures.map((measure, m) => {
        const label = measures.length > 1 ? measureWords(measure, mask) : '';
        const words = columns.map((_, level) => lineWords(line, columns, level, timeZone));
        const longest = Math.max(label.length, ...words.map(({ length }) => length));
        const wide = Math.max(width, Math.min(200, longest * 7.5 + 24));
        return { id: JSON.stringify([line.key, m]), width: wide, isEnd: true };
      }),
    );
    return [...keyColumns, ...values];
  }, [rows, columns, rowKeys, lines, measures, timeZone, mask]);

  const split = (column: number) => {
    const at = column - frozen;
    const line = lines.columns[Math.floor(at / measures.length)] ?? nowhere;
    return { line, m: at % measures.length, isTotal: line.depth < columns.length };
  };
  const rowAt = (row: number): PivotLine => lines.rows[row] ?? nowhere;
  const isTotalRow = (line: PivotLine) => line.depth < rows.length;

  const say = (value: number, m: number): string =>
    mask(measureInWords(value, result.measureKinds[m] ?? 'number', timeZone)) || '–';

  const captionOf = (m: number): string => measureWords(measures[m] ?? { type: 'count' }, mask);

  const spans = useMemo(
    () => (spec.heat === false ? [] : result.cells.map((_, m) => spanOf(result, m))),
    [result, spec.heat],
  );
  const heatOf = (value: number, m: number): number | undefined => {
    const span = spans[m];
    return span === undefined ? undefined : (value - span.least) / (span.most - span.least);
  };

  const valueCell = (row: PivotLine, column: number): GridCell => {
    const { line, m, isTotal } = split(column);
    const value = valueAt(row, line, m);
    const count = countAt(row, line);
    const isEmpty = Number.isNaN(value) || count === 0;
    const isSum = isTotal || isTotalRow(row);
    const isRate = measures[m]?.type === 'rate';
    const className = [isEmpty && 'blank', isSum && 'total', 'number'].filter(Boolean).join(' ');
    const words = isEmpty && measures[m]?.type === 'count' ? '·' : say(value, m);
    const isColoured = !isEmpty && isCompared(row, rows.length) && isCompared(line, columns.length);
    const heat = isColoured ? heatOf(value, m) : undefined;
    return {
      className,
      ...(heat !== undefined && { heat }),
      title: `${captionOf(m)}: ${say(value, m)} · ${counted(count, 'call')} – click to see ${count === 1 ? 'it' : 'them'}`,
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
    const { line, m, isTotal } = split(column);
    if (isLast) {
      const words = captionOf(m);
      return { content: <span className="ellipsis">{words}</span>, title: words, className: isTotal ? 'total' : '' };
    }
    const value = line.key[level];
    const words = wordsAt(line, columns, level);
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
        value !== undefined && 'drills',
      ]
        .filter(Boolean)
        .join(' '),
    };
  };

  const keyCell = (line: PivotLine, column: number, above: PivotLine | undefined): GridCell => {
    if (rows.length === 0) return { content: 'All calls', title: 'All calls', className: 'key' };
    const value = line.key[column];
    const words = wordsAt(line, rows, column);
    const isRepeated = above !== undefined && value !== undefined && sharedDepth(line.key, above.key) > column;
    return {
      content: words,
      dir: 'auto',
      title: words,
      className: [
        'key',
        isTotalRow(line) && 'total',
        value !== undefined && 'blank' in value && 'blank',
        isRepeated && 'repeated',
      ]
        .filter(Boolean)
        .join(' '),
    };
  };
  const cell = (row: number, column: number): GridCell =>
    column < frozen ? keyCell(rowAt(row), column, lines.rows[row - 1]) : valueCell(rowAt(row), column);
  const footer = (level: number, column: number): GridCell =>
    column < frozen ? keyCell(rowAt(rowCount + level), column, undefined) : valueCell(rowAt(rowCount + level), column);

  /** The coordinates that a place stands for; a total leaves its axis, or what is below its group, out. */
  const coordinatesAt = ({ line, column }: Place): Coordinates | undefined => {
    const isHeader = line < headers;
    const rowPart = isHeader ? [] : coordinatesOf(rows, rowAt(line - headers).key);
    if (column < frozen) {
      if (isHeader) return undefined;
      return rowPart.slice(0, column + 1);
    }
    const columnPart = coordinatesOf(columns, split(column).line.key);
    return [...rowPart, ...(isHeader && line < columns.length ? columnPart.slice(0, line + 1) : columnPart)];
  };
  const open = (place: Place) => {
    const coordinates = coordinatesAt(place);
    if (coordinates === undefined) return;
    drill(coordinates);
    goTo('calls');
  };
  const onKey = (place: Place, event: KeyboardEvent): boolean => {
    if (event.key.toLowerCase() !== 'd' || event.ctrlKey || event.metaKey || event.altKey) return false;
    open(place);
    return true;
  };
  const copy = ({ line, column }: Place): string => {
    if (line < headers) return header(line, column).title ?? '';
    const row = rowAt(line - headers);
    if (column < frozen) return keyCell(row, column, undefined).title ?? '';
    return say(valueAt(row, split(column).line, split(column).m), split(column).m);
  };

  return (
    <div className={isStale ? 'pivot-result stale' : 'pivot-result'} aria-busy={isStale}>
      <DataGrid
        label="Pivot result"
        columns={gridColumns}
        frozen={frozen}
        headers={headers}
        rowCount={rowCount}
        footers={footers}
        lines={lines.rows}
        isSameLine={isSameLine}
        resetKey={JSON.stringify({ ...spec, heat: undefined })}
        header={header}
        rowAt={itself}
        cell={cell}
        footer={footer}
        onActivate={open}
        onKey={onKey}
        onCopy={(place) => void copyText(copy(place), 'Copied the cell')}
      />
    </div>
  );
}

const itself = (row: number) => row;

/** Wide enough for most of the first values. */
function rowKeyWidth(dimension: Dimension, keys: readonly Key[], at: number, timeZone: string): number {
  const longest = keys.slice(0, 200).reduce((most, key) => {
    const value = key[at];
    return value === undefined ? most : Math.max(most, valueLabel(value, dimension, timeZone).length);
  }, dimensionLabel(dimension).length);
  return Math.min(260, Math.max(110, longest * 7.5 + 28));
}
