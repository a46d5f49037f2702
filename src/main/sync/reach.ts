import { isUnreachable } from '../api/explain.ts';

/** What stands between a sync and the provider: a person's pause, or no network. Requests wait for both, without errors. */

const FIRST_TRY_MS = 1_000;
/** Seldom enough to cost nothing, often enough that nobody presses a button when the network is back. */
const MOST_TRY_MS = 15_000;

export interface ReachState {
  readonly hold: 'paused' | 'offline' | null;
  /** While offline: ms since epoch UTC of the next try; null: one is under way. */
  readonly nextTryAt: number | null;
}

export interface Reach {
  /** Sends a request once the way is open, and again for as long as the provider cannot be reached. */
  ask<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T>;
  pause(): void;
  resume(): void;
  /** Tries at once what waits for the network: it may be back. Where a try is under way, the next one comes soon. */
  retryNow(): void;
}

export interface ReachOptions {
  /** False: what cannot be reached fails at once; somebody waits for the answer (command line). */
  readonly waitsForNetwork: boolean;
  readonly onChange: (state: ReachState) => void;
}

interface Wait {
  readonly opened: PromiseWithResolvers<void>;
  readonly until: number;
  readonly timer: NodeJS.Timeout;
}

export function createReach({ waitsForNetwork, onChange }: ReachOptions): Reach {
  let paused: PromiseWithResolvers<void> | undefined;
  let waiting: Wait | undefined;
  /** Tries in a row that did not reach the provider. */
  let failures = 0;

  const tell = () =>
    onChange({
      hold: paused !== undefined ? 'paused' : failures > 0 ? 'offline' : null,
      nextTryAt: waiting?.until ?? null,
    });

  function retryNow(): void {
    if (waiting === undefined) {
      // The try that is under way may have begun before the network was back.
      failures = Math.min(failures, 1);
      return;
    }
    clearTimeout(waiting.timer);
    const { opened } = waiting;
    waiting = undefined;
    tell();
    opened.resolve();
  }

  function waitForNetwork(): void {
    // Requests that were under way together fail together: one wait is for all.
    if (waiting !== undefined) return;
    const ms = Math.min(FIRST_TRY_MS * 2 ** failures++, MOST_TRY_MS);
    waiting = {
      opened: Promise.withResolvers(),
      until: Date.now() + ms,
      timer: setTimeout(retryNow, ms),
    };
    tell();
  }

  async function open(signal: AbortSignal): Promise<void> {
    for (let hold = paused ?? waiting?.opened; hold !== undefined; hold = paused ?? waiting?.opened) {
      const aborted = Promise.withResolvers<void>();
      const stop = () => aborted.resolve();
      signal.addEventListener('abort', stop, { once: true });
      if (!signal.aborted) await Promise.race([hold.promise, aborted.promise]);
      signal.removeEventListener('abort', stop);
      signal.throwIfAborted();
    }
  }

  return {
    async ask(request, signal) {
      for (;;) {
        await open(signal);
        try {
          const answer = await request();
          if (failures > 0) {
            failures = 0;
            tell();
          }
          return answer;
        } catch (thrown) {
          if (!waitsForNetwork || signal.aborted || !isUnreachable(thrown)) throw thrown;
          waitForNetwork();
        }
      }
    },
    pause() {
      paused ??= Promise.withResolvers();
      tell();
    },
    resume() {
      const { resolve } = paused ?? {};
      paused = undefined;
      tell();
      resolve?.();
    },
    retryNow,
  };
}
