import { BrowserWindow } from 'electron';
import type { Log } from '../log.ts';
import { APP_URL, isAppUrl } from './protocol.ts';
import { readWindowState, saveWindowState } from './windowState.ts';

export interface WindowOptions {
  readonly dataDir: string;
  readonly preload: string;
  readonly icon: string;
  readonly log: Log;
}

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
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event, url) => {
    if (!isAppUrl(url)) event.preventDefault();
  });
  webContents.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  webContents.session.setPermissionCheckHandler(() => false);
  webContents.on('render-process-gone', (_event, details) => {
    log.error({ reason: details.reason }, 'the window’s process is gone');
    if (details.reason !== 'clean-exit') window.reload();
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
