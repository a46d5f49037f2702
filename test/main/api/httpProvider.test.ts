import { createServer as createHttpServer } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { parseBaseUrl } from '../../../src/main/api/baseUrl.ts';
import { createHttpProvider, type HttpOptions, type HttpProvider } from '../../../src/main/api/httpProvider.ts';
import { createRateLimit } from '../../../src/main/api/rateLimit.ts';
import { CallbookError, type ErrorCode } from '../../../src/shared/errors.ts';
import { quietDesktop } from '../../support/quietDesktop.ts';
import { sampleIds } from '../../support/provider/batches.ts';
import type { Rule } from '../../support/provider/misbehaviour.ts';
import {
  forbiddenKey,
  sampleKey,
  startProvider,
  type Provider,
  type ProviderOptions,
} from '../../support/provider/server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serve(options: ProviderOptions = {}): Promise<Provider> {
  const provider = await startProvider(options);
  open.push(provider);
  return provider;
}

function connect(options: Partial<HttpOptions> & { baseUrl: string }): HttpProvider {
  const provider = createHttpProvider({
    key: sampleKey,
    findProxy: quietDesktop.findProxy,
    rateLimit: createRateLimit(),
    retries: 0,
    retryAfterMs: 5,
    ...options,
  });
  open.push(provider);
  return provider;
}

async function failure(work: Promise<unknown>): Promise<CallbookError> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof CallbookError) return thrown;
    throw thrown;
  }
  throw new Error('it did not fail');
}

test.each<[name: string, rule: Rule, code: ErrorCode, word: RegExp]>([
  ['401', { type: 'status', status: 401 }, 'UNAUTHORIZED', /rejects the key.*untouched.*valid key/],
  ['403', { type: 'status', status: 403 }, 'FORBIDDEN', /API access.*untouched/],
  ['404', { type: 'status', status: 404 }, 'NOT_FOUND', /no such batch.*untouched/],
  ['429', { type: 'status', status: 429 }, 'RATE_LIMITED', /limit.*untouched.*[Ww]ait/],
  ['500', { type: 'status', status: 500 }, 'SERVER_ERROR', /problem \(500\).*untouched.*few minutes/],
  ['a proxy’s HTML with 502', { type: 'html' }, 'SERVER_ERROR', /problem \(502\).*untouched/],
  ['HTML with 200', { type: 'html', status: 200 }, 'NOT_JSON', /not JSON.*untouched.*base URL/],
  ['a login page with 200', { type: 'html', status: 200 }, 'NOT_JSON', /answers in its place.*Wi-Fi.*log in/],
  ['a login page with 401', { type: 'html', status: 401 }, 'NO_NETWORK', /answers in its place.*untouched.*log in/],
  ['a login page with 403', { type: 'html', status: 403 }, 'NO_NETWORK', /answers in its place.*untouched.*log in/],
  ['511', { type: 'status', status: 511 }, 'NO_NETWORK', /answers in its place.*untouched.*log in/],
  ['a redirect', { type: 'redirect', to: 'http://login.example/' }, 'REDIRECTED', /login\.example.*untouched.*log in/],
  ['bad JSON', { type: 'badJson' }, 'NOT_JSON', /not JSON/],
  ['an envelope without data', { type: 'noData' }, 'BAD_ENVELOPE', /agreed form.*untouched/],
  ['a body that ends early', { type: 'truncated' }, 'NO_NETWORK', /cannot be reached.*untouched/],
  ['a connection that is reset', { type: 'reset' }, 'NO_NETWORK', /cannot be reached.*untouched/],
  ['no answer', { type: 'hang' }, 'TIMEOUT', /did not answer.*untouched/],
])('%s is told in words, with what to do', async (_name, rule, code, word) => {
  const provider = await serve();
  provider.misbehave({ ...rule, path: '/results' });
  // On a busy machine the other answers may take longer than this.
  const patience = rule.type === 'hang' ? { timeoutMs: 500 } : {};
  const error = await failure(connect({ baseUrl: provider.baseUrl, ...patience }).getResults(sampleIds.tiny, 1));
  expect(error.code).toBe(code);
  expect(error.message.replaceAll('\n', ' ')).toMatch(word);
  expect(error.message).not.toContain(sampleKey);
});

test('a wrong key and an account without API access are told apart', async () => {
  const provider = await serve({ keys: [sampleKey] });
  expect((await failure(connect({ baseUrl: provider.baseUrl, key: 'sk_wrong' }).getMe())).code).toBe('UNAUTHORIZED');
  expect((await failure(connect({ baseUrl: provider.baseUrl, key: forbiddenKey }).getMe())).code).toBe('FORBIDDEN');
});

