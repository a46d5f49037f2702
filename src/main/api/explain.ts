import type { Response } from 'undici';
import { CallbookError } from '../../shared/errors.ts';

/** What went wrong with a request, in words: what happened, that the cache is untouched, what to do. Never the body, never the key. */

const UNTOUCHED = 'Cached data is untouched.';
/** Networks of hotels, trains and cafés answer in place of whoever is asked until one has logged in. */
const LOGIN_FIRST =
  'A Wi-Fi that asks for a login first answers like this: if you are on one, open any page in your browser, log in, and try again.';
const DEFAULT_WAIT_MS = 60_000;

interface Failure {
  readonly isTimeout: boolean;
  readonly isCancelled: boolean;
  readonly baseUrl: string;
}

/** What was thrown, and why, and why that; several addresses of one host may each have been tried. */
function causes(thrown: unknown, depth = 0): Error[] {
  if (!(thrown instanceof Error) || depth > 5) return [];
  const each: unknown[] = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown, ...[...each, thrown.cause].flatMap((one) => causes(one, depth + 1))];
}

function causeCodes(thrown: unknown): string[] {
  return causes(thrown).flatMap((error) => ('code' in error && typeof error.code === 'string' ? [error.code] : []));
}

/** Whoever answered could not be trusted, so nothing was sent. */
export function isTlsFailure(thrown: unknown): boolean {
  return causeCodes(thrown).some((code) => /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code));
}

/** A request that got no answer. */
export function explainFailure(thrown: unknown, { isTimeout, isCancelled, baseUrl }: Failure): CallbookError {
  const cause = { cause: thrown };
  const host = new URL(baseUrl).host;
  if (isCancelled) return new CallbookError('CANCELLED', undefined, cause);
  if (isTimeout) {
    return new CallbookError(
      'TIMEOUT',
      `${host} did not answer in time. ${UNTOUCHED} Try again when the connection is better.`,
      cause,
    );
  }
  if (thrown instanceof CallbookError) return thrown;
  if (isTlsFailure(thrown)) {
    return new CallbookError(
      'TLS_FAILED',
      `The connection to ${host} is not secure (its certificate cannot be trusted), so the key was not sent. ${UNTOUCHED} ` +
        `${LOGIN_FIRST} Else check the base URL; on a company network ask IT whether it inspects traffic.`,
      cause,
    );
  }
  const refusal = causes(thrown).flatMap(({ message }) => /Proxy response \((\d+)\)/.exec(message)?.[1] ?? [])[0];
  if (refusal !== undefined) {
    return new CallbookError(
      'NO_NETWORK',
      `The proxy of this network does not let Callbook through to ${host} (${refusal}${refusal === '407' ? ': it asks for a user and a password' : ''}). ${UNTOUCHED} ` +
        'Ask IT to let this address through, or what HTTPS_PROXY must hold.',
      cause,
    );
  }
  return new CallbookError(
    'NO_NETWORK',
    `${host} cannot be reached. ${UNTOUCHED} Check the network and the base URL, then try again.`,
    cause,
  );
}

/** No connection was made at all, as opposed to one that broke. */
const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The provider could not be reached: the network is gone, or the provider is. Waiting may help, and nothing else does. */
export function isUnreachable(thrown: unknown): boolean {
  return (
    thrown instanceof CallbookError &&
    thrown.code === 'NO_NETWORK' &&
    causeCodes(thrown).some((code) => UNREACHABLE.has(code))
  );
}

/** ms to wait after a 429: Retry-After in seconds or as a date, else the reset header, else a minute. */
function waitMs(response: Response): number {
  const retryAfter = response.headers.get('retry-after');
  if (retryAfter !== null) {
    const seconds = Number(retryAfter);
    const ms = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
    if (ms >= 0) return ms;
  }
  const reset = Number(response.headers.get('x-ratelimit-reset') ?? NaN) * 1000;
  const serverNow = Date.parse(response.headers.get('date') ?? '') || Date.now();
  const untilReset = reset - serverNow;
  return untilReset > 0 && untilReset <= DEFAULT_WAIT_MS ? untilReset : DEFAULT_WAIT_MS;
}

