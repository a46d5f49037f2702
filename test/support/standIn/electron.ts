import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { dirname } from 'node:path';
import { BrowserWindow } from './window.ts';

/** The module that stands in for `electron`: what Callbook imports from it, and no more. */

export { app } from './app.ts';
export { ipcMain } from './ipcMain.ts';
export { protocol } from './protocol.ts';
export { BrowserWindow };

interface DialogOptions {
  readonly defaultPath?: string;
}

/** A question of the browser in place of the system's dialog: the person types or accepts the path. */
async function ask(question: string, args: readonly unknown[]): Promise<string | undefined> {
  const { defaultPath = '' } = args.at(-1) as DialogOptions;
  const contents = BrowserWindow.getFocusedWindow()?.webContents;
  const path = await contents?.executeJavaScript(`prompt(${JSON.stringify(question)}, ${JSON.stringify(defaultPath)})`);
  return typeof path === 'string' && path !== '' ? path : undefined;
}

function openOnDesktop(target: string): void {
  spawn('xdg-open', [target], { stdio: 'ignore', detached: true })
    .on('error', () => process.stderr.write(`nothing on this computer opens ${target}\n`))
    .unref();
}

export const dialog = {
  async showSaveDialog(...args: readonly unknown[]): Promise<{ canceled: boolean; filePath: string }> {
    const path = await ask('Save as', args);
    return { canceled: path === undefined, filePath: path ?? '' };
  },
  async showOpenDialog(...args: readonly unknown[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    const path = await ask('Open', args);
    return { canceled: path === undefined, filePaths: path === undefined ? [] : [path] };
  },
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`${title}\n${content}\n`);
  },
};

export const shell = {
  openPath(path: string): Promise<string> {
    openOnDesktop(path);
    return Promise.resolve('');
  },
  showItemInFolder(path: string): void {
    openOnDesktop(dirname(path));
  },
  openExternal(url: string): Promise<void> {
    openOnDesktop(url);
    return Promise.resolve();
  },
};

/** The computer's sleep, of which nobody tells the stand-in; tests may. */
export const powerMonitor = new EventEmitter();

export class ClipboardItem {
  readonly items: Readonly<Record<string, string>>;

  constructor(items: Readonly<Record<string, string>>) {
    this.items = items;
  }

  get types(): readonly string[] {
    return Object.keys(this.items);
  }

  getType(type: string): Promise<Blob> {
    return Promise.resolve(new Blob([this.items[type] ?? ''], { type }));
  }
}

/** A copy event in the page is what Chromium lets it do without asking for a permission. */
const COPY = `(items) => {
  const put = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const [type, text] of Object.entries(items)) event.clipboardData.setData(type, text);
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
}`;

export const clipboard = {
  async write([item]: readonly ClipboardItem[]): Promise<void> {
    const contents = BrowserWindow.getFocusedWindow()?.webContents;
    await contents?.executeJavaScript(`(${COPY})(${JSON.stringify(item?.items ?? {})})`);
  },
};

/** Chromium's own window has no native menu to fill; what would be in it is kept, so that tests can choose from it. */
interface MenuItem {
  readonly label?: string;
  readonly submenu?: { readonly items: readonly MenuItem[] };
  click(): void;
}
interface MenuTemplate {
  readonly label?: string;
  readonly submenu?: readonly MenuTemplate[];
  readonly click?: () => void;
}
interface StandInMenu {
  readonly items: readonly MenuItem[];
}
let applicationMenu: StandInMenu | null = null;

export const Menu = {
  buildFromTemplate: (template: readonly MenuTemplate[]): StandInMenu => ({
    items: template.map(({ label, submenu, click }) => ({
      ...(label === undefined ? {} : { label }),
      ...(submenu === undefined ? {} : { submenu: Menu.buildFromTemplate(submenu) }),
      click: () => click?.(),
    })),
  }),
  setApplicationMenu(menu: StandInMenu): void {
    applicationMenu = menu;
  },
  getApplicationMenu: () => applicationMenu,
};

/** The window has the theme of its page; Chromium's frame has none to set. */
export const nativeTheme = { themeSource: 'system' };

/** Nobody tells the stand-in of a proxy. */
export const session = { defaultSession: { resolveProxy: (_url: string) => Promise.resolve('DIRECT') } };

export const screen = {
  getDisplayMatching: (_bounds: unknown) => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
};
