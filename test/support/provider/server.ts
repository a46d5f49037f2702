import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ProviderBatch } from '../../../src/shared/model.ts';
import { sampleBatches, type ServedBatch } from './batches.ts';
import { createRules, errorEnvelope, readingOf, send, type Answer, type Rule } from './misbehaviour.ts';
import { contactOf, detailsOf, sourceOf, stateOf, summaryOf, type Fields, type State } from './state.ts';

/**
 * A provider of call batches as CONTRACT.md has it, on loopback: a real HTTP server that keeps state. Sync, demo and
 * tests talk to it as they would to the real one.
 */

const PATH = '/api/v1/public';

/** May do everything. Not a secret: it opens nothing but this server. */
export const sampleKey = 'sk_sample_9fW2kQ7xTb3LmN8vRz5HcY1dJpG6sAe4UoXtB0iKqZwVnC2yMhF7rDgPuE3l';
/** Known, but the account has no API access: 403 on everything. */
export const forbiddenKey = 'sk_sample_forbidden_4TzR8mKq1WvX6bNc9YpL2hJd5GsAe7UoB0iFtQwVnC3yMhPrDgE';
/** 403 on the list of batches; a batch that is named works. */
export const noListKey = 'sk_sample_nolist_6HcY1dJpG9fW2kQ7xTb3LmN8vRz5sAe4UoXtB0iKqZwVnC2yMhF7rD';

/** Signed by itself for localhost and 127.0.0.1: who wants to trust it passes this file's text as CA. */
export const certificateFile = new URL('./certificate.pem', import.meta.url);

export interface ProviderOptions {
  /** If absent, a free one, which nobody is given who asks for any: closed, it can be opened again. */
  readonly port?: number | undefined;
  /** Keys that may do everything; `[sampleKey]` if absent. The first one is `provider.key`. */
  readonly keys?: readonly string[];
  /** Whose account a key opens, by key; all that are not named here are of one account. */
  readonly accountIds?: Readonly<Record<string, string>>;
  /** Requests a minute for each key; 300 if absent, null: no limit and no headers about it. */
  readonly rateLimitPerMinute?: number | null;
  /** What `/me` says of a key's requests a minute, by key; of all that are not named here, `rateLimitPerMinute`. */
  readonly toldPerMinute?: Readonly<Record<string, number>>;
  /** Length of the "minute", so that a test need not wait for a real one. */
  readonly rateWindowMs?: number;
  /** Listed in this order; sampleBatches() if absent. */
  readonly batches?: readonly ServedBatch[];
  /** Each answer comes so much later. */
  readonly latencyMs?: number;
  /** https with the certificate of `certificateFile`. */
  readonly tls?: boolean;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly hasAuthorization: boolean;
  /** ms since epoch UTC at which it came. */
  readonly at: number;
  /** Null: not answered (yet). */
  status: number | null;
}

export interface Provider {
  /** `http://127.0.0.1:PORT`, without the path of the API. */
  readonly baseUrl: string;
  readonly key: string;
  /** Every request so far, oldest first; empty it with `requests.length = 0`. */
  readonly requests: LoggedRequest[];
  /** The batch as its own endpoint gives it now. Throws RangeError for one that is not there. */
  batch(batchId: string): ProviderBatch;
  /** All items that the results list now, without counting as a poll. */
  items(batchId: string): unknown[];
  /** From now on the results list exactly these; `changes` are laid over the batch. */
  setItems(batchId: string, items: readonly unknown[], changes?: Partial<ProviderBatch>): void;
  removeItem(batchId: string, callId: string): void;
  addBatch(served: ServedBatch): void;
  removeBatch(batchId: string): void;
  /** Goes wrong as the rule says until it is used up or the returned function is called. */
  misbehave(rule: Rule): () => void;
  close(): Promise<void>;
}

/** Throws: caught where a request is answered. */
class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, code: string, message: string, details: readonly string[] = []) {
    super(message);
    this.status = status;
    this.body = errorEnvelope(status, code, message, details);
  }
}

/** A whole number of the query within its bounds; the contract answers 422 to anything else. */
function numberOf(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= max) return value;
  const range = max === Infinity ? 'at least 1' : `between 1 and ${max}`;
  throw new Refusal(422, 'VALIDATION_ERROR', 'Validation failed', [`${name} must be a whole number, ${range}`]);
}

interface Paging {
  readonly limit: number;
  readonly page: number;
}

function pagingOf(query: URLSearchParams, fallback: number, max: number): Paging {
  return { limit: numberOf(query, 'limit', fallback, max), page: numberOf(query, 'page', 1, Infinity) };
}

