import { setTimeout as wait } from 'node:timers/promises';
import type { Headers } from 'undici';

/** One budget of requests for a key: learned from the answers, shared by all that use the key. */

/** The provider counts by the minute: no wait needs to be longer, whatever its clock says. */
const MOST_WAIT_MS = 60_000;

export interface RateLimit {
  /** Takes one request from the budget; waits while it is used up. Rejects when `signal` aborts. */
  take(signal?: AbortSignal): Promise<void>;
  /** Learns from an answer's headers. */
  learn(headers: Headers): void;
  /** The provider said that the limit is reached: nothing is sent for `ms`. */
  pause(ms: number): void;
  /** ms since epoch UTC until which the budget is used up; null: it is not. */
  waitingUntil(): number | null;
}

/** `onWait` hears until when a request waits, and null when it goes on. */
export function createRateLimit(onWait: (until: number | null) => void): RateLimit {
  let remaining = Infinity;
  let resetAt = 0;

  const isUsedUp = () => remaining <= 0 && Date.now() < resetAt;

  return {
    async take(signal) {
      while (isUsedUp()) {
        onWait(resetAt);
        try {
          await wait(resetAt - Date.now(), undefined, signal === undefined ? {} : { signal });
        } finally {
          onWait(null);
        }
      }
      if (Date.now() >= resetAt) remaining = Infinity;
      // Counted down here too, because several requests may be under way before the first answer comes.
      remaining--;
    },
    learn(headers) {
      const left = Number(headers.get('x-ratelimit-remaining') ?? NaN);
      const resetSeconds = Number(headers.get('x-ratelimit-reset') ?? NaN);
      if (Number.isNaN(left) || Number.isNaN(resetSeconds)) return;
      // By the provider's own clock, so that a clock that is wrong on either side does not matter.
      const serverNow = Date.parse(headers.get('date') ?? '') || Date.now();
      const inMs = Math.min(Math.max(resetSeconds * 1000 - serverNow, 0), MOST_WAIT_MS);
      remaining = Math.min(left, Date.now() < resetAt ? remaining : Infinity);
      resetAt = Date.now() + inMs;
    },
    pause(ms) {
      remaining = 0;
      resetAt = Date.now() + Math.min(ms, MOST_WAIT_MS);
    },
    waitingUntil: () => (isUsedUp() ? resetAt : null),
  };
}
