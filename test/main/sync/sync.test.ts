import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fromJsonBytes, fromJsonText } from '../../../src/shared/json.ts';
import type { RunChanges } from '../../../src/shared/contract.ts';
import type { SyncRun } from '../../../src/shared/model.ts';
import { all } from '../../support/cacheFile.ts';
import { openHeadless, type HeadlessApp } from '../../support/headless.ts';
import { sampleIds } from '../../support/provider/batches.ts';
import {
  noListKey,
  sampleKey,
  startProvider,
  type Provider,
  type ProviderOptions,
} from '../../support/provider/server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const call = (i: number, fields: object = {}) => ({
  call_id: `call_${i}`,
  status: 'completed',
  started_at: '2026-05-15T08:30:05Z',
  ...fields,
});
const calls = (count: number, from = 0) => Array.from({ length: count }, (_, i) => call(from + i));
const served = (name: string, items: readonly unknown[]) => ({
  batch: { schedule_id: name, agent_name: 'Agent', status: 'completed' },
  items,
});

async function start(options: ProviderOptions): Promise<{ provider: Provider; app: HeadlessApp }> {
  const provider = await startProvider({ rateLimitPerMinute: null, ...options });
  const app = await openHeadless();
  open.push(provider, app);
  return { provider, app };
}

async function syncAgain(app: HeadlessApp, everything = true) {
  const batches = await app.commands['batches.list'](undefined);
  await app.commands['sync.start']({
    accountId: batches[0]?.accountId ?? '',
    batches: batches.map(({ key }) => key),
    everything,
  });
  return app.syncEnd();
}

async function idsIn(app: HeadlessApp): Promise<string[]> {
  const window = await app.commands['calls.window']({ selection: all, sort: [], offset: 0, limit: 1_000 });
  return fromJsonBytes(window.rows)
    .map((row) => row.call.call_id)
    .sort();
}

test('every call of every batch arrives once, and the end says how many are new', async () => {
  const { provider, app } = await start({
    batches: [served('a', calls(1_203)), served('b', []), served('c', calls(5, 9_000))],
  });
  const end = await app.connectAndSync(provider);
  expect(end.state).toBe('done');
  expect(
    end.batches
      .map(({ batch_id, new: added, complete, fetched, total }) => [batch_id, added, complete, fetched, total])
      .sort(),
  ).toEqual([
    ['a', 1_203, true, 1_203, 1_203],
    ['b', 0, true, 0, 0],
    ['c', 5, true, 5, 5],
  ]);
  expect(await app.commands['calls.count']({ selection: all })).toBe(1_208);
});

test('whoever hears that a sync has ended can begin the next at once', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3))] });
  const { accountId, batches } = await app.connectAndSync(provider);
  const again = { accountId, batches: batches.map(({ batch }) => batch), everything: true };
  const next = new Promise((resolve) => {
    const stop = app.on('sync.progressed', ({ state }) => {
      if (state === 'running') return;
      stop();
      resolve(app.commands['sync.start'](again));
    });
  });
  await app.commands['sync.start'](again);
  expect(await next).toMatchObject({ state: 'running' });
  expect((await app.syncEnd()).state).toBe('done');
});

test('a second sync says what changed, what is gone and what could not be read', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(10))] });
  await app.connectAndSync(provider);
  provider.setItems('a', [...calls(8), call(8, { summary: 'new words' }), call(20), { name: 'no id' }]);
  const [batch] = (await syncAgain(app)).batches;
  expect(batch).toMatchObject({ new: 1, changed: 1, unchanged: 8, gone: 1, rejected: 1, complete: true });
  const { runId } = (await app.commands['sync.status'](undefined)) as SyncRun;
  const changes = fromJsonText<RunChanges>(await app.commands['sync.changes']({ runId }));
  expect(changes.first.map(({ call_id, field, oldValue, newValue }) => [call_id, field, oldValue, newValue])).toEqual([
    ['call_8', 'summary', null, '"new words"'],
    ['call_9', 'gone upstream', null, 'true'],
  ]);
  const rejected = await app.commands['sync.rejected']({});
  expect(rejected.map(({ list, received, page }) => [list, list === 'results' ? received : '', page])).toEqual([
    ['results', '{"name":"no id"}', 1],
    ['contacts', '', 1],
  ]);
  expect(await idsIn(app)).toHaveLength(11);
});

