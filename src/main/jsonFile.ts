import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Log } from './log.ts';
import { replaceFile } from './replaceFile.ts';

/** A small file of the profile that is read once and then kept in memory. */
export interface JsonFile<T> {
  get(): T;
  /** Holds at once; the file follows, written beside and renamed. */
  set(value: T): void;
  /** Resolves once the file holds the last value. */
  settled(): Promise<void>;
}

/**
 * Opens the file; `read` makes the value of what it holds ({} where there is none yet) and throws if it cannot. Such a file is kept as
 * `NAME.broken.json`.
 */
export async function openJsonFile<T>(file: string, read: (stored: unknown) => T, log: Log): Promise<JsonFile<T>> {
  let { value } = await load();
  let writing: Promise<void> | undefined;

  async function load(): Promise<{ value: T }> {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    try {
      return { value: read(JSON.parse(text)) };
    } catch {
      log.warn('a file of the profile cannot be read; it is kept with “broken” in its name');
      await rename(file, file.replace(/\.json$/, '.broken.json')).catch(() => undefined);
      return { value: read({}) };
    }
  }

  async function write(): Promise<void> {
    const written = value;
    await writeFile(`${file}.part`, JSON.stringify(written, null, 2), { mode: 0o600 });
    await replaceFile(`${file}.part`, file);
    if (written !== value) await write();
  }

  return {
    get: () => value,
    set(next) {
      value = next;
      writing ??= write()
        .catch(() => log.error('a file of the profile could not be written'))
        .finally(() => (writing = undefined));
    },
    settled: async () => writing,
  };
}
