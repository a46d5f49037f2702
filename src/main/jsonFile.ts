import { readFile, rename } from 'node:fs/promises';
import { CallbookError } from '../shared/errors.ts';
import type { Log } from './log.ts';
import { whileHeld, writeWhole } from './replaceFile.ts';

/** What a JSON file holds, also where an editor has put a byte order mark before it. Throws what the file system and the parser say. */
export async function readJson(file: string): Promise<unknown> {
  // A decoder leaves out the mark.
  return JSON.parse(new TextDecoder().decode(await readFile(file)));
}

/** A small file of the profile that is read once and then kept in memory. */
export interface JsonFile<T> {
  get(): T;
  /** Holds at once; the file follows, written beside and renamed. */
  set(value: T): void;
  /** Resolves once the file holds the last value. Throws TARGET_NOT_WRITABLE; asked again, it tries again. */
  settled(): Promise<void>;
}

/**
 * Opens the file; `read` makes the value of what it holds ({} where there is none yet) and throws if it cannot. Such a file, and one that
 * the system does not let read, is kept as `NAME.broken.json`.
 */
export async function openJsonFile<T>(file: string, read: (stored: unknown) => T, log: Log): Promise<JsonFile<T>> {
  let { value } = await load();
  let written = value;
  let writing: Promise<void> | undefined;

  async function load(): Promise<{ value: T }> {
    try {
      return { value: read(await whileHeld(() => readJson(file))) };
    } catch (thrown) {
      // Any other file may hold what a person made, and the next change would be written over it.
      if (!isMissing(thrown)) {
        log.warn('a file of the profile cannot be read; it is kept with “broken” in its name');
        await whileHeld(() => rename(file, file.replace(/\.json$/, '.broken.json'))).catch(() => undefined);
      }
      return { value: read({}) };
    }
  }

  async function write(): Promise<void> {
    while (written !== value) {
      const next = value;
      await writeWhole(file, JSON.stringify(next, null, 2), 0o600);
      written = next;
    }
  }

  function settled(): Promise<void> {
    writing ??= write()
      .catch((cause: unknown) => {
        log.error('a file of the profile could not be written');
        throw new CallbookError(
          'TARGET_NOT_WRITABLE',
          'What you have set could not be written to the data folder: the disk is full, or the folder cannot be written. ' +
            'It holds until Callbook quits; make room, then change or save it once more.',
          { cause },
        );
      })
      .finally(() => (writing = undefined));
    return writing;
  }

  return {
    get: () => value,
    set(next) {
      value = next;
      // Whoever waits for it hears of what fails.
      settled().catch(() => undefined);
    },
    settled,
  };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
