import { appendFileSync, readFileSync } from 'node:fs';
import { dialog, shell } from 'electron';

/**
 * What tests start instead of the app's own entry: the same app, but the system's dialogs are answered from a file and what would open
 * on the desktop is written down. Works under Electron and under the stand-in alike.
 */

const answersFile = process.env['CALLBOOK_TEST_ANSWERS'] ?? '';
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

await import(new URL('../../out/main/index.js', import.meta.url).href);
