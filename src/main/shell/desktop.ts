import { join } from 'node:path';
import { BrowserWindow, ClipboardItem, app, clipboard, dialog, shell } from 'electron';
import type { Desktop } from '../app.ts';

const filters: Readonly<Record<string, string>> = { xlsx: 'Excel workbook', csv: 'CSV' };

/** What the app asks of the desktop, by Electron. */
export const desktop: Desktop = {
  async chooseSaveTarget(suggestedName) {
    const extension = suggestedName.split('.').at(-1) ?? 'xlsx';
    const options = {
      defaultPath: join(app.getPath('documents'), suggestedName),
      filters: [{ name: filters[extension] ?? 'File', extensions: [extension] }],
    };
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    const choice =
      window === undefined ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
    return choice.canceled || choice.filePath === '' ? null : choice.filePath;
  },
  async openPath(path) {
    await shell.openPath(path);
  },
  revealPath(path) {
    shell.showItemInFolder(path);
    return Promise.resolve();
  },
  writeClipboard: ({ text, html }) =>
    clipboard.write([new ClipboardItem({ 'text/plain': text, ...(html === undefined ? {} : { 'text/html': html }) })]),
  openLink: (url) => shell.openExternal(url),
};
