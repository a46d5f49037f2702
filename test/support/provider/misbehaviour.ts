import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';

/** The ways in which the sample provider, or a proxy before it, can go wrong when a test asks for it. */

export type Misbehaviour =
  /** Answers rightly, but late. */
  | { readonly type: 'latency'; readonly ms: number }
  /** Answers rightly, but not before the test lets it. */
  | { readonly type: 'held'; readonly until: Promise<unknown> }
  /**
   * An error envelope: 429, 500 … `retryAfter` is sent as it is (seconds or an HTTP date); absent: no such header.
   * A 429 says that its limit is used up for `resetInSeconds` (2 if absent).
   */
  | { readonly type: 'status'; readonly status: number; readonly retryAfter?: string; readonly resetInSeconds?: number }
  /** A proxy's page in place of JSON; 502 if absent. */
  | { readonly type: 'html'; readonly status?: number }
  /** Half of the body that was announced, then the connection ends. */
  | { readonly type: 'truncated' }
  /** The connection is reset before anything is answered. */
  | { readonly type: 'reset' }
  /** Never answers; the connection stays open until the caller or the provider closes it. */
  | { readonly type: 'hang' }
  /** 200, but the body is not JSON. */
  | { readonly type: 'badJson' }
  /** 200 with `data: null`. */
  | { readonly type: 'noData' }
  /** The right answer, compressed. */
  | { readonly type: 'gzip' }
  /** 302 if `status` is absent. */
  | { readonly type: 'redirect'; readonly to: string; readonly status?: number }
  /** A page without items that says there is more. */
  | { readonly type: 'emptyPage' }
  /** `has_more` is null. */
  | { readonly type: 'noHasMore' }
  /** There is always another page; behind the last one it is the last one again. */
  | { readonly type: 'endless' }
  /** The page's first `count` items (1 if absent) come again at its end. */
  | { readonly type: 'repeated'; readonly count?: number }
  /** `item` (if absent: one without call_id) takes the place of the page's first. */
  | { readonly type: 'badItem'; readonly item?: unknown }
  /** X-RateLimit-Reset is off by so many seconds: another clock. */
  | { readonly type: 'clockSkew'; readonly seconds: number }
  /** The list turns by `by` calls with each page: one page shows calls again that the last one had, and others are missed. */
  | { readonly type: 'drift'; readonly by: number };

/** Which requests: `path` is a part of the path or a pattern for path and query; `page` as asked for; `times` uses, then the rule is gone. */
export type Rule = Misbehaviour & {
  readonly path?: string | RegExp;
  readonly page?: number;
  readonly times?: number;
};

export interface AskedFor {
  readonly pathname: string;
  readonly search: string;
  readonly page: number;
}

export interface Answer {
  status: number;
  headers: { [name: string]: string };
  /** The envelope; lists are in `data.items`. */
  body: unknown;
}

export interface ListData {
  items: unknown[];
  total: number;
  page: number;
  limit: number;
  has_more: boolean;
}

export interface ActiveRule {
  readonly rule: Rule;
  uses: number;
}

/** The rules that are switched on, in their order. */
export function createRules() {
  const active = new Set<ActiveRule>();
  return {
    /** Switches a rule on; returns how to switch it off. */
    add(rule: Rule): () => void {
      const entry: ActiveRule = { rule, uses: 0 };
      active.add(entry);
      return () => void active.delete(entry);
    },
    /** The rules for a request, each used once more by it. */
    take(asked: AskedFor): ActiveRule[] {
      const taken = [...active].filter(({ rule }) => matches(rule, asked));
      for (const entry of taken) {
        entry.uses++;
        if (entry.rule.times !== undefined && entry.uses >= entry.rule.times) active.delete(entry);
      }
      return taken;
    },
  };
}

function matches(rule: Rule, { pathname, search, page }: AskedFor): boolean {
  if (rule.page !== undefined && rule.page !== page) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? pathname.includes(rule.path) : rule.path.test(pathname + search);
}

export function errorEnvelope(status: number, code: string, message: string, details: readonly string[] = []) {
  return { status_code: status, message, error: { code, details }, data: null };
}

const errorOf: { readonly [status: number]: readonly [code: string, message: string] } = {
  400: ['BAD_REQUEST', 'Bad request'],
  401: ['UNAUTHORIZED', 'Missing or invalid API key'],
  403: ['FORBIDDEN', 'API access is not enabled for this account'],
  404: ['NOT_FOUND', 'Batch not found'],
  422: ['VALIDATION_ERROR', 'Validation failed'],
  429: ['RATE_LIMITED', 'Rate limit exceeded'],
};

