import type { Response } from 'undici';
import { wait } from '../wait.ts';

/** One budget of requests for a key: learned from the answers, shared by all that use the key. */

/** What the contract names for a key of which nothing is known yet. */
const FIRST_LIMIT = 300;
const WINDOW_MS = 60_000;
const LOOK_MS = 1_000;
/**
 * Requests reach the provider with different delays, so what is sent a window apart may arrive a little closer. This much is kept free;
 * at 60 seconds it costs less than one request in a hundred.
 */
const MARGIN = 1 / 120;

export interface RateLimit {
  /** Takes one request from the budget, in the order of asking; waits while it is used up. Rejects when `signal` aborts. */
  take(signal?: AbortSignal): Promise<void>;
  /** One taken request is over. Its headers tell the limit, and what others who use the key have left of it; undefined: no answer came. */
  answered(response: Pick<Response, 'ok' | 'headers'> | undefined): void;
  /** The provider told the key's requests a minute (`GET /me`); what an answer's headers say goes first. */
  learn(perMinute: number): void;
  /** The provider said that the limit is reached: nothing is sent for `ms`. */
  pause(ms: number): void;
}

export interface RateLimitOptions {
  /** Hears until when (ms since epoch UTC) a request waits, and null when it goes on. */
  readonly onWait?: (until: number | null) => void;
  /** The provider counts requests in any span of this length. */
  readonly windowMs?: number;
}

export function createRateLimit({ onWait, windowMs = WINDOW_MS }: RateLimitOptions = {}): RateLimit {
  const spanMs = windowMs * (1 + MARGIN);
  let limit = FIRST_LIMIT;
  /** What holds where answers do not tell it. */
  let untold = Infinity;
  /** When the requests of the last span were sent, oldest first; at most `limit` of them. */
  const sent: number[] = [];
  let underWay = 0;
  /** What the provider says is left until `resetAt`; others may use the key too. */
  let left = Infinity;
  let resetAt = 0;
  let pausedUntil = 0;
  let turn: Promise<void> = Promise.resolve();

  /** ms since epoch UTC from which a request may go; in the past: now. */
  function freeAt(now: number): number {
    if (now >= resetAt) left = Infinity;
    while (sent.length > 0 && (sent[0] ?? 0) <= now - spanMs) sent.shift();
    // Somebody set the clock back: what was sent counts from now, and nothing waits for the time that was.
    for (let i = sent.length - 1; i >= 0 && (sent[i] ?? 0) > now; i--) sent[i] = now;
    resetAt = Math.min(resetAt, now + windowMs);
    pausedUntil = Math.min(pausedUntil, now + windowMs);
    const ownSpan = sent.length < limit ? 0 : (sent[sent.length - limit] ?? 0) + spanMs;
    return Math.max(pausedUntil, ownSpan, left <= 0 ? resetAt : 0);
  }

  async function takeInTurn(signal: AbortSignal | undefined): Promise<void> {
    let told: number | undefined;
    try {
      for (let at = freeAt(Date.now()); at > Date.now(); at = freeAt(Date.now())) {
        if (at !== told) onWait?.((told = at));
        // A timer may fire a millisecond early, and stands still while the computer sleeps.
        await wait(Math.min(at - Date.now() + 1, LOOK_MS), undefined, signal === undefined ? {} : { signal });
      }
    } finally {
      if (told !== undefined) onWait?.(null);
    }
    signal?.throwIfAborted();
    sent.push(Date.now());
    left--;
    underWay++;
  }

  return {
    take(signal) {
      const taken = turn.then(() => takeInTurn(signal));
      turn = taken.catch(() => undefined);
      return taken;
    },
    answered(response) {
      underWay--;
      if (response === undefined) return;
      const { ok, headers } = response;
      const told = countIn(headers, 'x-ratelimit-limit');
      if (told >= 1) limit = told;
      // A good answer without the header comes from a provider that does not limit; another one may be a proxy's.
      else if (ok) limit = untold;
      const remaining = countIn(headers, 'x-ratelimit-remaining');
      const resetSeconds = countIn(headers, 'x-ratelimit-reset');
      if (Number.isNaN(remaining) || Number.isNaN(resetSeconds)) return;
      // By the provider's own clock, so that a clock that is wrong on either side does not matter.
      const serverNow = Date.parse(headers.get('date') ?? '') || Date.now();
      resetAt = Date.now() + Math.min(Math.max(resetSeconds * 1000 - serverNow, 0), windowMs);
      // Those under way may not be counted yet.
      left = remaining - underWay;
    },
    learn(perMinute) {
      untold = Math.max(1, perMinute);
      limit = untold;
    },
    pause(ms) {
      pausedUntil = Date.now() + Math.min(Math.max(ms, 0), windowMs);
    },
  };
}

/** NaN where the header is not there, or is no whole number: an empty one is not "none". */
function countIn(headers: Response['headers'], name: string): number {
  const text = headers.get(name)?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : NaN;
}
