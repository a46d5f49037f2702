import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Menu, clipboard, dialog, ipcMain, shell, type ClipboardItem, type IpcMainInvokeEvent } from 'electron';

/**
 * What tests start instead of the app's own entry: the same app, but the system's dialogs are answered from a file, what would open
 * on the desktop or go to the clipboard is written down, and messages choose from the native menu and hold answers back. Works under
 * Electron and under the stand-in alike.
 */

const answersFile = process.env['CALLBOOK_TEST_ANSWERS'] ?? '';
const copiedFile = process.env['CALLBOOK_TEST_COPIED'] ?? '';
const openedFile = process.env['CALLBOOK_TEST_OPENED'] ?? '';

function answers(): { saveTo: string; open: string } {
  return JSON.parse(readFileSync(answersFile, 'utf8')) as { saveTo: string; open: string };
}

function note(line: string): void {
  appendFileSync(openedFile, `${line}\n`);
}

Object.assign(dialog, {
  showSaveDialog: () => Promise.resolve({ canceled: answers().saveTo === '', filePath: answers().saveTo }),
  showOpenDialog: () => Promise.resolve({ canceled: answers().open === '', filePaths: [answers().open] }),
  // Electron's own waits for a click.
  showErrorBox: (title: string, content: string) => note(`error ${title}: ${content}`),
});
Object.assign(shell, {
  openPath: (path: string) => (note(`open ${path}`), Promise.resolve(existsSync(path) ? '' : 'Failed to open path')),
  showItemInFolder: (path: string) => note(`show ${path}`),
  openExternal: (url: string) => (note(`link ${url}`), Promise.resolve()),
});

/** Electron's item gives its texts only as Blobs. */
async function textOf(item: ClipboardItem, type: string): Promise<string | undefined> {
  if (!item.types.includes(type)) return undefined;
  const content = await item.getType(type);
  return content instanceof Blob ? content.text() : undefined;
}

Object.assign(clipboard, {
  async write([item]: ClipboardItem[]) {
    if (item === undefined) return;
    const content = { text: await textOf(item, 'text/plain'), html: await textOf(item, 'text/html') };
    writeFileSync(copiedFile, JSON.stringify(content));
  },
});

/** Commands whose answers wait, each until it is let go. */
const held = new Map<string, PromiseWithResolvers<void>>();
const handle = ipcMain.handle.bind(ipcMain);
Object.assign(ipcMain, {
  handle: (command: string, answer: (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown) =>
    handle(command, async (event, ...args: unknown[]) => {
      const value = await answer(event, ...args);
      await held.get(command)?.promise;
      return value;
    }),
});

/** What a test has it do: each is told to be done. */
export type Message =
  readonly [does: 'choose', menu: string, item: string] | readonly [does: 'hold' | 'let go', command: string];

process.on('message', ([does, name, item]: Message) => {
  if (does === 'choose') {
    const items = Menu.getApplicationMenu()?.items.find(({ label }) => label === name)?.submenu?.items;
    items?.find(({ label }) => label === item)?.click();
  } else if (does === 'hold') held.set(name, Promise.withResolvers());
  else {
    held.get(name)?.resolve();
    held.delete(name);
  }
  process.send?.(does);
});

// Who started it is gone, and may have been killed.
process.on('disconnect', () => process.exit(1));

await import(new URL('../../out/main/index.js', import.meta.url).href);
