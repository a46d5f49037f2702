import pRetry from 'p-retry';
import type { Response } from 'undici';
import { z } from 'zod';
import { CallbookError, type ErrorCode } from '../../shared/errors.ts';
import { parseJsonKeepingDigits } from '../../shared/json.ts';
import { batchSchema, meSchema, type ProviderBatch } from '../../shared/model.ts';
import { explainFailure, explainNotJson, explainStatus, isUnreachable } from './explain.ts';
import { countItems } from '../items.ts';
import { wait } from '../wait.ts';
import { cutItems } from './pageItems.ts';
import { PAGE_SIZE, type Provider, type ItemsPage } from './provider.ts';
import type { RateLimit } from './rateLimit.ts';
import { openWeb, type FindProxy } from './web.ts';

/** The provider over HTTP: one key, one base URL, one budget of requests. */

const TIMEOUT_MS = 30_000;
/** A page comes slowly over a slow connection: as long as something comes, it may take so many times as long. */
const MOST_SLOW = 10;
const RETRY_AFTER_MS = 500;
const MOST_BACKOFF_MS = 30_000;
/** Each waits up to a minute; a provider that still refuses after that many has another reason. */
const MOST_LIMITED = 10;
const BATCHES_PER_PAGE = 100;
/** An account has hundreds of batches; a list that never ends must. */
const MOST_LIST_PAGES = 1_000;
/** Worth another try: the request may go through next time. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['SERVER_ERROR', 'TIMEOUT', 'NO_NETWORK', 'NOT_JSON']);

/** What a header can carry; others are letters that came along when the key was copied. */
const KEY_LETTERS = /^[\x21-\x7e]+$/;

const envelopeSchema = z.looseObject({ data: z.looseObject({}) });
const listSchema = z.looseObject({
  items: z.array(z.unknown()),
  total: z.number().nullish(),
  has_more: z.boolean().nullish(),
});

interface KeyAndBudget {
  readonly key: string;
  readonly rateLimit: RateLimit;
}

export interface HttpOptions extends KeyAndBudget {
  /** As parseBaseUrl gives it. */
  readonly baseUrl: string;
  /** Asked when the key is refused: the one that took its place meanwhile, as the command line replaces it while the app runs. */
  readonly findKey?: (refused: string) => Promise<KeyAndBudget | undefined>;
  readonly findProxy: FindProxy;
  /** How often a request that may go through next time is sent again; 0 for questions that a person waits for. */
  readonly retries: number;
  /** Longest first wait between tries, in ms; doubled with each. */
  readonly retryAfterMs?: number;
  /** Longest time without any part of an answer, in ms. */
  readonly timeoutMs?: number;
  /** False: a provider that cannot be reached is told at once; the caller waits for the network. */
  readonly retriesUnreachable?: boolean;
  /** Hears of every request that is sent. */
  readonly onRequest?: () => void;
  /** Hears of every try again after a failure. */
  readonly onRetry?: () => void;
  /** Hears of the bytes of every answer's body, as text. */
  readonly onBytes?: (bytes: number) => void;
}

export interface HttpProvider extends Provider {
  close(): Promise<void>;
}

