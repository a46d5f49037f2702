import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App, type AppDeps } from '../../src/main/app.ts';
import { openLog } from '../../src/main/log.ts';
import type { SyncRun } from '../../src/shared/model.ts';
import { checkout } from './runtime.ts';
import { quietDesktop } from './quietDesktop.ts';

/** The whole app with its real threads, without a window, in a profile of its own. */
export interface HeadlessApp extends App {
  readonly dataDir: string;
  /** Resolves with the end of the running sync. */
  syncEnd(): Promise<SyncRun>;
  /** Connects an account with a key in the environment only, finds its batches and syncs them; resolves with the end. */
  connectAndSync(provider: { readonly baseUrl: string; readonly key: string }, name?: string): Promise<SyncRun>;
}

export async function openHeadless(deps: Partial<AppDeps> = {}): Promise<HeadlessApp> {
  const dataDir = deps.dataDir ?? mkdtempSync(join(tmpdir(), 'callbook-app-'));
  const source = (path: string) => new URL(`../../src/main/${path}`, import.meta.url);
  const app = await createApp({
    dataDir,
    resourcesDir: join(checkout, 'resources'),
    version: '0.0.0-test',
    workers: {
      writer: source('cache/writer.worker.ts'),
      query: source('cache/query.worker.ts'),
      export: source('export/export.worker.ts'),
    },
    desktop: quietDesktop,
    log: openLog(dataDir),
    ...deps,
  });

  async function syncEnd(): Promise<SyncRun> {
    const ended = new Promise<SyncRun>((resolve) => {
      const stop = app.on('sync.progressed', (run) => {
        if (run.state === 'running') return;
        stop();
        resolve(run);
      });
    });
    const now = await app.commands['sync.status'](undefined);
    return now !== null && now.state !== 'running' ? now : ended;
  }

  return {
    ...app,
    dataDir,
    syncEnd,
    async connectAndSync({ baseUrl, key }, name = 'Test') {
      const account = await app.commands['accounts.connect']({ name, baseUrl, key, keep: 'session' });
      const batches = await app.commands['batches.refresh']({ accountId: account.id });
      await app.commands['sync.start']({
        accountId: account.id,
        batches: batches.map((batch) => batch.key),
        everything: false,
      });
      return syncEnd();
    },
    async close() {
      await app.close();
      if (deps.dataDir === undefined) rmSync(dataDir, { recursive: true });
    },
  };
}
