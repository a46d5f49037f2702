import { EventEmitter } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandHandlers, EventName, Events } from '../shared/contract.ts';
import { CallbookError } from '../shared/errors.ts';
import { everything } from '../shared/selection.ts';
import type { Recordings, Settings } from '../shared/settings.ts';
import { createAccounts } from './accounts.ts';
import { DEFAULT_BASE_URL } from './api/baseUrl.ts';
import { openCache } from './cache/cache.ts';
import { checkCache } from './checkCache.ts';
import { warmUp } from './warmUp.ts';
import type { Desktop } from './desktop.ts';
import { diagnosticsText, saveDiagnostics } from './diagnostics.ts';
import { createExportJobs } from './export/exportJobs.ts';
import { openKeychain } from './keys/keychain.ts';
import { createCompacting } from './compacting.ts';
import { createErase } from './erase.ts';
import { readLog, type Log } from './log.ts';
import { withLeftKeys } from './keys/leftKeys.ts';
import { licencesSchema } from './licences.ts';
import { newestOnly } from './newestOnly.ts';
import { openSettings } from './settingsFile.ts';
import { createRecordings } from './recordings.ts';
import { createSyncs } from './sync/syncs.ts';
import { openViews } from './viewsFile.ts';

/** Where the entries of the worker threads lie: TypeScript in a checkout (command line, tests), bundles in the built app. */
export interface WorkerEntries {
  readonly writer: URL;
  readonly query: URL;
  readonly export: URL;
}

export interface AppDeps {
  /** The profile: cache, settings, logs. Made if it is not there. */
  readonly dataDir: string;
  /** The checkout's or the package's `resources/`. */
  readonly resourcesDir: string;
  readonly version: string;
  readonly workers: WorkerEntries;
  readonly desktop: Desktop;
  readonly log: Log;
  /** A key to use where the keychain has none (the command line's CALLBOOK_API_KEY). */
  readonly environmentKey?: string | undefined;
  /** A sync that cannot reach the provider waits until it can; false, the default: it fails, as somebody waits for the end. */
  readonly waitsForNetwork?: boolean;
  /** 60,000 unless a test is in a hurry. */
  readonly minuteMs?: number;
}

export interface App {
  readonly commands: CommandHandlers;
  /** Calls back for each event; returns how to stop. */
  on<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void;
  /** Gives a new window its theme and zoom. */
  applyAppearance(): void;
  /** The sound of a call (or the part of it that a Range header names) as an answer to the window; 404 where there is none. */
  recording(rowId: number, range: string | null): Promise<Response>;
  /** Reads what the window asks for first, while it opens. Never throws. */
  prepare(): Promise<void>;
  /** Goes on with the syncs that were stopped with Callbook, one after another. Never throws. */
  resume(): Promise<void>;
  /** Makes the first search as quick as those after it, at a quiet moment. Never throws. */
  warmUp(): Promise<void>;
  /** Looks, at a quiet moment, for damage of the cache that nothing has noticed, and tells of it. Never throws. */
  check(): Promise<void>;
  /** The computer was asleep: what waited for the network or the clock looks again. */
  wake(): void;
  /** Stops sync (the next start goes on with it) and export, ends the threads, closes the cache. */
  close(): Promise<void>;
}

/**
 * The whole of Callbook without a window: the shell, the command line and tests drive this. Throws what opening the cache throws
 * (CACHE_NEWER, CACHE_DAMAGED, CACHE_LOCKED, DISK_FULL).
 */
