import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { sampleBatch } from '../../support/provider/batches.ts';
import { sampleKey, startProvider } from '../../support/provider/server.ts';

/** Several accounts, with and without a keychain. */

const entry = fileURLToPath(new URL('../../../src/main/cli/index.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'callbook-cli-accounts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** On a machine without a keychain, where one key comes from the environment. */
function callbook(key: string, ...args: string[]): Promise<Run> {
  return run({ PATH: process.env['PATH'], HOME: folder, CALLBOOK_API_KEY: key }, 'profile', args);
}

function run(env: NodeJS.ProcessEnv, profile: string, args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [entry, '--data-dir', join(folder, profile), ...args], {
    env,
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

const batch = (name: string) =>
  sampleBatch({ name, agent: 'productDemo', count: 3, startedAt: '2026-10-01T06:00:00Z' });

test('one key of the environment goes to the account that is named, and to no other address', async () => {
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
});

// In the session of the real keychain that `npm test` makes; see test/main/keychain.test.ts.
test('all accounts are synced, one after another; one that cannot be asked does not stand before the others', async () => {
  const kept = (key: string | undefined, ...args: string[]) =>
    run({ ...process.env, CALLBOOK_API_KEY: key }, 'kept', args);
  const whole = await startProvider({ batches: [batch('whole')] });
  const also = await startProvider({ batches: [batch('also')] });
  const refused = await startProvider({ batches: [batch('refused')] });
  const removed = await startProvider({ batches: [batch('removed')] });
  const add = (name: string, url: string) => kept(sampleKey, 'account', 'add', '--name', name, '--base-url', url);
  // Asked before the one that answers.
  expect(await add('Removed', removed.baseUrl)).toMatchObject({ code: 0 });
  expect(await add('Refused', refused.baseUrl)).toMatchObject({ code: 0 });
  expect(await add('Whole', whole.baseUrl)).toMatchObject({ code: 0 });
  expect(await add('Also', also.baseUrl)).toMatchObject({ code: 0 });
  expect(await kept(undefined, 'account', 'remove', 'Removed')).toMatchObject({ code: 0 });
  refused.misbehave({ type: 'status', status: 401 });
  try {
    const synced = await kept(undefined, 'sync', '--json');
    expect(synced).toMatchObject({ code: 3 });
    expect(JSON.parse(synced.stdout)).toMatchObject({
      batches: ['whole', 'also'].map((name) => ({ batch_id: batch(name).batch.schedule_id, new: 3 })),
    });
    expect(synced.stderr).toContain('“Removed”: No key');
    expect(synced.stderr).toContain('“Refused”: The provider rejects the key');
    expect(await kept(undefined, 'sync', '--batch', batch('whole').batch.schedule_id)).toMatchObject({ code: 0 });
    for (const one of [whole, also]) one.misbehave({ type: 'status', status: 401 });
    expect(await kept(undefined, 'sync')).toMatchObject({ code: 1, stdout: '' });
  } finally {
    for (const name of ['Refused', 'Whole', 'Also']) await kept(undefined, 'account', 'remove', name);
    await Promise.all([whole.close(), also.close(), refused.close(), removed.close()]);
  }
});
