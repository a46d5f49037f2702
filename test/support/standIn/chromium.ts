import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { chromium, type BrowserContext } from 'playwright';

/** Debian's Chromium as the window of the stand-in. */

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

export function findChromium(): string | undefined {
  return PLACES.find((path) => existsSync(path));
}

export const NO_CHROMIUM = 'no Chromium is installed (Debian: apt-get install chromium)';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What the window shows before the app's page. Chromium opens no app window on about:blank. */
const FIRST_PAGE = 'data:text/html,';

export interface ChromiumOptions {
  readonly isHeadless: boolean;
  /** As Electron's switch of that name; 0 picks one. Its address is printed as Electron prints it. */
  readonly debuggingPort: number | undefined;
  readonly size: { readonly width: number; readonly height: number };
}

export async function startChromium({ isHeadless, debuggingPort, size }: ChromiumOptions): Promise<BrowserContext> {
  const port = debuggingPort === 0 ? await freePort() : debuggingPort;
  const context = await chromium.launchPersistentContext('', {
    executablePath: findChromium() ?? '',
    headless: isHeadless,
    viewport: isHeadless ? size : null,
    // Playwright would end Chromium on signals before the app can quit by itself.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...(port === undefined ? [] : [`--remote-debugging-port=${port}`]),
      // A window of its own without address bar, and without a bar that warns of these switches.
      ...(isHeadless ? [] : [`--app=${FIRST_PAGE}`, '--test-type', `--window-size=${size.width},${size.height}`]),
      // The page's requests are answered before they reach the network; nothing else may reach it either.
      '--host-resolver-rules=MAP * ~NOTFOUND',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  // What the page asks to be permitted is refused, as the product's handlers do.
  await context.grantPermissions([]);
  if (port !== undefined) {
    const version = (await (await fetch(`http://127.0.0.1:${port}/json/version`)).json()) as {
      webSocketDebuggerUrl: string;
    };
    process.stderr.write(`\nDevTools listening on ${version.webSocketDebuggerUrl}\n`);
  }
  return context;
}
