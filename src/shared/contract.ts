import { z } from 'zod';
import { columnIdSchema, isField, type Column } from './columns.ts';
import type { ErrorValue } from './errors.ts';
import type { JsonBytes, JsonText } from './json.ts';
import {
  annotationSchema,
  type Account,
  type Batch,
  type CallDetail,
  type CallRow,
  type Change,
  type Me,
  type PastRun,
  type RejectedItem,
  type RunChange,
  type SyncRun,
} from './model.ts';
import { pivotSpecSchema, type PivotResult, type PivotSize } from './pivot.ts';
import { exportOptionsSchema } from './exportOptions.ts';
import { MOST_FACET_SEARCH, type Facet } from './facet.ts';
import { valueKinds } from './recognise.ts';
import { selectionSchema, sortsSchema } from './selection.ts';
import { bandSchema, type Statistics } from './statistics.ts';
import { settingsChangeSchema, type Settings } from './settings.ts';
import { viewSchema, type View, type Views } from './view.ts';
import type { ActionId } from './actions.ts';

/**
 * The bridge, once: every command with its input (checked by zod on the main side) and its output, and every event.
 * The preload loops over the names, the renderer's `call` is typed by this, and `createApp` must implement all of it.
 * To add a command: a line here, a line in the room that answers it. See README, "How to add a command".
 */

/** Carries the output's type only; outputs come from our own code and are trusted. */
interface Command<Input extends z.ZodType, Output> {
  readonly input: Input;
  readonly output?: Output;
}

function command<Output>() {
  return <Input extends z.ZodType>(input: Input): Command<Input, Output> => ({ input });
}

const nothing = z.undefined();
const accountId = z.strictObject({ accountId: z.string().min(1) });
const keyText = z.string().trim().min(1).max(1_000);

/** Who asks: a newer question of the same asker cancels this one, whose answer is then CANCELLED. */
const asker = z.string().max(100).optional();

/**
 * Calls, the nearest to `offset` first, and the places that they had when rows were read of what then were `total`: however many have come
 * before them since, `offset` counts on from there. One that is no longer in the selection says nothing, nor one that moved by itself.
 */
const besideSchema = z.strictObject({
  calls: z.array(z.strictObject({ rowId: z.number().int(), place: z.number().int().min(0) })).max(100),
  total: z.number().int().min(0),
});
export type Beside = z.infer<typeof besideSchema>;

/** Names a running export. */
const job = z.strictObject({ jobId: z.number().int() });