test('a page that does not end, stays empty or repeats itself ends the batch, incomplete, with what came', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(700))] });
  const endless = provider.misbehave({ type: 'endless', path: '/results' });
  expect((await app.connectAndSync(provider)).batches[0]).toMatchObject({ state: 'done', complete: false, new: 700 });
  endless();
  const empty = provider.misbehave({ type: 'emptyPage', page: 2, path: '/results' });
  expect((await syncAgain(app)).batches[0]).toMatchObject({ state: 'done', complete: false, gone: 0 });
  empty();
  expect((await syncAgain(app)).batches[0]).toMatchObject({ complete: true, gone: 0 });
  expect(await app.commands['calls.count']({ selection: all })).toBe(700);
});

test('where a page does not say whether there is more, its count of calls does', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(1_001)), served('b', calls(500, 2_000))] });
  provider.misbehave({ type: 'noHasMore' });
  const { batches } = await app.connectAndSync(provider);
  expect(batches.map(({ new: brought, complete }) => [brought, complete])).toEqual([
    [1_001, true],
    [500, true],
  ]);
});

test('calls that move between pages while they are read are found by reading again', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(1_600))] });
  provider.misbehave({ type: 'drift', by: 40, path: '/results', times: 3 });
  const end = await app.connectAndSync(provider);
  expect(end.batches[0]).toMatchObject({ new: 1_600, gone: 0, complete: true });
  expect(await app.commands['calls.count']({ selection: all })).toBe(1_600);
});

test('a batch that fails keeps what came before and does not stop the others', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(700)), served('b', calls(3, 5_000))] });
  provider.misbehave({ type: 'status', status: 404, path: '/a/results', page: 2 });
  const end = await app.connectAndSync(provider);
  expect(end.state).toBe('partly');
  const byId = Object.fromEntries(end.batches.map((batch) => [batch.batch_id, batch]));
  expect(byId['a']).toMatchObject({ state: 'failed', new: 500, error: { code: 'NOT_FOUND' } });
  expect(byId['b']).toMatchObject({ state: 'done', new: 3 });
  expect(await app.commands['calls.count']({ selection: all })).toBe(503);
});

test('a rejected key ends the sync with a sentence, and cached calls stay', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3)), served('b', calls(3, 50))] });
  await app.connectAndSync(provider);
  provider.misbehave({ type: 'status', status: 401 });
  const end = await syncAgain(app);
  expect(end.state).toBe('failed');
  expect(end.batches.map(({ error }) => error?.code)).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED']);
  expect(await app.commands['calls.count']({ selection: all })).toBe(6);
});

test('a cancelled sync stops, keeps what came, and says so', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(700)), served('b', calls(3, 5_000))] });
  provider.misbehave({ type: 'hang', path: '/a/results', page: 2 });
  const stop = app.on('sync.progressed', (run) => {
    if (run.batches.some(({ fetched }) => fetched === 500)) void app.commands['sync.cancel'](undefined);
  });
  const end = await app.connectAndSync(provider);
  stop();
  expect(end.state).toBe('cancelled');
  expect(await app.commands['calls.count']({ selection: all })).toBe(
    end.batches.reduce((sum, batch) => sum + batch.fetched, 0),
  );
});

