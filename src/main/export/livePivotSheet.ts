import { formatDuration } from '../../shared/format.ts';
import { weekdays } from '../columns/timeBins.ts';
import { cellText } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import { uniqueHeaders } from './exportColumns.ts';
import { keyOfItems, shownValue, type Counted, type Item, type Items, type LivePivot } from './livePivot.ts';
import { cacheXml, moment, tableXml, type AxisItem } from './livePivotParts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { areaOf, MAX_COLUMNS, MAX_ROWS, type SheetCell } from './sheet.ts';
import { totalStyle, type StyleName } from './styles.ts';

const NAME = 'PivotTable';
/** Row of the table's first line; above it a word about what it is. */
const TOP = 3;

const ranks = { number: 0, string: 1, boolean: 2, object: 3 } as const;
const rankOf = ({ value }: Item) => ranks[typeof value as keyof typeof ranks];
const collator = new Intl.Collator('en', { numeric: true });

/** As Excel sorts: numbers, texts, yes and no, blanks; days of the week as in a week. */
function compareItems(a: Item, b: Item): number {
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value;
  if (typeof a.value === 'string' && typeof b.value === 'string') {
    const [dayA, dayB] = [weekdays.indexOf(a.value as 'Monday'), weekdays.indexOf(b.value as 'Monday')];
    return dayA >= 0 && dayB >= 0 ? dayA - dayB : collator.compare(a.value, b.value);
  }
  return rankOf(a) - rankOf(b) || Number(a.value) - Number(b.value);
}

/** Item numbers in the order in which the table shows them, and each one's place in it. */
function orderOf(items: Items): { readonly order: readonly number[]; readonly places: readonly number[] } {
  const order = items.list
    .map((item, number) => ({ item, number }))
    .sort((a, b) => compareItems(a.item, b.item))
    .map(({ number }) => number);
  const places: number[] = [];
  order.forEach((number, place) => (places[number] = place));
  return { order, places };
}

/** A line of one axis: a tuple of items, the total of the group that its first items make, or of all. */
interface AxisLine {
  readonly tuple: readonly number[];
  readonly places: readonly number[];
  readonly total: AxisItem['total'];
}

/** In the order of the places, each group's total behind it, the total of all at the end. */
function linesOf(
  tuples: readonly Omit<AxisLine, 'total'>[],
  fields: number,
  hasTotal: boolean,
  hasSubtotals: boolean,
): AxisLine[] {
  const differAt = (a: readonly number[], b: readonly number[]) => a.findIndex((place, i) => place !== b[i]);
  const sorted = tuples.toSorted((a, b) => {
    const at = differAt(a.places, b.places);
    return at < 0 ? 0 : (a.places[at] ?? 0) - (b.places[at] ?? 0);
  });
  const lines = sorted.flatMap(({ tuple, places }, i): AxisLine[] => {
    const next = sorted[i + 1];
    const shared = next === undefined ? 0 : differAt(places, next.places);
    // From the innermost group that ends here on.
    const ends = Array.from({ length: hasSubtotals ? Math.max(0, fields - 1 - shared) : 0 }, (_, d) => fields - 1 - d);
    const groups = ends.map((depth) => ({ tuple: tuple.slice(0, depth), places: places.slice(0, depth) }));
    return [{ tuple, places, total: undefined }, ...groups.map((group) => ({ ...group, total: 'default' as const }))];
  });
  if (fields > 0 && hasTotal) lines.push({ tuple: [], places: [], total: 'grand' });
  return lines;
}

/** A label in words, as its cell shows it. */
function wordsOf({ value, style }: SheetCell): string {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string') return value;
  if (style === 'date' || style === 'time')
    return moment(value)
      .replace('T', ' ')
      .slice(0, style === 'date' ? 10 : 19);
  return style === 'duration' ? formatDuration(value * 86_400) : String(value);
}

interface Source {
  /** Of the Calls sheet. */
  readonly sheetName: string;
  readonly headers: readonly string[];
  readonly rows: number;
}

