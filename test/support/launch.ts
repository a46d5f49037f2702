import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import type { CommandName } from '../../src/shared/contract.ts';
import type { Message } from './appUnderTest.ts';
import { checkout, runtimeCommand, type Runtime, type RuntimeCommand } from './runtime.ts';

/**
 * Starts the built app in a profile of its own, with a window that Playwright drives, for end-to-end tests.
 * The app is the same under Electron and the stand-in; tests see only pages and files.
 */

export interface LaunchOptions {
  /** A profile to open again; else a new one, removed at close. */
  readonly profile?: string;
  /** More or other variables for the app's environment; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface RunningApp {
  readonly page: Page;
  readonly runtime: Runtime;
  readonly profile: string;
  /** Errors of scripts in the window since the start. */
  readonly pageErrors: readonly string[];
  /** The next save dialogs are answered with this path; '' cancels them. */
  answerSaveDialog(path: string): void;
  /** The next dialogs that open a file or a folder are answered with this path; '' cancels them. */
  answerOpenDialog(path: string): void;
  /** Chooses from the native menu. */
  chooseFromMenu(menu: string, item: string): void;
  /** The window's questions of this kind are answered once the returned function is called. */
  hold(command: CommandName): Promise<() => Promise<void>>;
  /** What was opened on the desktop: "open PATH", "show PATH", "link URL". */
  opened(): string[];
  /** What the clipboard holds; undefined: nothing was copied yet. */
  copied(): { readonly text: string; readonly html?: string } | undefined;
  /** Quits as a person would and waits; the profile stays if it was given. */
  close(): Promise<void>;
  /** SIGKILL to the app. */
  kill(): Promise<void>;
}

/** Electron's own start takes a second or two on a slow machine; anything near this is a hang. */
export const START_MS = 60_000;

/** What is not there to click by then never comes; Playwright itself would wait for half a minute. */
export const MOST_WAIT_MS = 15_000;

const running = new Set<RunningApp>();

/** Kills every app that is open: what asks a page that hangs would wait for ever, and whoever comes after it fails at once. */
export async function killApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.kill()));
}

export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  const scratch = mkdtempSync(join(tmpdir(), 'callbook-e2e-'));
  const profile = options.profile ?? join(scratch, 'profile');
  const answersFile = join(scratch, 'answers.json');
  const openedFile = join(scratch, 'opened.txt');
  const copiedFile = join(scratch, 'copied.json');
  const answers = { saveTo: '', open: '' };
  const writeAnswers = () => writeFileSync(answersFile, JSON.stringify(answers));
  writeAnswers();
  const start = runtimeCommand(join(checkout, 'test/support/appUnderTest.ts'));
  const started = await startWindow(start, {
    profile,
    env: {
      CALLBOOK_TEST_ANSWERS: answersFile,
      CALLBOOK_TEST_OPENED: openedFile,
      CALLBOOK_TEST_COPIED: copiedFile,
      ...options.env,
    },
  });
  started.page.setDefaultTimeout(MOST_WAIT_MS);
  await started.page.locator('#root > *').first().waitFor({ timeout: START_MS });
  const pageErrors: string[] = [];
  started.page.on('pageerror', (error) => pageErrors.push(error.message));

  async function tell(message: Message): Promise<void> {
    const done = once(started.process, 'message');
    started.process.send(message);
    await done;
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    started.process.kill(signal);
    await started.ended;
    running.delete(app);
    rmSync(scratch, { recursive: true, force: true });
  }

  const app: RunningApp = {
    page: started.page,
    runtime: start.runtime,
    profile,
    pageErrors,
    answerSaveDialog(path) {
      answers.saveTo = path;
      writeAnswers();
    },
    answerOpenDialog(path) {
      answers.open = path;
      writeAnswers();
    },
    chooseFromMenu: (menu, item) => void tell(['choose', menu, item]),
    async hold(command) {
      await tell(['hold', command]);
      return () => tell(['let go', command]);
    },
    opened: () => (existsSync(openedFile) ? readFileSync(openedFile, 'utf8').split('\n').filter(Boolean) : []),
    copied: () =>
      existsSync(copiedFile)
        ? (JSON.parse(readFileSync(copiedFile, 'utf8')) as { text: string; html?: string })
        : undefined,
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
  running.add(app);
  return app;
}

export interface StartedWindow {
  readonly page: Page;
  readonly process: ChildProcess;
  /** What the app has written to stdout so far. */
  said(): string;
  /** Resolves with the exit code once the app is gone. */
  readonly ended: Promise<number | null>;
}

/** Starts an app and connects to its first page. Throws with what the app said if it ends or hangs before that. */
export async function startWindow(
  { runtime, command, args }: RuntimeCommand,
  options: LaunchOptions & { readonly profile: string },
): Promise<StartedWindow> {
  const headless = runtime === 'stand-in' ? ['--headless'] : [];
  const child = spawn(
    command,
    [...args, ...headless, '--remote-debugging-port=0', `--user-data-dir=${options.profile}`],
    {
      cwd: checkout,
      env: definedOnly({ ...process.env, ...options.env }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    const browser = await chromium.connectOverCDP(await debuggerUrl(child));
    const ended = exit.then(async (code) => {
      await browser.close().catch(() => undefined);
      return code;
    });
    return { page: await firstPage(browser), process: child, said: () => stdout, ended };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

/** The line by which Electron and Chromium tell where a debugger may connect. */
function debuggerUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the app did not start:\n${said}`)), START_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the app ended with ${code} before it opened a window:\n${said}`));
    });
  });
}

async function firstPage(browser: Browser): Promise<Page> {
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error('the window has no browser context');
  return context.pages()[0] ?? (await context.waitForEvent('page'));
}
