import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCli } from './program.ts';
import type { Surroundings } from './session.ts';

/** The entry of the command line, in a checkout (this file) and in the built app (`out/main/cli.js`). */

const isBuilt = import.meta.url.endsWith('.js');
const here = (path: string) => new URL(path, import.meta.url);
const root = here(isBuilt ? '../../' : '../../../');
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

const surroundings: Surroundings = {
  workers: isBuilt
    ? { writer: here('./writer.js'), query: here('./query.js'), export: here('./export.js') }
    : {
        writer: here('../cache/writer.worker.ts'),
        query: here('../cache/query.worker.ts'),
        export: here('../export/export.worker.ts'),
      },
  resourcesDir: fileURLToPath(new URL('resources/', root)),
  version,
};

// Whoever reads may have read enough (`| head`): what is left to say goes nowhere, and the work goes on to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), surroundings);
