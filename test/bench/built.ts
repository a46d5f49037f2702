import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerEntries } from '../../src/main/app.ts';
import { checkout } from '../support/runtime.ts';

/** The app as it is shipped: what starts from sources spends most of its start on reading TypeScript. */

const isBuilt = () => process.env['CALLBOOK_BUILT'] !== undefined && existsSync(join(checkout, 'out/main/index.js'));

/** Builds into `out`, unless CALLBOOK_BUILT says that it is of these sources. */
export function build(): void {
  if (isBuilt()) return;
  const { status } = spawnSync(join(checkout, 'node_modules/.bin/electron-vite'), ['build', '--logLevel', 'error'], {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the app could not be built');
  process.env['CALLBOOK_BUILT'] = '1';
}

const built = (name: string) => pathToFileURL(join(checkout, 'out/main', `${name}.js`));

/** Its threads; call `build` before. */
export const builtWorkers: WorkerEntries = {
  writer: built('writer'),
  query: built('query'),
  export: built('export'),
};

/** A bench's script with what it imports, built as the app is; to be run from where it then lies. */
export async function buildScript(name: string): Promise<string> {
  const outDir = join(checkout, 'out/bench');
  // Here, as the scripts that are measured import this file.
  const { build: buildWithVite } = await import('vite');
  await buildWithVite({
    root: checkout,
    configFile: false,
    logLevel: 'error',
    build: { ssr: join(checkout, 'test/bench', `${name}.ts`), outDir, emptyOutDir: false, target: 'node24' },
  });
  return join(outDir, `${name}.js`);
}

/** Its command line. */
export const builtCli = join(checkout, 'out/main/cli.js');
