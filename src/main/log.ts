import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

/** The log says what happened and to which batch, never a key, a name, a phone number or an outcome. */
export type Log = Logger;

const MAX_BYTES = 5_000_000;

/** Opens `logs/callbook.log` in the profile; a file over 5 MB is moved beside first, the one before it is dropped. */
export function openLog(dataDir: string): Log {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'callbook.log');
  if (existsSync(file) && statSync(file).size > MAX_BYTES) renameSync(file, join(folder, 'callbook.old.log'));
  return pino(
    {
      base: null,
      redact: ['key', '*.key', 'authorization', '*.authorization', 'headers', '*.headers', '*.cause.cause'],
    },
    pino.destination({ dest: file, sync: true, mode: 0o600 }),
  );
}
