import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readItem } from '../../src/shared/call.ts';
import { batchSchema, meSchema } from '../../src/shared/model.ts';
import { agents, type AgentName } from '../support/provider/agents.ts';
import { sampleBatches, sampleIds } from '../support/provider/batches.ts';
import { makeCall, makeCalls } from '../support/provider/data.ts';
import { sampleFiles } from '../support/provider/sampleFiles.ts';
import {
  certificateFile,
  forbiddenKey,
  noListKey,
  startProvider,
  type Provider,
  type ProviderOptions,
} from '../support/provider/server.ts';

/** What every other test relies on: that the sample provider speaks as CONTRACT.md says. */

let provider: Provider;
afterEach(() => {
  vi.useRealTimers();
  return provider.close();
});

async function start(options: ProviderOptions = {}): Promise<void> {
  provider = await startProvider({ rateLimitPerMinute: null, ...options });
}

interface Item {
  readonly call_id: string;
  readonly status: string;
  readonly analysis_status: string;
}

interface Envelope {
  readonly status_code: number;
  readonly error: { readonly code: string; readonly details: string[] } | null;
  readonly data: { items: Item[]; total: number; page: number; limit: number; has_more: boolean } & {
    readonly [field: string]: unknown;
  };
}

function ask(path: string, key = provider.key): Promise<Response> {
  const headers = key === '' ? {} : { authorization: `Bearer ${key}` };
  return fetch(`${provider.baseUrl}/api/v1/public${path}`, { headers, redirect: 'manual' });
}

async function read(path: string, key?: string): Promise<Envelope> {
  return (await (await ask(path, key)).json()) as Envelope;
}

async function readAll(path: string, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 1; ; page++) {
    const { data } = await read(`${path}?limit=${limit}&page=${page}`);
    items.push(...data.items);
    if (!data.has_more) return items;
  }
}

const idOf = ({ call_id }: { readonly call_id: string }) => call_id;
const results = (id: string) => `/call-batches/${id}/results`;

describe('the data', () => {
  test('a call is the same each time and whatever is made before it', async () => {
    await start();
    for (const agent of Object.keys(agents) as AgentName[]) {
      const spec = { seed: 'determinism', agent };
      const calls = makeCalls({ ...spec, count: 40 });
      expect(makeCall(spec, 33)).toEqual(calls[33]);
      expect(makeCalls({ ...spec, count: 5, from: 30 })).toEqual(calls.slice(30, 35));
    }
  });

  test('every sample item and every committed sample file is what the product reads', async () => {
    await start();
    for (const { batch } of sampleBatches().filter(({ batch }) => batch.schedule_id !== sampleIds.large)) {
      const unread = provider
        .items(batch.schedule_id)
        .map((item) => readItem(JSON.stringify(item)))
        .filter(({ ok }) => !ok);
      expect(unread).toEqual([]);
    }
    const folder = new URL('../../resources/sample/', import.meta.url);
    const committed = readdirSync(folder).map((name): [string, string] => [
      name,
      readFileSync(new URL(name, folder), 'utf8'),
    ]);
    // Equal unless the generator changed: then run `node test/support/provider/writeSample.ts`.
    expect(new Map(committed)).toEqual(sampleFiles());
    const listed = batchSchema.array().parse(JSON.parse(sampleFiles().get('batches.json') ?? ''));
    expect(committed.map(([name]) => name).sort()).toEqual(
      [
        'batches.json',
        ...listed.flatMap(({ schedule_id }) => [`contacts-${schedule_id}.json`, `results-${schedule_id}.json`]),
      ].sort(),
    );
  });

  test('edge cases keep every digit and the key __proto__ on the wire', async () => {
    await start();
    const text = await (await ask(results(sampleIds.edgeCases))).text();
    expect(text).toContain('"Policy":12345678901234567890');
    expect(text).toContain('"__proto__":"not a prototype"');
    expect(text).toContain('"":"the empty key"');
  });
});

