import { z } from 'zod';
import { isTimeZone } from './format.ts';
import { selectionSchema, sortsSchema } from './selection.ts';
import { pivotSpecSchema } from './pivot.ts';
import { exportPresetSchema } from './exportOptions.ts';
import { layoutSchema, usualLayout } from './view.ts';

export const densities = ['compact', 'normal', 'comfortable'] as const;
export type Density = (typeof densities)[number];

/** Where an account's recordings lie: a folder on this computer, or an https address with `{file_key}` in it. */
export const recordingsSchema = z.union([
  z.strictObject({ folder: z.string().min(1).max(10_000) }),
  z.strictObject({ prefix: z.string().min(1).max(10_000) }),
]);
export type Recordings = z.infer<typeof recordingsSchema>;

const parts = {
  /** `contrast`: as light or dark as the system, with stronger colours and lines. */
  theme: z.enum(['system', 'light', 'dark', 'contrast']),
  /** In percent of the usual size. */
  zoom: z.number().int().min(50).max(300),
  /** IANA name; null: the computer's. */
  timeZone: z.string().refine(isTimeZone).nullable(),
  /** Phone numbers are masked everywhere in the window, for sharing the screen. */
  maskPhones: z.boolean(),
  screen: z.enum(['calls', 'pivot', 'sync', 'settings']),
  /** The saved view that is open; null: none. */
  viewName: z.string().nullable(),
  /** Where the person left off; restored at start. null: never chosen anything. */
  selection: selectionSchema.nullable(),
  sort: sortsSchema,
  layout: layoutSchema,
  /** Height of the grid's rows. */
  density: z.enum(densities),
  pivot: pivotSpecSchema.nullable(),
  hasFacets: z.boolean(),
  /** A sync at the start of Callbook. */
  syncsOnStart: z.boolean(),
  /** Minutes between syncs while a batch is running; null: none by itself. */
  syncMinutes: z.number().int().min(1).max(1_440).nullable(),
  /** Also where the system says that the connection costs by the byte. */
  syncsOnMetered: z.boolean(),
  /** Batches made in the last so many days are read at every sync: the provider may mend their results. */
  revisitDays: z.number().int().min(0).max(365),
  /** Widths of the panels beside the grid in percent of the window. */
  facetsWidth: z.number().min(5).max(60),
  detailWidth: z.number().min(10).max(80),
  exportPresets: z.array(exportPresetSchema).max(100),
  /** By account id. A folder comes from the system's dialog only. */
  recordings: z.record(z.string(), recordingsSchema),
};

/** What a person set or left, kept in the profile's settings.json. */
export const settingsSchema = z.object(parts);
export type Settings = z.infer<typeof settingsSchema>;

export const usualSettings: Settings = {
  theme: 'system',
  zoom: 100,
  timeZone: null,
  maskPhones: false,
  screen: 'calls',
  viewName: null,
  selection: null,
  sort: [],
  layout: usualLayout,
  density: 'normal',
  pivot: null,
  hasFacets: true,
  syncsOnStart: true,
  syncMinutes: 10,
  syncsOnMetered: false,
  revisitDays: 3,
  facetsWidth: 17,
  detailWidth: 32,
  exportPresets: [],
  recordings: {},
};

/** Reads stored settings: a part that is missing or cannot be read falls back alone. What a newer Callbook stored is kept. */
export function readSettings(stored: unknown): Settings {
  const kept = z.record(z.string(), z.unknown()).parse(stored);
  const read = Object.entries(parts).flatMap(([name, schema]) => {
    const part = schema.safeParse(kept[name]);
    return part.success ? [[name, part.data]] : [];
  });
  return { ...kept, ...usualSettings, ...Object.fromEntries(read) };
}

/** What the window may change; the others stay. */
export const settingsChangeSchema = z.strictObject(parts).omit({ recordings: true }).partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