test('an account that may not list its batches syncs one by its id', async () => {
  const { provider, app } = await start({ keys: [sampleKey, noListKey], batches: [served('a', calls(3))] });
  const account = await app.commands['accounts.connect']({
    name: 'Test',
    baseUrl: provider.baseUrl,
    key: noListKey,
    keep: 'session',
  });
  await expect(Promise.resolve(app.commands['batches.refresh']({ accountId: account.id }))).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const batch = await app.commands['batches.find']({ accountId: account.id, batch_id: 'a' });
  await app.commands['sync.start']({ accountId: account.id, batches: [batch.key], everything: false });
  expect((await app.syncEnd()).state).toBe('done');
  expect(await idsIn(app)).toEqual(['call_0', 'call_1', 'call_2']);
});

test('what the provider knows and does not document comes through whole: the edge cases can all be pivoted', async () => {
  const provider = await startProvider({ rateLimitPerMinute: null });
  const app = await openHeadless();
  open.push(provider, app);
  const end = await app.connectAndSync(provider);
  expect(end.batches.every(({ rejected }) => rejected === 0)).toBe(true);
  const columns = await app.commands['calls.columns']({ batches: [] });
  for (const column of columns.filter(({ id }) => id.startsWith('outcome:'))) {
    const pivot = await app.commands['pivot.run']({
      selection: all,
      spec: { rows: [{ column: column.id }], columns: [], measures: [{ type: 'count' }], base: 'filled' },
    });
    expect(pivot.calls, column.id).toBe(pivot.cells[0]?.reduce((sum, n) => sum + n, 0));
  }
});

const results = (provider: Provider) => provider.requests.filter(({ path }) => path.endsWith('/results'));

test('a sync with nothing new costs one request for the list, and says that all is as it was', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(700)), served('b', calls(3, 5_000))] });
  await app.connectAndSync(provider);
  const before = provider.requests.length;
  const end = await syncAgain(app, false);
  expect(end.batches.map(({ state, unchanged, complete, requests }) => [state, unchanged, complete, requests])).toEqual(
    [
      ['done', 700, true, 0],
      ['done', 3, true, 0],
    ],
  );
  expect(provider.requests.slice(before).map(({ path }) => path)).toEqual(['/api/v1/public/call-batches']);
});

test('a sync asks only for batches whose calls can have changed', async () => {
  const pending = call(1, { analysis_status: 'pending' });
  const { provider, app } = await start({
    batches: [
      served('same', calls(2)),
      served('moved', calls(2, 10)),
      served('pending', [pending]),
      { ...served('running', calls(2, 20)), batch: { schedule_id: 'running', status: 'pending' } },
      {
        ...served('recent', calls(2, 30)),
        batch: { schedule_id: 'recent', status: 'completed', created_at: new Date().toISOString() },
      },
    ],
  });
  await app.connectAndSync(provider);
  provider.setItems('moved', calls(3, 10), { completed_contacts: 3 });
  provider.setItems('pending', [call(1, { analysis_status: 'ready' })]);
  const before = results(provider).length;
  await syncAgain(app, false);
  const asked = () =>
    results(provider)
      .slice(before)
      .map(({ path }) => path.split('/').at(-2));
  expect(asked().sort()).toEqual(['moved', 'pending', 'recent', 'running']);
  expect(await app.commands['calls.count']({ selection: all })).toBe(10);
});

test('a sync that was stopped goes on with the page where it stopped', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(2_600))] });
  const stop = provider.misbehave({ type: 'status', status: 404, path: '/a/results', page: 4 });
  expect((await app.connectAndSync(provider)).batches[0]).toMatchObject({ state: 'failed', new: 1_500 });
  stop();
  const before = results(provider).length;
  const end = await syncAgain(app, false);
  expect(end.batches[0]).toMatchObject({ state: 'done', new: 2_600, complete: true });
  expect(
    results(provider)
      .slice(before)
      .map(({ query }) => Number(new URLSearchParams(query).get('page'))),
  ).toEqual([4, 5, 6]);
});