/** An answer other than success. */
export function explainStatus(response: Response, body: string, baseUrl: string): CallbookError {
  const host = new URL(baseUrl).host;
  const { status } = response;
  if (status >= 300 && status < 400) {
    const target = response.headers.get('location') ?? '';
    const targetHost = URL.canParse(target, baseUrl) ? new URL(target, baseUrl).host : 'another address';
    return new CallbookError(
      'REDIRECTED',
      `${host} redirects to ${targetHost}. The key was not sent there. ${UNTOUCHED} ` +
        `${targetHost === host ? '' : `${LOGIN_FIRST} `}If that is the provider’s right address, enter it as the base URL.`,
    );
  }
  // The provider answers in its envelope: of the key and its rights only that tells.
  if (status === 511 || (isWebPage(body) && (status === 401 || status === 403))) return notTheProvider(host, status);
  switch (status) {
    case 401:
      return new CallbookError(
        'UNAUTHORIZED',
        `The provider rejects the key: it is wrong, or was revoked. ${UNTOUCHED} Enter a valid key; the provider’s settings page shows where to make one.`,
      );
    case 403:
      return new CallbookError(
        'FORBIDDEN',
        `The provider does not allow this for the account: API access is not enabled, or not for this part. ${UNTOUCHED} Ask the provider to enable it.`,
      );
    case 404:
      // Every path of the API answers in its envelope; a bare 404 comes from a host that is not it.
      return isEnvelope(body)
        ? new CallbookError(
            'NOT_FOUND',
            `The provider knows no such batch, or it belongs to another account. ${UNTOUCHED} Check the batch id.`,
          )
        : new CallbookError(
            'NOT_FOUND',
            `${host} answers, but there is no call-batch API at this address. ${UNTOUCHED} Check the base URL.`,
          );
    case 429: {
      const retryAt = Date.now() + waitMs(response);
      return new CallbookError(
        'RATE_LIMITED',
        `The provider’s limit of requests a minute is used up. ${UNTOUCHED} Wait a minute, then try again.`,
        { retryAt },
      );
    }
    default:
      return status >= 500
        ? new CallbookError(
            'SERVER_ERROR',
            `The provider has a problem (${status}). ${UNTOUCHED} Try again in a few minutes.`,
          )
        : new CallbookError(
            'REQUEST_REFUSED',
            `The provider refuses the request (${status}). ${UNTOUCHED} Check the base URL and the batch.`,
          );
  }
}

/** Something that is not the provider's API has answered, with a page for people or with a status that says so. */
function notTheProvider(host: string, status: number): CallbookError {
  return new CallbookError(
    'NO_NETWORK',
    `Something between here and ${host} answers in its place (${status}), such as the network’s login page, a proxy or a firewall. ${UNTOUCHED} ` +
      `${LOGIN_FIRST} On a company network ask IT to let this address through; at home check the base URL.`,
  );
}

/** A page for people. */
function isWebPage(body: string): boolean {
  return /^\s*</.test(body);
}

/** A body that is no JSON, in an answer of success. */
export function explainNotJson(body: string, cause: unknown): CallbookError {
  return new CallbookError(
    'NOT_JSON',
    isWebPage(body)
      ? `The answer is a web page and not JSON, so it does not come from the provider’s API: something answers in its place. ${UNTOUCHED} ` +
          `${LOGIN_FIRST} Else check the base URL, and whether a proxy stands between.`
      : `The answer is not JSON, so it may come from a proxy and not from the provider. ${UNTOUCHED} ` +
          'Check the base URL and the network, then try again.',
    { cause },
  );
}

function isEnvelope(body: string): boolean {
  return body.includes('"status_code"');
}
