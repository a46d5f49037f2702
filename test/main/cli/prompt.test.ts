import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

/** What is asked for in a terminal: a real one, which util-linux' `script` makes. */

const entry = fileURLToPath(new URL('../../../src/main/cli/index.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'callbook-cli-prompt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Types `keys` as soon as the key is asked for; resolves with all that the terminal showed. */
function addAccount(keys: string): Promise<{ code: number | null; shown: string }> {
  const command = [process.execPath, entry, '--data-dir', folder, 'account', 'add', '--name', 'X'];
  const child = spawn('script', ['-qfec', `${command.join(' ')} --base-url http://127.0.0.1:1`, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: folder },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const isAsked = shown.includes('not shown');
    shown += chunk.toString();
    if (!isAsked && shown.includes('not shown')) child.stdin.write(keys);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, shown }));
  });
}

test.skipIf(process.platform !== 'linux')('a key that is typed at once is not shown either', async () => {
  const { code, shown } = await addAccount('sk_secret\n');
  expect(shown).toContain('cannot be reached');
  expect(shown).not.toContain('sk_secret');
  expect(code).toBe(1);
});

test.skipIf(process.platform !== 'linux').each([
  ['Ctrl+C', '\x03'],
  ['Ctrl+D', '\x04'],
])('%s instead of a key is no key', async (_name, keys) => {
  const { code, shown } = await addAccount(keys);
  expect(shown).toContain('There is no key.');
  expect(code).toBe(1);
});
