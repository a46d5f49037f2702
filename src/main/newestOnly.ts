/** Questions that replace each other: who asks anew no longer wants the answer to what was asked before. */
export type NewestOnly = <T>(asker: string | undefined, ask: (signal?: AbortSignal) => Promise<T>) => Promise<T>;

/** Answers an asker's newest question; the one before, if it is still under way, is cancelled. Without an asker all are answered. */
export function newestOnly(): NewestOnly {
  const askers = new Map<string, AbortController>();
  return async (asker, ask) => {
    if (asker === undefined) return ask();
    askers.get(asker)?.abort();
    const mine = new AbortController();
    askers.set(asker, mine);
    try {
      return await ask(mine.signal);
    } finally {
      if (askers.get(asker) === mine) askers.delete(asker);
    }
  };
}
