import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BrowserWindow, app, dialog, powerMonitor } from 'electron';
import { toErrorValue } from '../../shared/errors.ts';
import { createApp, type App } from '../app.ts';
import { openLog, type Log } from '../log.ts';
import { answerCommands, forwardEvents, sendEvent } from './bridge.ts';
import { desktop, presentWindow } from './desktop.ts';
import { setMenu } from './menu.ts';
import { registerScheme, serveRenderer } from './protocol.ts';
import { openWindow } from './window.ts';

/** Start-up of the desktop app. This file is bundled as out/main/index.js; the other entries lie beside it. */

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const resourcesDir = app.isPackaged ? join(process.resourcesPath, 'resources') : beside('../../resources');

/** By then the window shows what it opened with, and hardly anybody has typed. */
const WARM_UP_AFTER_MS = 2_000;
/** By then what a person looks at first has been read. */
const CHECK_AFTER_MS = 60_000;

app.setName('Callbook');
registerScheme();

if (app.requestSingleInstanceLock()) void app.whenReady().then(onReady).catch(giveUp);
else app.quit();

async function onReady(): Promise<void> {
  const dataDir = app.getPath('userData');
  const log = openLog(dataDir);
  log.info({ version: app.getVersion(), electron: process.versions['electron'] }, 'start');
  // The window opens meanwhile: what its page asks is answered once the profile is open.
  const opening = openCallbook(dataDir, log);
  setMenu((action) => {
    const window = presentWindow();
    if (window !== undefined) sendEvent(window.webContents, 'action.chosen', action);
  });
  serveRenderer({
    folder: beside('../renderer'),
    recording: async (...asked) => (await opening).recording(...asked),
  });
  answerCommands(opening, log);
  quitCleanly(opening, log);
  const whenOpen = (act: (callbook: App) => void) => void opening.then(act, () => undefined);
  const open = () => {
    const window = openWindow({
      dataDir,
      preload: beside('../preload/index.cjs'),
      icon: join(resourcesDir, 'icon.png'),
      log,
    });
    const { webContents } = window;
    let stop = (): void => undefined;
    whenOpen((callbook) => (stop = forwardEvents(callbook, webContents)));
    // Also one that is closed before the profile is open.
    window.on('closed', () => whenOpen(() => stop()));
    webContents.on('did-finish-load', () => whenOpen((callbook) => callbook.applyAppearance()));
  };
  keepOneWindow(open);
  open();
  const callbook = await opening.catch(() => undefined);
  if (callbook === undefined) return app.quit();
  powerMonitor.on('resume', () => callbook.wake());
  await callbook.prepare();
  setTimeout(() => void callbook.warmUp(), WARM_UP_AFTER_MS).unref();
  await callbook.resume();
  setTimeout(() => void callbook.check(), CHECK_AFTER_MS).unref();
}

/** Electron only warns of what nobody catches: without a window it would stay, hold the profile, and no other start would open one. */
function giveUp(thrown: unknown): void {
  const { message } = toErrorValue(thrown);
  const advice = `Callbook keeps its data in ${app.getPath('userData')}; see whether that can be written.`;
  dialog.showErrorBox('Callbook cannot start', `${message} ${advice}`);
  app.exit(1);
}

/** Opens the profile; where that fails, says why in a dialog of the system and throws. */
async function openCallbook(dataDir: string, log: Log): Promise<App> {
  try {
    return await createApp({
      dataDir,
      resourcesDir,
      version: app.getVersion(),
      workers: {
        writer: new URL('./writer.js', import.meta.url),
        query: new URL('./query.js', import.meta.url),
        export: new URL('./export.js', import.meta.url),
      },
      desktop,
      log,
      waitsForNetwork: true,
    });
  } catch (thrown) {
    const { code, message } = toErrorValue(thrown);
    log.fatal({ code }, 'the profile cannot be opened');
    dialog.showErrorBox('Callbook cannot open its data', message);
    throw thrown;
  }
}

function keepOneWindow(open: () => void): void {
  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows()[0];
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}

/** Quitting waits until sync and export have stopped and the cache is closed. */
function quitCleanly(opening: Promise<App>, log: Log): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void opening
      .then(
        (callbook) => callbook.close(),
        // It never opened.
        () => undefined,
      )
      .catch(() => log.error('closing failed'))
      .finally(() => {
        isClosed = true;
        log.info('quit');
        // Electron hears nothing of it before this event is over, and a profile that never opened has nothing to close.
        setImmediate(() => app.quit());
      });
  });
}
