import type { Counted, Item, LivePivot } from './livePivot.ts';
import { areaOf, escapeXml } from './sheet.ts';
import type { StyleName } from './styles.ts';

/** The XML of a PivotTable and its cache (ECMA-376 part 1, 18.10), in the shape in which Excel itself saves one without its source data. */

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Longer ones must be marked. */
const LONG_TEXT = 255;

/** Text of an attribute, in which a line break would become a space. */
function attribute(text: string): string {
  return escapeXml(text).replace(/[\t\n\r]/g, (unit) => `_x00${unit.charCodeAt(0).toString(16).padStart(2, '0')}_`);
}

/** Excel's day number as the standard writes a moment. */
export function moment(day: number): string {
  return new Date(Math.round((day - 25_569) * 86_400_000)).toISOString().slice(0, 19);
}

const isDate = ({ value, style }: Item) => typeof value === 'number' && (style === 'date' || style === 'time');

function itemXml(item: Item): string {
  const { value } = item;
  if (value === null) return '<m/>';
  if (typeof value === 'string') return `<s v="${attribute(value)}"/>`;
  if (typeof value === 'boolean') return `<b v="${value ? 1 : 0}"/>`;
  return isDate(item) ? `<d v="${moment(value)}"/>` : `<n v="${value}"/>`;
}

