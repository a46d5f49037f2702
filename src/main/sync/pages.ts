import { PAGE_SIZE, type ItemsPage } from '../api/provider.ts';

/** Requests under way at once. Four hide 50 ms of delay behind the writing of a page; more would only wait for it. */
const PAGES_AHEAD = 4;
/** Far above the provider's 10,000 calls a batch: a list of pages that never ends must. */
const MOST_PAGES = 400;

export interface ReadPage extends ItemsPage {
  /** Counted from 1. */
  readonly page: number;
}

/**
 * The pages of a list from `first` on, until one says that it is the last; the next ones are asked for while one is looked at. Ends for
 * pages that never end, too. Throws what asking throws.
 */
export async function* readPages(
  ask: (page: number, signal: AbortSignal) => Promise<ItemsPage>,
  first: number,
  outer: AbortSignal,
): AsyncGenerator<ReadPage, void> {
  const abort = new AbortController();
  const signal = AbortSignal.any([outer, abort.signal]);
  const asked = new Map<number, Promise<ItemsPage>>();
  const answerOf = (page: number): Promise<ItemsPage> => {
    let answer = asked.get(page);
    if (answer === undefined) {
      answer = ask(page, signal);
      // Looked at when its turn comes; until then a failure must not count as unhandled.
      answer.catch(() => undefined);
      asked.set(page, answer);
    }
    return answer;
  };
  try {
    for (let page = first; page <= MOST_PAGES; page++) {
      const answer = await answerOf(page);
      asked.delete(page);
      const last = Math.min(Math.ceil(answer.total / PAGE_SIZE), page + PAGES_AHEAD, MOST_PAGES);
      for (let ahead = page + 1; answer.hasMore && ahead <= last; ahead++) void answerOf(ahead);
      yield { ...answer, page };
      if (!answer.hasMore) return;
    }
  } finally {
    // Pages asked for ahead of an end that came early.
    abort.abort();
  }
}
