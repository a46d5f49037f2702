import {
  annotationFields,
  columnLabel,
  isField,
  outcomeKeyOf,
  type Column,
  type ColumnId,
  type ColumnKind,
} from '../../../shared/columns.ts';
import { blankKindOf, isBlank, keyValue, timeOf } from '../../../shared/call.ts';
import { displayValue, formatDateTime, formatDuration, MASKED_DIGIT, maskPhone } from '../../../shared/format.ts';
import type { Json } from '../../../shared/json.ts';
import type { Account, Batch, CallRow } from '../../../shared/model.ts';
import { readDate } from '../../../shared/recognise.ts';
import { isSearched } from '../../../shared/searchQuery.ts';
import type { BlankKind, Filter } from '../../../shared/selection.ts';
import { maskText } from '../../../shared/masking.ts';

/** What a cell of the grid says, and the filter that keeps its value. Pure. */

export type CellValue =
  /** `raw`: what was received, where it is shown in another form. */
  | { readonly type: 'value'; readonly value: Json; readonly text: string; readonly raw?: string }
  | { readonly type: 'blank'; readonly kind: BlankKind };

export interface Surroundings {
  readonly batches: ReadonlyMap<string, Batch>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly timeZone: string;
  /** Privacy mode. */
  readonly maskPhones: boolean;
}

/** The short words for a blank in a cell; the long ones are on hover. */
export const blankMarks: Record<BlankKind, string> = { missing: '–', pending: 'pending', not_applicable: 'n/a' };

function fieldValue(row: CallRow, id: ColumnId, { batches, accounts }: Surroundings): Json {
  const { call } = row;
  const batch = batches.get(row.batch);
  switch (id) {
    case 'starred':
      return row.annotation?.isStarred === true ? true : null;
    case 'tags':
      return row.annotation !== null && row.annotation.tags.length > 0 ? row.annotation.tags : null;
    case 'note':
      return row.annotation?.note ?? null;
    case 'recording':
      return call.recording?.available ?? null;
    case 'agent':
      return batch?.agent_name ?? null;
    case 'version':
      return batch?.version_id ?? null;
    case 'batch':
      return batch?.batch_id ?? row.batch;
    case 'account':
      return accounts.get(batch?.accountId ?? '')?.name ?? null;
    default:
      return Object.hasOwn(call, id) ? (call[id as keyof typeof call] as Json) : null;
  }
}

export function valueOf(row: CallRow, id: ColumnId, around: Surroundings): Json {
  return !isField(id) ? keyValue(row.call, id) : fieldValue(row, id, around);
}

/** Where the search found the call: beside the pinned columns for as long as rows are found by what their cells do not show. */
export const foundColumn: Column = { id: '$found', label: 'Found in', kind: 'text', filled: 0 };

/** The words for a field of a snippet, which may be one that is no column. */
function snippetLabel(field: string): string {
  const label = columnLabel(field);
  return label === field ? `${field.slice(0, 1).toUpperCase()}${field.slice(1)}` : label;
}

export function cellOf(row: CallRow, column: Pick<Column, 'id' | 'kind'>, around: Surroundings): CellValue {
  if (column.id === foundColumn.id) {
    const { snippet } = row;
    if (snippet === null) return { type: 'blank', kind: 'missing' };
    return { type: 'value', value: snippet.text, text: `${snippetLabel(snippet.field)}: ${snippet.text}` };
  }
  const value = valueOf(row, column.id, around);
  if (isBlank(value)) {
    // Only what comes from the analysis can be pending or not applicable.
    const isAnalysed = outcomeKeyOf(column.id) !== undefined || column.id === 'summary';
    return { type: 'blank', kind: isAnalysed ? blankKindOf(row.call) : 'missing' };
  }
  if (column.kind === 'duration' && typeof value === 'number')
    return { type: 'value', value, text: formatDuration(value) };
  if (column.kind === 'time' && typeof value === 'string' && isField(column.id)) {
    const ms = timeOf(value);
    return { type: 'value', value, text: Number.isNaN(ms) ? value : formatDateTime(ms, around.timeZone) };
  }
  if (column.id === 'phone_number')
    return { type: 'value', value, text: phoneInWords(String(value), around.maskPhones) };
  if (annotationFields.has(column.id) && around.maskPhones && column.kind !== 'yes_no')
    return { type: 'value', value, text: maskText(displayValue(value)) };
  return isField(column.id) && column.kind !== 'yes_no'
    ? { type: 'value', value, text: displayValue(value) }
    : typedValue(value, column.kind, around.timeZone);
}

