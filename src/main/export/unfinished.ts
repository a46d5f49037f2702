import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/**
 * What exports are writing at the moment, told in the profile: a note for each part of a file, so that the next start can clear away what
 * a crash or a power cut left beside somebody's files.
 */
export interface Unfinished {
  /** Notes a part before it is made; returns how to take the note back. */
  note(part: string): Promise<() => Promise<void>>;
  /** Removes the parts of exports that are no longer running. Never throws. */
  clear(): Promise<void>;
}

/** The end of a part's name; nothing else is ever removed. */
export const partEnd = (random: string) => `.${random}.part`;
const IS_PART = /\.[\da-f]{8}\.part$/;

const noteSchema = z.object({ part: z.string().regex(IS_PART), pid: z.number().int() });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function openUnfinished(folder: string): Unfinished {
  async function clearOne(note: string): Promise<void> {
    const { part, pid } = noteSchema.parse(JSON.parse(await readFile(note, 'utf8')));
    const { mtimeMs } = await stat(note);
    const isOfThisBoot = mtimeMs > Date.now() - uptime() * 1_000;
    if (isOfThisBoot && isAlive(pid)) return;
    // A drive that is not there now may come back with the part on it.
    await stat(dirname(part));
    await rm(part, { force: true, recursive: true });
    await rm(note, { force: true });
  }
  return {
    async note(part) {
      await mkdir(folder, { recursive: true });
      const note = join(folder, `${randomUUID()}.json`);
      await writeFile(note, JSON.stringify({ part, pid: process.pid }), { flush: true });
      return () => rm(note, { force: true });
    },
    async clear() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) await clearOne(join(folder, name)).catch(() => undefined);
    },
  };
}