export const commands = {
  'app.info': command<AppInfo>()(nothing),
  /** The last lines of the log, the newest last. */
  'app.log': command<readonly LogLine[]>()(nothing),
  /** The libraries that are in Callbook, with their licences. */
  'app.licences': command<readonly Licence[]>()(nothing),
  /** Asks where to save what helps to find a fault; the file's name, or null when they change their mind. It holds nothing of any call. */
  'diagnostics.save': command<string | null>()(nothing),

  /** How much room the cache takes on the disk. */
  'cache.sizes': command<CacheSizes>()(nothing),
  /** Gives back the room of what was removed; `cache.compacting` tells what it does. Answers at the end, with bytes before and after. */
  'cache.compact': command<{ readonly before: number; readonly after: number }>()(nothing),
  /** Takes everything away: calls, accounts, keys, views, settings, log. */
  'data.erase': command<null>()(nothing),

  'settings.get': command<Settings>()(nothing),
  'settings.change': command<Settings>()(settingsChangeSchema),
  /** Asks for the folder in which an account's recordings lie. */
  'recordings.chooseFolder': command<Settings>()(accountId),
  /** An https address with `{file_key}` in it, in place of a folder. */
  'recordings.setPrefix': command<Settings>()(
    z.strictObject({ accountId: z.string().min(1), prefix: z.string().trim().min(1).max(10_000) }),
  ),
  'recordings.forget': command<Settings>()(accountId),

  'views.list': command<Views>()(nothing),
  /** Keeps a view under its name, in place of one of that name; `was`: the name it had until now. */
  'views.save': command<Views>()(z.strictObject({ view: viewSchema, was: z.string().optional() })),
  'views.delete': command<Views>()(z.strictObject({ name: z.string() })),
  /** Which view opens at the start; null: where the person left off. */
  'views.setDefault': command<Views>()(z.strictObject({ name: z.string().nullable() })),
  /** Asks where to save the view as a file; answers with the file's name, or null when they change their mind. */
  'views.export': command<string | null>()(z.strictObject({ view: viewSchema })),
  /** Asks for a file and reads the view in it; nothing is kept yet. null: they changed their mind. */
  'views.import': command<View | null>()(nothing),

  'accounts.list': command<readonly Account[]>()(nothing),
  /** Asks the provider who the key belongs to, and tells which account here that is already. */
  'accounts.test': command<TestedKey>()(z.strictObject({ baseUrl: z.string(), key: keyText })),
  /**
   * Tests the key, stores it and then the account. `keep: 'session'` holds the key in memory only. Throws ACCOUNT_CONNECTED where the
   * key's account is here already: its calls would come twice.
   */
  'accounts.connect': command<Account>()(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      baseUrl: z.string(),
      key: keyText,
      keep: z.enum(['keychain', 'session']),
    }),
  ),
  /** Tests the key and takes it in place of the one before. Throws OTHER_ACCOUNT for a key of another account of the provider. */
  'accounts.replaceKey': command<Account>()(
    z.strictObject({ accountId: z.string().min(1), key: keyText, keep: z.enum(['keychain', 'session']) }),
  ),
  /** Removes the account's key; `withData` also the account with its calls. */
  'accounts.remove': command<null>()(z.strictObject({ accountId: z.string().min(1), withData: z.boolean() })),
  /** The sample account from the data in `resources/`: no key, no network. */
  'accounts.openSample': command<Account>()(nothing),

  /** What the cache holds; no request. */
  'batches.list': command<readonly Batch[]>()(nothing),
  /** Asks the provider for the account's batches (all pages) and keeps the list. */
  'batches.refresh': command<readonly Batch[]>()(accountId),
  /** Asks for one batch by its id, for accounts that may not list. */
  'batches.find': command<Batch>()(
    z.strictObject({ accountId: z.string().min(1), batch_id: z.string().trim().min(1).max(500) }),
  ),
  /** Whether its contacts and their metadata are fetched too; those that are here stay. */
  'batches.setContacts': command<null>()(z.strictObject({ batch: z.string(), wantsContacts: z.boolean() })),
  'batches.remove': command<null>()(z.strictObject({ batch: z.string() })),

  /**
   * Starts a sync and returns at once; `sync.progressed` tells the rest. Of the batches, those whose calls cannot have changed cost no
   * request, unless `everything` is to be read again.
   */
  'sync.start': command<SyncRun>()(
    z.strictObject({
      accountId: z.string().min(1),
      batches: z.array(z.string()).min(1),
      everything: z.boolean().default(false),
    }),
  ),
  'sync.cancel': command<null>()(nothing),
  /** No further request until it is resumed; what is under way still arrives. */
  'sync.pause': command<null>()(nothing),
  'sync.resume': command<null>()(nothing),
  /** Tries at once what waits for the network. */
  'sync.retry': command<null>()(nothing),
  /** What the system tells of the network: at the start and whenever it changes. */
  'sync.network': command<null>()(z.strictObject({ isOnline: z.boolean(), isMetered: z.boolean() })),
  /** When the next sync begins by itself, in ms since epoch UTC; null: none will. */
  'sync.next': command<number | null>()(nothing),
  /** Past syncs, the newest first. */
  'sync.runs': command<readonly PastRun[]>()(z.strictObject({ limit: z.number().int().min(1).max(1_000) })),
  /** The running sync, or the last one since the start; null: none. */
  'sync.status': command<SyncRun | null>()(nothing),
  /** What a sync found changed or gone: the first changes and how many there are. */
  'sync.changes': command<JsonText<RunChanges>>()(z.strictObject({ runId: z.number().int() })),
  'sync.rejected': command<readonly RejectedItem[]>()(z.strictObject({ batch: z.string().optional() })),

  /** Columns with a value in the given batches (none: all): documented fields first, then outcome keys. */
  'calls.columns': command<readonly Column[]>()(z.strictObject({ batches: z.array(z.string()) })),
  /** What an outcome key's values are to be taken for, where the recognised kind is wrong; null: the recognised one again. */
  'columns.setKind': command<null>()(
    z.strictObject({
      column: columnIdSchema.refine((id) => !isField(id), 'is a field, whose kind is known'),
      kind: z.enum(valueKinds).nullable(),
    }),
  ),
  /** How many calls the selection holds. */
  'calls.count': command<number>()(z.strictObject({ selection: selectionSchema })),
  /** One window of the sorted selection. */
  'calls.window': command<CallWindow>()(
    z.strictObject({
      selection: selectionSchema,
      sort: sortsSchema,
      offset: z.number().int().min(0),
      limit: z.number().int().min(0).max(1_000),
      beside: besideSchema.optional(),
      asker,
    }),
  ),
  /** What the selection's calls hold in these columns, each column without its own filters. */
  'calls.facets': command<readonly Facet[]>()(
    z.strictObject({
      selection: selectionSchema,
      columns: z.array(columnIdSchema).max(300),
      /** Most values a facet, the most frequent first. */
      most: z.number().int().min(1).max(1_000),
      /** Only values that contain these words. */
      search: z.string().max(MOST_FACET_SEARCH).default(''),
      asker,
    }),
  ),
  /** Keeps what a person wrote about a call: on this computer only. */
  'calls.annotate': command<null>()(z.strictObject({ rowId: z.number().int(), annotation: annotationSchema })),
  /** What picked cells of the sorted selection come to. */
  'calls.statistics': command<Statistics>()(
    z.strictObject({
      selection: selectionSchema,
      sort: sortsSchema,
      bands: z.array(bandSchema).max(2_000),
    }),
  ),
  /** What changed in one call from sync to sync, the newest first. */
  'call.history': command<JsonText<readonly Change[]>>()(z.strictObject({ rowId: z.number().int() })),
  'calls.get': command<JsonText<CallDetail>>()(z.strictObject({ rowId: z.number().int() })),

  /** What there is to hear of a call; the sound itself comes from `/recording/ROWID` of the window's own address. */
  'recordings.find': command<RecordingState>()(z.strictObject({ rowId: z.number().int() })),

  'pivot.run': command<PivotResult>()(z.strictObject({ selection: selectionSchema, spec: pivotSpecSchema, asker })),
  /** How large the pivot would be, for a tenth of its work: one with too many cells is refused. */
  'pivot.size': command<PivotSize>()(z.strictObject({ selection: selectionSchema, spec: pivotSpecSchema })),

  /** Asks where to save; null: the person changed their mind. The renderer gets a token and a name, never a path. */
  'export.chooseTarget': command<ExportTarget | null>()(z.strictObject({ suggestedName: z.string().min(1).max(200) })),
  /** Starts an export into a chosen target and returns its job id; `export.progressed` tells the rest. */
  'export.start': command<number>()(exportOptionsSchema.extend({ token: z.string() })),
  'export.cancel': command<null>()(job),
  'export.open': command<null>()(job),
  'export.reveal': command<null>()(job),

  /** Puts text on the clipboard, and the same as HTML for programs that read its types (Excel). */
  'clipboard.write': command<null>()(z.strictObject({ text: z.string(), html: z.string().optional() })),

  /** Opens an https link in the browser. */
  'links.open': command<null>()(z.strictObject({ url: z.string() })),
} as const;

