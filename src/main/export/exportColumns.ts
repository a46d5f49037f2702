import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  annotationFields,
  columnKind,
  columnLabel,
  fieldColumns,
  isField,
  RECORDING_FILE,
  type ColumnId,
  type ColumnKind,
} from '../../shared/columns.ts';
import { maskPhone } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import { maskText, maskValue } from '../../shared/masking.ts';
import type { BatchKey } from '../../shared/model.ts';
import type { Recordings, Settings } from '../../shared/settings.ts';
import type { Reader } from '../cache/reader.ts';
import { keySteps, recordingUrl } from '../recordingKeys.ts';
import type { StyleName } from './styles.ts';

/** The columns of an export, once for workbook, CSV and Parquet. */

/** How a column's values are written; values of a key that are not of its kind stay as received. */
export type ExportKind = ColumnKind | 'boolean';

export interface ExportColumn {
  readonly id: ColumnId;
  readonly label: string;
  readonly kind: ExportKind;
  /** Where it is not that of the kind. */
  readonly style?: StyleName;
  /** Columns of the cache, or BATCH_KEY, of which its value is made; mostly one. */
  readonly from: readonly ColumnId[];
  /** The value made of theirs; absent: the value of the only one. null: blank. Times are ms since epoch UTC, durations seconds. */
  derive?(values: readonly Json[]): Json;
  /** Where the value leads; its values are addresses. */
  readonly link?: ExportColumn;
}

/** A value that is the same for all calls of a batch: which one it is. */
export const BATCH_KEY: ColumnId = '$batch_key';

interface ColumnsOptions {
  /** Columns in their order; null: every documented field, then every key of the batches. */
  readonly columns: readonly ColumnId[] | null;
  readonly batches: readonly BatchKey[];
  readonly maskPhones: boolean;
  readonly recordings: Settings['recordings'];
}

export function exportColumns(reader: Reader, options: ColumnsOptions): ExportColumn[] {
  const { columns, batches: keys } = options;
  const columnOf = columnMaker(reader, options);
  const present = new Set(reader.columns(keys).map(({ id }) => id));
  // What people wrote here goes along only where somebody wrote.
  const wanted = columns ?? [
    ...fieldColumns.map(({ id }) => id).filter((id) => !annotationFields.has(id) || present.has(id)),
    ...reader
      .columns(keys)
      .map(({ id }) => id)
      .filter((id) => !isField(id)),
  ];
  return wanted.flatMap((id) => (id === 'recording' ? [columnOf(id), columnOf(RECORDING_FILE)] : [columnOf(id)]));
}

/** How any column's values are had. */
export function columnMaker(
  reader: Reader,
  { maskPhones, recordings }: Pick<ColumnsOptions, 'maskPhones' | 'recordings'>,
): (id: ColumnId) => ExportColumn {
  const accountOf = new Map(reader.listBatches().map(({ key, accountId }) => [key, accountId]));
  const kinds = new Map(reader.columns([]).map(({ id, kind }) => [id, kind]));
  const link: ExportColumn = {
    id: 'recording.url',
    label: 'Recording',
    kind: 'text',
    from: [RECORDING_FILE, 'recording', BATCH_KEY],
    derive([fileKey, isAvailable, batch]) {
      const location = recordings[accountOf.get(String(batch)) ?? ''];
      // Where the file's name holds a number, so does its address.
      const isHidden = maskPhones && typeof fileKey === 'string' && maskText(fileKey) !== fileKey;
      return location === undefined || isAvailable !== true || isHidden ? null : recordingLink(location, fileKey);
    },
  };
  return (id) => {
    const plain = {
      id,
      label: columnLabel(id),
      from: [id],
      ...(maskPhones ? { derive: ([value = null]: readonly Json[]) => maskIn(id, value) } : {}),
    };
    if (id === RECORDING_FILE) {
      const hasLinks = Object.keys(recordings).length > 0;
      return { ...plain, label: 'Recording file', kind: 'text', ...(hasLinks ? { link } : {}) };
    }
    if (id === 'recording') return { ...plain, kind: 'boolean' };
    if (id === 'summary') return { ...plain, kind: 'text', style: 'wrapped' };
    return { ...plain, kind: isField(id) ? columnKind(id) : (kinds.get(id) ?? 'category') };
  };
}

/** What stands in the column without the phone numbers in it; times and durations hold none. */
function maskIn(id: ColumnId, value: Json): Json {
  if (id === 'phone_number') return typeof value === 'string' ? maskPhone(value) : null;
  const kind = columnKind(id);
  return kind === 'time' || kind === 'duration' ? value : maskValue(value);
}

/** The column's value of those that it is made from. */
export function valueIn({ derive }: ExportColumn, values: readonly Json[]): Json {
  return derive === undefined ? (values[0] ?? null) : derive(values);
}

function recordingLink(location: Recordings, fileKey: Json | undefined): string | null {
  if (typeof fileKey !== 'string') return null;
  if ('prefix' in location) return recordingUrl(location.prefix, fileKey)?.href ?? null;
  const steps = keySteps(fileKey);
  return steps === undefined ? null : pathToFileURL(join(location.folder, ...steps)).href;
}

/** Tells headers apart that differ only in case, as Excel's filters, tables and pivots cannot: "interested (2)". */
export function uniqueHeaders(labels: readonly string[]): string[] {
  const fold = (text: string) => text.toLowerCase();
  const given = new Set(labels.map(fold));
  const taken = new Set<string>();
  return labels.map((label) => {
    let header = label;
    for (let n = 2; taken.has(fold(header)) || (header !== label && given.has(fold(header))); n++)
      header = `${label} (${n})`;
    taken.add(fold(header));
    return header;
  });
}
