import pRetry, { AbortError } from 'p-retry';
import { Agent, EnvHttpProxyAgent, fetch, type Dispatcher, type Response } from 'undici';
import { z } from 'zod';
import { CallbookError, type ErrorCode } from '../../shared/errors.ts';
import { parseJsonKeepingDigits } from '../../shared/json.ts';
import { batchSchema, meSchema, type ProviderBatch } from '../../shared/model.ts';
import { isLoopback } from './baseUrl.ts';
import { explainFailure, explainStatus } from './explain.ts';
import { PAGE_SIZE, type Provider, type ResultsPage } from './provider.ts';
import type { RateLimit } from './rateLimit.ts';

/** The provider over HTTP: one key, one base URL, one budget of requests. */

const TIMEOUT_MS = 30_000;
const BATCHES_PER_PAGE = 100;
/** An account has hundreds of batches; a list that never ends must. */
const MOST_LIST_PAGES = 1_000;
/** Worth another try: the request may go through next time. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['SERVER_ERROR', 'TIMEOUT', 'NO_NETWORK', 'NOT_JSON']);

const envelopeSchema = z.looseObject({ data: z.looseObject({}) });
const listSchema = z.looseObject({
  items: z.array(z.unknown()),
  total: z.number().nullish(),
  has_more: z.boolean().nullish(),
});

export interface HttpOptions {
  /** As parseBaseUrl gives it. */
  readonly baseUrl: string;
  readonly key: string;
  readonly rateLimit: RateLimit;
  /** How often a request that may go through next time is sent again; 0 for questions that a person waits for. */
  readonly retries: number;
  /** First wait between tries, in ms; doubled with each, with jitter. */
  readonly retryAfterMs?: number;
  readonly timeoutMs?: number;
  /** Hears of every request that is sent. */
  readonly onRequest?: () => void;
}

export interface HttpProvider extends Provider {
  close(): Promise<void>;
}

export function createHttpProvider(options: HttpOptions): HttpProvider {
  const { baseUrl, key, rateLimit, retries, timeoutMs = TIMEOUT_MS } = options;
  // A company's proxy must not see requests to this computer.
  const dispatcher: Dispatcher = isLoopback(new URL(baseUrl)) ? new Agent() : new EnvHttpProxyAgent();

  async function send(path: string, signal: AbortSignal | undefined): Promise<string> {
    await rateLimit.take(signal);
    options.onRequest?.();
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await fetch(`${baseUrl}/api/v1/public${path}`, {
        headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
        // Followed, it might take the key to another host.
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        dispatcher,
      });
      rateLimit.learn(response.headers);
      body = await response.text();
    } catch (thrown) {
      throw explainFailure(thrown, { isTimeout: timeout.aborted, isCancelled: signal?.aborted === true, baseUrl });
    }
    if (response.ok) return body;
    const error = explainStatus(response, body, baseUrl);
    if (error.code === 'RATE_LIMITED') rateLimit.pause((error.retryAt ?? 0) - Date.now());
    throw error;
  }

  async function getData(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    return readData(await send(path, signal));
  }

  /** Waits out the rate limit as often as it takes; tries transient failures again a few times. */
  async function get(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    return pRetry(
      async () => {
        try {
          return await getData(path, signal);
        } catch (thrown) {
          const error = thrown instanceof Error ? thrown : new Error(String(thrown));
          if (thrown instanceof CallbookError && (TRANSIENT.has(thrown.code) || thrown.code === 'RATE_LIMITED'))
            throw error;
          throw new AbortError(error);
        }
      },
      {
        retries,
        minTimeout: options.retryAfterMs ?? 500,
        maxTimeout: 20_000,
        randomize: true,
        ...(signal === undefined ? {} : { signal }),
      },
    ).catch((thrown: unknown) => {
      throw signal?.aborted === true ? new CallbookError('CANCELLED', undefined, { cause: thrown }) : thrown;
    });
  }

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
        if (list.has_more !== true || list.items.length === 0 || batches.size === known) break;
      }
      return [...batches.values()];
    },

    async getBatch(scheduleId, signal) {
      return readAs(batchSchema, await get(`/call-batches/${encodeURIComponent(scheduleId)}`, signal));
    },

    async getResults(scheduleId, page, signal): Promise<ResultsPage> {
      const path = `/call-batches/${encodeURIComponent(scheduleId)}/results?limit=${PAGE_SIZE}&page=${page}`;
      const list = readAs(listSchema, await get(path, signal));
      return {
        items: list.items.map((item) => JSON.stringify(item)),
        total: list.total ?? list.items.length,
        hasMore: list.has_more === true,
      };
    },

    close: () => dispatcher.close(),
  };
}

function readData(body: string): unknown {
  let value: unknown;
  try {
    value = parseJsonKeepingDigits(body);
  } catch (cause) {
    throw new CallbookError(
      'NOT_JSON',
      'The answer is not JSON, so it may come from a proxy or a login page and not from the provider. Cached data is untouched. ' +
        'Check the base URL and the network, then try again.',
      { cause },
    );
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
