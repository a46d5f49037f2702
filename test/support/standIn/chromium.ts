import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { openDevTools, type Session } from './devtools.ts';

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

/** What the window shows before the app's page. Chromium opens no app window on about:blank. */
const FIRST_PAGE = 'data:text/html,';

export interface ChromiumOptions {
  readonly isHeadless: boolean;
  /** As Electron's switch of that name; 0 picks one. Its address is printed as Electron prints it. */
  readonly debuggingPort: number | undefined;
  readonly size: { readonly width: number; readonly height: number };
  /** Where addresses that end in .localhost lead; nothing else is reached. */
  readonly pagePort: number;
}

export interface Chromium {
  readonly browser: Session;
  readonly page: Session;
  /** Of the page, and of its main frame. */
  readonly targetId: string;
  /** To another page of it. */
  attach(targetId: string): Promise<Session>;
  /** Resolves once it has ended and left nothing behind. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** What a browser does besides showing a page: looks at its start for a better address, for what to suggest, for screens in the house. */
const OWN_ERRANDS = [
  'AimEnabled',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
];

function switchesFor({ isHeadless, debuggingPort, size, pagePort }: ChromiumOptions): string[] {
  return [
    '--remote-debugging-pipe',
    ...(debuggingPort === undefined ? [] : [`--remote-debugging-port=${debuggingPort}`]),
    // A window of its own without address bar, and without a bar that warns of these switches.
    ...(isHeadless
      ? ['--headless', '--hide-scrollbars', '--mute-audio', FIRST_PAGE]
      : [`--app=${FIRST_PAGE}`, '--test-type', `--window-size=${size.width},${size.height}`]),
    `--host-resolver-rules=MAP *.localhost 127.0.0.1:${pagePort}, MAP * ~NOTFOUND`,
    // Containers have no sandbox to give, and little shared memory.
    '--no-sandbox',
    '--disable-dev-shm-usage',
    // A window that somebody looks at or a test drives: it works on behind others, and asks nothing of its own.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-networking',
    '--disable-breakpad',
    '--disable-component-extensions-with-background-pages',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    `--disable-features=${OWN_ERRANDS.join()}`,
    '--disable-field-trial-config',
    '--disable-infobars',
    '--disable-popup-blocking',
    '--disable-quic',
    '--disable-search-engine-choice-screen',
    '--disable-sync',
    '--force-color-profile=srgb',
    '--no-default-browser-check',
    '--no-first-run',
    '--password-store=basic',
  ];
}

/** Rejects with what Chromium said where it does not start. */
export async function startChromium(options: ChromiumOptions): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'callbook-chromium-'));
  // Detached: Ctrl+C ends the app, which then closes it. It ends by itself when the pipe breaks.
  const child = spawn(findChromium() ?? '', [`--user-data-dir=${profile}`, ...switchesFor(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const hadAddress = said.includes('DevTools listening');
    said = hadAddress ? said : said + text;
    const address = /DevTools listening on \S+\n/.exec(said)?.[0];
    if (address !== undefined && !hadAddress) process.stderr.write(`\n${address}`);
  });
  const ended = once(child, 'close').then(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const sessionOf = openDevTools(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const browser = sessionOf();
  try {
    const { targetInfos } = await browser.send('Target.getTargets');
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId ?? '';
    const attach = async (target: string) =>
      sessionOf((await browser.send('Target.attachToTarget', { targetId: target, flatten: true })).sessionId);
    const page = await attach(targetId);
    // What the page asks to be permitted is refused, as the product's handlers do.
    await browser.send('Browser.grantPermissions', { permissions: [] });
    const close = async () => {
      await browser.send('Browser.close').catch(() => undefined);
      await ended;
    };
    return { browser, page, targetId, attach, ended, close };
  } catch (error) {
    throw new Error(`Chromium did not start:\n${said}`, { cause: error });
  }
}
