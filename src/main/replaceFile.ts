import { rename, rm, writeFile } from 'node:fs/promises';
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

/**
 * Puts a file that was written beside another, and flushed to the disk, in its place, at once: of one that is not, a power cut may leave
 * the name alone. Throws what the file system says.
 */
export const replaceFile = (part: string, file: string): Promise<void> => whileHeld(() => rename(part, file));

/** Writes a small file whole or not at all: beside, and in its place once it is on the disk. Throws what the file system says. */
export async function writeWhole(file: string, text: string, mode?: number): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, text, { flush: true, ...(mode === undefined ? {} : { mode }) });
    await replaceFile(part, file);
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined);
    throw thrown;
  }
}
