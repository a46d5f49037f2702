import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserContext, Frame, Page, Request, Route } from 'playwright';
import { app } from './app.ts';
import { startChromium } from './chromium.ts';
import { ipcHandlers } from './ipcMain.ts';
import { INVOKE, RECEIVE, preloadScript } from './preloadHost.ts';
import { answerRoute, toAppUrl, toPageUrl } from './protocol.ts';
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

/** The frame that a request is for; undefined for a page that is only just opening. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
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
  page: Page | undefined;

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.page === undefined || this.page.isClosed();
  }

  /** As a zoomed page sees it: a smaller window with more pixels. */
  setZoomFactor(factor: number): void {
    const { page, size } = this;
    if (page === undefined || !switches.isHeadless) return;
    const width = Math.round(size.width / factor);
    const height = Math.round(size.height / factor);
    void page
      .context()
      .newCDPSession(page)
      .then((session) =>
        session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: factor, mobile: false }),
      )
      .catch(() => undefined);
  }

  send(channel: string, ...args: unknown[]): void {
    const message = wire.encode(args);
    // A page that is loading or closing has nobody to tell; Electron drops such a message too.
    this.page
      ?.evaluate(
        ([name, on, text]) =>
          (globalThis as unknown as Record<string, (on: string, text: string) => void>)[name ?? '']?.(
            on ?? '',
            text ?? '',
          ),
        [RECEIVE, channel, message],
      )
      .catch(() => undefined);
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly #bounds: Bounds;
  readonly #context: Promise<BrowserContext>;
  readonly #preload: string;
  #isMaximized = false;
  #isFullScreen = false;

  constructor({ x = 0, y = 0, width = 800, height = 600, webPreferences }: WindowOptions) {
    super();
    this.#bounds = { x, y, width, height };
    this.webContents.size = { width, height };
    this.#preload = webPreferences?.preload === undefined ? '' : readFileSync(webPreferences.preload, 'utf8');
    this.#context = startChromium({
      isHeadless: switches.isHeadless,
      debuggingPort: switches.debuggingPort,
      size: { width, height },
    });
    windows.add(this);
    app.own(this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...windows][0] ?? null;
  }

  async loadURL(url: string): Promise<void> {
    const context = await this.#context;
    const page = context.pages()[0] ?? (await context.newPage());
    this.webContents.page = page;
    page.on('close', () => this.#closed());
    const origin = new URL(toPageUrl(url)).origin;
    await context.exposeBinding(INVOKE, ({ frame }, channel: string, args: string) =>
      this.#invoke(frame, channel, args),
    );
    await context.addInitScript(preloadScript(this.#preload, origin));
    await context.route('**/*', (route) => this.#route(route, page));
    await context.routeWebSocket('**/*', (socket) => socket.close());
    context.on('page', (other) => void this.#popup(other));
    await page.goto(toPageUrl(url));
    this.webContents.emit('did-finish-load');
    this.emit('ready-to-show');
  }

  async #invoke(frame: Frame, channel: string, args: string): Promise<{ ok: boolean; text: string }> {
    const handler = ipcHandlers.get(channel);
    const parent = frame.parentFrame();
    const senderFrame = {
      url: toAppUrl(frame.url()),
      parent: parent === null ? null : { url: toAppUrl(parent.url()) },
    };
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      const value = await handler({ senderFrame, sender: this.webContents }, ...(wire.decode(args) as unknown[]));
      return { ok: true, text: wire.encode(value) };
    } catch (thrown) {
      return { ok: false, text: String(thrown) };
    }
  }

  #route(route: Route, page: Page): Promise<void> {
    const request = route.request();
    const isFirst = !page.url().startsWith('https:');
    if (request.isNavigationRequest() && !isFirst) {
      if (frameOf(request) !== page.mainFrame()) return route.abort('aborted');
      let isPrevented = false;
      this.webContents.emit('will-navigate', { preventDefault: () => (isPrevented = true) }, toAppUrl(request.url()));
      if (isPrevented) return route.abort('aborted');
    }
    return answerRoute(route);
  }

  async #popup(other: Page): Promise<void> {
    if (this.webContents.openHandler({ url: toAppUrl(other.url()) }).action === 'deny') await other.close();
  }

  #closed(): void {
    if (!windows.delete(this)) return;
    this.emit('close', { preventDefault() {} });
    this.emit('closed');
    void this.close();
    if (windows.size === 0) app.windowsClosed();
  }

  async close(): Promise<void> {
    const context = await this.#context.catch(() => undefined);
    await context?.close().catch(() => undefined);
  }

  getNormalBounds(): Bounds {
    return this.#bounds;
  }

  show(): void {}

  focus(): void {
    void this.webContents.page?.bringToFront();
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
    void this.webContents.page?.reload();
  }
}
