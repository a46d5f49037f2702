import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWindow, type StartedWindow } from '../support/launch.ts';
import { standInCommand } from '../support/runtime.ts';
import { makeWire } from '../support/standIn/wire.ts';

/** The stand-in for Electron's runtime, by a small app that is not Callbook: what the end-to-end tests stand on. */

const MAIN = `
  import { readFileSync } from 'node:fs';
  import { BrowserWindow, app, dialog, ipcMain, protocol } from 'electron';
  const say = (...words) => process.stdout.write(words.join(' ') + '\\n');
  const file = (name) => new URL(name, import.meta.url);
  protocol.registerSchemesAsPrivileged([{ scheme: 'small', privileges: { standard: true } }]);
  if (!app.requestSingleInstanceLock()) app.quit();
  for (const name of ['second-instance', 'before-quit', 'window-all-closed', 'quit']) app.on(name, () => say(name));
  let isTidy = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    say('will-quit');
    if (isTidy) return;
    event.preventDefault();
    isTidy = true;
    setImmediate(() => app.quit());
  });
  await app.whenReady();
  say('profile', app.getPath('userData'));
  protocol.handle('small', ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === '/endless') return new Response(new ReadableStream({
      start: (sound) => sound.enqueue(new TextEncoder().encode('first')),
      cancel: () => say('left'),
    }));
    return pathname === '/index.html'
      ? new Response('<!doctype html><title>small</title><h1>Here</h1>', { headers: { 'content-type': 'text/html' } })
      : new Response('no', { status: 404 });
  });
  const window = new BrowserWindow({ width: 1000, height: 700, webPreferences: { preload: file('preload.cjs').pathname } });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event, url) => { say('navigate', url); event.preventDefault(); });
  ipcMain.handle('echo', (event, value) => value);
  ipcMain.handle('sender', (event) => ({ url: event.senderFrame.url, isTop: event.senderFrame.parent === null }));
  ipcMain.handle('fail', () => { throw new Error('broken'); });
  ipcMain.handle('save', async () => (await dialog.showSaveDialog(window, { defaultPath: '/tmp/proposed.xlsx' })));
  ipcMain.handle('count', () => { for (let n = 1; n <= 100; n++) webContents.send('number', { n, half: BigInt(n) }); });
  window.on('closed', () => say('closed'));
  await window.loadURL('small://app/index.html');
`;
const PRELOAD = `
  const { contextBridge, ipcRenderer } = require('electron');
  let refusal = 'none';
  try { require('node:fs'); } catch { refusal = 'refused'; }
  contextBridge.exposeInMainWorld('small', {
    refusal,
    invoke: (name, value) => ipcRenderer.invoke(name, value),
    listen(name, listener) {
      const onEvent = (event, value) => listener(value);
      ipcRenderer.on(name, onEvent);
      return () => ipcRenderer.removeListener(name, onEvent);
    },
  });
`;

/** What the preload gives the page. */
interface Small {
  readonly refusal: string;
  invoke(name: string, value?: unknown): Promise<unknown>;
  listen(name: string, listener: (value: { n: number; half: bigint }) => void): () => void;
}
declare const small: Small;
/** The page's globals that the tests look at; tests are typed without a DOM. */
declare const window: { open(url: string): unknown };
declare const location: { href: string };

test('any value crosses as structured clone would carry it', () => {
  const anyValue = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
  });
  const { encode, decode } = makeWire();
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(decode(encode(value))).toStrictEqual(structuredClone(value));
    }),
    { numRuns: 500 },
  );
  const own = JSON.parse('{"__proto__": {"polluted": true}, "": 1}') as object;
  expect(Object.entries(decode(encode(own)) as object)).toEqual(Object.entries(own));
  expect(decode(encode(Buffer.from('ab')))).toStrictEqual(new Uint8Array([97, 98]));
  for (const value of [() => 1, Symbol('x'), new Int32Array(new SharedArrayBuffer(4))]) {
    expect(() => encode(value)).toThrow('could not be cloned');
  }
});

