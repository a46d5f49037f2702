import type { Settings } from '../shared/settings.ts';
import type { FindProxy } from './api/web.ts';

/** What only the surroundings can do: the shell does it with Electron, the command line and tests in their own way. */
export interface Desktop {
  /** Asks a person for a file to save to; resolves to its path, or null when they change their mind. */
  chooseSaveTarget(suggestedName: string): Promise<string | null>;
  /** Asks a person for a file to read, of this extension; null when they change their mind. */
  chooseFile(...extensions: readonly string[]): Promise<string | null>;
  /** Asks a person for a folder; null when they change their mind. */
  chooseFolder(): Promise<string | null>;
  openPath(path: string): Promise<void>;
  revealPath(path: string): Promise<void>;
  writeClipboard(content: { readonly text: string; readonly html?: string | undefined }): Promise<void>;
  /** `url` has been checked to be https. */
  openLink(url: string): Promise<void>;
  /** Which proxy the computer's settings name for an address. */
  readonly findProxy: FindProxy;
  /** What the window wears around the page; `zoom` in percent. */
  applyAppearance(appearance: Pick<Settings, 'theme' | 'zoom'>): void;
}