test('a sync that was stopped by quitting goes on at the next start, and only then', async () => {
  const provider = await startProvider({
    rateLimitPerMinute: null,
    batches: [served('a', calls(1_600)), served('b', calls(3, 5_000))],
  });
  open.push(provider);
  const dataDir = mkdtempSync(join(tmpdir(), 'callbook-resume-'));
  const deps = { dataDir, environmentKey: provider.key };
  const unhang = provider.misbehave({ type: 'hang', path: '/a/results', page: 3 });
  const first = await openHeadless(deps);
  const reached = new Promise<void>((resolve) => {
    first.on('sync.progressed', (run) => run.batches.some(({ fetched }) => fetched === 1_000) && resolve());
  });
  const ended = first.connectAndSync(provider);
  await reached;
  await first.close();
  expect((await ended).state).toBe('cancelled');
  unhang();

  const second = await openHeadless(deps);
  await second.resume();
  expect((await second.syncEnd()).batches.map(({ batch_id, complete }) => [batch_id, complete])).toEqual([
    ['a', true],
    ['b', true],
  ]);
  expect(await second.commands['calls.count']({ selection: all })).toBe(1_603);
  await second.close();

  const third = await openHeadless(deps);
  await third.resume();
  expect(await third.commands['sync.status'](undefined)).toBeNull();
  await third.close();
  rmSync(dataDir, { recursive: true });
});

test('syncs of several accounts that were stopped go on one after another, also past one that cannot', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'callbook-resume-'));
  const stopped: string[] = [];
  for (let i = 0; i < 3; i++) {
    const provider = await startProvider({ rateLimitPerMinute: null, batches: [served('a', calls(3))] });
    open.push(provider);
    const unhang = provider.misbehave({ type: 'hang', path: '/a/results' });
    const app = await openHeadless({ dataDir });
    const asked = new Promise<void>((resolve) => {
      app.on('sync.progressed', (run) => run.batches.some((batch) => batch.state === 'syncing') && resolve());
    });
    const ended = app.connectAndSync(provider, `Account ${i}`);
    await asked;
    await app.close();
    stopped.push((await ended).accountId);
    unhang();
  }

  const app = await openHeadless({ dataDir });
  const [first = '', , last = ''] = stopped;
  // Keys for this session are gone with it; those of two are there again, as those in a keychain are.
  for (const accountId of [first, last])
    await app.commands['accounts.replaceKey']({ accountId, key: sampleKey, keep: 'session' });
  const ends: unknown[] = [];
  const both = new Promise<void>((resolve) => {
    app.on('sync.progressed', ({ state, accountId }) => {
      if (state !== 'running' && ends.push([accountId, state]) === 2) resolve();
    });
  });
  await app.resume();
  await both;
  expect(ends).toEqual([
    [last, 'done'],
    [first, 'done'],
  ]);
  expect(await app.commands['calls.count']({ selection: all })).toBe(6);
  await app.close();
  rmSync(dataDir, { recursive: true });
});

test('a batch that changed while its sync was stopped is read from the start', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(1_600))] });
  const stop = provider.misbehave({ type: 'status', status: 404, path: '/a/results', page: 3 });
  await app.connectAndSync(provider);
  stop();
  provider.setItems('a', [call(0, { summary: 'changed' }), ...calls(1_599, 1)], { completed_contacts: 1 });
  expect((await syncAgain(app, false)).batches[0]).toMatchObject({ new: 1_600, changed: 0, complete: true });
  expect(await app.commands['calls.count']({ selection: { ...all, text: 'changed' } })).toBe(1);
});

const contacts = (provider: Provider) => provider.requests.filter(({ path }) => path.endsWith('/calls'));