test.each([
  ['the dots of a shortened key', 'sk_live_ab…yz'],
  ['a character that cannot be seen', 'sk_live_abcyz\u200b'],
  ['a line break in it', 'sk_live_ab\ncyz'],
])('a key with %s is told as such, and not sent', async (_what, key) => {
  const provider = await serve();
  const error = await failure(connect({ baseUrl: provider.baseUrl, key }).getMe());
  expect([error.code, error.message]).toEqual(['UNAUTHORIZED', expect.stringMatching(/character that no key has/)]);
  expect(error.message).not.toContain('ab');
  expect(provider.requests).toEqual([]);
});

test('a redirect to another host never takes the key there', async () => {
  const other = await serve();
  const provider = await serve();
  provider.misbehave({ type: 'redirect', to: `${other.baseUrl.replace('127.0.0.1', 'localhost')}/api/v1/public/me` });
  const error = await failure(connect({ baseUrl: provider.baseUrl }).getMe());
  expect(error.code).toBe('REDIRECTED');
  expect(error.message).toContain('localhost');
  expect(other.requests).toEqual([]);
});

test('a certificate that cannot be trusted stops the request before the key is sent', async () => {
  const provider = await serve({ tls: true });
  const error = await failure(connect({ baseUrl: provider.baseUrl }).getMe());
  expect(error.code).toBe('TLS_FAILED');
  expect(error.message).toMatch(/not secure.*key was not sent/);
  expect(provider.requests).toEqual([]);
});

test('no network is told as such', async () => {
  const { baseUrl, close } = await startProvider();
  await close();
  expect((await failure(connect({ baseUrl }).getMe())).code).toBe('NO_NETWORK');
});

