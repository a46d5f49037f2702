import { notDialled } from '../../shared/call.ts';
import { dimensionId, isField, type ColumnId, type Dimension } from '../../shared/columns.ts';
import { displayValue } from '../../shared/format.ts';
import { readNumber } from '../../shared/recognise.ts';
import { measureLabel, type Base, type EachAxis, type Measure, type PivotSpec } from '../../shared/pivot.ts';
import type { Json } from '../../shared/json.ts';
import { measureWords, type Mask } from '../../shared/masking.ts';
import { valueIn, type ExportColumn, type ExportKind } from './exportColumns.ts';
import type { SheetCell } from './sheet.ts';
import type { StyleName } from './styles.ts';

/**
 * What a PivotTable of Excel's own counts: columns of the sheet "Calls". What the sheet has no column for (days of a time, a share)
 * gets one. The rows are counted as they are written, so that the table is there before Excel has refreshed it.
 */
export interface LivePivot {
  /** Columns of the Calls sheet that are there for the pivot alone. */
  readonly extra: readonly ExportColumn[];
  /** Places of the dimensions' columns in the sheet. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly measures: readonly LiveMeasure[];
  /** Which axis ends with the total of all, and which has totals of its groups. */
  readonly totals: EachAxis;
  readonly subtotals: EachAxis;
  /** Labels of measures that Excel's pivots do not have. */
  readonly missing: readonly string[];
}

export type Subtotal = 'count' | 'sum' | 'average' | 'min' | 'max';

export interface LiveMeasure {
  readonly label: string;
  /** Place of the column it is counted over. */
  readonly field: number;
  readonly subtotal: Subtotal;
  readonly style: StyleName;
}

const functionOf = { sum: 'sum', avg: 'average', min: 'min', max: 'max' } as const;

function numberStyle(kind: ExportKind, subtotal: Subtotal): StyleName {
  if (kind === 'duration') return 'duration';
  if ((kind === 'time' || kind === 'date') && subtotal !== 'sum') return 'time';
  return subtotal === 'average' ? 'average' : 'number';
}

/** What tells of a call whether it is in the base; undefined: the value itself does. */
function baseSource(base: Base): { readonly from: ColumnId; includes(value: Json): boolean } | undefined {
  switch (base) {
    case 'answered':
      return { from: 'answer_duration_seconds', includes: (seconds) => Number(seconds) > 0 };
    case 'analysed':
      return { from: 'analysis_status', includes: (status) => status === 'ready' };
    case 'dialled':
      return { from: 'status', includes: (status) => !notDialled.includes(String(status)) };
    case 'filled':
      return undefined;
  }
}

/** 1 where the call has the value, 0 where it has not, blank where it is not in the base: its average is the rate. */
function rateColumn(measure: Extract<Measure, { type: 'rate' }>, base: Base, source: ExportColumn): ExportColumn {
  const inBase = baseSource(base);
  return {
    id: `rate:${measure.column}=${measure.value}`,
    label: measureLabel(measure),
    kind: 'number',
    from: [...source.from, ...(inBase === undefined ? [] : [inBase.from])],
    derive(values) {
      const value = valueIn(source, values);
      if (base === 'filled' ? value === null : inBase?.includes(values.at(-1) ?? null) === false) return null;
      return value !== null && displayValue(value) === measure.value ? 1 : 0;
    },
  };
}

/** The numbers of a key that holds other values, too: on the sheet they stand as texts, which Excel does not add up. */
function numbersOf(source: ExportColumn): ExportColumn {
  return {
    id: `numbers of ${source.id}`,
    label: `${source.label} (numbers)`,
    kind: 'number',
    from: source.from,
    derive(values) {
      const number = readNumber(valueIn(source, values));
      return Number.isNaN(number) ? null : number;
    },
  };
}

const measuredKinds: ReadonlySet<ExportKind> = new Set(['number', 'date', 'time', 'duration']);

interface PlanOptions {
  readonly spec: PivotSpec;
  /** Of the Calls sheet. */
  readonly columns: readonly ExportColumn[];
  columnOf(id: ColumnId): ExportColumn;
  /** The same with the phone numbers in its values: what is asked whether it is one of them. */
  unmasked(id: ColumnId): ExportColumn;
  /** How words that quote calls may be shown. */
  readonly mask: Mask;
  /** A column with the labels of a time's or number's bins. */
  binned(dimension: Dimension): ExportColumn;
}

