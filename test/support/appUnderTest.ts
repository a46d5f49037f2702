import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { clipboard, dialog, shell, type ClipboardItem } from 'electron';

/**
 * What tests start instead of the app's own entry: the same app, but the system's dialogs are answered from a file, and what would open
 * on the desktop or go to the clipboard is written down. Works under Electron and under the stand-in alike.
 */

const answersFile = process.env['CALLBOOK_TEST_ANSWERS'] ?? '';
const copiedFile = process.env['CALLBOOK_TEST_COPIED'] ?? '';
const openedFile = process.env['CALLBOOK_TEST_OPENED'] ?? '';

function saveTo(): string {
  return (JSON.parse(readFileSync(answersFile, 'utf8')) as { saveTo: string }).saveTo;
}

function note(line: string): void {
  appendFileSync(openedFile, `${line}\n`);
}

Object.assign(dialog, {
  showSaveDialog: () => Promise.resolve({ canceled: saveTo() === '', filePath: saveTo() }),
});
Object.assign(shell, {
  openPath: (path: string) => (note(`open ${path}`), Promise.resolve('')),
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

await import(new URL('../../out/main/index.js', import.meta.url).href);
