import { spawn } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { fromJsonBytes } from '../../../src/shared/json.ts';
import { all } from '../../support/cacheFile.ts';
import { openHeadless, type HeadlessApp } from '../../support/headless.ts';
import type { Rule } from '../../support/provider/misbehaviour.ts';
import { startProvider, type Provider } from '../../support/provider/server.ts';
import { checkout } from '../../support/runtime.ts';

/** Whatever happens at the provider and on the way: once faults stop, one more sync makes the cache equal to the provider. */

type Step =
  | {
      readonly type: 'set';
      readonly count: number;
      readonly from: number;
      readonly word: string;
      readonly pending: boolean;
    }
  | { readonly type: 'fault'; readonly rule: Rule }
  | { readonly type: 'sync' }
  | { readonly type: 'cancelled sync'; readonly afterRequests: number }
  | { readonly type: 'killed sync'; readonly afterRequests: number };

const fault: fc.Arbitrary<Rule> = fc
  .record({
    rule: fc.constantFrom<Rule>(
      { type: 'status', status: 500 },
      { type: 'status', status: 404 },
      { type: 'html' },
      { type: 'truncated' },
      { type: 'reset' },
      { type: 'badJson' },
      { type: 'noData' },
      { type: 'gzip' },
      { type: 'emptyPage' },
      { type: 'endless' },
      { type: 'repeated' },
      { type: 'badItem' },
      { type: 'drift', by: 30 },
      { type: 'clockSkew', seconds: 3_600 },
    ),
    page: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    times: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ rule, page, times }) => ({ ...rule, path: '/results', times, ...(page === undefined ? {} : { page }) }));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('set' as const),
    count: fc.constantFrom(0, 1, 499, 500, 501, 1_100),
    from: fc.constantFrom(0, 3, 200),
    word: fc.constantFrom('red', 'green', 'blue'),
    pending: fc.boolean(),
  }),
  fc.record({ type: fc.constant('fault' as const), rule: fault }),
  fc.constant({ type: 'sync' as const }),
  fc.record({ type: fc.constant('cancelled sync' as const), afterRequests: fc.nat(4) }),
  fc.record({ type: fc.constant('killed sync' as const), afterRequests: fc.nat(6) }),
);

async function sync(app: HeadlessApp): Promise<void> {
  const [batch] = await app.commands['batches.list'](undefined);
  if (batch === undefined) throw new Error('no batch');
  await app.commands['sync.start']({ accountId: batch.accountId, batches: [batch.key], everything: false });
  await app.syncEnd();
}

/** Another Callbook on the same data, by the command line, that does not come to its end. */
async function killedSync(app: HeadlessApp, provider: Provider, afterRequests: number): Promise<void> {
  const target = provider.requests.length + afterRequests;
  const entry = join(checkout, 'src/main/cli/index.ts');
  const child = spawn(process.execPath, [entry, '--data-dir', app.dataDir, 'sync'], {
    env: { ...process.env, CALLBOOK_API_KEY: provider.key },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await vi.waitUntil(() => provider.requests.length > target || child.exitCode !== null, {
    timeout: 60_000,
    interval: 1,
  });
  child.kill('SIGKILL');
  await ended;
}

async function present(app: HeadlessApp): Promise<string[]> {
  const found: string[] = [];
  for (let offset = 0; ; offset += 1_000) {
    const window = await app.commands['calls.window']({ selection: all, sort: [], offset, limit: 1_000 });
    const rows = fromJsonBytes(window.rows);
    found.push(...rows.filter(({ goneAt }) => goneAt === null).map(({ call }) => `${call.call_id} ${call.summary}`));
    if (rows.length < 1_000) return found.sort();
  }
}

async function run(steps: readonly Step[], provider: Provider, app: HeadlessApp): Promise<void> {
  let version = 0;
  const stops: (() => void)[] = [];
  for (const one of steps) {
    switch (one.type) {
      case 'set': {
        const analysis_status = one.pending ? 'pending' : 'ready';
        const items = Array.from({ length: one.count }, (_, i) => ({
          call_id: `call_${one.from + i}`,
          status: 'completed',
          analysis_status,
          summary: `${one.word} ${one.from + i}`,
        }));
        // As the provider does: what changes a batch shows in what it says of it.
        provider.setItems('a', items, { updated_at: new Date(Date.UTC(2026, 0, 1, 0, 0, ++version)).toISOString() });
        break;
      }
      case 'fault':
        stops.push(provider.misbehave(one.rule));
        break;
      case 'sync':
        await sync(app);
        break;
      case 'cancelled sync': {
        const target = provider.requests.length + one.afterRequests;
        const stop = app.on('sync.progressed', () => {
          if (provider.requests.length >= target) void app.commands['sync.cancel'](undefined);
        });
        await sync(app);
        stop();
        break;
      }
      case 'killed sync':
        await killedSync(app, provider, one.afterRequests);
        break;
    }
  }
  for (const stop of stops) stop();
  await sync(app);
  const sent = provider.items('a') as { call_id: string; summary: string }[];
  expect(await present(app)).toEqual(sent.map(({ call_id, summary }) => `${call_id} ${summary}`).sort());
}

test('for any states of the provider, faults and stops, one more sync leaves the cache equal to the provider', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const provider = await startProvider({
        rateLimitPerMinute: null,
        batches: [
          {
            batch: { schedule_id: 'a', status: 'completed', created_at: '2026-01-01T00:00:00Z' },
            items: [{ call_id: 'first', summary: 'first' }],
          },
        ],
      });
      const app = await openHeadless();
      try {
        const { baseUrl, key } = provider;
        const account = await app.commands['accounts.connect']({ name: 'Test', baseUrl, key, keep: 'session' });
        await app.commands['batches.refresh']({ accountId: account.id });
        await run(steps, provider, app);
      } finally {
        await app.close();
        await provider.close();
      }
    }),
    { numRuns: 25 },
  );
  // Each run has its own app, its syncs wait out faults, some start Node, and other tests run beside: on two busy cores 300 s were too few.
}, 900_000);