/** undefined: nothing that a PivotTable could show. */
export function planLivePivot({ spec, columns, columnOf, unmasked, mask, binned }: PlanOptions): LivePivot | undefined {
  const extra: ExportColumn[] = [];
  const onAxis = new Set<number>();
  const all = () => [...columns, ...extra];
  const add = (column: ExportColumn) => columns.length + extra.push(column) - 1;
  const placeOf = (id: string) => all().findIndex((column) => column.id === id);

  /** A column of Excel can be on one axis once. */
  const axisField = (dimension: Dimension): number => {
    const place = placeOf(dimensionId(dimension));
    const field =
      place >= 0 && !onAxis.has(place)
        ? place
        : add(dimensionId(dimension) === dimension.column ? columnOf(dimension.column) : binned(dimension));
    onAxis.add(field);
    return field;
  };
  const fieldOf = (column: ExportColumn) => {
    const place = placeOf(column.id);
    return place >= 0 ? place : add(column);
  };
  const liveMeasure = (measure: Measure): LiveMeasure | undefined => {
    const label = measureWords(measure, mask);
    switch (measure.type) {
      case 'count':
        // Every call has an id.
        return { label, field: fieldOf(columnOf('call_id')), subtotal: 'count', style: 'count' };
      case 'rate': {
        const column = { ...rateColumn(measure, spec.base, unmasked(measure.column)), label };
        return { label, field: add(column), subtotal: 'average', style: 'percent' };
      }
      case 'median':
      case 'percentile':
      case 'distinct':
        return undefined;
      default: {
        const subtotal = functionOf[measure.type];
        const source = columnOf(measure.column);
        const isMeasured = measuredKinds.has(source.kind) || isField(source.id);
        const field = fieldOf(isMeasured ? source : numbersOf(source));
        return { label, field, subtotal, style: numberStyle(source.kind, subtotal) };
      }
    }
  };

  if (spec.rows.length + spec.columns.length === 0) return undefined;
  const rows = spec.rows.map(axisField);
  const across = spec.columns.map(axisField);
  const measures = spec.measures.map(liveMeasure);
  const missing = spec.measures.filter((_, i) => measures[i] === undefined).map(measureLabel);
  const present = measures.filter((measure) => measure !== undefined);
  if (present.length === 0) return undefined;
  const { totals = { rows: true, columns: true }, subtotals = { rows: false, columns: false } } = spec;
  return { extra, rows, columns: across, measures: present, totals, subtotals, missing };
}

/** One value of a field of the pivot, or its blank; Excel knows no difference between "Yes" and "yes". */
export interface Item {
  readonly value: string | number | boolean | null;
  readonly style: StyleName;
}

