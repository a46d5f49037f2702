import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Events } from '../../../src/shared/contract.ts';
import { fromJsonBytes } from '../../../src/shared/json.ts';
import type { SyncRun } from '../../../src/shared/model.ts';
import type { AppDeps } from '../../../src/main/app.ts';
import { openWriter } from '../../../src/main/cache/writer.ts';
import { all } from '../../support/cacheFile.ts';
import { openHeadless, type HeadlessApp } from '../../support/headless.ts';
import { sampleKey, startProvider, type Provider, type ProviderOptions } from '../../support/provider/server.ts';

/** Syncs that wait: for a person, for the network, for the next time by the clock. And what stays of those that are over. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const calls = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ call_id: `call_${from + i}`, status: 'completed' }));
const served = (name: string, items: readonly unknown[], status = 'completed') => ({
  batch: { schedule_id: name, agent_name: 'Agent', status, created_at: '2026-01-01T00:00:00Z' },
  items,
});

async function start(
  options: ProviderOptions,
  deps: Partial<AppDeps> = {},
): Promise<{ provider: Provider; app: HeadlessApp }> {
  const provider = await startProvider({ rateLimitPerMinute: null, ...options });
  const app = await openHeadless({ waitsForNetwork: true, ...deps });
  open.push(provider, app);
  return { provider, app };
}

/** Resolves with the first event that fits. */
function heard<Name extends keyof Events>(
  app: HeadlessApp,
  name: Name,
  fits: (event: Events[Name]) => boolean,
): Promise<Events[Name]> {
  return new Promise((resolve) => {
    const stop = app.on(name, (event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });
}

const command = <T>(answer: T | Promise<T>) => Promise.resolve(answer);

test('a paused sync asks for nothing more until it is resumed, and then gets everything', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(6_000))] });
  const stop = app.on('sync.progressed', (run) => {
    if (run.hold === null && run.batches[0]?.pages === 2) void app.commands['sync.pause'](undefined);
  });
  const paused = heard(app, 'sync.progressed', ({ hold }) => hold === 'paused');
  const ended = app.connectAndSync(provider);
  expect((await paused).state).toBe('running');
  stop();
  // What was under way arrives; a request more would be one too many.
  const pagesAsked = () => provider.requests.filter(({ path }) => path.endsWith('/results')).length;
  await expect
    .poll(async () => {
      const run = await app.commands['sync.status'](undefined);
      return run?.batches[0]?.requests === pagesAsked();
    })
    .toBe(true);
  const atPause = pagesAsked();
  for (let i = 0; i < 20; i++) await command(app.commands['batches.list'](undefined));
  expect(pagesAsked()).toBe(atPause);
  expect(atPause).toBeLessThan(12);
  await app.commands['sync.resume'](undefined);
  expect(await ended).toMatchObject({ state: 'done', hold: null });
  expect(await app.commands['calls.count']({ selection: all })).toBe(6_000);
});

test('a paused sync can be cancelled, and keeps what came', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(6_000))] });
  const stop = app.on('sync.progressed', (run) => {
    if (run.hold === null && run.batches[0]?.pages === 2) void app.commands['sync.pause'](undefined);
  });
  const paused = heard(app, 'sync.progressed', ({ hold }) => hold === 'paused');
  const ended = app.connectAndSync(provider);
  await paused;
  stop();
  await app.commands['sync.cancel'](undefined);
  expect((await ended).state).toBe('cancelled');
  expect(await app.commands['calls.count']({ selection: all })).toBeGreaterThanOrEqual(1_000);
});

test.each([
  ['the network is back', (app: HeadlessApp) => app.commands['sync.network']({ isOnline: true, isMetered: false })],
  ['the computer wakes', (app: HeadlessApp) => app.wake()],
])('a sync whose network goes away waits without an error, and goes on when %s', async (_what, happen) => {
  const { provider, app } = await start({ batches: [served('a', calls(3_000))] });
  const port = Number(new URL(provider.baseUrl).port);
  const reached = heard(app, 'sync.progressed', (run) => run.batches[0]?.pages === 1);
  // Not the first wait, which would soon end by itself.
  const offline = heard(
    app,
    'sync.progressed',
    ({ hold, nextTryAt }) => hold === 'offline' && (nextTryAt ?? 0) - Date.now() > 3_000,
  );
  provider.misbehave({ type: 'hang', path: '/a/results', page: 4 });
  const ended = app.connectAndSync(provider);
  await reached;
  await provider.close();
  const waiting = await offline;
  expect(waiting).toMatchObject({ state: 'running', batches: [{ state: 'syncing', error: null }] });
  expect((waiting.nextTryAt ?? 0) - Date.now()).toBeLessThan(20_000);

  const back = await startProvider({ port, rateLimitPerMinute: null, batches: [served('a', calls(3_000))] });
  open.push(back);
  const goesOn = heard(app, 'sync.progressed', ({ hold }) => hold === null);
  await happen(app);
  await goesOn;
  expect(Date.now()).toBeLessThan(waiting.nextTryAt ?? 0);
  expect(await ended).toMatchObject({ state: 'done', hold: null });
  expect(await app.commands['calls.count']({ selection: all })).toBe(3_000);
});

