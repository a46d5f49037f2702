import { CallbookError } from '../../shared/errors.ts';

export const DEFAULT_BASE_URL = 'https://api.staging.techladder.ai';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

/**
 * The base URL as it is kept: origin and path without a slash at the end, and without the API's own path if it was pasted along.
 * Throws BAD_BASE_URL for what is no URL, carries a user or a query, or is neither https nor loopback.
 */
export function parseBaseUrl(text: string): string {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (
    url === undefined ||
    !isSafe ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new CallbookError(
      'BAD_BASE_URL',
      `The base URL must begin with https:// (http:// only on this computer) and hold nothing but an address, like ${DEFAULT_BASE_URL}. ` +
        'The key was not sent anywhere.',
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/api\/v1\/public$/, '');
}
