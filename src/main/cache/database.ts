import Database from 'better-sqlite3';
import { CallbookError } from '../../shared/errors.ts';

/** Connections to the cache: one that writes, any number that read. A write on a reader's connection does not compile. */

declare const writable: unique symbol;
export type ReadableDb = Pick<Database.Database, 'prepare' | 'pragma' | 'close' | 'transaction'>;
export type WritableDb = Database.Database & { readonly [writable]: true };

/** How long a connection waits for another program that holds the file (a backup, a second Callbook). */
const BUSY_MS = 5_000;
/** The same for the first one, while the window says that it opens: a backup of a large cache takes its time, and ends. */
const OPENING_BUSY_MS = 20_000;

/** Opens the file for writing and makes it if it is not there. Throws CACHE_DAMAGED or CACHE_LOCKED. */
export function openWritable(file: string): WritableDb {
  return explained(() => {
    const db = new Database(file, { timeout: OPENING_BUSY_MS }) as WritableDb;
    // Of a new file only. What is in it are texts and columns of some kilobytes each: in SQLite's usual 4 kB a search reads a fifth
    // longer, ten thousand calls take a fifth longer to store, and the file is 6 % larger.
    db.pragma('page_size = 16384');
    db.pragma('journal_mode = WAL');
    // A power cut may lose the last commits of WAL in this mode, never the file; a sync brings them again.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -8192');
    db.pragma(`busy_timeout = ${BUSY_MS}`);
    return db;
  });
}

/** `fileBytes`: so much of the file the connection keeps in memory. */
export function openReadable(file: string, fileBytes = 8 * 2 ** 20): ReadableDb {
  return explained(() => {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    // The system keeps what was read, and a search reads each page of the index once.
    db.pragma(`cache_size = ${-fileBytes / 1024}`);
    return db;
  });
}

/** Runs `work`; an error of SQLite becomes one that people understand. */
export function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw explain(thrown);
  }
}

/** What of the file is not as Callbook wrote it. */
export function damaged(cause?: unknown): CallbookError {
  return new CallbookError(
    'CACHE_DAMAGED',
    'The cache file is damaged. Nothing is lost at the provider: move the file away (Settings shows where it is) and sync again, ' +
      'or put back one of the backups beside it.',
    { cause },
  );
}

function explain(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  // The last: a page of items that is cut off, or says that it goes on.
  const isDamage = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'ZSTD_error', 'Z_BUF_ERROR'].some((one) => code.startsWith(one));
  // JSON that is parsed here was written here.
  if (isDamage || thrown instanceof SyntaxError) return damaged(thrown);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new CallbookError(
      'CACHE_LOCKED',
      'Another program holds the cache. Close it and try again; your data is untouched.',
      {
        cause: thrown,
      },
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) {
    return new CallbookError(
      'TARGET_NOT_WRITABLE',
      'The cache cannot be opened or written: the data folder may only be read, or belongs to somebody else. See that you may write there; your data is untouched.',
      { cause: thrown },
    );
  }
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    return new CallbookError(
      'DISK_FULL',
      'The cache could not be written: the disk is full or does not answer. What was stored before is untouched; make room and try again.',
      { cause: thrown },
    );
  }
  return thrown;
}
