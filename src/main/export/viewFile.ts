import { basename } from 'node:path';
import { CallbookError } from '../../shared/errors.ts';

/** A view as a file: `{ callbook: 'view', version, view }`. */

export const FILE_VERSION = 1;

/** What is told of a file that a person took for a view. */
export function notAView(source: string, sentence: string, cause?: unknown): CallbookError {
  return new CallbookError('NOT_A_VIEW', `“${basename(source)}” ${sentence} Nothing was changed.`, { cause });
}

/** A view is a few hundred bytes, with ten thousand values to filter by a tenth of this; what is larger is something else. */
const MOST_BYTES = 5_000_000;

/** Asked before a view is written, too: what Callbook writes it opens. */
export const isViewTooLarge = (bytes: number): boolean => bytes > MOST_BYTES;

/** Throws NOT_A_VIEW. */
export function checkViewSize(source: string, bytes: number): void {
  if (!isViewTooLarge(bytes)) return;
  throw notAView(
    source,
    'holds more than 5 MB where a view would be. No view is as large, so it was not read. Choose a file that Callbook has exported.',
  );
}
