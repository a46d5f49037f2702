import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { sampleBatch } from '../../support/provider/batches.ts';
import { sampleKey, startProvider } from '../../support/provider/server.ts';

/** Several accounts on a machine without a keychain, where one key comes from the environment. */

const entry = fileURLToPath(new URL('../../../src/main/cli/index.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'callbook-cli-accounts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function callbook(key: string, ...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, '--data-dir', join(folder, 'profile'), ...args], {
    env: { PATH: process.env['PATH'], HOME: folder, CALLBOOK_API_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('one key of the environment goes to the account that is named, and to no other address', async () => {
  const batch = (name: string) =>
    sampleBatch({ name, agent: 'productDemo', count: 3, startedAt: '2026-10-01T06:00:00Z' });
  const one = await startProvider({ batches: [batch('one')] });
  const other = await startProvider({ keys: ['sk_other'], batches: [batch('other')] });
  expect(await callbook(sampleKey, 'account', 'add', '--name', 'One', '--base-url', one.baseUrl)).toMatchObject({
    code: 0,
  });
  expect(await callbook('sk_other', 'account', 'add', '--name', 'Other', '--base-url', other.baseUrl)).toMatchObject({
    code: 0,
  });
  other.requests.length = 0;

  for (const args of [['sync'], ['sync', '--batch', batch('one').batch.schedule_id]]) {
    const run = await callbook(sampleKey, ...args);
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('“One”, “Other”') as string });
  }
  expect(await callbook(sampleKey, 'sync', '--account', 'One')).toMatchObject({ code: 0 });
  expect(other.requests).toEqual([]);
  await Promise.all([one.close(), other.close()]);
}, 60_000);
