import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, findElectron } from '../runtime.ts';
import { installNeeds } from './debian.ts';
import { runWithKeyring } from './keyring.ts';

/** `npm test`: types, lint, format and build, each counted as one test, then all tests. The last line says how many passed and failed. */

const bin = (name: string) => join(checkout, 'node_modules/.bin', name);

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types of main, shared, preload and tests', bin('tsc'), '-p', '.'],
  ['shared knows neither Node nor the browser', bin('tsc'), '-p', 'src/shared'],
  ['types of the renderer', bin('tsc'), '-p', 'src/renderer'],
  ['types of the end-to-end tests', bin('tsc'), '-p', 'test/e2e'],
  ['lint', bin('oxlint')],
  ['format', bin('prettier'), '--check', '--log-level', 'warn', '.'],
  ['build', bin('electron-vite'), 'build', '--logLevel', 'warn'],
];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  /** Files that could not even be loaded count as failed too. */
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      /** Of each try that failed. */
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Tests of the window that failed and then passed are told one by one: each has a reason, in the test or in the product. */
function tellSecondTries({ testResults }: VitestReport): void {
  for (const { fullName, status, failureMessages } of testResults.flatMap((file) => file.assertionResults)) {
    if (status === 'passed' && failureMessages.length > 0)
      console.log(`Passed at the second try: ${fullName}\n${failureMessages.join('\n')}`);
  }
}

async function runVitest(): Promise<{ passed: number; failed: number }> {
  const report = join(mkdtempSync(join(tmpdir(), 'callbook-test-')), 'report.json');
  const code = await runWithKeyring(process.execPath, [
    join(checkout, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  try {
    const read = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    tellSecondTries(read);
    const { numPassedTests, numFailedTests } = read;
    return { passed: numPassedTests, failed: Math.max(numFailedTests, code === 0 ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const problem = installNeeds();
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

let [passed, failed] = [0, 0];
for (const [name, command, ...args] of steps) {
  const { status } = spawnSync(command, args, { cwd: checkout, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  if (status === 0) passed++;
  else failed++;
}
console.log(
  `End-to-end tests run under ${findElectron() === undefined ? 'the stand-in (Electron’s runtime is not on this machine)' : 'Electron'}.`,
);
const tests = await runVitest();
console.log(`${passed + tests.passed} passed, ${failed + tests.failed} failed`);
process.exitCode = failed + tests.failed === 0 ? 0 : 1;
