import {
  columnKind,
  columnLabel,
  fieldColumns,
  outcomeColumn,
  outcomeKeyOf,
  type ColumnId,
} from '../../shared/columns.ts';
import { isBlank } from '../../shared/call.ts';
import type { Json } from '../../shared/json.ts';
import type { Selection } from '../../shared/selection.ts';
import type { Reader, StoredCall } from '../cache/reader.ts';

/** The columns of an export, once for workbook and CSV: every documented field, then every outcome key of the selection's batches. */

/** How a column's values are written. `outcome`: any JSON value, typed value by value. */
export type ExportKind = 'text' | 'time' | 'duration' | 'boolean' | 'outcome';

export interface ExportColumn {
  readonly id: ColumnId;
  readonly label: string;
  readonly kind: ExportKind;
  /** The value as received; null: blank. */
  valueOf(stored: StoredCall): Json;
}

/** All digits but the last three become dots; what stands between them stays. */
export function maskPhone(phone: string): string {
  const digits = phone.match(/\d/g)?.length ?? 0;
  let seen = 0;
  return phone.replace(/\d/g, (digit) => (++seen > digits - 3 ? digit : '•'));
}

function kindOf(id: ColumnId): ExportKind {
  const kind = columnKind(id);
  return kind === 'time' || kind === 'duration' ? kind : 'text';
}

type CallField = 'name' | 'status' | 'started_at' | 'summary';

export function exportColumns(reader: Reader, selection: Selection, maskPhones: boolean): ExportColumn[] {
  const batches = new Map(reader.listBatches().map((batch) => [batch.key, batch]));
  const accounts = new Map(reader.listAccounts().map((account) => [account.id, account.name]));
  const fromBatch: Readonly<Record<string, (stored: StoredCall) => Json>> = {
    agent: ({ batch }) => batches.get(batch)?.agent_name ?? null,
    version: ({ batch }) => batches.get(batch)?.version_id ?? null,
    batch: ({ batch }) => batches.get(batch)?.batch_id ?? batch,
    account: ({ batch }) => accounts.get(batches.get(batch)?.accountId ?? '') ?? null,
    phone_number: ({ call }) =>
      maskPhones && call.phone_number !== null ? maskPhone(call.phone_number) : call.phone_number,
  };
  const fields = fieldColumns.flatMap(({ id, label }): ExportColumn[] => {
    if (id === 'recording') {
      return [
        { id, label, kind: 'boolean', valueOf: ({ call }) => call.recording?.available ?? null },
        {
          id: 'recording.file_key',
          label: 'Recording file',
          kind: 'text',
          valueOf: ({ call }) => call.recording?.file_key ?? null,
        },
      ];
    }
    // What is left are plain fields of a call, typed as text or number alike.
    const valueOf = fromBatch[id] ?? (({ call }: StoredCall) => call[id as CallField]);
    return [{ id, label, kind: kindOf(id), valueOf }];
  });
  const keys = reader.columns(selection.batches).flatMap(({ id }) => outcomeKeyOf(id) ?? []);
  const outcomes = keys.map((key): ExportColumn => ({
    id: outcomeColumn(key),
    label: columnLabel(outcomeColumn(key)),
    kind: 'outcome',
    valueOf: ({ call }) => {
      const value = call.outcomes !== null && Object.hasOwn(call.outcomes, key) ? call.outcomes[key] : null;
      return value === undefined || isBlank(value) ? null : value;
    },
  }));
  return [...fields, ...outcomes];
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