test('a sync that is cancelled while it waits for the network says nothing more, whatever else it waited for', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3_000))] });
  const reached = heard(app, 'sync.progressed', (run) => run.batches[0]?.pages === 1);
  const offline = heard(app, 'sync.progressed', ({ hold }) => hold === 'offline');
  provider.misbehave({ type: 'hang', path: '/a/results', page: 4 });
  const ended = app.connectAndSync(provider);
  await reached;
  await provider.close();
  await offline;
  await app.commands['sync.cancel'](undefined);
  expect(await ended).toMatchObject({ state: 'cancelled', hold: null });
  const told: SyncRun[] = [];
  app.on('sync.progressed', (run) => told.push(run));
  // The tries of the wait that was cancelled would be now.
  const { nextTryAt } = await offline;
  await vi.waitUntil(() => Date.now() > (nextTryAt ?? 0) + 50, { timeout: 5_000 });
  expect(told).toEqual([]);
  expect(await app.commands['sync.status'](undefined)).toMatchObject({ state: 'cancelled', hold: null });
});

test('where somebody waits for the end, a provider that cannot be reached fails the sync', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3))] }, { waitsForNetwork: false });
  await app.connectAndSync(provider);
  await provider.close();
  const [batch] = await app.commands['batches.list'](undefined);
  await app.commands['sync.start']({
    accountId: batch?.accountId ?? '',
    batches: [batch?.key ?? ''],
    everything: true,
  });
  expect((await app.syncEnd()).batches[0]?.error?.code).toBe('NO_NETWORK');
});

test('a sync begins at the start, and again every few minutes while a batch is running, and not after that', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3), 'active')] }, { minuteMs: 40 });
  // The provider's own batches end when all is at rest; this one goes on until told otherwise.
  provider.setItems('a', calls(3), { status: 'queued' });
  await app.connectAndSync(provider);
  await app.commands['settings.change']({ syncMinutes: 1 });
  const runs: number[] = [];
  const automatic = (run: SyncRun) => run.isAutomatic && run.state === 'done';
  app.on('sync.progressed', (run) => automatic(run) && runs.push(run.runId));
  const first = heard(app, 'sync.progressed', automatic);
  await app.commands['sync.network']({ isOnline: true, isMetered: false });
  await first;
  await heard(app, 'sync.progressed', (run) => automatic(run) && runs.length >= 3);
  provider.setItems('a', calls(5), { status: 'completed' });
  await Promise.all([
    heard(app, 'sync.scheduled', (nextAt) => nextAt === null),
    heard(app, 'sync.progressed', (run) => automatic(run) && run.batches[0]?.new === 2),
  ]);
  expect(await app.commands['calls.count']({ selection: all })).toBe(5);
  expect(await app.commands['sync.next'](undefined)).toBeNull();
});

test('syncs by themselves go on when the clock is set back', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3), 'active')] }, { minuteMs: 200 });
  provider.setItems('a', calls(3), { status: 'queued' });
  await app.connectAndSync(provider);
  await app.commands['settings.change']({ syncMinutes: 1 });
  const ended = () => heard(app, 'sync.progressed', (run) => run.isAutomatic && run.state === 'done');
  const first = ended();
  await app.commands['sync.network']({ isOnline: true, isMetered: false });
  await first;
  // Between two syncs.
  await heard(app, 'sync.scheduled', (nextAt) => (nextAt ?? 0) > Date.now());
  const now = Date.now;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
  try {
    expect((await ended()).batches).toHaveLength(1);
  } finally {
    clock.mockRestore();
  }
});

test('on a connection that costs by the byte nothing begins by itself, unless that is wished', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3), 'queued')] }, { minuteMs: 20 });
  await app.connectAndSync(provider);
  await app.commands['settings.change']({ syncMinutes: 1 });
  await app.commands['sync.network']({ isOnline: true, isMetered: true });
  expect(await app.commands['sync.next'](undefined)).toBeNull();
  const before = provider.requests.length;
  const begun = heard(app, 'sync.progressed', ({ isAutomatic }) => isAutomatic);
  expect(provider.requests.length).toBe(before);
  await app.commands['settings.change']({ syncsOnMetered: true });
  expect((await begun).isAutomatic).toBe(true);
});

