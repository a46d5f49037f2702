import { everything, newestFirst } from '../shared/selection.ts';
import type { Cache } from './cache/cache.ts';

/** Each goes other ways through the index: the beginning of a word, words next to each other, part of a number. */
const TEXTS = ['re', '"is a"', '987'];

/**
 * Searches before somebody waits for it: as nothing is compiled by then, the first searches of a thread take three times as long. One after
 * another, so that whoever asks meanwhile waits for one of them at most. Never throws.
 */
export async function warmUp({ query }: Pick<Cache, 'query'>): Promise<void> {
  for (const text of TEXTS) {
    const selection = { ...everything('UTC'), text };
    await Promise.allSettled([query('window', { selection, sort: [newestFirst], offset: 0, limit: 50 })]);
  }
}
