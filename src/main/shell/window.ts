import { join } from 'node:path';
import { BrowserWindow, dialog } from 'electron';
import type { Log } from '../log.ts';
import { APP_URL, isAppUrl } from './protocol.ts';
import { readWindowState, saveWindowState } from './windowState.ts';

export interface WindowOptions {
  readonly dataDir: string;
  readonly preload: string;
  readonly icon: string;
  readonly log: Log;
}

/** A page that is gone twice within this time goes again and again. */
const GONE_APART_MS = 60_000;

/** The app's window: sandboxed, and shut to everything but the app's own page. */
export function openWindow({ dataDir, preload, icon, log }: WindowOptions): BrowserWindow {
  const { bounds, isMaximized, isFullScreen } = readWindowState(dataDir);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 960,
    minHeight: 600,
    title: 'Callbook',
    icon,
    show: false,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      // From the first start on: by itself Chromium keeps compiled code only of what was loaded twice within three days.
      v8CacheOptions: 'bypassHeatCheck',
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event, url) => {
    if (!isAppUrl(url)) event.preventDefault();
  });
  webContents.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  webContents.session.setPermissionCheckHandler(() => false);
  let goneAt = -Infinity;
  webContents.on('render-process-gone', (_event, details) => {
    log.error({ reason: details.reason }, 'the window’s process is gone');
    if (details.reason === 'clean-exit') return;
    const isAgain = Date.now() - goneAt < GONE_APART_MS;
    goneAt = Date.now();
    if (!isAgain) return window.reload();
    dialog.showErrorBox(
      'Callbook’s window stopped',
      'It stopped twice within a minute, so it is closed. Your calls, views and settings are untouched: start Callbook again. ' +
        `If it stops again, restart the computer; what happened is in ${join(dataDir, 'logs')} for whoever helps you.`,
    );
    window.close();
  });
  window.once('ready-to-show', () => {
    window.show();
    if (isMaximized) window.maximize();
    if (isFullScreen) window.setFullScreen(true);
  });
  window.on('close', () => {
    try {
      saveWindowState(dataDir, window);
    } catch {
      // Of what is thrown here Electron tells in a dialog of its own.
      log.warn('the window’s place could not be kept');
    }
  });
  void window.loadURL(APP_URL);
  return window;
}
