import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout, displayProblem, findElectron, runtimeCommand } from '../runtime.ts';
import { NO_CHROMIUM, findChromium } from '../standIn/chromium.ts';

/** Building the app and opening it, under Electron or else the stand-in. */

/** Ends the process if the build fails: there is nothing to open then. */
export function build(): void {
  const { status } = spawnSync(join(checkout, 'node_modules/.bin/electron-vite'), ['build', '--logLevel', 'warn'], {
    stdio: 'inherit',
    cwd: checkout,
  });
  if (status !== 0) process.exit(1);
}

/** Electron's package downloads its runtime on first use; tried quietly, since a company's network may not allow it. */
function downloadElectron(): void {
  if (findElectron() !== undefined) return;
  console.log('Getting Electron’s runtime (only the first time) …');
  spawnSync(process.execPath, [join(checkout, 'node_modules/electron/install.js')], {
    stdio: 'ignore',
    timeout: 300_000,
  });
}

/**
 * Opens the app with these arguments and resolves with its exit code once its window is closed; where no window can be opened, resolves
 * with why and what would open it, in one line.
 */
export async function openApp(args: readonly string[]): Promise<number | string> {
  const noDisplay = displayProblem();
  if (noDisplay !== undefined) return `No window can be opened: ${noDisplay}.`;
  downloadElectron();
  const { runtime, command, args: before } = runtimeCommand(checkout);
  if (runtime === 'stand-in') {
    const noElectron = 'Electron’s runtime could not be downloaded';
    if (findChromium() === undefined) return `No window can be opened: ${noElectron}, and ${NO_CHROMIUM}.`;
    console.log(`${noElectron}; the app opens in a Chromium window through its stand-in.`);
  }
  const child = spawn(command, [...before, ...args], { stdio: 'inherit', cwd: checkout });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`No window can be opened: ${error.message}.`));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
