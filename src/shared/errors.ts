/**
 * Errors for people: a code for programs, one or two sentences for the reader
 * (what happened, what it means for the data, what to do next). The cause stays in the main process, for the log.
 */

export const errorCodes = {
  UNAUTHORIZED: 'The provider rejects the key.',
  FORBIDDEN: 'The account has no API access.',
  NOT_FOUND: 'No such batch, or another account’s.',
  RATE_LIMITED: 'The limit of requests a minute is used up.',
  SERVER_ERROR: 'The provider failed to answer.',
  REQUEST_REFUSED: 'The provider refuses the request.',
  TIMEOUT: 'No answer in time.',
  NO_NETWORK: 'The provider cannot be reached.',
  TLS_FAILED: 'The connection is not secure.',
  NOT_JSON: 'The answer is not JSON.',
  BAD_ENVELOPE: 'The answer does not have the agreed form.',
  BAD_BASE_URL: 'The base URL is not https and not loopback.',
  REDIRECTED: 'The provider’s address redirects elsewhere; the key was not sent there.',
  NO_KEY: 'There is no key for the account.',
  KEYCHAIN_UNAVAILABLE: 'This computer has no keychain that Callbook can use.',
  UNKNOWN_ACCOUNT: 'No such account.',
  UNKNOWN_CALL: 'No such call in the cache.',
  ACCOUNT_EXISTS: 'An account of this name exists.',
  ACCOUNT_CONNECTED: 'The key’s account is connected already.',
  OTHER_ACCOUNT: 'The key is another account’s.',
  CALLS_CHANGED: 'Calls have come or gone meanwhile.',
  CACHE_NEWER: 'The cache was written by a newer Callbook.',
  CACHE_DAMAGED: 'The cache file is damaged.',
  CACHE_LOCKED: 'Another program holds the cache.',
  DISK_FULL: 'There is no space left on the disk.',
  PIVOT_TOO_LARGE: 'The pivot has too many cells to read.',
  BAD_EXPRESSION: 'An expression of the command line cannot be read.',
  TARGET_NOT_WRITABLE: 'The file cannot be written.',
  NOT_A_VIEW: 'The file is not a view of Callbook.',
  UNKNOWN_TARGET: 'No file was chosen for the export.',
  SYNC_RUNNING: 'A sync is already running.',
  NOT_SUPPORTED: 'This part of Callbook needs a window.',
  CANCELLED: 'Cancelled.',
  BAD_INPUT: 'A request that Callbook does not understand.',
  UNKNOWN_COMMAND: 'A request that Callbook does not know.',
  WORKER_CRASHED: 'A background thread stopped and was started again.',
  UNEXPECTED: 'Something unexpected happened.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** How an error crosses threads and windows. `retryAt` in ms since epoch UTC, where waiting helps. */
export interface ErrorValue {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAt?: number;
}

export class CallbookError extends Error {
  readonly code: ErrorCode;
  readonly retryAt: number | undefined;

  constructor(
    code: ErrorCode,
    message: string = errorCodes[code],
    options: { cause?: unknown; retryAt?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'CallbookError';
    this.code = code;
    this.retryAt = options.retryAt;
  }
}

/** What to tell of anything thrown. An error that is not ours is told in general words: its text may hold paths or data. */
export function toErrorValue(thrown: unknown): ErrorValue {
  if (!(thrown instanceof CallbookError)) {
    return {
      code: 'UNEXPECTED',
      message: 'Something unexpected happened. Your data is untouched; the log has the details.',
    };
  }
  return {
    code: thrown.code,
    message: thrown.message,
    ...(thrown.retryAt === undefined ? {} : { retryAt: thrown.retryAt }),
  };
}

export function fromErrorValue(value: ErrorValue): CallbookError {
  return new CallbookError(value.code, value.message, value.retryAt === undefined ? {} : { retryAt: value.retryAt });
}
