import { existsSync, mkdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { z } from 'zod';
import type { LogLine } from '../shared/contract.ts';
import { CallbookError } from '../shared/errors.ts';

/** The log says what happened and to which batch, never a key, a name, a phone number or an outcome. */
export type Log = Logger;

const MAX_BYTES = 5_000_000;

/**
 * Opens `logs/callbook.log` in the profile, which is made if it is not there; a file over 5 MB is moved beside first, the one before it is
 * dropped. Throws TARGET_NOT_WRITABLE.
 */
export function openLog(dataDir: string): Log {
  const destination = openFile(join(dataDir, 'logs'));
  // A disk that is full: what cannot be noted stops nobody.
  destination.on('error', () => undefined);
  return pino(
    {
      base: null,
      redact: ['key', '*.key', 'authorization', '*.authorization', 'headers', '*.headers', '*.cause.cause'],
    },
    destination,
  );
}

function openFile(folder: string) {
  const file = join(folder, 'callbook.log');
  try {
    mkdirSync(folder, { recursive: true });
    moveIfLarge(file, join(folder, 'callbook.old.log'));
    return pino.destination({ dest: file, sync: true, mode: 0o600 });
  } catch (cause) {
    throw new CallbookError(
      'TARGET_NOT_WRITABLE',
      'The data folder cannot be made or written: it may only be read, belongs to somebody else, or there is a file in its place.',
      { cause },
    );
  }
}

function moveIfLarge(file: string, old: string): void {
  try {
    if (existsSync(file) && statSync(file).size > MAX_BYTES) renameSync(file, old);
  } catch {
    // Windows moves no file that another program looks at; the next start tries again.
  }
}

/** Codes and kinds of an error and what caused it: messages may quote what they choked on, or name files. */
export function causeText(thrown: unknown): string {
  const parts: string[] = [];
  for (let error = thrown; error instanceof Error && parts.length < 5; error = error.cause) {
    parts.push('code' in error ? `${error.name} ${String(error.code)}` : error.name);
  }
  return parts.join(' < ');
}

/** The last lines of the log, the newest last; at most `mostBytes` of them. */
export async function readLog(dataDir: string, mostBytes = 300_000): Promise<LogLine[]> {
  const file = await open(join(dataDir, 'logs', 'callbook.log')).catch(() => undefined);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - mostBytes);
    const { buffer } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8').split('\n');
    // The first one is cut where the reading began in the middle.
    return lines.slice(start === 0 ? 0 : 1).flatMap(readLine);
  } finally {
    await file.close();
  }
}

const levels: Readonly<Record<number, LogLine['level']>> = { 40: 'warning', 50: 'error', 60: 'error' };

function readLine(text: string): LogLine[] {
  try {
    const { time, level, msg, ...details } = z
      .looseObject({ time: z.number(), level: z.number(), msg: z.string().default('') })
      .parse(JSON.parse(text));
    const words = Object.keys(details).length === 0 ? '' : JSON.stringify(details);
    return [{ at: time, level: levels[level] ?? 'note', message: msg, details: words }];
  } catch {
    return [];
  }
}

/** Empties the log; what happens next is written into it again. */
export function eraseLog(dataDir: string): void {
  const folder = join(dataDir, 'logs');
  truncateSync(join(folder, 'callbook.log'), 0);
  rmSync(join(folder, 'callbook.old.log'), { force: true });
}