test('contacts are fetched once for a finished batch, after every batch has its calls', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(700)), served('b', calls(3, 5_000))] });
  const end = await app.connectAndSync(provider);
  expect(end.batches.map(({ state, step, contacts: read }) => [state, step, read]).sort()).toEqual([
    ['done', 'contacts', 3],
    ['done', 'contacts', 700],
  ]);
  const firstContacts = provider.requests.findIndex(({ path }) => path.endsWith('/calls'));
  expect(results(provider)).toHaveLength(3);
  expect(provider.requests.slice(firstContacts).every(({ path }) => path.endsWith('/calls'))).toBe(true);
  expect(contacts(provider)).toHaveLength(3);
  const columns = await app.commands['calls.columns']({ batches: [] });
  expect(columns.find(({ id }) => id === 'metadata:Company Name')).toMatchObject({ filled: 703 });

  await syncAgain(app, false);
  expect(contacts(provider)).toHaveLength(3);
  await syncAgain(app, true);
  expect(contacts(provider)).toHaveLength(6);
});

test('a batch whose contacts are switched off is not asked for them', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3)), served('b', calls(3, 50))] });
  const account = await app.commands['accounts.connect']({
    name: 'Test',
    baseUrl: provider.baseUrl,
    key: provider.key,
    keep: 'session',
  });
  const batches = await app.commands['batches.refresh']({ accountId: account.id });
  const batch = batches.find(({ batch_id }) => batch_id === 'a')?.key ?? '';
  await app.commands['batches.setContacts']({ batch, wantsContacts: false });
  await syncAgain(app, false);
  expect(contacts(provider).map(({ path }) => path.split('/').at(-2))).toEqual(['b']);
});

test('contacts that are not called yet come with a running batch, and again once it has ended', async () => {
  const provider = await startProvider({ rateLimitPerMinute: null });
  const app = await openHeadless();
  open.push(provider, app);
  await app.connectAndSync(provider);
  const running = async () =>
    (await app.commands['batches.list'](undefined)).find(({ batch_id }) => batch_id === sampleIds.running);
  expect(await running()).toMatchObject({ status: 'active', hasContacts: true, calls: 400, uncalled: 200 });
  for (let sync = 0; sync < 16 && (await running())?.status === 'active'; sync++) await syncAgain(app, false);
  await syncAgain(app, false);
  expect(await running()).toMatchObject({ status: 'completed', hasContacts: true, calls: 600, uncalled: 0 });
  const asked = contacts(provider).filter(({ path }) => path.includes(sampleIds.running));
  expect(asked.map(({ query }) => query['page'])).toEqual(['1', '2', '1', '2']);
});

test('an account without the list of contacts has its calls all the same, and is not asked each time', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(3))] });
  provider.misbehave({ type: 'status', status: 404, path: '/a/calls' });
  expect(await app.connectAndSync(provider)).toMatchObject({ state: 'done' });
  await syncAgain(app, false);
  expect(contacts(provider)).toHaveLength(1);
});

test('contacts that fail do not take the calls with them, and come with the next sync', async () => {
  const { provider, app } = await start({ batches: [served('a', calls(1_300))] });
  const stop = provider.misbehave({ type: 'noData', path: '/a/calls', page: 2 });
  const end = await app.connectAndSync(provider);
  expect(end.batches[0]).toMatchObject({
    state: 'failed',
    new: 1_300,
    complete: true,
    error: { code: 'BAD_ENVELOPE' },
  });
  stop();
  expect((await syncAgain(app, false)).batches[0]).toMatchObject({ state: 'done', contacts: 1_300, unchanged: 1_300 });
  const counts = new Map<string, number>();
  for (const { query } of contacts(provider))
    counts.set(String(query['page']), (counts.get(String(query['page'])) ?? 0) + 1);
  expect(counts.get('1')).toBe(1);
});

test('the sample account comes without key and network, once', async () => {
  const app = await openHeadless();
  open.push(app);
  const account = await app.commands['accounts.openSample'](undefined);
  expect((await app.syncEnd()).state).toBe('done');
  expect(await app.commands['calls.count']({ selection: all })).toBe(1_200);
  expect((await app.commands['accounts.openSample'](undefined)).id).toBe(account.id);
  expect(await app.commands['accounts.list'](undefined)).toHaveLength(1);
});
