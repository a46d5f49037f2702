import { rename } from 'node:fs/promises';
import pRetry from 'p-retry';

/** What Windows answers where somebody has a file open, a virus scanner or an indexer for instance that looks at what was just written. */
const HELD: ReadonlySet<string> = new Set(['EACCES', 'EBUSY', 'EPERM']);

/** Does it, on Windows again for some three seconds while a file is held; elsewhere such an answer is the last. Throws what `act` throws. */
export function whileHeld<T>(act: () => Promise<T>, platform: NodeJS.Platform = process.platform): Promise<T> {
  return pRetry(act, {
    retries: 6,
    minTimeout: 50,
    shouldRetry: ({ error }) => platform === 'win32' && 'code' in error && HELD.has(String(error.code)),
  });
}

/** Puts a file that was written beside another in its place, at once. Throws what the file system says. */
export const replaceFile = (part: string, file: string): Promise<void> => whileHeld(() => rename(part, file));