test('a batch that a person never synced stays out of syncs by themselves', async () => {
  const { provider, app } = await start({
    batches: [served('a', calls(3), 'queued'), served('b', calls(3, 50), 'queued')],
  });
  const account = await app.commands['accounts.connect']({
    name: 'Test',
    baseUrl: provider.baseUrl,
    key: provider.key,
    keep: 'session',
  });
  const batches = await app.commands['batches.refresh']({ accountId: account.id });
  const first = batches.find(({ batch_id }) => batch_id === 'a')?.key ?? '';
  await app.commands['sync.start']({ accountId: account.id, batches: [first], everything: false });
  await app.syncEnd();
  const ended = heard(app, 'sync.progressed', (run) => run.isAutomatic && run.state !== 'running');
  await app.commands['sync.network']({ isOnline: true, isMetered: false });
  expect((await ended).batches.map(({ batch_id }) => batch_id)).toEqual(['a']);
});

test('a past sync says what it did: calls, requests, retries, bytes, duration', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(700))] });
  provider.misbehave({ type: 'status', status: 500, path: '/results', times: 2 });
  await app.connectAndSync(provider);
  provider.setItems('a', [...calls(699), { call_id: 'call_699', status: 'failed' }], { completed_contacts: 1 });
  const [batch] = await app.commands['batches.list'](undefined);
  const wish = { accountId: batch?.accountId ?? '', batches: [batch?.key ?? ''], everything: false };
  await app.commands['sync.start'](wish);
  await app.syncEnd();
  const [second, first] = await app.commands['sync.runs']({ limit: 10 });
  expect(first).toMatchObject({ state: 'done', new: 700, retries: 2, batches: 1 });
  // The list, two pages of results that were sent twice, two pages of contacts.
  expect(first?.requests).toBe(1 + 4 + 2);
  expect(first?.bytes).toBeGreaterThan(700 * 40);
  expect(first?.finishedAt).toBeGreaterThanOrEqual(first?.startedAt ?? Infinity);
  expect(second).toMatchObject({ new: 0, changed: 1, unchanged: 699, retries: 0 });
  expect((await app.commands['batches.list'](undefined))[0]?.lastRun).toMatchObject({ changed: 1, pages: 2 });
});

test('an account that is removed while its sync begins takes that sync along', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3_000))] });
  const { baseUrl, key } = provider;
  const { id } = await app.commands['accounts.connect']({ name: 'Test', baseUrl, key, keep: 'session' });
  const batches = (await app.commands['batches.refresh']({ accountId: id })).map((batch) => batch.key);
  const beginning = app.commands['sync.start']({ accountId: id, batches, everything: false });
  await app.commands['accounts.remove']({ accountId: id, withData: true });
  expect((await app.commands['sync.status'](undefined))?.state).toBe('cancelled');
  await beginning;
  expect(await app.commands['batches.list'](undefined)).toEqual([]);
});

test('how a batch failed is known after a restart, until the key is replaced', async () => {
  const provider = await startProvider({ rateLimitPerMinute: null, batches: [served('a', calls(3))] });
  open.push(provider);
  const dataDir = mkdtempSync(join(tmpdir(), 'callbook-failed-'));
  const deps = { dataDir, environmentKey: provider.key };
  const first = await openHeadless(deps);
  await first.connectAndSync(provider);
  const refused = provider.misbehave({ type: 'status', status: 401 });
  const [batch] = await first.commands['batches.list'](undefined);
  const wish = { accountId: batch?.accountId ?? '', batches: [batch?.key ?? ''], everything: true };
  await first.commands['sync.start'](wish);
  await first.syncEnd();
  await first.close();

  const second = await openHeadless(deps);
  const failure = async () => (await second.commands['batches.list'](undefined))[0]?.lastRun?.error?.code;
  expect(await failure()).toBe('UNAUTHORIZED');
  // Nothing begins by itself with a key that is refused; calls stay.
  await second.commands['sync.network']({ isOnline: true, isMetered: false });
  expect(await second.commands['calls.count']({ selection: all })).toBe(3);
  expect(await second.commands['sync.status'](undefined)).toBeNull();
  refused();
  await second.commands['accounts.replaceKey']({ accountId: wish.accountId, key: provider.key, keep: 'session' });
  expect(await failure()).toBeUndefined();
  await second.close();
  rmSync(dataDir, { recursive: true });
});

