import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  annotationFields,
  columnKind,
  columnLabel,
  fieldColumns,
  isField,
  type ColumnId,
  type ColumnKind,
} from '../../shared/columns.ts';
import { isBlank, keyValue } from '../../shared/call.ts';
import { maskPhone } from '../../shared/format.ts';
import type { Json } from '../../shared/json.ts';
import type { BatchKey } from '../../shared/model.ts';
import type { Recordings, Settings } from '../../shared/settings.ts';
import type { Reader, StoredCall } from '../cache/reader.ts';
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
  /** The value as received; null: blank. */
  valueOf(stored: StoredCall): Json;
  /** Where the value leads; null: nowhere. */
  linkOf?(stored: StoredCall): string | null;
}

type CallField = 'name' | 'status' | 'started_at' | 'summary';

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

/** Written beside whether there is a recording. */
const RECORDING_FILE = 'recording.file_key';

/** How any column's values are had from a call as it is stored. */
export function columnMaker(
  reader: Reader,
  { maskPhones, recordings }: Pick<ColumnsOptions, 'maskPhones' | 'recordings'>,
): (id: ColumnId) => ExportColumn {
  const batches = new Map(reader.listBatches().map((batch) => [batch.key, batch]));
  const accounts = new Map(reader.listAccounts().map((account) => [account.id, account.name]));
  const kinds = new Map(reader.columns([]).map(({ id, kind }) => [id, kind]));
  const special: Readonly<Record<string, (stored: StoredCall) => Json>> = {
    agent: ({ batch }) => batches.get(batch)?.agent_name ?? null,
    version: ({ batch }) => batches.get(batch)?.version_id ?? null,
    batch: ({ batch }) => batches.get(batch)?.batch_id ?? batch,
    account: ({ batch }) => accounts.get(batches.get(batch)?.accountId ?? '') ?? null,
    starred: ({ annotation }) => (annotation?.isStarred === true ? true : null),
    tags: ({ annotation }) => (annotation === null || annotation.tags.length === 0 ? null : annotation.tags),
    note: ({ annotation }) => annotation?.note || null,
    phone_number: ({ call }) =>
      maskPhones && call.phone_number !== null ? maskPhone(call.phone_number) : call.phone_number,
  };
  return (id) => {
    if (id === 'recording')
      return { id, label: columnLabel(id), kind: 'boolean', valueOf: ({ call }) => call.recording?.available ?? null };
    if (id === RECORDING_FILE)
      return {
        id,
        label: 'Recording file',
        kind: 'text',
        valueOf: ({ call }) => call.recording?.file_key ?? null,
        linkOf({ call, batch }) {
          const location = recordings[batches.get(batch)?.accountId ?? ''];
          const fileKey = call.recording?.available === true ? call.recording.file_key : null;
          return location === undefined || fileKey === null ? null : recordingLink(location, fileKey);
        },
      };
    if (!isField(id)) return keyColumn(id, kinds.get(id) ?? 'category');
    // What is left are plain fields of a call, typed as text or number alike.
    const valueOf =
      special[id] !== undefined && Object.hasOwn(special, id)
        ? special[id]
        : ({ call }: StoredCall) => call[id as CallField];
    return {
      id,
      label: columnLabel(id),
      kind: columnKind(id),
      ...(id === 'summary' ? { style: 'wrapped' } : {}),
      valueOf,
    };
  };
}

function recordingLink(location: Recordings, fileKey: string): string | null {
  if ('prefix' in location) return recordingUrl(location.prefix, fileKey)?.href ?? null;
  const steps = keySteps(fileKey);
  return steps === undefined ? null : pathToFileURL(join(location.folder, ...steps)).href;
}

/** An outcome key or a key of the contact's metadata. */
function keyColumn(id: ColumnId, kind: ColumnKind): ExportColumn {
  return {
    id,
    label: columnLabel(id),
    kind,
    valueOf({ call }) {
      const value = keyValue(call, id);
      return isBlank(value) ? null : value;
    },
  };
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
