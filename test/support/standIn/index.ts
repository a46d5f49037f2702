import { readFileSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { displayProblem } from '../runtime.ts';
import { NO_CHROMIUM, findChromium } from './chromium.ts';
import { switches } from './switches.ts';

/** `node test/support/standIn/index.ts …` is what `electron …` would be, on Node and Debian's Chromium. See DESIGN, "Running without Electron's runtime". */

const electron = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electron, shortCircuit: true } : next(specifier, context),
});

function mainOf(target: string): string {
  if (!statSync(target).isDirectory()) return resolve(target);
  const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as { main: string };
  return resolve(target, manifest.main);
}

const noChromium = findChromium() === undefined ? NO_CHROMIUM : undefined;
const problem = noChromium ?? (switches.isHeadless ? undefined : displayProblem());
if (problem === undefined) await import(pathToFileURL(mainOf(switches.app)).href);
else {
  process.stderr.write(`No window can be opened: ${problem}.\n`);
  process.exitCode = 1;
}
