import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CallbookError } from '../../shared/errors.ts';
import type { WritableDb } from './database.ts';

/** Bytes of the cache before and after. */
export interface Compacted {
  readonly before: number;
  readonly after: number;
}

/**
 * Writes the cache anew without the room of what was removed. SQLite does it as a whole or not at all, and cannot be stopped in between.
 * Throws DISK_FULL if there is no room for the second copy that it makes.
 */
export function compact(db: WritableDb, file: string, tell: (words: string) => void): Compacted {
  const before = statSync(file).size;
  const { bavail, bsize } = statfsSync(dirname(file));
  // The new copy goes through the log beside the file, then into the file.
  if (bavail * bsize < before * 2.1) {
    throw new CallbookError(
      'DISK_FULL',
      `Compacting writes the data a second time and needs ${Math.ceil((before * 2.1) / 1e6)} MB free for a while. Make room and try again; your data is untouched.`,
    );
  }
  tell(`Writing ${Math.ceil(before / 1e6)} MB anew`);
  db.exec('VACUUM');
  tell('Finishing');
  db.pragma('wal_checkpoint(TRUNCATE)');
  return { before, after: statSync(file).size };
}