/** The values of a field and what kinds there are among them. */
function sharedItems(list: readonly Item[]): string {
  const numbers = list.flatMap((item) => (typeof item.value === 'number' && !isDate(item) ? [item.value] : []));
  const dates = list.flatMap((item) => (typeof item.value === 'number' && isDate(item) ? [item.value] : []));
  const texts = list.filter(({ value }) => typeof value === 'string' || typeof value === 'boolean');
  const hasBlank = list.some(({ value }) => value === null);
  const kinds = [numbers, dates, texts].filter((some) => some.length > 0).length;
  const span = (values: readonly number[]) =>
    [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
  const flags: string[] = [];
  if (texts.length === 0 && !hasBlank) flags.push('containsSemiMixedTypes="0"');
  if (dates.length > 0 && numbers.length + texts.length === 0) flags.push('containsNonDate="0"');
  if (dates.length > 0) flags.push('containsDate="1"');
  if (texts.length === 0) flags.push('containsString="0"');
  if (hasBlank) flags.push('containsBlank="1"');
  if (kinds > 1) flags.push('containsMixedTypes="1"');
  if (numbers.length > 0) {
    const [least, most] = span(numbers);
    flags.push('containsNumber="1"');
    if (numbers.every(Number.isInteger)) flags.push('containsInteger="1"');
    flags.push(`minValue="${least}" maxValue="${most}"`);
  }
  if (dates.length > 0) {
    const [least, most] = span(dates);
    flags.push(`minDate="${moment(least)}" maxDate="${moment(Math.floor(most) + 1)}"`);
  }
  if (texts.some(({ value }) => typeof value === 'string' && value.length > LONG_TEXT)) flags.push('longText="1"');
  return `<sharedItems ${[...flags, `count="${list.length}"`].join(' ')}>${list.map(itemXml).join('')}</sharedItems>`;
}

interface CacheParts {
  readonly sheetName: string;
  readonly headers: readonly string[];
  /** Calls on the sheet, below its header. */
  readonly rows: number;
  readonly counted: Counted;
  numberFormatId(style: StyleName): number;
}

/** What the pivot counts: an area of a sheet and the kinds of its columns. The calls are not kept a second time; Excel reads them when it opens. */
export function cacheXml({ sheetName, headers, rows, counted, numberFormatId }: CacheParts): string {
  const fields = headers.map((name, field) => {
    const items = counted.items.get(field);
    const span = counted.spans.get(field);
    let shared = '<sharedItems/>';
    let format = 0;
    if (items !== undefined) {
      shared = sharedItems(items.list);
      format = formatOf(items.list, numberFormatId);
    } else if (span !== undefined && span.least <= span.most) {
      const kinds = span.hasText ? 'containsMixedTypes="1"' : 'containsString="0"';
      shared =
        `<sharedItems ${span.hasText ? '' : kinds} containsBlank="1" ${span.hasText ? kinds : ''} containsNumber="1" minValue="${span.least}" maxValue="${span.most}"/>`.replace(
          / +/g,
          ' ',
        );
    }
    return `<cacheField name="${attribute(name)}" numFmtId="${format}">${shared}</cacheField>`;
  });
  return (
    `${HEAD}<pivotCacheDefinition xmlns="${MAIN}" saveData="0" refreshOnLoad="1" refreshedBy="Callbook" createdVersion="6"` +
    ` refreshedVersion="6" minRefreshableVersion="3" recordCount="${rows}">` +
    `<cacheSource type="worksheet"><worksheetSource ref="${areaOf(1, 0, rows + 1, headers.length - 1)}" sheet="${attribute(sheetName)}"/></cacheSource>` +
    `<cacheFields count="${headers.length}">${fields.join('')}</cacheFields></pivotCacheDefinition>`
  );
}

function formatOf(list: readonly Item[], numberFormatId: (style: StyleName) => number): number {
  const item = list.find(({ value }) => typeof value === 'number');
  return item === undefined ? 0 : numberFormatId(item.style);
}

/** One line or column of the table: places of its items, from the outermost field on. */
export interface AxisItem {
  readonly places: readonly number[];
  /** Of the group that the items make, or of all; undefined: it is of one tuple of items. */
  readonly total: 'default' | 'grand' | undefined;
  /** Number of the value, where an axis has several. */
  readonly value: number;
}

function axisItems(tag: 'rowItems' | 'colItems', items: readonly AxisItem[]): string {
  let before: readonly number[] = [];
  const lines = items.map(({ places, total, value }) => {
    const which = (total === undefined ? '' : ` t="${total}"`) + (value > 0 ? ` i="${value}"` : '');
    if (total === 'grand') return `<i${which}><x/></i>`;
    if (places.length === 0) return '<i/>';
    // What is as in the line before is not said again; the last one always is.
    let same = 0;
    while (same < places.length - 1 && before[same] === places[same]) same++;
    before = places;
    const rest = places.slice(same).map((place) => (place === 0 ? '<x/>' : `<x v="${place}"/>`));
    return `<i${which}${same > 0 ? ` r="${same}"` : ''}>${rest.join('')}</i>`;
  });
  return `<${tag} count="${lines.length}">${lines.join('')}</${tag}>`;
}

interface TableParts {
  readonly cacheId: number;
  readonly area: string;
  /** Lines of column headers below the captions. */
  readonly headerRows: number;
  /** Columns of row labels. */
  readonly labels: number;
  /** Columns of the source. */
  readonly fields: number;
  readonly live: LivePivot;
  readonly counted: Counted;
  /** By field: item numbers in the order in which they are shown. */
  readonly orders: ReadonlyMap<number, readonly number[]>;
  readonly rowItems: readonly AxisItem[];
  readonly columnItems: readonly AxisItem[];
  readonly valuesAcross: boolean;
  readonly valuesDown: boolean;
  readonly measureNames: readonly string[];
  numberFormatId(style: StyleName): number;
}

const VALUES = -2;

function fieldList(tag: 'rowFields' | 'colFields', fields: readonly number[]): string {
  if (fields.length === 0) return '';
  return `<${tag} count="${fields.length}">${fields.map((field) => `<field x="${field}"/>`).join('')}</${tag}>`;
}

export function tableXml(parts: TableParts): string {
  const { live, orders, counted, numberFormatId } = parts;
  const measured = new Set(live.measures.map(({ field }) => field));
  // A group of the innermost field would be its only line.
  const withTotals = new Set([
    ...(live.subtotals.rows ? live.rows.slice(0, -1) : []),
    ...(live.subtotals.columns ? live.columns.slice(0, -1) : []),
  ]);
  const fieldXml = (field: number): string => {
    const data = measured.has(field) ? ' dataField="1"' : '';
    const order = orders.get(field);
    if (order === undefined) return `<pivotField${data} compact="0" outline="0" showAll="0"/>`;
    const axis = live.rows.includes(field) ? 'axisRow' : 'axisCol';
    const format = formatOf(counted.items.get(field)?.list ?? [], numberFormatId);
    const items = order.map((number) => `<item x="${number}"/>`);
    const hasTotals = withTotals.has(field);
    if (hasTotals) items.push('<item t="default"/>');
    return (
      `<pivotField axis="${axis}"${data}${format > 0 ? ` numFmtId="${format}"` : ''} compact="0" outline="0" showAll="0"${hasTotals ? '' : ' defaultSubtotal="0"'}>` +
      `<items count="${items.length}">${items.join('')}</items></pivotField>`
    );
  };
  const dataFields = live.measures.map(({ field, subtotal, style }, m) => {
    const format = numberFormatId(style);
    return (
      `<dataField name="${attribute(parts.measureNames[m] ?? '')}" fld="${field}"${subtotal === 'sum' ? '' : ` subtotal="${subtotal}"`}` +
      ` baseField="0" baseItem="0"${format > 0 ? ` numFmtId="${format}"` : ''}/>`
    );
  });
  const rowFields = [...live.rows, ...(parts.valuesDown ? [VALUES] : [])];
  const columnFields = [...live.columns, ...(parts.valuesAcross ? [VALUES] : [])];
  return (
    `${HEAD}<pivotTableDefinition xmlns="${MAIN}" name="Callbook" cacheId="${parts.cacheId}"${parts.valuesDown ? ' dataOnRows="1"' : ''}` +
    (live.totals.rows ? '' : ' rowGrandTotals="0"') +
    (live.totals.columns ? '' : ' colGrandTotals="0"') +
    ' applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0" applyAlignmentFormats="0"' +
    ' applyWidthHeightFormats="1" dataCaption="Values" updatedVersion="6" minRefreshableVersion="3" useAutoFormatting="1"' +
    ' itemPrintTitles="1" createdVersion="6" indent="0" compact="0" compactData="0" multipleFieldFilters="0">' +
    `<location ref="${parts.area}" firstHeaderRow="1" firstDataRow="${1 + parts.headerRows}" firstDataCol="${parts.labels}"/>` +
    `<pivotFields count="${parts.fields}">${Array.from({ length: parts.fields }, (_, field) => fieldXml(field)).join('')}</pivotFields>` +
    fieldList('rowFields', rowFields) +
    axisItems('rowItems', parts.rowItems) +
    fieldList('colFields', columnFields) +
    axisItems('colItems', parts.columnItems) +
    `<dataFields count="${dataFields.length}">${dataFields.join('')}</dataFields>` +
    '<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1" showRowStripes="0" showColStripes="0" showLastColumn="1"/>' +
    '</pivotTableDefinition>'
  );
}