/** The values of one field, each with its number. */
export class Items {
  readonly list: Item[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(cell: SheetCell | null): number {
    const value = cell?.value ?? null;
    const key = typeof value === 'string' ? `"${value.toLowerCase()}` : String(value);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.list.push({ value, style: cell?.style ?? 'text' }) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** Running numbers of one cell of the table. */
export interface Tally {
  /** One number a measure: how many, their sum, the least, the most. */
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

function tally(measures: number): Tally {
  return {
    counts: new Float64Array(measures),
    sums: new Float64Array(measures),
    least: new Float64Array(measures).fill(Infinity),
    most: new Float64Array(measures).fill(-Infinity),
  };
}

/** The counted table: tuples of item numbers along both axes, by their keys. */
export interface Counted {
  readonly items: ReadonlyMap<number, Items>;
  readonly rowKeys: ReadonlyMap<string, readonly number[]>;
  readonly columnKeys: ReadonlyMap<string, readonly number[]>;
  /** Tallies by "row key|column key", also of each group that the first items of a tuple make; all calls are a group of no item. */
  tallies(): ReadonlyMap<string, Tally>;
  /** Of every field with a measure that is a number: the least and the most. */
  readonly spans: ReadonlyMap<number, { readonly least: number; readonly most: number; readonly hasText: boolean }>;
}

export interface Counter extends Counted {
  /** Columns of the Calls sheet that it counts by. */
  readonly fields: readonly number[];
  /** Those of them whose numbers it adds up or compares. */
  readonly measured: ReadonlySet<number>;
  /** Numbers of theirs that stand on the sheet as texts, so that Excel leaves them out. */
  leftOut: number;
  /** Counts a row; cells of other columns may be missing. */
  add(cells: readonly (SheetCell | null)[]): void;
}

/** The key of a tuple of item numbers, or of the group that it begins with. */
export function keyOfItems(tuple: readonly number[]): string {
  return tuple.join(',');
}

export function countLivePivot({ rows, columns, measures, subtotals }: LivePivot): Counter {
  const items = new Map([...rows, ...columns].map((field) => [field, new Items()]));
  const rowKeys = new Map<string, readonly number[]>();
  const columnKeys = new Map<string, readonly number[]>();
  /** By row key and column key: what no line sums up. */
  const cells = new Map<string, Map<string, Tally>>();
  const spans = new Map<number, { least: number; most: number; hasText: boolean }>(
    measures.map(({ field }) => [field, { least: Infinity, most: -Infinity, hasText: false }]),
  );

  const keyOf = (
    fields: readonly number[],
    row: readonly (SheetCell | null)[],
    known: Map<string, readonly number[]>,
  ) => {
    const tuple = fields.map((field) => items.get(field)?.numberOf(row[field] ?? null) ?? 0);
    const key = keyOfItems(tuple);
    if (!known.has(key)) known.set(key, tuple);
    return key;
  };
  const cellAt = (rowKey: string, columnKey: string): Tally => {
    let line = cells.get(rowKey);
    if (line === undefined) cells.set(rowKey, (line = new Map<string, Tally>()));
    let cell = line.get(columnKey);
    if (cell === undefined) line.set(columnKey, (cell = tally(measures.length)));
    return cell;
  };
  /** The keys of a tuple and of the groups that it is in. */
  const groupsOf = (tuple: readonly number[], hasSubtotals: boolean) =>
    [...tuple, undefined]
      .map((_, depth) => depth)
      .filter((depth) => hasSubtotals || depth === 0 || depth === tuple.length)
      .map((depth) => keyOfItems(tuple.slice(0, depth)));

  return {
    items,
    rowKeys,
    columnKeys,
    spans,
    fields: [...new Set([...items.keys(), ...spans.keys()])],
    measured: new Set(measures.flatMap(({ field, subtotal }) => (subtotal === 'count' ? [] : [field]))),
    leftOut: 0,
    add(row) {
      const { counts, sums, least, most } = cellAt(keyOf(rows, row, rowKeys), keyOf(columns, row, columnKeys));
      for (const [m, { field, subtotal }] of measures.entries()) {
        const value = row[field]?.value;
        if (value === undefined || (subtotal !== 'count' && typeof value !== 'number')) continue;
        counts[m] = (counts[m] ?? 0) + 1;
        if (typeof value !== 'number') continue;
        sums[m] = (sums[m] ?? 0) + value;
        least[m] = Math.min(least[m] ?? Infinity, value);
        most[m] = Math.max(most[m] ?? -Infinity, value);
      }
      for (const [field, span] of spans) {
        const value = row[field]?.value;
        if (typeof value === 'number') {
          if (value < span.least) span.least = value;
          if (value > span.most) span.most = value;
        } else if (value !== undefined) span.hasText = true;
      }
    },
    tallies() {
      const found = new Map<string, Tally>();
      for (const [rowKey, line] of cells) {
        const down = groupsOf(rowKeys.get(rowKey) ?? [], subtotals.rows);
        for (const [columnKey, cell] of line) {
          for (const across of groupsOf(columnKeys.get(columnKey) ?? [], subtotals.columns)) {
            for (const group of down) {
              const key = `${group}|${across}`;
              let sum = found.get(key);
              if (sum === undefined) found.set(key, (sum = tally(measures.length)));
              addTally(sum, cell);
            }
          }
        }
      }
      return found;
    },
  };
}

function addTally(sum: Tally, { counts, sums, least, most }: Tally): void {
  for (let m = 0; m < counts.length; m++) {
    sum.counts[m] = (sum.counts[m] ?? 0) + (counts[m] ?? 0);
    sum.sums[m] = (sum.sums[m] ?? 0) + (sums[m] ?? 0);
    sum.least[m] = Math.min(sum.least[m] ?? Infinity, least[m] ?? Infinity);
    sum.most[m] = Math.max(sum.most[m] ?? -Infinity, most[m] ?? -Infinity);
  }
}

/** What the table shows; undefined: an empty cell. */
export function shownValue(cell: Tally | undefined, m: number, subtotal: Subtotal): number | undefined {
  const count = cell?.counts[m] ?? 0;
  if (cell === undefined || count === 0) return undefined;
  switch (subtotal) {
    case 'count':
      return count;
    case 'sum':
      return cell.sums[m];
    case 'average':
      return (cell.sums[m] ?? 0) / count;
    case 'min':
      return cell.least[m];
    case 'max':
      return cell.most[m];
  }
}
