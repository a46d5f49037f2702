import { createRateLimit, type RateLimit } from './rateLimit.ts';

/** One budget of requests for each key at each provider, whoever uses it: accounts that share a key, a sync, a test of the key. */

export interface Budgets {
  /** The budget of a key. `perMinute` is what the provider said of it before, if it did. */
  of(baseUrl: string, key: string, perMinute?: number | null): RateLimit;
}

/** `onWait` hears of the budget until when (ms since epoch UTC) a request waits, and null when it goes on. */
export function createBudgets(onWait: (budget: RateLimit, until: number | null) => void): Budgets {
  const known = new Map<string, RateLimit>();
  return {
    of(baseUrl, key, perMinute) {
      const name = `${new URL(baseUrl).origin} ${key}`;
      let budget = known.get(name);
      if (budget === undefined) {
        const made: RateLimit = createRateLimit({ onWait: (until) => onWait(made, until) });
        if (perMinute != null) made.learn(perMinute);
        known.set(name, (budget = made));
      }
      return budget;
    },
  };
}