export async function createApp(deps: AppDeps): Promise<App> {
  const { dataDir, workers, desktop, log } = deps;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const events = new EventEmitter();
  const emit = <Name extends EventName>(name: Name, event: Events[Name]) => void events.emit(name, event);

  const [cache, settings, views, keychain] = await Promise.all([
    openCache({
      dataDir,
      workers,
      onCrash(error) {
        log.error({ kind: error.name }, 'a background thread crashed');
        emit('worker.restarted', {
          code: 'WORKER_CRASHED',
          message: 'A background thread stopped and was started again. Your data is untouched.',
        });
      },
    }),
    openSettings(dataDir, log),
    openViews(dataDir, desktop, log, (file) => exports.readView(file)),
    openKeychain().then((opened) => withLeftKeys(opened, dataDir, log)),
  ]);
  const accounts = createAccounts({
    cache,
    keychain,
    resourcesDir: deps.resourcesDir,
    environmentKey: deps.environmentKey,
    findProxy: desktop.findProxy,
    waitsForNetwork: deps.waitsForNetwork ?? false,
    onTraffic: (accountId, traffic) => syncs.count(accountId, traffic),
    onWait: (accountId, until) => syncs.wait(accountId, until),
  });
  const recordings = createRecordings({
    cache,
    locationOf: (accountId) => settings.get().recordings[accountId],
    findProxy: desktop.findProxy,
  });
  const exports = createExportJobs({
    workerEntry: workers.export,
    cacheFile: cache.file,
    notesFolder: join(dataDir, 'exports'),
    recordings: () => settings.get().recordings,
    desktop,
    log,
    version: deps.version,
    onProgress: (progress) => emit('export.progressed', progress),
  });

  const syncs = createSyncs({
    cache,
    log,
    providerOf: (accountId) => accounts.provider(accountId),
    listAccounts: () => accounts.list(),
    settings: () => settings.get(),
    waitsForNetwork: deps.waitsForNetwork ?? false,
    minuteMs: deps.minuteMs ?? 60_000,
    emit,
  });

  const compact = createCompacting({ cache, log, isSyncing: () => syncs.isRunning(), emit });

  const newest = newestOnly();

  async function setRecordings(accountId: string, location: Recordings | undefined): Promise<Settings> {
    const { [accountId]: _old, ...others } = settings.get().recordings;
    const changed = settings.change({
      recordings: location === undefined ? others : { ...others, [accountId]: location },
    });
    await settings.settled();
    return changed;
  }

  const erasing = createErase({ dataDir, cache, accounts, syncs, exports, settings, views, desktop, log, emit });

  const startProblems = [await erasing.finish(), cache.problem].filter((problem) => problem !== null);

  const commands: CommandHandlers = {
    'app.info': () => ({
      version: deps.version,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      defaultBaseUrl: DEFAULT_BASE_URL,
      dataDir,
      keychainProblem: keychain.problem,
      startProblems: startProblems.splice(0),
    }),

    'app.log': () => readLog(dataDir),
    async 'app.licences'() {
      return licencesSchema.parse(JSON.parse(await readFile(join(deps.resourcesDir, 'licences.json'), 'utf8')));
    },
    async 'diagnostics.save'() {
      const batches = await syncs.listBatches();
      const { fileBytes } = await cache.query('sizes', undefined);
      return saveDiagnostics(
        desktop,
        diagnosticsText({
          version: deps.version,
          settings: settings.get(),
          counts: {
            accounts: (await accounts.list()).length,
            batches: batches.length,
            calls: batches.reduce((sum, { calls }) => sum + calls, 0),
            views: views.list().views.length,
            cacheBytes: fileBytes,
          },
          keychainProblem: keychain.problem,
          log: await readLog(dataDir),
        }),
      );
    },

    'cache.sizes': () => cache.query('sizes', undefined),
    'cache.compact': compact,
    async 'data.erase'() {
      await erasing.erase();
      return null;
    },

    'settings.get': () => settings.get(),
    async 'settings.change'(change) {
      const changed = settings.change(change);
      syncs.schedule.look();
      if (change.theme !== undefined || change.zoom !== undefined) desktop.applyAppearance(changed);
      await settings.settled();
      return changed;
    },

    async 'recordings.chooseFolder'({ accountId }) {
      const folder = await desktop.chooseFolder();
      return folder === null ? settings.get() : setRecordings(accountId, { folder });
    },
    'recordings.setPrefix'({ accountId, prefix }) {
      const isHttps = URL.canParse(prefix) && new URL(prefix).protocol === 'https:';
      if (!isHttps || !prefix.includes('{file_key}')) {
        throw new CallbookError(
          'BAD_INPUT',
          'The address must begin with https:// and hold {file_key} where the name of the recording goes.',
        );
      }
      // They would stand in a file, and no request goes to such an address.
      if (new URL(prefix).username + new URL(prefix).password !== '')
        throw new CallbookError(
          'BAD_INPUT',
          'The address must hold no user or password. Take a signed address instead.',
        );
      return setRecordings(accountId, { prefix });
    },
    'recordings.forget': ({ accountId }) => setRecordings(accountId, undefined),

    'views.list': () => views.list(),
    'views.save': ({ view, was }) => views.save(view, was),
    'views.delete': ({ name }) => views.delete(name),
    'views.setDefault': ({ name }) => views.setDefault(name),
    'views.export': ({ view }) => views.export(view),
    'views.import': () => views.import(),

    'accounts.list': () => accounts.list(),
    'accounts.test': ({ baseUrl, key }) => accounts.identify(baseUrl, key),
    'accounts.connect': (input) => accounts.connect(input),
    async 'accounts.replaceKey'({ accountId, key, keep }) {
      const me = await accounts.testKey(accountId, key);
      // Its requests go out with the old key.
      const left = await syncs.stop(accountId);
      const account = await accounts.replaceKey(accountId, { key, keep }, me);
      emit('cache.changed', { batches: [] });
      // Where another account's sync began meanwhile, the key is replaced all the same; what is left shows as cancelled.
      if (left.length > 0 && !syncs.isRunning()) await syncs.start({ accountId, batches: left, everything: false });
      return account;
    },
    async 'accounts.remove'({ accountId, withData }) {
      await syncs.stop(accountId);
      await accounts.remove(accountId, withData);
      emit('cache.changed', { batches: [] });
      if (withData) await setRecordings(accountId, undefined);
      return null;
    },
    async 'accounts.openSample'() {
      const account = await accounts.openSample();
      await syncs.refresh(account.id, []);
      const batches = (await syncs.listBatches())
        .filter((batch) => batch.accountId === account.id && !batch.isComplete)
        .map(({ key }) => key);
      if (batches.length > 0 && !syncs.isRunning())
        await syncs.start({ accountId: account.id, batches, everything: false });
      return account;
    },

    'batches.list': () => syncs.listBatches(),
    async 'batches.refresh'({ accountId }) {
      await syncs.refresh(accountId, []);
      return syncs.listBatches();
    },
    'batches.find': ({ accountId, batch_id }) => syncs.find(accountId, batch_id),
    async 'batches.setContacts'({ batch, wantsContacts }) {
      await cache.write('setWantsContacts', { batch, wantsContacts });
      emit('cache.changed', { batches: [] });
      return null;
    },
    async 'batches.remove'({ batch }) {
      await cache.write('deleteBatch', batch);
      emit('cache.changed', { batches: [batch] });
      return null;
    },

    'sync.start': (wish) => syncs.start(wish),
    'sync.cancel'() {
      syncs.cancel();
      return null;
    },
    'sync.pause'() {
      syncs.pause();
      return null;
    },
    'sync.resume'() {
      syncs.resume();
      return null;
    },
    'sync.retry'() {
      syncs.retryNow();
      return null;
    },
    'sync.network'({ isOnline, isMetered }) {
      syncs.schedule.setMetered(isMetered);
      if (isOnline) syncs.retryNow();
      return null;
    },
    'sync.next': () => syncs.schedule.nextAt(),
    'sync.status': () => syncs.status(),
    'sync.runs': ({ limit }) => cache.query('listRuns', limit),
    'sync.changes': ({ runId }) => cache.query('listRunChanges', runId),
    'sync.rejected': ({ batch }) => cache.query('listRejected', batch),

    'calls.columns': ({ batches }) => cache.query('columns', batches),
    async 'columns.setKind'(choice) {
      await cache.write('saveColumnKind', choice);
      emit('cache.changed', { batches: [] });
      return null;
    },
    'calls.count': ({ selection }) => cache.query('count', selection),
    'calls.window': ({ asker, ...question }) => newest(asker, (signal) => cache.query('window', question, { signal })),
    'calls.facets': ({ asker, ...question }) => newest(asker, (signal) => cache.query('facets', question, { signal })),
    async 'calls.annotate'(input) {
      const batch = await cache.write('saveAnnotation', input);
      emit('cache.changed', { batches: [batch] });
      return null;
    },
    'calls.statistics': (input) => cache.query('statistics', input),
    'call.history': ({ rowId }) => cache.query('listChanges', rowId),
    'calls.get': ({ rowId }) => cache.query('getCall', rowId),

    'recordings.find': ({ rowId }) => recordings.state(rowId),

    'pivot.run': ({ asker, ...question }) => newest(asker, (signal) => cache.query('pivot', question, { signal })),
    'pivot.size': (question) => cache.query('pivotSize', question),

    'export.chooseTarget': ({ suggestedName }) => exports.chooseTarget(suggestedName),
    'export.start': (request) => exports.start(request),
    'export.cancel'({ jobId }) {
      exports.cancel(jobId);
      return null;
    },
    async 'export.open'({ jobId }) {
      await exports.open(jobId);
      return null;
    },
    async 'export.reveal'({ jobId }) {
      await exports.reveal(jobId);
      return null;
    },

    async 'clipboard.write'(content) {
      await desktop.writeClipboard(content);
      return null;
    },

    async 'links.open'({ url }) {
      if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
        throw new CallbookError('BAD_INPUT', 'Only https links can be opened.');
      }
      await desktop.openLink(url);
      return null;
    },
  };

  return {
    commands,
    on(name, listener) {
      events.on(name, listener);
      return () => void events.off(name, listener);
    },
    applyAppearance: () => desktop.applyAppearance(settings.get()),
    recording: (rowId, range) => recordings.answer(rowId, range),
    async prepare() {
      const { sort, selection } = settings.get();
      const present = selection ?? everything('UTC');
      await Promise.allSettled([
        cache.query('window', { selection: present, sort, offset: 0, limit: 1 }),
        cache.query('columns', present.batches),
      ]);
    },
    resume: () => syncs.goOn(),
    warmUp: () => warmUp(cache),
    check: () => checkCache(cache, log, (damage) => emit('cache.damaged', damage)),
    wake() {
      syncs.retryNow();
      syncs.schedule.look();
    },
    async close() {
      await syncs.close();
      await exports.close();
      await accounts.close();
      await recordings.close();
      // Said by then where it fails; this is the last try.
      await Promise.allSettled([settings.settled(), views.settled()]);
      await cache.close();
    },
  };
}
