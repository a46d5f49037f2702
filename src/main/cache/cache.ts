import { join } from 'node:path';
import type { CallbookError } from '../../shared/errors.ts';
import { Thread, type AskOptions } from '../threads.ts';
import type { QueryHandlers } from './query.ts';
import type { Writer } from './writer.ts';

/** The cache as the main thread sees it: two threads to ask. No SQLite here. */
export interface Cache {
  /** For the export's own connection. */
  readonly file: string;
  readonly write: Thread<Writer>['ask'];
  readonly query: Thread<QueryHandlers>['ask'];
  close(): Promise<void>;
}

export interface CacheOptions {
  readonly dataDir: string;
  readonly workers: { readonly writer: URL; readonly query: URL };
  readonly onCrash: (error: Error) => void;
}

/** Opens the profile's cache, migrating it if need be. Throws CACHE_NEWER, CACHE_DAMAGED, CACHE_LOCKED or DISK_FULL. */
export async function openCache({ dataDir, workers, onCrash }: CacheOptions): Promise<Cache> {
  const file = join(dataDir, 'cache.sqlite');
  const writer = new Thread<Writer>(workers.writer, { cacheFile: file }, onCrash);
  const query = new Thread<QueryHandlers>(workers.query, { cacheFile: file }, onCrash);
  try {
    await writer.ask('open', undefined);
  } catch (error) {
    await writer.close();
    throw error as CallbookError;
  }
  return {
    file,
    write: (name, input, options?: AskOptions) => writer.ask(name, input, options),
    query: (name, input, options?: AskOptions) => query.ask(name, input, options),
    async close() {
      await query.ask('close', undefined).catch(() => undefined);
      await query.close();
      await writer.ask('close', undefined).catch(() => undefined);
      await writer.close();
    },
  };
}
