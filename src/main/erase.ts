import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventName, Events } from '../shared/contract.ts';
import { CallbookError, toErrorValue, type ErrorValue } from '../shared/errors.ts';
import type { Accounts } from './accounts.ts';
import type { Cache } from './cache/cache.ts';
import type { Desktop } from './desktop.ts';
import type { ExportJobs } from './export/exportJobs.ts';
import { eraseLog, type Log } from './log.ts';
import type { SettingsFile } from './settingsFile.ts';
import type { createSyncs } from './sync/syncs.ts';
import type { ViewsFile } from './viewsFile.ts';

interface Deps {
  readonly dataDir: string;
  readonly cache: Cache;
  readonly accounts: Accounts;
  readonly syncs: ReturnType<typeof createSyncs>;
  readonly exports: ExportJobs;
  readonly settings: SettingsFile;
  readonly views: ViewsFile;
  readonly desktop: Desktop;
  readonly log: Log;
  readonly emit: <Name extends EventName>(name: Name, event: Events[Name]) => void;
}

/** Takes everything of a person away. */
export function createErase(deps: Deps) {
  const { dataDir, cache, accounts, syncs, exports, settings, views, log } = deps;
  /** There while it goes on, so that the next start can finish what a kill or a power cut stopped. */
  const mark = join(dataDir, 'erasing');

  async function eraseAll(): Promise<void> {
    for (const { id } of await accounts.list()) {
      await syncs.stop(id);
      await accounts.remove(id, true);
    }
    syncs.forget();
    await exports.close();
    await cache.erase();
    settings.reset();
    views.reset();
    await Promise.all([settings.settled(), views.settled()]);
    for (const name of ['settings.broken.json', 'views.broken.json']) await rm(join(dataDir, name), { force: true });
    eraseLog(dataDir);
    log.info('everything was erased');
    deps.desktop.applyAppearance(settings.get());
  }

  /** Throws KEYCHAIN_UNAVAILABLE, and what the file system says; whoever hears of that decides whether it is begun again. */
  async function erase(): Promise<void> {
    // A full disk keeps nobody from erasing.
    await writeFile(mark, '', { flush: true }).catch(() => undefined);
    try {
      await eraseAll();
    } finally {
      await rm(mark, { force: true });
    }
    deps.emit('data.erased', null);
  }

  /** Finishes an erasing that was stopped with Callbook; answers with what stands in its way. */
  async function finish(): Promise<ErrorValue | null> {
    if (!existsSync(mark)) return null;
    try {
      await erase();
      return null;
    } catch (thrown) {
      const why = thrown instanceof CallbookError ? thrown.message : 'A file could not be taken away.';
      return {
        code: toErrorValue(thrown).code,
        message: `“Erase everything” was stopped before its end, and could not be finished now. ${why} Then erase everything again, in Settings.`,
      };
    }
  }

  return { erase, finish };
}