/** One page of a list of `total` things, of which `read` gives any stretch. */
function pageOf(
  { limit, page }: Paging,
  total: number,
  { turn, stayOnLastPage }: ReturnType<typeof readingOf>,
  read: (offset: number, limit: number) => readonly unknown[],
): Fields {
  const lastPage = Math.max(1, Math.ceil(total / limit));
  const offset = ((stayOnLastPage ? Math.min(page, lastPage) : page) - 1) * limit;
  const length = Math.max(0, Math.min(limit, total - offset));
  const start = total === 0 ? 0 : (((offset - turn) % total) + total) % total;
  const untilEnd = Math.min(length, total - start);
  const items = [...read(start, untilEnd), ...read(0, length - untilEnd)];
  return { items, total, page, limit, has_more: offset + limit < total };
}

/** Counts requests of each key in windows of fixed length, as the provider's headers describe them. */
function createLimiter(perMinute: number | null, windowMs: number) {
  const windows = new Map<string, { endsAt: number; used: number }>();
  return (
    key: string,
    now: number,
  ): { readonly isOver: boolean; readonly waitSeconds: number; readonly headers: Answer['headers'] } => {
    if (perMinute === null) return { isOver: false, waitSeconds: 0, headers: {} };
    let window = windows.get(key);
    if (window === undefined || now >= window.endsAt) windows.set(key, (window = { endsAt: now + windowMs, used: 0 }));
    const isOver = window.used >= perMinute;
    if (!isOver) window.used++;
    return {
      isOver,
      waitSeconds: Math.ceil((window.endsAt - now) / 1000),
      headers: {
        'x-ratelimit-limit': String(perMinute),
        'x-ratelimit-remaining': String(perMinute - window.used),
        'x-ratelimit-reset': String(Math.ceil(window.endsAt / 1000)),
      },
    };
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Below those that any system gives to connections, and to who asks for any: one of them might take it while a test has it closed. So might
 * a test that runs beside: Vitest numbers those from 1, and each has a thousand of its own.
 */
const OWN_PORTS = { from: 20_000, each: 1_000, most: 12 };

async function listenOnOwn(server: Server): Promise<number> {
  const beside = Number(process.env['VITEST_POOL_ID'] ?? 0) % OWN_PORTS.most;
  const from = OWN_PORTS.from + beside * OWN_PORTS.each;
  for (;;) {
    try {
      return await listen(server, randomInt(from, from + OWN_PORTS.each));
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')) throw thrown;
    }
  }
}

/** Starts a provider on loopback. Rejects with Node's error where the port is taken. */
export async function startProvider(options: ProviderOptions = {}): Promise<Provider> {
  const { keys = [sampleKey], rateLimitPerMinute = 300, rateWindowMs = 60_000, latencyMs = 0 } = options;
  const states = new Map(
    (options.batches ?? sampleBatches()).map((served) => [served.batch.schedule_id, stateOf(served)]),
  );
  const rules = createRules();
  const limiter = createLimiter(rateLimitPerMinute, rateWindowMs);
  const requests: LoggedRequest[] = [];
  if (latencyMs > 0) rules.add({ type: 'latency', ms: latencyMs });

  const stateNamed = (id: string): State => {
    const state = states.get(id);
    if (state === undefined) throw new RangeError(`The sample provider has no batch ${id}.`);
    return state;
  };

  const dataFor = (key: string, url: URL, reading: ReturnType<typeof readingOf>): [message: string, data: Fields] => {
    const { searchParams: query } = url;
    const [noun, batchId, part, ...more] = url.pathname
      .slice(PATH.length + 1)
      .split('/')
      .map(decodeURIComponent);
    const isOurs = url.pathname.startsWith(`${PATH}/`) && more.length === 0;
    if (isOurs && noun === 'me' && batchId === undefined)
      return [
        'Account fetched successfully',
        me(options.accountIds?.[key], options.toldPerMinute?.[key] ?? rateLimitPerMinute),
      ];
    if (!isOurs || noun !== 'call-batches')
      throw new Refusal(404, 'NOT_FOUND', 'Not found', [`No route ${url.pathname}`]);
    if (batchId === undefined) {
      if (key === noListKey) throw new Refusal(403, 'FORBIDDEN', 'This key may not list batches');
      const paging = pagingOf(query, 50, 100);
      const wanted = (name: string, value: unknown) => !query.has(name) || query.get(name) === value;
      const all = [...states.values()].map(summaryOf);
      const found = all.filter((batch) => wanted('agent_id', batch.agent_id) && wanted('status', batch.status));
      return [
        'Batches fetched successfully',
        pageOf(paging, found.length, reading, (from, count) => found.slice(from, from + count)),
      ];
    }
    const state = states.get(batchId);
    if (state === undefined)
      throw new Refusal(404, 'NOT_FOUND', 'Batch not found', [`No batch found with id ${batchId}`]);
    if (part === undefined) return ['Batch fetched successfully', detailsOf(state)];
    if (part === 'results') {
      const paging = pagingOf(query, 100, 500);
      // A whole fetch sees one state unless a rule says otherwise: only asking for the first page moves time on.
      if (paging.page === 1) state.polls++;
      const { source, polls } = state;
      const read = (from: number, count: number) => source.items(from, count, polls);
      return ['Batch results fetched successfully', pageOf(paging, source.total(polls), reading, read)];
    }
    if (part !== 'calls') throw new Refusal(404, 'NOT_FOUND', 'Not found', [`No route ${url.pathname}`]);
    const paging = pagingOf(query, 100, 500);
    const { source, polls } = state;
    const contacts = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => contactOf(source, from + at, polls));
    if (!query.has('status') && !query.has('external_id')) {
      return ['Calls fetched successfully', pageOf(paging, source.contacts, reading, contacts)];
    }
    const found = contacts(0, source.contacts).filter((contact) =>
      ['status', 'external_id'].every((name) => !query.has(name) || query.get(name) === String(contact[name])),
    );
    return [
      'Calls fetched successfully',
      pageOf(paging, found.length, reading, (from, count) => found.slice(from, from + count)),
    ];
  };

  const answerTo = (request: IncomingMessage, url: URL, reading: ReturnType<typeof readingOf>): Answer => {
    const headers: Answer['headers'] = { 'content-type': 'application/json; charset=utf-8' };
    try {
      const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (![...keys, forbiddenKey, noListKey].includes(key)) {
        const hint = 'Provide a valid Bearer token in the Authorization header';
        throw new Refusal(401, 'UNAUTHORIZED', 'Missing or invalid API key', [hint]);
      }
      const { isOver, waitSeconds, headers: limits } = limiter(key, Date.now());
      Object.assign(headers, limits);
      if (isOver) throw new Refusal(429, 'RATE_LIMITED', `Rate limit exceeded. Try again in ${waitSeconds} seconds.`);
      if (key === forbiddenKey) throw new Refusal(403, 'FORBIDDEN', 'API access is not enabled for this account');
      if (request.method !== 'GET') throw new Refusal(400, 'BAD_REQUEST', 'The sample provider only answers GET');
      const [message, data] = dataFor(key, url, reading);
      return { status: 200, headers, body: { status_code: 200, message, error: null, data } };
    } catch (thrown) {
      if (thrown instanceof Refusal) return { status: thrown.status, headers, body: thrown.body };
      return {
        status: 500,
        headers,
        body: errorEnvelope(500, 'INTERNAL_ERROR', 'Internal server error', [String(thrown)]),
      };
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://provider');
    const logged: LoggedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      hasAuthorization: request.headers.authorization !== undefined,
      at: Date.now(),
      status: null,
    };
    requests.push(logged);
    const page = Number(url.searchParams.get('page') ?? 1);
    const taken = rules.take({ pathname: url.pathname, search: url.search, page });
    logged.status = await send(taken, response, () => answerTo(request, url, readingOf(taken)));
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => void respond(request, response);
  const server =
    options.tls === true
      ? createTlsServer(
          { cert: readFileSync(certificateFile), key: readFileSync(new URL('./certificateKey.pem', import.meta.url)) },
          onRequest,
        )
      : createServer(onRequest);
  const port = await (options.port === undefined ? listenOnOwn(server) : listen(server, options.port));

  const items = (batchId: string): unknown[] => {
    const { source, polls } = stateNamed(batchId);
    return [...source.items(0, source.total(polls), polls)];
  };
  const setItems: Provider['setItems'] = (batchId, list, changes = {}) => {
    const state = stateNamed(batchId);
    states.set(batchId, { served: { ...state.served, ...changes }, source: sourceOf(list), polls: state.polls });
  };
  return {
    baseUrl: `${options.tls === true ? 'https' : 'http'}://127.0.0.1:${port}`,
    key: keys[0] ?? sampleKey,
    requests,
    batch: (batchId) => detailsOf(stateNamed(batchId)),
    items,
    setItems,
    removeItem: (batchId, callId) =>
      setItems(
        batchId,
        items(batchId).filter((item) => (item as Fields | null)?.['call_id'] !== callId),
      ),
    addBatch: (served) => void states.set(served.batch.schedule_id, stateOf(served)),
    removeBatch: (batchId) => void states.delete(batchId),
    misbehave: (rule) => rules.add(rule),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function me(accountId: string | undefined, rateLimitPerMinute: number | null): Fields {
  return {
    account_id: accountId ?? 'acc_sample01',
    name: 'Sample',
    email: 'sample@example.com',
    limits: {
      max_batch_size: 10_000,
      max_concurrent_calls: 20,
      max_call_duration_seconds: 900,
      rate_limit_per_minute: rateLimitPerMinute ?? 1_000_000,
    },
  };
}