/** Answers a byte at a time, with `pauseMs` between two; without an end if `isEndless`. */
async function serveSlowly(pauseMs: number, isEndless = false): Promise<string> {
  const answer = `${JSON.stringify({ data: { account_id: 'acc_slow' } })}`;
  const server = createHttpServer((_request, response) => {
    let at = 0;
    const timer = setInterval(() => {
      response.write(answer[at++] ?? ' ');
      if (at < answer.length || isEndless) return;
      clearInterval(timer);
      response.end();
    }, pauseMs);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('an answer that comes slowly is waited for as long as it comes, one that never ends is not', async () => {
  // All of it takes longer than may pass without a byte, which is long for a machine that is only busy.
  const slow = connect({ baseUrl: await serveSlowly(80), timeoutMs: 2_000 });
  expect(await slow.getMe()).toMatchObject({ account_id: 'acc_slow' });
  const endless = connect({ baseUrl: await serveSlowly(20, true), timeoutMs: 100 });
  expect((await failure(endless.getMe())).code).toBe('TIMEOUT');
});

test('what may pass is tried again, what will not is not', async () => {
  const provider = await serve();
  provider.misbehave({ type: 'status', status: 500, path: '/me', times: 2 });
  expect(await connect({ baseUrl: provider.baseUrl, retries: 3 }).getMe()).toMatchObject({
    account_id: expect.any(String),
  });
  expect(provider.requests.map(({ status }) => status)).toEqual([500, 500, 200]);
  provider.misbehave({ type: 'status', status: 404, path: '/me' });
  await failure(connect({ baseUrl: provider.baseUrl, retries: 3 }).getMe());
  expect(provider.requests).toHaveLength(4);
});

test('when the budget of requests is used up, the next one waits for it and says so', async () => {
  const provider = await serve({ rateLimitPerMinute: 3, rateWindowMs: 1_200 });
  const waits: (number | null)[] = [];
  const client = connect({
    baseUrl: provider.baseUrl,
    rateLimit: createRateLimit({ onWait: (until) => waits.push(until), windowMs: 1_200 }),
    retries: 3,
  });
  for (let i = 0; i < 5; i++) await client.getMe();
  expect(provider.requests.filter(({ status }) => status === 429)).toEqual([]);
  expect(waits[0]).toBeGreaterThan(0);
  expect(waits.at(-1)).toBeNull();
});

test('many requests at once never pass the limit in any span of the window, and use nearly all of it', async () => {
  const windowMs = 1_000;
  // Stands still while code runs: what is sent at once is sent at one time, even where the machine is too busy to go on with it.
  vi.useFakeTimers({ toFake: ['Date'] });
  const clock = setInterval(() => vi.setSystemTime(performance.timeOrigin + performance.now()), 1);
  open.push({
    async close() {
      clearInterval(clock);
      vi.useRealTimers();
    },
  });
  const provider = await serve({ rateLimitPerMinute: 60, rateWindowMs: windowMs });
  const budget = createRateLimit({ windowMs });
  // When they are sent; when they arrive is up to how busy the machine is.
  const times: number[] = [];
  const rateLimit: typeof budget = {
    ...budget,
    take: (signal) => budget.take(signal).then(() => void times.push(Date.now())),
  };
  const client = connect({ baseUrl: provider.baseUrl, rateLimit, retries: 3 });
  // The first answer tells the limit.
  await client.getMe();
  await Promise.all(Array.from({ length: 200 }, () => client.getMe()));
  expect(provider.requests.filter(({ status }) => status === 429)).toEqual([]);
  expect(times).toHaveLength(201);
  const inSpan = times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length);
  expect(Math.max(...inSpan)).toBeLessThanOrEqual(60);
  expect(Math.max(...inSpan)).toBeGreaterThanOrEqual(57);
});

test('a limit that an answer tells in no whole number is as good as none: nothing waits for it', async () => {
  for (const odd of ['', ' ', '-1', '0', 'abc', '1e3', 'Infinity']) {
    const abort = new AbortController();
    const rateLimit = createRateLimit({ onWait: () => abort.abort(new Error(`waits for “${odd}”`)) });
    const headers = { 'x-ratelimit-limit': odd, 'x-ratelimit-remaining': '', 'x-ratelimit-reset': odd };
    rateLimit.answered({ ok: true, headers: new Headers(headers) } as Parameters<typeof rateLimit.answered>[0]);
    await Promise.all(Array.from({ length: 5 }, () => rateLimit.take(abort.signal)));
  }
});

test('a 429 is waited out as the provider asks', async () => {
  const provider = await serve();
  provider.misbehave({ type: 'status', status: 429, retryAfter: '1', path: '/me', times: 1 });
  const before = Date.now();
  await connect({ baseUrl: provider.baseUrl, retries: 3 }).getMe();
  expect(Date.now() - before).toBeGreaterThanOrEqual(950);
});

test('a cancelled request ends at once', async () => {
  const provider = await serve();
  provider.misbehave({ type: 'hang' });
  const abort = new AbortController();
  const waiting = failure(connect({ baseUrl: provider.baseUrl }).getMe(abort.signal));
  abort.abort();
  expect((await waiting).code).toBe('CANCELLED');
});

test('all pages of the list of batches are read, compressed or not, and an endless list ends', async () => {
  const batches = Array.from({ length: 230 }, (_, i) => ({ batch: { schedule_id: `sched_${i}` }, items: [] }));
  const provider = await serve({ batches });
  provider.misbehave({ type: 'gzip' });
  const client = connect({ baseUrl: provider.baseUrl });
  expect(new Set((await client.listBatches()).map(({ schedule_id }) => schedule_id)).size).toBe(230);
  expect(provider.requests).toHaveLength(3);
  provider.misbehave({ type: 'noHasMore', times: 3 });
  expect(await client.listBatches()).toHaveLength(230);
  provider.misbehave({ type: 'endless' });
  expect(await client.listBatches()).toHaveLength(230);
});

test('a batch of which something is told in another form than agreed is there all the same', async () => {
  const batch = { schedule_id: 'odd', agent_name: 5, agent_id: 'agt-1', total_contacts: '12', created_at: 0 };
  const provider = await serve({ batches: [{ batch: batch as never, items: [] }] });
  const client = connect({ baseUrl: provider.baseUrl });
  const read = { schedule_id: 'odd', agent_name: null, agent_id: 'agt-1', created_at: null };
  expect(await client.listBatches()).toMatchObject([read]);
  expect(await client.getBatch('odd')).toMatchObject(read);
});

test.each([
  ['https://api.example.com/', 'https://api.example.com'],
  [' https://api.example.com/api/v1/public/ ', 'https://api.example.com'],
  ['https://example.com/gateway', 'https://example.com/gateway'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://127.0.0.1:1/', 'http://127.0.0.1:1'],
  ['http://[::1]:1', 'http://[::1]:1'],
])('base URL %j is kept as %j', (text, expected) => {
  expect(parseBaseUrl(text)).toBe(expected);
});

test.each([
  '',
  'example.com',
  'http://example.com',
  'http://localhost.evil.com',
  'ftp://x',
  'https://user:pass@example.com',
  'https://example.com?x=1',
  'javascript:alert(1)',
  'http://127.0.0.1.evil.com',
])('base URL %j is refused', (text) => {
  expect(() => parseBaseUrl(text)).toThrow(/https:\/\//);
});