/** What a proxy or a failing provider answers without looking at the request; undefined: nobody stands in the way. */
function answerInstead(rule: Rule): Answer | undefined {
  switch (rule.type) {
    case 'status': {
      const [code, message] = errorOf[rule.status] ?? ['INTERNAL_ERROR', 'Something went wrong'];
      const headers: Answer['headers'] = rule.retryAfter === undefined ? {} : { 'retry-after': rule.retryAfter };
      if (rule.status !== 429) return { status: rule.status, headers, body: errorEnvelope(rule.status, code, message) };
      const seconds = rule.resetInSeconds ?? 2;
      headers['x-ratelimit-remaining'] = '0';
      headers['x-ratelimit-reset'] = String(Math.ceil(Date.now() / 1000) + seconds);
      return { status: 429, headers, body: errorEnvelope(429, code, `${message}. Try again in ${seconds} seconds.`) };
    }
    case 'redirect':
      return { status: rule.status ?? 302, headers: { location: rule.to }, body: '' };
    case 'html': {
      const status = rule.status ?? 502;
      return { status, headers: { 'content-type': 'text/html' }, body: `<html><body><h1>${status}</h1></body></html>` };
    }
    default:
      return undefined;
  }
}

function listOf(answer: Answer): ListData | undefined {
  const data = (answer.body as { data?: Partial<ListData> | null } | null)?.data;
  return Array.isArray(data?.items) ? (data as ListData) : undefined;
}

/** Changes what a real answer says. */
function bend(rule: Rule, answer: Answer): void {
  const list = listOf(answer);
  switch (rule.type) {
    case 'noData':
      (answer.body as { data: unknown }).data = null;
      return;
    case 'emptyPage':
      if (list) Object.assign(list, { items: [], has_more: true });
      return;
    case 'endless':
      if (list) list.has_more = true;
      return;
    case 'noHasMore':
      if (list) Object.assign(list, { has_more: null });
      return;
    case 'repeated':
      if (list) list.items = [...list.items, ...list.items.slice(0, rule.count ?? 1)];
      return;
    case 'badItem':
      if (list && list.items.length > 0) {
        const { call_id: _lost, ...rest } = { ...(list.items[0] as object & { call_id?: unknown }) };
        list.items = [Object.hasOwn(rule, 'item') ? rule.item : rest, ...list.items.slice(1)];
      }
      return;
    case 'clockSkew': {
      const reset = answer.headers['x-ratelimit-reset'];
      if (reset !== undefined) answer.headers['x-ratelimit-reset'] = String(Number(reset) + rule.seconds);
      return;
    }
    default:
  }
}

/** How the page asked for is to be read from the list: turned by so many places, and behind its end the last page again. */
export function readingOf(rules: readonly ActiveRule[]): { readonly turn: number; readonly stayOnLastPage: boolean } {
  let turn = 0;
  for (const { rule, uses } of rules) if (rule.type === 'drift') turn += rule.by * uses;
  return { turn, stayOnLastPage: rules.some(({ rule }) => rule.type === 'endless') };
}

/**
 * Sends what `answer` makes, as the rules have it. Resolves to the status sent, or null where the caller got none
 * (reset, hang).
 */
export async function send(
  rules: readonly ActiveRule[],
  response: ServerResponse,
  answer: () => Answer,
): Promise<number | null> {
  const has = (type: Misbehaviour['type']) => rules.some(({ rule }) => rule.type === type);
  for (const { rule } of rules) {
    if (rule.type === 'latency') await delay(rule.ms, undefined, { ref: false });
    if (rule.type === 'held') await rule.until;
  }
  if (has('hang')) return null;
  if (has('reset')) {
    response.socket?.resetAndDestroy();
    return null;
  }
  let instead: Answer | undefined;
  for (const { rule } of rules) instead ??= answerInstead(rule);
  const real = answer();
  const sent = instead === undefined ? real : { ...instead, headers: { ...real.headers, ...instead.headers } };
  for (const { rule } of rules) bend(rule, sent);
  const text = typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body);
  const plain = Buffer.from(has('badJson') ? `${text.slice(0, -1)},,` : text);
  const body = has('gzip') ? gzipSync(plain) : plain;
  response.writeHead(sent.status, {
    ...sent.headers,
    'content-length': String(body.length),
    ...(has('gzip') ? { 'content-encoding': 'gzip' } : {}),
  });
  if (!has('truncated')) {
    response.end(body);
    return sent.status;
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
  return sent.status;
}
