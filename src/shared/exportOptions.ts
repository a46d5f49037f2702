import { z } from 'zod';
import { columnIdSchema } from './columns.ts';
import { isTimeZone } from './format.ts';
import { pivotSpecSchema } from './pivot.ts';
import { selectionSchema, sortsSchema } from './selection.ts';
import { layoutSchema } from './view.ts';

/** What an export holds and how: the same value for the dialog, the command line and the presets that a person keeps. */

/** What a file can be; the end of its name. */
export const exportFormats = ['xlsx', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const delimiters = [',', ';', '\t'] as const;
export type Delimiter = (typeof delimiters)[number];

/** Which part of the calls goes where: each value of a column gets a sheet of its own, or a file in one folder. */
export const splitSchema = z.strictObject({ by: columnIdSchema, into: z.enum(['sheets', 'files']) });
export type Split = z.infer<typeof splitSchema>;

/** What does not depend on which calls are exported: kept as a preset under a name. */
const choices = {
  format: z.enum(exportFormats).default('xlsx'),
  /** IANA name in which times are written; null: the selection's. */
  timeZone: z.string().refine(isTimeZone, 'is not a time zone that is known here').nullable().default(null),
  /** All digits but the last three of a phone number become dots. */
  maskPhones: z.boolean().default(false),
  /** A PivotTable of Excel's own beside the Pivot sheet. */
  livePivot: z.boolean().default(true),
  /** A sheet with a row for each outcome. */
  outcomes: z.boolean().default(false),
  /** A sheet with what changed between syncs. */
  history: z.boolean().default(false),
  split: splitSchema.nullable().default(null),
  delimiter: z.enum(delimiters).default(','),
  /** In CSV, an apostrophe before text that a spreadsheet would take for a formula. */
  guardFormulas: z.boolean().default(true),
};

export const exportOptionsSchema = z.strictObject({
  ...choices,
  selection: selectionSchema,
  sort: sortsSchema,
  /** Only these places in that order, the first and the last of each stretch; null: all. */
  places: z
    .array(z.tuple([z.number().int().min(0), z.number().int().min(0)]))
    .min(1)
    .max(10_000)
    .nullable()
    .default(null),
  /** Only these calls, by row id: places become those of other calls once a sync brings new ones. null: all. */
  calls: z.array(z.number().int().min(0)).min(1).max(10_000).nullable().default(null),
  /** Columns in their order; null: all. */
  columns: z.array(columnIdSchema).max(10_000).nullable().default(null),
  /** The Pivot sheet; null: none. */
  pivot: pivotSpecSchema.nullable().default(null),
  /** How the grid shows the calls, for those who open the view that About holds. */
  layout: layoutSchema.prefault({}),
});
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

/** What a person chooses in the dialog, but which calls. */
export const exportChoicesSchema = z.strictObject({
  ...choices,
  /** Only the columns in sight, or all. */
  visibleColumns: z.boolean().default(false),
  /** The Pivot sheet, where there is a pivot. */
  pivot: z.boolean().default(true),
});
export type ExportChoices = z.infer<typeof exportChoicesSchema>;

export const exportPresetSchema = exportChoicesSchema.extend({
  name: z.string().trim().min(1).max(200),
  /** One that is not known here, as a newer Callbook or an editor may have left it, is the selection's. */
  timeZone: choices.timeZone.catch(null),
});
export type ExportPreset = z.infer<typeof exportPresetSchema>;