export function createHttpProvider(options: HttpOptions): HttpProvider {
  const { baseUrl, retries, timeoutMs = TIMEOUT_MS, retryAfterMs = RETRY_AFTER_MS } = options;
  const web = openWeb(options.findProxy);
  let present: KeyAndBudget = options;

  /** Sends once more where another key has taken the place of one that is refused. */
  async function send(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
    const used = present;
    try {
      return await sendWith(used, path, signal);
    } catch (thrown) {
      if (!(thrown instanceof CallbookError && thrown.code === 'UNAUTHORIZED')) throw thrown;
      // Another request may have found it.
      if (present === used) present = (await options.findKey?.(used.key)) ?? present;
      if (present.key === used.key) throw thrown;
      return sendWith(present, path, signal);
    }
  }

  async function sendWith(
    { key, rateLimit }: KeyAndBudget,
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    if (!KEY_LETTERS.test(key)) {
      throw new CallbookError(
        'UNAUTHORIZED',
        'The key holds a character that no key has, perhaps one that cannot be seen or the “…” of a shortened key. It was not sent. ' +
          'Copy the whole key from the provider’s settings page once more.',
      );
    }
    await rateLimit.take(signal);
    options.onRequest?.();
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), timeoutMs);
    const end = Date.now() + timeoutMs * MOST_SLOW;
    let response: Response | undefined;
    let body: Buffer;
    try {
      response = await web.fetch(new URL(`${baseUrl}/api/v1/public${path}`), {
        headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
        // Followed, it might take the key to another host.
        redirect: 'manual',
        signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
      });
      const parts: Uint8Array[] = [];
      for await (const part of response.body ?? []) {
        parts.push(part);
        if (Date.now() < end) timer.refresh();
      }
      body = withoutMark(Buffer.concat(parts));
    } catch (thrown) {
      throw explainFailure(thrown, {
        isTimeout: silence.signal.aborted,
        isCancelled: signal?.aborted === true,
        baseUrl,
      });
    } finally {
      clearTimeout(timer);
      rateLimit.answered(response);
    }
    options.onBytes?.(body.length);
    if (response.ok) return body;
    const error = explainStatus(response, body.toString(), baseUrl);
    if (error.code === 'RATE_LIMITED') rateLimit.pause((error.retryAt ?? 0) - Date.now());
    throw error;
  }

  /**
   * Waits out the rate limit; tries transient failures again after a time drawn from a span that doubles with each try (full jitter), so
   * that many clients of a provider that comes back do not all come at once.
   */
  async function ask<T>(path: string, signal: AbortSignal | undefined, read: (body: Buffer) => T): Promise<T> {
    let limited = 0;
    const isLimited = (error: Error) => error instanceof CallbookError && error.code === 'RATE_LIMITED';
    return pRetry(async () => read(await send(path, signal)), {
      retries,
      // The waits are made below.
      minTimeout: 0,
      shouldConsumeRetry: ({ error }) => retries === 0 || !isLimited(error) || ++limited > MOST_LIMITED,
      shouldRetry: ({ error }) =>
        error instanceof CallbookError &&
        (TRANSIENT.has(error.code) || isLimited(error)) &&
        (options.retriesUnreachable !== false || !isUnreachable(error)),
      async onFailedAttempt({ error, retriesConsumed, retriesLeft }) {
        // The budget itself waits until the limit allows the next request.
        if (isLimited(error) || retriesLeft === 0) return;
        options.onRetry?.();
        const span = Math.min(retryAfterMs * 2 ** retriesConsumed, MOST_BACKOFF_MS);
        await wait(Math.random() * span, undefined, signal === undefined ? {} : { signal });
      },
      ...(signal === undefined ? {} : { signal }),
    }).catch((thrown: unknown) => {
      throw signal?.aborted === true ? new CallbookError('CANCELLED', undefined, { cause: thrown }) : thrown;
    });
  }

  async function getItems(
    list: 'results' | 'calls',
    scheduleId: string,
    page: number,
    signal: AbortSignal | undefined,
  ): Promise<ItemsPage> {
    const path = `/call-batches/${encodeURIComponent(scheduleId)}/${list}?limit=${PAGE_SIZE}&page=${page}`;
    return ask(path, signal, (body) => {
      const cut = cutItems(body);
      const list = readAs(listSchema, readData(cut?.rest ?? body.toString()));
      const items = cut?.items ?? list.items.map((item) => JSON.stringify(item));
      return { items, total: list.total ?? countItems(items), hasMore: hasMore(list, page * PAGE_SIZE) };
    });
  }

  const get = (path: string, signal: AbortSignal | undefined) => ask(path, signal, (body) => readData(body.toString()));

  return {
    async getMe(signal) {
      return readAs(meSchema, await get('/me', signal));
    },

    async listBatches(signal) {
      const batches = new Map<string, ProviderBatch>();
      for (let page = 1; page <= MOST_LIST_PAGES; page++) {
        const list = readAs(listSchema, await get(`/call-batches?limit=${BATCHES_PER_PAGE}&page=${page}`, signal));
        const known = batches.size;
        for (const item of list.items) {
          const batch = batchSchema.safeParse(item);
          if (batch.success) batches.set(batch.data.schedule_id, batch.data);
        }
        if (!hasMore(list, page * BATCHES_PER_PAGE) || list.items.length === 0 || batches.size === known) break;
      }
      return [...batches.values()];
    },

    async getBatch(scheduleId, signal) {
      return readAs(batchSchema, await get(`/call-batches/${encodeURIComponent(scheduleId)}`, signal));
    },

    getResults: (scheduleId, page, signal) => getItems('results', scheduleId, page, signal),

    getContacts: (scheduleId, page, signal) => getItems('calls', scheduleId, page, signal),

    close: () => web.close(),
  };
}

/** `upTo`: places of the list up to this page's end. Where the provider does not say, its count does. */
function hasMore({ has_more, total }: z.output<typeof listSchema>, upTo: number): boolean {
  return has_more ?? upTo < (total ?? 0);
}

/** As response.text() does, without the mark that some servers put before a text. */
function withoutMark(bytes: Uint8Array): Buffer {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

function readData(body: string): unknown {
  let value: unknown;
  try {
    value = parseJsonKeepingDigits(body);
  } catch (cause) {
    throw explainNotJson(body, cause);
  }
  return readAs(envelopeSchema, value).data;
}

/** Digits kept as raw JSON look like objects to zod; they only stand in items and unknown fields, which no schema looks into. */
function readAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CallbookError(
    'BAD_ENVELOPE',
    'The provider’s answer does not have the agreed form. Cached data is untouched. Try again later; if it stays, tell the provider’s support.',
    { cause: z.prettifyError(parsed.error) },
  );
}
