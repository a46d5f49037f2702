import type { CommandHandlers, EventName, Events } from '../shared/contract.ts';
import type { Log } from './log.ts';

/** Where the entries of the worker threads lie: TypeScript in a checkout (command line, tests), bundles in the built app. */
export interface WorkerEntries {
  readonly writer: URL;
  readonly query: URL;
  readonly export: URL;
}

/** What only the surroundings can do: the shell does it with Electron, the command line and tests in their own way. */
export interface Desktop {
  /** Asks a person for a file to save to; resolves to its path, or null when they change their mind. */
  chooseSaveTarget(suggestedName: string): Promise<string | null>;
  openPath(path: string): Promise<void>;
  revealPath(path: string): Promise<void>;
  /** `url` has been checked to be https. */
  openLink(url: string): Promise<void>;
}

export interface AppDeps {
  /** The profile: cache, settings, logs. Made if it is not there. */
  readonly dataDir: string;
  /** The checkout's or the package's `resources/`. */
  readonly resourcesDir: string;
  readonly version: string;
  readonly workers: WorkerEntries;
  readonly desktop: Desktop;
  readonly log: Log;
  /** A key to use where the keychain has none (the command line's CALLBOOK_API_KEY). */
  readonly environmentKey?: string | undefined;
}

export interface App {
  readonly commands: CommandHandlers;
  /** Calls back for each event; returns how to stop. */
  on<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void;
  /** Stops sync and export, ends the threads, closes the cache. */
  close(): Promise<void>;
}

export declare function createApp(deps: AppDeps): Promise<App>;
