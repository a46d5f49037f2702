import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app } from './app.ts';
import { startChromium, type Chromium } from './chromium.ts';
import type { Session } from './devtools.ts';
import { ipcHandlers } from './ipcMain.ts';
import { openPageServer, type PageServer } from './pageServer.ts';
import { preloadScript, type FromPage, type ToPage } from './preloadHost.ts';
import { toAppUrl, toPageUrl } from './protocol.ts';
import { switches } from './switches.ts';
import { makeWire } from './wire.ts';

/** `BrowserWindow` and `webContents` of Electron on a page of Chromium. One Chromium a window: each closes with its window. */

const wire = makeWire();
const windows = new Set<BrowserWindow>();

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly webPreferences?: { readonly preload?: string };
}

type WindowOpenHandler = (details: { url: string }) => { action: 'deny' | 'allow' };

class WebContents extends EventEmitter {
  /** Everything is refused, whatever the handlers say; see startChromium. */
  readonly session = {
    setPermissionRequestHandler(_handler: unknown): void {},
    setPermissionCheckHandler(_handler: unknown): void {},
  };
  openHandler: WindowOpenHandler = () => ({ action: 'allow' });
  size = { width: 800, height: 600 };
  /** Until it is closed. */
  page: Session | undefined;
  /** The page's address as the product knows it. */
  url = '';
  /** undefined: no page has connected yet. What it would hear is lost, as in Electron. */
  #say: ((text: string) => void) | undefined;

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.page === undefined;
  }

  /** As a zoomed page sees it: a smaller window with more pixels. */
  setZoomFactor(factor: number): void {
    if (!switches.isHeadless) return;
    const width = Math.round(this.size.width / factor);
    const height = Math.round(this.size.height / factor);
    this.page
      ?.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: factor, mobile: false })
      .catch(() => undefined);
  }

  /** Only what JSON can hold comes back. */
  async executeJavaScript(code: string): Promise<unknown> {
    const done = await this.page?.send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    return done?.result.value;
  }

  send(channel: string, ...args: unknown[]): void {
    const message: ToPage = ['message', channel, args];
    this.#say?.(wire.encode(message));
  }

  /** A page has connected; the one before is gone. */
  meet(say: (text: string) => void): (text: string) => void {
    this.#say = say;
    // The page that asked is answered, even when another is there by then: both number their questions from 1.
    return (text) => void this.#answer(wire.decode(text) as FromPage, (answer) => say(wire.encode(answer)));
  }

  async #answer([id, channel, args]: FromPage, tell: (answer: ToPage) => void): Promise<void> {
    const handler = ipcHandlers.get(channel);
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      // Only the top frame has the preload.
      const senderFrame = { url: this.url, parent: null };
      tell(['answer', id, await handler({ senderFrame, sender: this }, ...args)]);
    } catch (thrown) {
      tell(['failure', id, String(thrown)]);
    }
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly #bounds: Bounds;
  readonly #server: Promise<PageServer>;
  readonly #chromium: Promise<Chromium>;
  readonly #preload: string;
  /** The page that it was told to load is under way or there. */
  #isOpened = false;
  #isMaximized = false;
  #isFullScreen = false;

  constructor({ x = 0, y = 0, width = 800, height = 600, webPreferences }: WindowOptions) {
    super();
    this.#bounds = { x, y, width, height };
    this.webContents.size = { width, height };
    this.#preload = webPreferences?.preload === undefined ? '' : readFileSync(webPreferences.preload, 'utf8');
    this.#server = openPageServer((say) => this.webContents.meet(say));
    this.#chromium = this.#start();
    windows.add(this);
    app.own(this);
  }

  async #start(): Promise<Chromium> {
    const { isHeadless, debuggingPort } = switches;
    const { port: pagePort } = await this.#server;
    return startChromium({ isHeadless, debuggingPort, size: this.webContents.size, pagePort });
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...windows][0] ?? null;
  }

  async loadURL(url: string): Promise<void> {
    const chromium = await this.#chromium;
    const { browser, page, targetId, ended } = chromium;
    const { cookie, socketPath } = await this.#server;
    const { origin } = new URL(toPageUrl(url));
    this.webContents.page = page;
    void ended.then(() => this.#closed());
    browser.on('Target.targetDestroyed', (target) => target.targetId === targetId && this.#closed());
    browser.on('Target.targetInfoChanged', ({ targetInfo }) => {
      if (targetInfo.targetId === targetId) this.webContents.url = toAppUrl(targetInfo.url);
    });
    browser.on('Target.targetCreated', ({ targetInfo: { type, ...other } }) => {
      if (type === 'page' && other.targetId !== targetId) void this.#popup(chromium, other).catch(() => undefined);
    });
    page.on('Fetch.requestPaused', ({ requestId, frameId, request }) =>
      this.#mayLoad(request.url, frameId === targetId)
        ? void page.send('Fetch.continueRequest', { requestId }).catch(() => undefined)
        : void page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => undefined),
    );
    page.on('Inspector.targetCrashed', () =>
      this.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 }),
    );
    const isLoaded = new Promise<void>((resolve) => {
      page.on('Page.loadEventFired', () => {
        this.webContents.emit('did-finish-load');
        this.emit('ready-to-show');
        resolve();
      });
    });
    this.webContents.setZoomFactor(1);
    await Promise.all([
      browser.send('Target.setDiscoverTargets', { discover: true }),
      page.send('Page.enable'),
      page.send('Inspector.enable'),
      page.send('Fetch.enable', { patterns: [{ resourceType: 'Document' }] }),
      page.send('Network.setCookie', { ...cookie, url: origin, httpOnly: true, sameSite: 'Strict' }),
      page.send('Page.addScriptToEvaluateOnNewDocument', {
        source: preloadScript(this.#preload, { origin, socketPath }),
      }),
    ]);
    // Not at once with the others: a navigation takes over only what the page has confirmed.
    await page.send('Page.navigate', { url: toPageUrl(url) });
    await isLoaded;
  }

  /** A document of the page or of a frame in it. The first is what loadURL asked for. */
  #mayLoad(url: string, isMainFrame: boolean): boolean {
    const { webContents } = this;
    if (!isMainFrame) return false;
    if (!this.#isOpened) return (this.#isOpened = true);
    let isPrevented = false;
    webContents.emit('will-navigate', { preventDefault: () => (isPrevented = true) }, toAppUrl(url));
    return !isPrevented;
  }

  /**
   * A debugger that looks on, such as Playwright, has new pages wait for it, and the page that opened one waits with it:
   * for ever, if the new one is closed before.
   */
  async #popup({ browser, attach }: Chromium, { targetId, url }: { readonly targetId: string; readonly url: string }) {
    if (this.webContents.openHandler({ url: toAppUrl(url) }).action !== 'deny') return;
    const popup = await attach(targetId);
    await popup.send('Runtime.runIfWaitingForDebugger');
    await browser.send('Target.closeTarget', { targetId });
  }

  #closed(): void {
    if (!windows.delete(this)) return;
    this.webContents.page = undefined;
    this.emit('close', { preventDefault() {} });
    this.emit('closed');
    void this.close();
    if (windows.size === 0) app.windowsClosed();
  }

  async close(): Promise<void> {
    await this.#chromium.then((chromium) => chromium.close()).catch(() => undefined);
    (await this.#server).close();
  }

  getNormalBounds(): Bounds {
    return this.#bounds;
  }

  show(): void {}

  focus(): void {
    void this.webContents.page?.send('Page.bringToFront').catch(() => undefined);
  }

  isMinimized(): boolean {
    return false;
  }

  /** What the window manager would do is kept, so that it can be remembered. */
  isMaximized(): boolean {
    return this.#isMaximized;
  }

  maximize(): void {
    this.#isMaximized = true;
  }

  isFullScreen(): boolean {
    return this.#isFullScreen;
  }

  setFullScreen(isFullScreen: boolean): void {
    this.#isFullScreen = isFullScreen;
  }

  restore(): void {}

  reload(): void {
    void this.webContents.page?.send('Page.reload').catch(() => undefined);
  }
}
