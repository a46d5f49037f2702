import { weekdays } from '../columns/timeBins.ts';
import { cellText } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import { uniqueHeaders } from './exportColumns.ts';
import { TOTAL, shownValue, type Counted, type Item, type Items, type LivePivot } from './livePivot.ts';
import { cacheXml, tableXml, type AxisItem } from './livePivotParts.ts';
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
  const placesOf = (fields: readonly number[], tuple: readonly number[]) =>
    tuple.map((number, i) => orders.get(fields[i] ?? -1)?.places[number] ?? 0);
  const sorted = (fields: readonly number[], keys: ReadonlyMap<string, readonly number[]>) =>
    [...keys]
      .map(([key, tuple]) => ({ key, tuple, places: placesOf(fields, tuple) }))
      .sort((a, b) => {
        const differs = a.places.findIndex((place, i) => place !== b.places[i]);
        return differs < 0 ? 0 : (a.places[differs] ?? 0) - (b.places[differs] ?? 0);
      });
  const rowKeys = sorted(rows, counted.rowKeys);
  const columnKeys = sorted(columns, counted.columnKeys);

  // Names of values must differ from those of fields.
  const names = uniqueHeaders([...source.headers, ...measures.map(({ label }) => cellText(label.slice(0, 250), cuts))]);
  const measureNames = names.slice(source.headers.length);
  const each = measures.map((_, m) => m);
  const across = valuesAcross ? each : [0];
  const leaves = [
    ...columnKeys.flatMap(({ key, tuple, places }) => across.map((m) => ({ key, tuple, places, m, isTotal: false }))),
    ...(columns.length > 0 ? across.map((m) => ({ key: TOTAL, tuple: [], places: [], m, isTotal: true })) : []),
  ];
  const lines = [
    ...rowKeys.flatMap(({ key, tuple, places }) =>
      (valuesDown ? each : [0]).map((m) => ({ key, tuple, places, m, isTotal: false })),
    ),
    ...(rows.length > 0 ? [{ key: TOTAL, tuple: [], places: [], m: 0, isTotal: true }] : []),
  ];
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
        ...leaves.map(({ tuple, m, isTotal }): SheetCell => {
          if (level === columns.length)
            return header(isTotal ? `Total ${measureNames[m] ?? ''}` : (measureNames[m] ?? ''));
          if (isTotal) return header(level === 0 ? 'Grand Total' : '');
          return asHeader(labelOf(columns[level] ?? -1, tuple[level] ?? 0));
        }),
      ]);
    }
  }
  const numberCell = (rowKey: string, columnKey: string, m: number, isTotal: boolean): SheetCell | null => {
    const measure = measures[m];
    const shown =
      measure === undefined ? undefined : shownValue(counted.cells.get(`${rowKey}|${columnKey}`), m, measure.subtotal);
    if (shown === undefined || measure === undefined) return null;
    return { value: shown, style: isTotal ? bold(measure.style) : measure.style };
  };
  let before: readonly number[] = [];
  for (const [i, line] of lines.entries()) {
    let isSame = i > 0;
    const lineLabels = rows.map((field, level): SheetCell | null => {
      if (line.isTotal) return level === 0 ? { value: 'Grand Total', style: 'total' } : null;
      isSame &&= before[level] === line.tuple[level];
      return isSame ? null : labelOf(field, line.tuple[level] ?? 0);
    });
    before = line.tuple;
    sheet.write([
      ...(rows.length > 0 ? lineLabels : [header(measureNames[line.m] ?? '')]),
      ...leaves.map((leaf) =>
        numberCell(line.key, leaf.key, valuesDown ? line.m : leaf.m, line.isTotal || leaf.isTotal),
      ),
    ]);
    if (i % 1_000 === 999) await sheet.drained();
  }

  const cachePart = 'xl/pivotCache/pivotCacheDefinition1.xml';
  const tablePart = 'xl/pivotTables/pivotTable1.xml';
  const cacheId = workbook.addPivotCache(cachePart);
  const toAxis =
    (data: boolean) =>
    (entry: (typeof lines)[number]): AxisItem => ({
      places: entry.isTotal ? [] : [...entry.places, ...(data ? [entry.m] : [])],
      isTotal: entry.isTotal,
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