/** A phone number as the window may show it. */
export function phoneInWords(phone: string, maskPhones: boolean): string {
  return maskPhones ? maskPhone(phone) : phone;
}

/** A value of an outcome key as its kind is read: dates in the one form that sorts, true and false as words. */
export function typedValue(value: Json, kind: ColumnKind, timeZone: string): CellValue & { readonly type: 'value' } {
  const received = displayValue(value);
  const text = typedText(value, kind, timeZone) ?? received;
  return { type: 'value', value, text, ...(text === received ? {} : { raw: received }) };
}

function typedText(value: Json, kind: ColumnKind, timeZone: string): string | undefined {
  if (kind === 'yes_no' && typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (kind !== 'date') return undefined;
  const { ms, isDay } = readDate(value);
  if (Number.isNaN(ms)) return undefined;
  return isDay ? new Date(ms).toISOString().slice(0, 10) : formatDateTime(ms, timeZone);
}

export const kindWords: Readonly<Record<ColumnKind, string>> = {
  yes_no: 'yes or no',
  category: 'category',
  number: 'number',
  date: 'date',
  text: 'text',
  time: 'time',
  duration: 'duration',
};

/** The filter that keeps only (or, negated, excludes) the cell's value. */
export function filterOf(column: Pick<Column, 'id' | 'kind'>, cell: CellValue, negate: boolean): Filter {
  const of = { column: column.id };
  const isDocumented = isField(column.id);
  // Another column is just blank; why the analysis has no value is known of outcome keys only.
  if (cell.type === 'blank') {
    const blank = outcomeKeyOf(column.id) === undefined ? 'any' : cell.kind;
    return { op: 'any', of, values: [{ blank }], negate };
  }
  const number =
    isDocumented && column.kind === 'time'
      ? timeOf(String(cell.value))
      : isDocumented && column.kind === 'duration'
        ? Number(cell.value)
        : NaN;
  if (!negate && !Number.isNaN(number)) {
    return { op: 'range', of, from: number, fromExclusive: false, to: number, toInclusive: true };
  }
  return {
    op: 'any',
    of,
    values: [Number.isNaN(number) ? { json: JSON.stringify(cell.value) } : { json: String(number) }],
    negate,
  };
}

const MOST_SEARCH_WORDS = 200;

/** What finds a cell's value when it stands in the search box; undefined: nothing does. */
export function searchFor(
  { id, kind }: Pick<Column, 'id' | 'kind'>,
  { text, raw = text }: CellValue & { readonly type: 'value' },
): string | undefined {
  // The search box would show what is masked, and nobody finds a duration by its words.
  if (text.includes(MASKED_DIGIT) || kind === 'duration') return undefined;
  // Times are found by their day.
  const words = kind === 'time' ? text.slice(0, 10) : raw;
  const isCut = words.length > MOST_SEARCH_WORDS;
  const phrase = `"${words.slice(0, MOST_SEARCH_WORDS).replaceAll('"', ' ')}"${isCut ? '*' : ''}`;
  return isSearched(id) ? phrase : `${id}:${phrase}`;
}

export function columnWidth({ id, kind, label }: Column): number {
  if (id === 'summary' || id === foundColumn.id) return 320;
  if (id === 'name') return 170;
  if (id === 'call_id' || id === 'external_id' || id === 'batch') return 160;
  if (id === 'phone_number') return 160;
  const forLabel = Math.min(220, [...label].length * 8 + 44);
  const least = { time: 170, date: 108, duration: 88, number: 88, yes_no: 88, category: 108, text: 190 }[kind];
  return Math.max(forLabel, least);
}

export function isEndAligned({ kind }: Column): boolean {
  return kind === 'number' || kind === 'duration';
}