describe('the endpoints', () => {
  test('paging gives each of 10,000 calls once, 500 at a time', async () => {
    await start();
    const calls = await readAll(results(sampleIds.large), 500);
    expect(calls).toHaveLength(10_000);
    expect(new Set(calls.map(idOf)).size).toBe(10_000);
    expect(provider.requests).toHaveLength(20);
    expect(calls[777]).toEqual(provider.items(sampleIds.large)[777]);
  });

  test('me, the batches and one batch have the documented fields', async () => {
    await start({ rateLimitPerMinute: 120 });
    expect(meSchema.parse((await read('/me')).data).limits?.rate_limit_per_minute).toBe(120);
    const { data } = await read('/call-batches');
    expect(data.total).toBe(sampleBatches().length);
    expect(data.limit).toBe(50);
    for (const batch of batchSchema.array().parse(data.items)) {
      const one = await read(`/call-batches/${batch.schedule_id}`);
      expect(one.data).toMatchObject(batch);
      expect(one.data).toHaveProperty('pending_contacts');
      expect((await read(`${results(batch.schedule_id)}?page=2`)).data.total).toBe(
        Number(batch.total_contacts) - Number(one.data['pending_contacts']),
      );
    }
    const active = await read('/call-batches?status=active');
    expect(active.data.items).toMatchObject([{ schedule_id: sampleIds.running }]);
    expect((await read(`/call-batches?agent_id=${agents.hotel.agent_id}`)).data.total).toBe(1);
  });

  test('the calls of a batch list everybody, found by status and by external id', async () => {
    await start();
    const path = `/call-batches/${sampleIds.running}/calls`;
    expect((await read(path)).data.total).toBe(600);
    expect((await read(`${path}?status=pending`)).data.total).toBe(200);
    expect((await read(`${path}?external_id=100003`)).data.items).toMatchObject([{ external_id: '100003' }]);
  });

  test.each([
    ['/me', '', 401, 'UNAUTHORIZED'],
    ['/me', 'sk_wrong', 401, 'UNAUTHORIZED'],
    ['/me', forbiddenKey, 403, 'FORBIDDEN'],
    ['/call-batches', noListKey, 403, 'FORBIDDEN'],
    [results(sampleIds.tiny), noListKey, 200, undefined],
    [results('sched_nowhere'), undefined, 404, 'NOT_FOUND'],
    ['/nothing', undefined, 404, 'NOT_FOUND'],
    [`${results(sampleIds.tiny)}?limit=501`, undefined, 422, 'VALIDATION_ERROR'],
    [`${results(sampleIds.tiny)}?limit=0`, undefined, 422, 'VALIDATION_ERROR'],
    [`${results(sampleIds.tiny)}?page=0`, undefined, 422, 'VALIDATION_ERROR'],
    [`${results(sampleIds.tiny)}?page=two`, undefined, 422, 'VALIDATION_ERROR'],
    ['/call-batches?limit=101', undefined, 422, 'VALIDATION_ERROR'],
  ])('%s with key %j answers %i %s in the envelope', async (path, key, status, code) => {
    await start();
    const response = await ask(path, key);
    const envelope = (await response.json()) as Envelope;
    expect([response.status, envelope.status_code, envelope.error?.code]).toEqual([status, status, code]);
    expect(envelope.data === null).toBe(status !== 200);
    expect(provider.requests).toMatchObject([{ status, hasAuthorization: key !== '' }]);
  });

  test('the limit of requests a minute is told, kept, and over with its window', async () => {
    // However long this machine takes to ask four times, the window is over when the test says so.
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ rateLimitPerMinute: 3, rateWindowMs: 1500 });
    const answers = [await ask('/me'), await ask('/me'), await ask('/me'), await ask('/me')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(answers[3]?.headers.get('x-ratelimit-limit')).toBe('3');
    expect(((await answers[3]?.json()) as Envelope | undefined)?.error?.code).toBe('RATE_LIMITED');
    expect((await ask('/me', noListKey)).status).toBe(200);
    vi.setSystemTime(Date.now() + 1_499);
    expect((await ask('/me')).status).toBe(429);
    vi.setSystemTime(Date.now() + 1);
    expect((await ask('/me')).status).toBe(200);
  });
});

describe('state', () => {
  test('a running batch grows, is analysed and comes to rest, poll by poll', async () => {
    await start();
    const path = results(sampleIds.running);
    const first = await readAll(path, 500);
    const again = await readAll(path, 100);
    expect(again.length).toBeGreaterThan(first.length);
    // New calls come first, so those known before are on later places now.
    expect(again.findIndex(({ call_id }) => call_id === first[0]?.call_id)).toBe(again.length - first.length);
    expect(new Set(first.map(({ analysis_status }) => analysis_status))).toEqual(
      new Set(['pending', 'processing', 'ready', 'failed', 'disabled']),
    );
    expect(first.some(({ status }) => status === 'in_progress')).toBe(true);
    let polls = 2;
    for (; provider.batch(sampleIds.running).status === 'active'; polls++) await ask(path);
    const last = await readAll(path, 500);
    expect(polls).toBeLessThan(30);
    expect(new Set(last.map(idOf)).size).toBe(600);
    expect(last.filter((call) => /pending|processing/.test(call.analysis_status))).toEqual([]);
    expect(await readAll(path, 500)).toEqual(last);
  });

  test('items can be given, changed and removed while it serves', async () => {
    const items = [{ call_id: 'a', status: 'completed' }, 'not an item', { call_id: 'b', odd: [1, null] }];
    await start({ batches: [{ batch: { schedule_id: 'own/1' }, items }] });
    const path = results(encodeURIComponent('own/1'));
    expect((await read(path)).data.items).toEqual(items);
    provider.removeItem('own/1', 'b');
    expect((await read(path)).data).toMatchObject({ items: items.slice(0, 2), total: 2, has_more: false });
    provider.setItems('own/1', [{ call_id: 'c' }], { status: 'failed' });
    expect((await read(path)).data.items).toEqual([{ call_id: 'c' }]);
    expect(provider.batch('own/1')).toMatchObject({ status: 'failed', total_contacts: 1 });
    provider.removeBatch('own/1');
    expect((await ask(path)).status).toBe(404);
  });
});

