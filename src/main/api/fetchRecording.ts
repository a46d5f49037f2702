import { CallbookError } from '../../shared/errors.ts';
import type { Web } from './web.ts';

/** Recordings that lie behind an https address. No key goes along: they are in the customer's own storage. */

const MOST_REDIRECTS = 3;

export interface FetchedRecording {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * Asks for a recording, or for the part that `range` (a Range header) names. Storages redirect to signed addresses; all of them must
 * be https. `signal` ends it, also while its sound comes. Throws BAD_BASE_URL, NO_NETWORK.
 */
export async function fetchRecording(
  web: Web,
  url: URL,
  range: string | null,
  signal: AbortSignal,
): Promise<FetchedRecording> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    if (at.protocol !== 'https:')
      throw new CallbookError('BAD_BASE_URL', 'The recording’s address is not https, so it was not asked for.');
    const answer = await web
      .fetch(at, {
        // As it lies there: lengths and ranges are told of what comes over the wire.
        headers: { 'accept-encoding': 'identity', ...(range === null ? {} : { range }) },
        redirect: 'manual',
        signal,
      })
      .catch((cause: unknown) => {
        throw new CallbookError(
          'NO_NETWORK',
          'The recordings’ storage cannot be reached. Everything else of the call is here; try again with a network.',
          { cause },
        );
      });
    const next = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || next === null) {
      return {
        status: answer.status,
        headers: new Map(answer.headers),
        body: answer.body as ReadableStream<Uint8Array> | null,
      };
    }
    await answer.body?.cancel();
    at = new URL(next, at);
  }
  throw new CallbookError('REDIRECTED', 'The recordings’ storage redirects without an end.');
}
