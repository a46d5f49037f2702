import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which runtime the app gets on this machine: Electron where its runtime and a display are present, else the stand-in. */

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

export type Runtime = 'electron' | 'stand-in';

/** Electron's own executable, if it has been downloaded or placed by hand; never downloads. */
export function findElectron(): string | undefined {
  const folder = join(checkout, 'node_modules/electron');
  const nameFile = join(folder, 'path.txt');
  const name = existsSync(nameFile) ? readFileSync(nameFile, 'utf8') : 'electron';
  const executable = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
  return existsSync(executable) ? executable : undefined;
}

/** Why no window can be shown to a person here; undefined: one can. */
export function displayProblem(): string | undefined {
  if (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return undefined;
  return 'there is no display (run it in a desktop session, or under xvfb-run)';
}

export interface RuntimeCommand {
  readonly runtime: Runtime;
  readonly command: string;
  readonly args: readonly string[];
}

/** How to start an app: a program and the arguments before the app's own. `app` is a folder or a script. */
export function runtimeCommand(app: string): RuntimeCommand {
  // Electron cannot start without a display; the stand-in can be headless.
  const electron = displayProblem() === undefined ? findElectron() : undefined;
  // Chromium refuses its sandbox to root.
  const rootArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (electron !== undefined) return { runtime: 'electron', command: electron, args: [app, ...rootArgs] };
  return standInCommand(app);
}

export function standInCommand(app: string): RuntimeCommand {
  const standIn = fileURLToPath(new URL('standIn/index.ts', import.meta.url));
  return { runtime: 'stand-in', command: process.execPath, args: [standIn, app] };
}
