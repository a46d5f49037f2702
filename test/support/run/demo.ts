import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider } from '../provider/server.ts';
import { checkout } from '../runtime.ts';
import { build, openApp } from './open.ts';

/** `npm run demo`: the main job once, on a sample provider, in a profile that is thrown away. */

const cli = join(checkout, 'src/main/cli/index.ts');

// Ctrl+C reaches the running part as well; when that has ended, what was made is cleared away here.
process.on('SIGINT', () => undefined);

console.log('Building …');
build();
const provider = await startProvider();
const profile = mkdtempSync(join(tmpdir(), 'callbook-demo-'));
const workbook = join(checkout, 'demo.xlsx');

/** The command line as a person would use it; the key goes by the environment, never as an argument. */
function callbook(...args: string[]): Promise<void> {
  console.log(`\n$ callbook ${args.join(' ')}`);
  return run(args, 'inherit');
}

function run(args: readonly string[], stdio: 'inherit' | 'ignore'): Promise<void> {
  const child = spawn(process.execPath, [cli, '--data-dir', profile, ...args], {
    env: { ...process.env, CALLBOOK_API_KEY: provider.key },
    stdio,
    cwd: checkout,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`callbook ${args[0]} ended with ${code}`)),
    );
  });
}

try {
  console.log(`The sample provider answers at ${provider.baseUrl}.`);
  await callbook('account', 'add', '--name', 'Sample', '--base-url', provider.baseUrl);
  await callbook('sync', '--all');
  const question = [
    '--filter',
    'outcome:Interested=Yes|No|Maybe',
    '--rows',
    'outcome:Interested',
    '--columns',
    'outcome:Follow Up Required',
  ];
  const pivot = [...question, '--measure', 'count', '--measure', 'avg:duration_seconds'];
  await callbook('pivot', ...pivot);
  await callbook('export', workbook, ...pivot);
  console.log(`\nThe workbook is at ${workbook}.`);
  const end = await openApp([`--user-data-dir=${profile}`]);
  if (typeof end === 'string') console.log(end);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  // The profile is thrown away; its key must not stay in the person's keychain.
  await run(['account', 'remove', 'Sample'], 'ignore').catch(() => undefined);
  await provider.close();
  rmSync(profile, { recursive: true, force: true });
}
