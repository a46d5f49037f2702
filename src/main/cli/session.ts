import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { createApp, type App, type WorkerEntries } from '../app.ts';
import { CallbookError } from '../../shared/errors.ts';
import type { Selection } from '../../shared/selection.ts';
import { openLog } from '../log.ts';
import { parseFilter, type Known } from './expressions.ts';

/** What the surroundings of a run are: where things lie, which the bundle and the checkout know differently. */
export interface Surroundings {
  readonly workers: WorkerEntries;
  readonly resourcesDir: string;
  readonly version: string;
}

export interface GlobalOptions {
  readonly dataDir?: string;
  readonly json?: true;
  readonly timezone?: string;
}

export interface SelectionOptions {
  readonly filter: readonly string[];
  readonly batch: readonly string[];
  readonly text?: string;
}

/** 0: done; 1: failed, and said why; 3: partly done. What fails as a whole is thrown. */
export type ExitCode = 0 | 1 | 3;

/** One run of the command line: the app, without a window. */
export interface Session {
  readonly app: App;
  /** One JSON document is wanted on stdout instead of words. */
  readonly isJson: boolean;
  readonly timeZone: string;
  /** Writes the answer to stdout, as `document` or as `words`. */
  print(document: unknown, words: string): void;
  /** Where an export goes; the app asks for it as it would ask a person. */
  saveTarget: string | null;
}

/** The profile of the desktop app on this computer. */
function defaultDataDir(): string {
  switch (platform()) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Callbook');
    case 'win32':
      return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Callbook');
    default:
      return join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'Callbook');
  }
}

/** Something to say to the person that is not the answer. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Opens the profile, does the work and closes it again. */
export async function withSession(
  surroundings: Surroundings,
  options: GlobalOptions,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const dataDir = options.dataDir ?? defaultDataDir();
  const notInWindow = () => Promise.reject(new CallbookError('NOT_SUPPORTED'));
  const target: { saveTarget: string | null } = { saveTarget: null };
  const app = await createApp({
    ...surroundings,
    dataDir,
    desktop: {
      // The system's settings are Electron's to read; HTTPS_PROXY holds here too.
      findProxy: () => Promise.resolve('DIRECT'),
      chooseSaveTarget: () => Promise.resolve(target.saveTarget),
      chooseFile: () => Promise.resolve(null),
      chooseFolder: () => Promise.resolve(null),
      applyAppearance: () => undefined,
      openPath: notInWindow,
      revealPath: notInWindow,
      writeClipboard: notInWindow,
      openLink: notInWindow,
    },
    log: openLog(dataDir),
    environmentKey: process.env['CALLBOOK_API_KEY']?.trim() || undefined,
  });
  try {
    const settings = await app.commands['settings.get'](undefined);
    const info = await app.commands['app.info'](undefined);
    for (const { message } of info.startProblems) say(message);
    const isJson = options.json === true;
    return await work(
      Object.assign(target, {
        app,
        isJson,
        timeZone: options.timezone ?? settings.timeZone ?? info.timeZone,
        print: (document: unknown, words: string) =>
          process.stdout.write(`${isJson ? JSON.stringify(document) : words}\n`),
      }),
    );
  } finally {
    await app.close();
  }
}

export async function knownColumns({ app, timeZone }: Session): Promise<Known> {
  const columns = await app.commands['calls.columns']({ batches: [] });
  return { columns: columns.map(({ id }) => id), timeZone };
}

/** The selection that the options describe. Throws BAD_EXPRESSION, or NOT_FOUND for a batch that is not in the cache. */
export async function readSelection(
  { app, timeZone }: Session,
  options: SelectionOptions,
  known: Known,
): Promise<Selection> {
  const stored = await app.commands['batches.list'](undefined);
  const batches = options.batch.flatMap((id) => {
    const keys = stored.filter((batch) => batch.batch_id === id || batch.key === id).map(({ key }) => key);
    if (keys.length === 0)
      throw new CallbookError('NOT_FOUND', `There is no batch “${id}” in the cache. Sync it first.`);
    return keys;
  });
  return {
    batches,
    text: options.text ?? '',
    filters: options.filter.map((text) => parseFilter(text, known)),
    timeZone,
  };
}
