import { z } from 'zod';
import { selectionSchema, sortSchema } from './selection.ts';
import { pivotSpecSchema } from './pivot.ts';
import { layoutSchema, usualLayout } from './view.ts';

export const densities = ['compact', 'normal', 'comfortable'] as const;
export type Density = (typeof densities)[number];

/** What a person set or left, kept in the profile's settings.json. A part that cannot be read falls back alone. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system').default('system'),
  /** IANA name; null: the computer's. */
  timeZone: z.string().nullable().catch(null).default(null),
  screen: z.enum(['calls', 'pivot', 'sync', 'settings']).catch('calls').default('calls'),
  /** Where the person left off; restored at start. */
  selection: selectionSchema.nullable().catch(null).default(null),
  sort: z.array(sortSchema).catch([]).default([]),
  pivot: pivotSpecSchema.nullable().catch(null).default(null),
  layout: layoutSchema.catch(usualLayout).default(usualLayout),
  /** Height of the grid's rows. */
  density: z.enum(densities).catch('normal').default('normal'),
  /** Width of the detail panel in percent of the window. */
  detailWidth: z.number().min(10).max(80).catch(32).default(32),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of some settings; the others stay. */
export const settingsChangeSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).optional(),
  timeZone: z.string().nullable().optional(),
  screen: z.enum(['calls', 'pivot', 'sync', 'settings']).optional(),
  selection: selectionSchema.nullable().optional(),
  sort: z.array(sortSchema).optional(),
  pivot: pivotSpecSchema.nullable().optional(),
  layout: layoutSchema.optional(),
  density: z.enum(densities).optional(),
  detailWidth: z.number().min(10).max(80).optional(),
});
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