/** Writes the sheet "PivotTable" as Excel would show it, and the parts that make it a live one. */
export async function writeLivePivot(
  workbook: OpenWorkbook,
  live: LivePivot,
  counted: Counted,
  source: Source,
  cuts: Cuts,
): Promise<void> {
  const { rows, columns, measures } = live;
  const several = measures.length > 1;
  // Excel stacks several values at the end of the columns; with nothing at the left they are the rows.
  const valuesAcross = several && rows.length > 0;
  const valuesDown = several && rows.length === 0;
  const orders = new Map([...counted.items].map(([field, items]) => [field, orderOf(items)]));
  const axisOf = (axis: 'rows' | 'columns') => {
    const placesOf = (tuple: readonly number[]) =>
      tuple.map((number, i) => orders.get(live[axis][i] ?? -1)?.places[number] ?? 0);
    const tuples = [...counted[`${axis === 'rows' ? 'row' : 'column'}Keys`].values()];
    return linesOf(
      tuples.map((tuple) => ({ tuple, places: placesOf(tuple) })),
      live[axis].length,
      live.totals[axis],
      live.subtotals[axis],
    );
  };
  const tallies = counted.tallies();

  // Names of values must differ from those of fields.
  const names = uniqueHeaders([...source.headers, ...measures.map(({ label }) => cellText(label.slice(0, 250), cuts))]);
  const measureNames = names.slice(source.headers.length);
  const each = measures.map((_, m) => m);
  const across = valuesAcross ? each : [0];
  const leaves = axisOf('columns').flatMap((line) => across.map((m) => ({ ...line, m })));
  const lines = axisOf('rows').flatMap((line) => (valuesDown ? each : [0]).map((m) => ({ ...line, m })));
  const labels = Math.max(rows.length, 1);
  const levels = columns.length + (valuesAcross ? 1 : 0);
  const width = labels + leaves.length;
  const height = lines.length + Math.max(1, 1 + levels);
  if (width > MAX_COLUMNS || height + TOP > MAX_ROWS) return cuts.add('livePivotTooLarge');

  const sheet = workbook.addSheet(NAME, {
    widths: Array.from({ length: width }, (_, i) => (i < labels ? 26 : 16)),
    frozenRows: TOP + levels,
    frozenColumns: labels,
  });
  const header = (text: string): SheetCell => ({ value: text, style: 'header' });
  const labelOf = (field: number, number: number): SheetCell => {
    const item = counted.items.get(field)?.list[number];
    return item?.value == null ? { value: '(blank)', style: 'text' } : { value: item.value, style: item.style };
  };
  /** The label of a line at one level of its axis: a group's total says the group at its last. */
  const labelAt = ({ tuple, total }: AxisLine, fields: readonly number[], level: number): SheetCell | null => {
    if (total === 'grand') return level === 0 ? { value: 'Grand Total', style: 'total' } : null;
    const label = labelOf(fields[level] ?? -1, tuple[level] ?? 0);
    if (total === undefined) return label;
    return level === tuple.length - 1 ? { value: `${wordsOf(label)} Total`, style: 'total' } : null;
  };
  const asHeader = ({ value, style }: SheetCell): SheetCell =>
    typeof value === 'string' ? { value, style: 'header' } : { value, style };

  sheet.write([
    { value: `Counts the sheet “${source.sheetName}”; Excel counts anew when the file is opened.`, style: 'text' },
  ]);
  sheet.write([]);
  const rowCaptions = rows.map((field) => header(source.headers[field] ?? ''));
  const value = several ? 'Values' : (measureNames[0] ?? '');
  if (levels === 0) sheet.write([...rowCaptions, header(value)]);
  else {
    const captions = columns.map((field) => header(source.headers[field] ?? ''));
    sheet.write([
      header(valuesAcross || valuesDown ? '' : value),
      ...Array.from({ length: labels - 1 }, () => header('')),
      ...captions,
      ...(valuesAcross ? [header('Values')] : []),
    ]);
    for (let level = 0; level < levels; level++) {
      const isLast = level === levels - 1;
      sheet.write([
        ...(isLast && rows.length > 0 ? rowCaptions : Array.from({ length: labels }, () => header(''))),
        ...leaves.map((leaf): SheetCell => {
          const name = measureNames[leaf.m] ?? '';
          if (level === columns.length) return header(leaf.total === 'grand' ? `Total ${name}` : name);
          return asHeader(labelAt(leaf, columns, level) ?? { value: '', style: 'text' });
        }),
      ]);
    }
  }
  const numberCell = (row: AxisLine, column: AxisLine, m: number): SheetCell | null => {
    const measure = measures[m];
    const tally = tallies.get(`${keyOfItems(row.tuple)}|${keyOfItems(column.tuple)}`);
    const shown = measure === undefined ? undefined : shownValue(tally, m, measure.subtotal);
    const isTotal = row.total !== undefined || column.total !== undefined;
    if (shown === undefined || measure === undefined) return null;
    return { value: shown, style: isTotal ? bold(measure.style) : measure.style };
  };
  let before: readonly number[] = [];
  for (const [i, line] of lines.entries()) {
    let isSame = i > 0;
    const lineLabels = rows.map((_, level): SheetCell | null => {
      isSame &&= before[level] === line.tuple[level];
      return isSame && line.total === undefined ? null : labelAt(line, rows, level);
    });
    before = line.tuple;
    sheet.write([
      ...(rows.length > 0 ? lineLabels : [header(measureNames[line.m] ?? '')]),
      ...leaves.map((leaf) => numberCell(line, leaf, valuesDown ? line.m : leaf.m)),
    ]);
    if (i % 1_000 === 999) await sheet.drained();
  }

  const cachePart = 'xl/pivotCache/pivotCacheDefinition1.xml';
  const tablePart = 'xl/pivotTables/pivotTable1.xml';
  const cacheId = workbook.addPivotCache(cachePart);
  const toAxis =
    (data: boolean) =>
    (entry: (typeof lines)[number]): AxisItem => ({
      places: [...entry.places, ...(data && entry.total === undefined ? [entry.m] : [])],
      total: entry.total,
      value: data ? entry.m : 0,
    });
  const spec = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  workbook.addPart(cachePart, `${spec}.pivotCacheDefinition+xml`, cacheXml({ ...source, counted, numberFormatId }));
  workbook.addPart(
    tablePart,
    `${spec}.pivotTable+xml`,
    tableXml({
      cacheId,
      area: areaOf(TOP, 0, TOP + height - 1, width - 1),
      headerRows: Math.max(levels, 0),
      labels,
      fields: source.headers.length,
      live,
      counted,
      orders: new Map([...orders].map(([field, { order }]) => [field, order])),
      rowItems: lines.map(toAxis(valuesDown)),
      columnItems: leaves.map(toAxis(valuesAcross)),
      valuesAcross,
      valuesDown,
      measureNames,
      numberFormatId,
    }),
  );
  workbook.addRelations(tablePart, [{ type: 'pivotCacheDefinition', part: cachePart }]);
  sheet.relate('pivotTable', tablePart);
  sheet.close();

  function numberFormatId(style: StyleName): number {
    return workbook.numberFormatId(style);
  }
}

function bold(style: StyleName): StyleName {
  return style in totalStyle ? totalStyle[style as keyof typeof totalStyle] : style;
}