describe('misbehaviour', () => {
  const path = results(sampleIds.edgeCases);

  test('a rule meets only what it names, so many times, or until it is called off', async () => {
    await start();
    provider.misbehave({ type: 'status', status: 500, path: '/results', page: 2, times: 1 });
    const off = provider.misbehave({
      type: 'status',
      status: 429,
      retryAfter: '7',
      path: /call-batches\?status=active$/,
    });
    expect((await ask(`${path}?page=1`)).status).toBe(200);
    expect((await ask(`${path}?page=2`)).status).toBe(500);
    expect((await ask(`${path}?page=2`)).status).toBe(200);
    expect((await ask('/call-batches')).status).toBe(200);
    const limited = await ask('/call-batches?status=active');
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-ratelimit-remaining')]).toEqual([
      429,
      '7',
      '0',
    ]);
    off();
    expect((await ask('/call-batches?status=active')).status).toBe(200);
  });

  test('answers can be cut off, reset, hung, garbled, redirected or a proxy’s page', async () => {
    await start();
    const once = (rule: Parameters<Provider['misbehave']>[0]) => provider.misbehave({ ...rule, times: 1 });
    once({ type: 'truncated' });
    await expect(ask(path).then((response) => response.text())).rejects.toThrow();
    once({ type: 'reset' });
    await expect(ask(path)).rejects.toThrow();
    once({ type: 'hang' });
    const hung = ask(path);
    await expect.poll(() => provider.requests.length).toBe(3);
    once({ type: 'badJson' });
    await expect(ask(path).then((response) => response.json())).rejects.toThrow(SyntaxError);
    once({ type: 'noData' });
    expect(await read(path)).toMatchObject({ status_code: 200, data: null });
    once({ type: 'html' });
    const html = await ask(path);
    expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html']);
    once({ type: 'redirect', to: 'http://elsewhere.example/' });
    expect((await ask(path)).headers.get('location')).toBe('http://elsewhere.example/');
    once({ type: 'gzip' });
    expect((await ask(path)).headers.get('content-encoding')).toBe('gzip');
    expect((await read(path)).data.total).toBe(provider.items(sampleIds.edgeCases).length);
    await Promise.all([provider.close(), expect(hung).rejects.toThrow()]);
  });

  test('pages can be empty, endless, repeated, unreadable, or drift', async () => {
    await start();
    const all = (await read(path)).data.items.map(idOf);
    const page = async (number: number) => (await read(`${path}?limit=10&page=${number}`)).data;
    provider.misbehave({ type: 'emptyPage', times: 1 });
    expect(await page(1)).toMatchObject({ items: [], has_more: true });
    provider.misbehave({ type: 'endless', times: 1 });
    const endless = await page(99);
    expect([endless.items.map(idOf), endless.has_more]).toEqual([all.slice(20), true]);
    provider.misbehave({ type: 'repeated', count: 2, times: 1 });
    expect((await page(1)).items.map(idOf)).toEqual([...all.slice(0, 10), ...all.slice(0, 2)]);
    provider.misbehave({ type: 'badItem', times: 1 });
    expect((await page(1)).items.map((item) => readItem(JSON.stringify(item)).ok)).toEqual([
      false,
      ...Array<boolean>(9).fill(true),
    ]);
    const off = provider.misbehave({ type: 'drift', by: 3 });
    const drifting = [await page(1), await page(2), await page(3)].flatMap(({ items }) => items.map(idOf));
    expect(drifting).toHaveLength(30);
    expect(new Set(drifting).size).toBe(24);
    off();
    expect(new Set([await page(1), await page(2), await page(3)].flatMap(({ items }) => items.map(idOf)))).toEqual(
      new Set(all),
    );
  });

  test('the clock of the limit can be wrong', async () => {
    await start({ rateLimitPerMinute: 300 });
    const reset = async () => Number((await ask('/me')).headers.get('x-ratelimit-reset'));
    const honest = await reset();
    provider.misbehave({ type: 'clockSkew', seconds: -3600, times: 1 });
    expect(await reset()).toBe(honest - 3600);
  });

  test('its certificate is refused unless it is trusted', async () => {
    await start({ tls: true });
    await expect(ask('/me')).rejects.toThrow();
    const status = new Promise<number | undefined>((resolve, reject) => {
      const options = {
        ca: readFileSync(certificateFile),
        headers: { authorization: `Bearer ${provider.key}` },
        agent: false as const,
      };
      get(`${provider.baseUrl}/api/v1/public/me`, options, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    expect(await status).toBe(200);
  });
});
