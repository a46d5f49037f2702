import { existsSync, renameSync, rmSync } from 'node:fs';
import { CallbookError } from '../../../shared/errors.ts';
import { openReadable, type WritableDb } from '../database.ts';
import first from './0010-first.ts';
import contacts from './0020-contacts.ts';
import runs from './0021-runs.ts';
import received from './0030-received.ts';
import parts from './0031-parts.ts';
import kinds from './0040-kinds.ts';
import annotations from './0050-annotations.ts';
import textIndex from './0060-textIndex.ts';
import summaries from './0070-summaries.ts';
import providerAccounts from './0080-providerAccounts.ts';
import goneCalls from './0090-goneCalls.ts';

/** Numbers leave gaps of ten, so that a branch can slip one between. A migration that has shipped never changes. */
interface Migration {
  readonly version: number;
  readonly migrate: (db: WritableDb) => void;
}

export const migrations: readonly Migration[] = [
  { version: 10, migrate: first },
  { version: 20, migrate: contacts },
  { version: 21, migrate: runs },
  { version: 30, migrate: received },
  { version: 31, migrate: parts },
  { version: 40, migrate: kinds },
  { version: 50, migrate: annotations },
  { version: 60, migrate: textIndex },
  { version: 70, migrate: summaries },
  { version: 80, migrate: providerAccounts },
  { version: 90, migrate: goneCalls },
];

export function newestVersion(): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Brings the file to the newest schema in one transaction; before that a file with data is copied beside as `….before-N.bak`.
 * Throws CACHE_NEWER for a file that a newer Callbook wrote, and leaves it alone.
 */
export function migrate(db: WritableDb, file: string, steps: readonly Migration[] = migrations): void {
  const newest = steps.at(-1)?.version ?? 0;
  const version = versionOf(db, newest);
  if (version === newest) return;
  db.transaction(() => {
    // Another Callbook that was started at the same time may have done some or all of it.
    const now = versionOf(db, newest);
    if (now > 0 && now < newest) backUp(file, `${file}.before-${newest}.bak`);
    for (const step of steps) if (step.version > now) step.migrate(db);
    db.pragma(`user_version = ${newest}`);
  }).immediate();
  if (version > 0) giveBackRoom(db);
}

/** What the old form took and the new one does not need goes back to the disk: now, or whenever the cache is compacted. */
function giveBackRoom(db: WritableDb): void {
  try {
    db.exec('VACUUM');
  } catch {
    // It takes room for a second copy, and nobody else may be writing. The cache is whole without it.
  }
}

/** By SQLite, as the last of what was written may stand in the log beside the file; under its name once it is whole. */
function backUp(file: string, backup: string): void {
  if (existsSync(backup)) return;
  const part = `${backup}.part`;
  rmSync(part, { force: true });
  const db = openReadable(file);
  try {
    db.prepare('VACUUM INTO ?').run(part);
  } finally {
    db.close();
  }
  renameSync(part, backup);
}

function versionOf(db: WritableDb, newest: number): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version <= newest) return version;
  throw new CallbookError(
    'CACHE_NEWER',
    'This data was written by a newer Callbook. It is untouched. Install the newest Callbook to open it.',
  );
}