export type CommandName = keyof typeof commands;
export type CommandInput<Name extends CommandName> = z.input<(typeof commands)[Name]['input']>;
export type ParsedInput<Name extends CommandName> = z.output<(typeof commands)[Name]['input']>;
export type CommandOutput<Name extends CommandName> =
  (typeof commands)[Name] extends Command<z.ZodType, infer Output> ? Output : never;

/** What createApp must implement: one function a command, input parsed. */
export type CommandHandlers = {
  readonly [Name in CommandName]: (input: ParsedInput<Name>) => Promise<CommandOutput<Name>> | CommandOutput<Name>;
};

export interface Events {
  /** The running sync, whole; also its end. */
  'sync.progressed': SyncRun;
  /** Another time for the next sync that begins by itself; null: none will. */
  'sync.scheduled': number | null;
  /** Calls of these batches came, changed or went: what a screen shows of them is old. Empty: accounts or batches changed. */
  'cache.changed': { readonly batches: readonly string[] };
  'export.progressed': ExportProgress;
  /** What compacting does now, in words. */
  'cache.compacting': string;
  /** Everything was taken away: the window begins anew. */
  'data.erased': null;
  /** An action was chosen in the native menu. */
  'action.chosen': ActionId;
  /** Some of the cache was found damaged. */
  'cache.damaged': ErrorValue;
  /** A background thread crashed and was started again. */
  'worker.restarted': ErrorValue;
}
export type EventName = keyof Events;
export const eventNames = [
  'sync.progressed',
  'sync.scheduled',
  'cache.changed',
  'export.progressed',
  'cache.compacting',
  'cache.damaged',
  'data.erased',
  'action.chosen',
  'worker.restarted',
] as const satisfies readonly EventName[];

