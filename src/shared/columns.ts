import { z } from 'zod';
import { formatDuration } from './format.ts';
import type { ValueKind } from './recognise.ts';

/**
 * What a call can be asked by. A column id is a field (`status`), `batch`, `agent`, an outcome key (`outcome:Interested`) or a key of the
 * contact's metadata (`metadata:Company Name`); the part after the colon is the key exactly as received, the empty key included.
 */

export type ColumnId = string;

/**
 * `text`: no two alike, for reading; `category`: for counting. `time`: ms since epoch UTC; `duration`: seconds; only fields are these two.
 * What keys hold is recognised from their values, see recognise.ts.
 */
export type ColumnKind = ValueKind | 'time' | 'duration';

export interface Column {
  readonly id: ColumnId;
  readonly label: string;
  /** Of a key: as recognised over all batches, or as a person chose. */
  readonly kind: ColumnKind;
  /** What a person chose instead of what was recognised. */
  readonly chosenKind?: ValueKind;
  /** Calls of the asked batches that hold a value. */
  readonly filled: number;
}

interface FieldColumn {
  readonly id: ColumnId;
  readonly label: string;
  readonly kind: ColumnKind;
}

/** The documented fields in the order in which a grid or a sheet shows them. */
export const fieldColumns: readonly FieldColumn[] = [
  { id: 'name', label: 'Name', kind: 'text' },
  { id: 'phone_number', label: 'Phone number', kind: 'text' },
  { id: 'status', label: 'Status', kind: 'category' },
  { id: 'started_at', label: 'Started', kind: 'time' },
  { id: 'duration_seconds', label: 'Duration', kind: 'duration' },
  { id: 'answer_duration_seconds', label: 'Answered for', kind: 'duration' },
  { id: 'summary', label: 'Summary', kind: 'text' },
  { id: 'disconnect_reason', label: 'Disconnect reason', kind: 'category' },
  { id: 'analysis_status', label: 'Analysis', kind: 'category' },
  { id: 'transcript_status', label: 'Transcript', kind: 'category' },
  { id: 'recording', label: 'Recording', kind: 'category' },
  { id: 'ended_at', label: 'Ended', kind: 'time' },
  { id: 'external_id', label: 'External ID', kind: 'text' },
  { id: 'call_id', label: 'Call ID', kind: 'text' },
  { id: 'agent', label: 'Agent', kind: 'category' },
  { id: 'version', label: 'Prompt version', kind: 'category' },
  { id: 'batch', label: 'Batch', kind: 'category' },
  { id: 'account', label: 'Account', kind: 'category' },
  { id: 'starred', label: 'Starred', kind: 'yes_no' },
  { id: 'tags', label: 'Tags', kind: 'category' },
  { id: 'note', label: 'Note', kind: 'text' },
];

/** What people write about calls here; the provider knows nothing of it. */
export const annotationFields: ReadonlySet<ColumnId> = new Set(['starred', 'tags', 'note']);

/** A column whose values are lists, of which each item counts for itself. */
export function isList(id: ColumnId): boolean {
  return id === 'tags';
}

/** The file of a call's recording: no column to look at, but exports write it beside whether there is a recording. */
export const RECORDING_FILE: ColumnId = 'recording.file_key';

const fieldById = new Map(fieldColumns.map((column) => [column.id, column]));

const fieldLabels = new Set(fieldColumns.map(({ label }) => label.toLowerCase()));

const OUTCOME = 'outcome:';

/** The cache keeps ids as UTF-8, which has no halves of characters: keys that differ only in those have one column. */
export function outcomeColumn(key: string): ColumnId {
  return OUTCOME + key.toWellFormed();
}

/** The outcome key of a column, or undefined for another. */
export function outcomeKeyOf(id: ColumnId): string | undefined {
  return id.startsWith(OUTCOME) ? id.slice(OUTCOME.length) : undefined;
}

const METADATA = 'metadata:';

/** See outcomeColumn. */
export function metadataColumn(key: string): ColumnId {
  return METADATA + key.toWellFormed();
}

/** The metadata key of a column, or undefined for another. */
export function metadataKeyOf(id: ColumnId): string | undefined {
  return id.startsWith(METADATA) ? id.slice(METADATA.length) : undefined;
}

/** The kind of a field. What a key holds only the cache knows (`Column.kind`); here it is a category. */
export function columnKind(id: ColumnId): ColumnKind {
  return fieldById.get(id)?.kind ?? 'category';
}

/** A documented field, or what Callbook knows of every call; its kind is known beforehand. */
export function isField(id: ColumnId): boolean {
  return fieldById.has(id);
}

/** The words for a column; a key that could be taken for nothing is quoted, and one that could be taken for a field is told from it. */
export function columnLabel(id: ColumnId): string {
  const key = outcomeKeyOf(id) ?? metadataKeyOf(id);
  if (key === undefined) return fieldById.get(id)?.label ?? id;
  const label = key.trim() === '' ? `“${key}”` : key;
  if (outcomeKeyOf(id) === undefined) return `${label} (metadata)`;
  return fieldLabels.has(label.trim().toLowerCase()) ? `${label} (outcome)` : label;
}

export function isColumnId(id: string): boolean {
  return isField(id) || outcomeKeyOf(id) !== undefined || metadataKeyOf(id) !== undefined;
}

export const columnIdSchema = z.string().max(100_000).refine(isColumnId, 'is not a column');

/** Bins of a time: in the selection's time zone. */
export const bins = ['hour', 'day', 'week', 'month', 'weekday', 'hour_of_day'] as const;
export type Bin = (typeof bins)[number];

/**
 * A column, or one cut into bins: what a pivot groups by and a filter compares. `bin` cuts times, and outcome values that are dates, by the
 * calendar; `step` cuts durations, and outcome values that are numbers, at its multiples. A binned number's value is its lower edge; an
 * outcome value that is no date or number stays what it is.
 */
export const dimensionSchema = z
  .strictObject({ column: columnIdSchema, bin: z.enum(bins).optional(), step: z.number().positive().optional() })
  .refine((d) => d.bin === undefined || !isField(d.column) || columnKind(d.column) === 'time', 'only a time has bins')
  .refine(
    (d) => d.step === undefined || !isField(d.column) || columnKind(d.column) === 'duration',
    'only a number has steps',
  )
  .refine((d) => d.step === undefined || d.bin === undefined, 'has either bins or steps');
export type Dimension = z.infer<typeof dimensionSchema>;

const binLabels: Record<Bin, string> = {
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  weekday: 'weekday',
  hour_of_day: 'hour of day',
};

export function dimensionLabel({ column, bin, step }: Dimension): string {
  if (step !== undefined) {
    const size = columnKind(column) === 'duration' ? formatDuration(step) : String(step);
    return `${columnLabel(column)} (steps of ${size})`;
  }
  return bin === undefined ? columnLabel(column) : `${columnLabel(column)} (${binLabels[bin]})`;
}

/** As the command line writes it: `status`, `started_at:day`, `duration_seconds:by60`, `outcome:Interested`. */
export function dimensionId({ column, bin, step }: Dimension): string {
  if (step !== undefined) return `${column}:by${step}`;
  return bin === undefined ? column : `${column}:${bin}`;
}
