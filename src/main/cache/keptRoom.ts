import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, statSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Some room on the disk, kept in a file beside the cache for a start without any: even to read the cache, SQLite writes 32 kB beside it
 * (the index of its log). What is left of it goes to notes and settings.
 */

const KEPT_BYTES = 256 * 1024;
const PIECE_BYTES = 32 * 1024;
/** Where there is less, none is taken. */
const PLENTY_BYTES = 4 * 2 ** 20;

const roomOf = (file: string) => `${file}.room`;

/** Keeps it, unless it is there whole, or the disk has little. Never throws. */
export function keepRoom(file: string): void {
  try {
    if (statSync(roomOf(file), { throwIfNoEntry: false })?.size === KEPT_BYTES) return;
    const { bavail, bsize } = statfsSync(dirname(file));
    if (bavail * bsize >= PLENTY_BYTES) takeRoom(file);
  } catch {
    // Without it Callbook is as it was, but for a full disk.
  }
}

/** Gives it to whoever writes next; false: there is none. */
export function giveRoom(file: string): boolean {
  const isThere = existsSync(roomOf(file));
  rmSync(roomOf(file), { force: true });
  return isThere;
}

/** Takes back what was given, or as much as is left of it, for the next start. Never throws. */
export function takeRoom(file: string): void {
  try {
    const handle = openSync(roomOf(file), 'w', 0o600);
    try {
      // Random: some file systems keep no room for zeros.
      for (let at = 0; at < KEPT_BYTES; at += PIECE_BYTES) writeSync(handle, randomBytes(PIECE_BYTES));
    } finally {
      closeSync(handle);
    }
  } catch {
    // No more than that.
  }
}