test('accounts that share a key share its budget, and learn it from what the provider says of the account', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'callbook-budget-'));
  open.push({ close: () => Promise.resolve(rmSync(dataDir, { recursive: true })) });
  const { provider, app } = await start(
    { rateLimitPerMinute: 40, batches: Array.from({ length: 30 }, (_, b) => served(`b${b}`, calls(1, b))) },
    { dataDir, environmentKey: sampleKey },
  );
  // Connected twice, as an older Callbook let one do.
  const two = { id: 'acc_two', name: 'Two' };
  const writer = openWriter(join(dataDir, 'cache.sqlite'));
  writer.saveAccount({ ...two, baseUrl: provider.baseUrl, isSample: false, rateLimit: 40, providerAccountId: null });
  writer.close();
  const one = await command(
    app.commands['accounts.connect']({ name: 'One', baseUrl: provider.baseUrl, key: sampleKey, keep: 'session' }),
  );
  expect(one.rateLimit).toBe(40);
  await app.commands['batches.refresh']({ accountId: two.id });
  await app.commands['batches.refresh']({ accountId: one.id });
  // Four requests are used, by both (Two asks whose account it is, too); the sync of one needs 61 and comes to wait for the rest.
  const batches = (await app.commands['batches.list'](undefined)).filter(({ accountId }) => accountId === one.id);
  const waits = heard(app, 'sync.progressed', ({ waitingUntil }) => waitingUntil !== null);
  await app.commands['sync.start']({ accountId: one.id, batches: batches.map(({ key }) => key), everything: false });
  await waits;
  expect(provider.requests).toHaveLength(40);
  expect(provider.requests.every(({ status }) => status === 200)).toBe(true);
  await app.commands['sync.cancel'](undefined);
  await app.syncEnd();
});

test('a key that takes another’s place brings its limit: a sync goes by it, at once and after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'callbook-limit-'));
  open.push({ close: () => Promise.resolve(rmSync(dataDir, { recursive: true })) });
  const { provider, app } = await start(
    // No header of an answer tells the limit.
    { keys: [sampleKey, 'sk_slow'], toldPerMinute: { sk_slow: 3 }, batches: [served('a', calls(3_000))] },
    { dataDir },
  );
  await app.connectAndSync(provider);
  const [batch] = await app.commands['batches.list'](undefined);
  const wish = { accountId: batch?.accountId ?? '', batches: [batch?.key ?? ''], everything: true };
  /** A sync that comes to wait for its minute, after so many requests. */
  const waitsAfter = async (requests: number, of: HeadlessApp) => {
    provider.requests.length = 0;
    const waits = heard(
      of,
      'sync.progressed',
      ({ waitingUntil, state }) => waitingUntil !== null || state !== 'running',
    );
    await of.commands['sync.start'](wish);
    expect((await waits).waitingUntil).not.toBeNull();
    await expect.poll(() => provider.requests.length).toBe(requests);
    await of.commands['sync.cancel'](undefined);
    await of.syncEnd();
  };
  const replaced = app.commands['accounts.replaceKey']({ accountId: wish.accountId, key: 'sk_slow', keep: 'session' });
  expect(await replaced).toMatchObject({ rateLimit: 3 });
  // The third was the test of the key.
  await waitsAfter(2, app);
  await app.close();

  const later = await openHeadless({ dataDir, environmentKey: 'sk_slow', waitsForNetwork: true });
  open.push(later);
  expect(await later.commands['accounts.list'](undefined)).toMatchObject([{ rateLimit: 3 }]);
  await waitsAfter(3, later);
});

test('one call’s history can be asked for by itself', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(1))] });
  await app.connectAndSync(provider);
  provider.setItems('a', [{ call_id: 'call_0', status: 'failed' }], { completed_contacts: 9 });
  const [batch] = await app.commands['batches.list'](undefined);
  await app.commands['sync.start']({
    accountId: batch?.accountId ?? '',
    batches: [batch?.key ?? ''],
    everything: false,
  });
  await app.syncEnd();
  const window = await app.commands['calls.window']({ selection: all, sort: [], offset: 0, limit: 1 });
  const [row] = fromJsonBytes(window.rows);
  const history = JSON.parse(await app.commands['call.history']({ rowId: row?.rowId ?? 0 })) as object[];
  expect(history).toMatchObject([{ field: 'status', oldValue: '"completed"', newValue: '"failed"' }]);
});