describe('a small app', () => {
  let folder: string;
  let profile: string;
  let app: StartedWindow;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'callbook-stand-in-'));
    profile = join(folder, 'profile');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', main: 'main.js' }));
    writeFileSync(join(folder, 'main.js'), MAIN);
    writeFileSync(join(folder, 'preload.cjs'), PRELOAD);
    app = await startWindow(standInCommand(folder), { profile });
    await app.page.getByRole('heading', { name: 'Here' }).waitFor();
  });

  afterEach(async () => {
    app.process.kill('SIGTERM');
    await app.ended;
    rmSync(folder, { recursive: true });
  });

  test('what its protocol answers comes as it is made, and is ended where the page leaves it', async () => {
    const first = await app.page.evaluate(async () => {
      const reader = (await fetch('/endless')).body?.getReader();
      const piece = await reader?.read();
      await reader?.cancel();
      return new TextDecoder().decode(piece?.value);
    });
    expect(first).toBe('first');
    await expect.poll(() => app.said()).toContain('left');
  });

  test('values cross to the main process and back in the kinds they are', async () => {
    const kinds = await app.page.evaluate(async () => {
      const sent = {
        nothing: undefined,
        when: new Date(5),
        large: 2n ** 70n,
        cells: new Float64Array([1, NaN, -0]),
        odd: JSON.parse('{"__proto__": 1}') as object,
        notNumber: NaN,
      };
      const got = (await small.invoke('echo', sent)) as typeof sent;
      return [
        'nothing' in got && got.nothing === undefined,
        got.when instanceof Date && got.when.getTime() === 5,
        got.large === sent.large,
        got.cells instanceof Float64Array && Object.is(got.cells[2], -0) && Number.isNaN(got.cells[1]),
        Object.hasOwn(got.odd, '__proto__'),
        Number.isNaN(got.notNumber),
      ];
    });
    expect(kinds).toEqual([true, true, true, true, true, true]);
  });

  test('a pivot of 100,000 cells crosses whole', async () => {
    const isWhole = await app.page.evaluate(async () => {
      const cells = Float64Array.from({ length: 100_000 }, (_, at) => at / 3);
      const got = (await small.invoke('echo', cells)) as Float64Array;
      return got.length === cells.length && got.every((cell, at) => cell === cells[at]);
    });
    expect(isWhole).toBe(true);
  });

  test('a handler that throws rejects, and so does a name without a handler', async () => {
    const failure = (name: string) =>
      app.page.evaluate((n) => small.invoke(n).catch((error: Error) => error.message), name);
    expect(await failure('fail')).toBe("Error invoking remote method 'fail': Error: broken");
    expect(await failure('none')).toContain("No handler registered for 'none'");
  });

  test('messages to the page come in order, and none after the listener is gone', async () => {
    const seen = await app.page.evaluate(async () => {
      const numbers: unknown[] = [];
      await new Promise<void>((resolve) => {
        const stop = small.listen('number', ({ n, half }) => {
          numbers.push(n, typeof half);
          if (n < 100) return;
          stop();
          resolve();
        });
        void small.invoke('count');
      });
      await small.invoke('count');
      return numbers;
    });
    expect(seen).toEqual(Array.from({ length: 100 }, (_, at) => [at + 1, 'bigint']).flat());
  });

  test('the page has what the preload exposes and no way round it', async () => {
    const names = await app.page.evaluate(() =>
      Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('__standInInvoke')),
    );
    expect(names).toEqual([]);
    expect(await app.page.evaluate(() => small.refusal)).toBe('refused');
    expect(await app.page.evaluate(() => small.invoke('sender'))).toEqual({
      url: 'small://app/index.html',
      isTop: true,
    });
  });

  test('the page reaches no network and stays where it is', async () => {
    const requests: string[] = [];
    const server = createServer(({ url }, response) => {
      requests.push(url ?? '');
      response.end('outside');
    });
    server.on('upgrade', ({ url }, socket) => {
      requests.push(url ?? '');
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outcomes = await app.page.evaluate(async (host) => {
      const fetched = await fetch(`http://${host}/fetch`).then(
        () => 'reached',
        () => 'refused',
      );
      const socket = await new Promise((resolve) => {
        const ws = new WebSocket(`ws://${host}/socket`);
        ws.addEventListener('message', () => resolve('reached'));
        ws.addEventListener('close', () => resolve('refused'));
      });
      window.open(`http://${host}/popup`);
      return [fetched, socket];
    }, address);
    expect(outcomes).toEqual(['refused', 'refused']);
    await app.page.evaluate((host) => void (location.href = `http://${host}/leave`), address).catch(() => undefined);
    await expect.poll(() => app.said()).toContain(`navigate http://${address}/leave`);
    await expect.poll(() => app.page.context().pages().length).toBe(1);
    expect(await app.page.getByRole('heading', { name: 'Here' }).isVisible()).toBe(true);
    expect(requests).toEqual([]);
    server.close();
  });

  test('permissions are refused', async () => {
    const states = await app.page.evaluate(() => {
      const { permissions } = navigator as unknown as {
        permissions: { query(of: { name: string }): Promise<{ state: string }> };
      };
      return Promise.all(
        ['geolocation', 'notifications', 'camera'].map(async (name) => (await permissions.query({ name })).state),
      );
    });
    expect(states).toEqual(['denied', 'denied', 'denied']);
  });

  test('the save dialog proposes the path and gives what the person types, or that they cancelled', async () => {
    app.page.once('dialog', (dialog) => void dialog.accept(`${dialog.defaultValue()}.typed`));
    expect(await app.page.evaluate(() => small.invoke('save'))).toEqual({
      canceled: false,
      filePath: '/tmp/proposed.xlsx.typed',
    });
    app.page.once('dialog', (dialog) => void dialog.dismiss());
    expect(await app.page.evaluate(() => small.invoke('save'))).toEqual({ canceled: true, filePath: '' });
  });

  test('closing the window ends the app in Electron’s order, and quitting can be held up once', async () => {
    await app.page.close();
    expect(await app.ended).toBe(0);
    const events = app
      .said()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('profile'));
    expect(events).toEqual([
      'closed',
      'window-all-closed',
      'before-quit',
      'will-quit',
      'before-quit',
      'will-quit',
      'quit',
    ]);
  });

  test('a second start on the same profile ends and tells the first', async () => {
    expect(app.said()).toContain(`profile ${profile}`);
    const { command, args } = standInCommand(folder);
    const second = spawn(command, [...args, '--headless', `--user-data-dir=${profile}`], { stdio: 'ignore' });
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
    await expect.poll(() => app.said()).toContain('second-instance');
  });

  test('a killed app leaves no Chromium behind, and its profile opens again', async () => {
    const { pid } = app.process;
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => parentOf(name) === pid);
    expect(children).not.toEqual([]);
    app.process.kill('SIGKILL');
    await app.ended;
    await expect.poll(() => children.filter((child) => parentOf(child) !== undefined), { timeout: 20_000 }).toEqual([]);
    app = await startWindow(standInCommand(folder), { profile });
    await app.page.getByRole('heading', { name: 'Here' }).waitFor();
  });
});

/** The parent's number, undefined for a process that is gone. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
