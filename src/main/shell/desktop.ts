import { basename, join } from 'node:path';
import {
  BrowserWindow,
  ClipboardItem,
  app,
  clipboard,
  dialog,
  nativeTheme,
  session,
  shell,
  type OpenDialogOptions,
} from 'electron';
import { CallbookError } from '../../shared/errors.ts';
import type { Desktop } from '../desktop.ts';

const kinds: Readonly<Record<string, string>> = {
  xlsx: 'Excel workbook',
  csv: 'CSV',
  parquet: 'Parquet',
  json: 'JSON',
};

const filterOf = (extension: string) => ({ name: kinds[extension] ?? 'File', extensions: [extension] });

/** The window that a dialog belongs to. */
export function presentWindow(): BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}

async function chooseOne(options: OpenDialogOptions): Promise<string | null> {
  const window = presentWindow();
  const { canceled, filePaths } = await (window === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return canceled ? null : (filePaths[0] ?? null);
}

/** What the app asks of the desktop, by Electron. */
export const desktop: Desktop = {
  findProxy: (url) => session.defaultSession.resolveProxy(url),
  async chooseSaveTarget(suggestedName) {
    const extension = /\.([a-z]+)$/.exec(suggestedName)?.[1];
    const options = {
      defaultPath: join(app.getPath('documents'), suggestedName),
      // A name without an end is a folder's.
      filters: extension === undefined ? [] : [filterOf(extension)],
      // Other systems ask in any case whether a file is to be replaced.
      properties: ['showOverwriteConfirmation' as const],
    };
    const window = presentWindow();
    const choice =
      window === undefined ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
    return choice.canceled || choice.filePath === '' ? null : choice.filePath;
  },
  chooseFile: (...extensions) =>
    chooseOne({
      properties: ['openFile'],
      filters:
        extensions.length > 1 ? [{ name: 'All of these', extensions: [...extensions] }] : extensions.map(filterOf),
    }),
  chooseFolder: () => chooseOne({ properties: ['openDirectory'] }),
  async openPath(path) {
    const problem = await shell.openPath(path);
    if (problem !== '') {
      throw new CallbookError(
        'NOT_SUPPORTED',
        `“${basename(path)}” could not be opened: it is gone, or no program on this computer opens it.`,
        { cause: problem },
      );
    }
  },
  revealPath(path) {
    shell.showItemInFolder(path);
    return Promise.resolve();
  },
  writeClipboard: ({ text, html }) =>
    clipboard.write([new ClipboardItem({ 'text/plain': text, ...(html === undefined ? {} : { 'text/html': html }) })]),
  openLink: (url) => shell.openExternal(url),
  applyAppearance({ theme, zoom }) {
    // Title bar and menus as the window; the high contrast theme is as light or dark as the system.
    nativeTheme.themeSource = theme === 'contrast' ? 'system' : theme;
    for (const window of BrowserWindow.getAllWindows()) window.webContents.setZoomFactor(zoom / 100);
  },
};