/** How a command's answer crosses the bridge: a rejected promise would lose the code. */
export type Answer<Output> =
  { readonly ok: true; readonly value: Output } | { readonly ok: false; readonly error: ErrorValue };

/** What the preload puts on `window.callbook`. */
export interface Bridge {
  invoke(name: CommandName, input: unknown): Promise<Answer<unknown>>;
  /** Calls back for each event; returns how to stop. */
  listen(name: EventName, listener: (event: unknown) => void): () => void;
}

export interface TestedKey extends Me {
  /** The account here that the key belongs to; null: none does. */
  readonly connectedAs: Pick<Account, 'id' | 'name'> | null;
}

export interface AppInfo {
  readonly version: string;
  /** The computer's time zone, an IANA name. */
  readonly timeZone: string;
  readonly defaultBaseUrl: string;
  /** Where the cache lies, for people to back up. */
  readonly dataDir: string;
  /** null: usable; else one sentence why not. */
  readonly keychainProblem: string | null;
  /** What went wrong while the profile was opened, and stands in nobody's way; told once, to the first who asks. */
  readonly startProblems: readonly ErrorValue[];
}

export interface LogLine {
  /** ms since epoch UTC. */
  readonly at: number;
  readonly level: 'note' | 'warning' | 'error';
  readonly message: string;
  /** What else the line says, as JSON text; '' for nothing. */
  readonly details: string;
}

export interface Licence {
  readonly name: string;
  readonly version: string;
  /** SPDX, or what the package says. */
  readonly licence: string;
  readonly text: string;
}

export interface CacheSizes {
  readonly fileBytes: number;
  /** Of these, room that compacting gives back. */
  readonly freeBytes: number;
  /** About, since batches share the search index. */
  readonly batches: readonly { readonly batch: string; readonly bytes: number }[];
}

export interface CallWindow {
  /** Calls in the selection. */
  readonly total: number;
  /** Calls in the selection's batches, without text and filters. */
  readonly all: number;
  /** Where the rows stand now. */
  readonly offset: number;
  readonly rows: JsonBytes<readonly CallRow[]>;
}

export interface RecordingState {
  /**
   * `none`: the provider has none; `no_key`: it does not say under which name; `no_location`: the account does not say where recordings
   * lie; `no_folder`: the folder of the account's recordings is not there; `not_found`: it is not where they lie; `ready`: it can be
   * played.
   */
  readonly state: 'none' | 'no_key' | 'no_location' | 'no_folder' | 'not_found' | 'ready';
  readonly fileKey: string | null;
  /** Where the account's recordings lie, if in a folder. */
  readonly folder?: string;
}

export interface RunChanges {
  readonly total: number;
  readonly first: readonly RunChange[];
}

export interface ExportTarget {
  readonly token: string;
  readonly fileName: string;
}

export interface ExportProgress {
  readonly jobId: number;
  readonly fileName: string;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** ms since epoch UTC. */
  readonly startedAt: number;
  readonly rowsWritten: number;
  readonly rowsTotal: number;
  /** Files in the folder, where the calls are split into several. */
  readonly files: number;
  readonly sheets: readonly string[];
  /** What Excel's limits cut, in words. */
  readonly cuts: readonly string[];
  readonly error: ErrorValue | null;
}
