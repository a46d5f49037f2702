import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { switches } from './switches.ts';

/** `app` of Electron, as far as Callbook uses it. */

interface Closable {
  close(): Promise<void>;
}

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  #name = 'Electron';
  #isQuitting = false;
  readonly #resources = new Set<Closable>();

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  setName(name: string): void {
    this.#name = name;
  }

  getVersion(): string {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
      version: string;
    };
    return manifest.version;
  }

  getPath(name: 'userData' | 'documents'): string {
    if (name === 'documents') {
      const documents = join(homedir(), 'Documents');
      return existsSync(documents) ? documents : homedir();
    }
    const dir = switches.userDataDir ?? join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), this.#name);
    mkdirSync(dir, { recursive: true });
    return resolve(dir);
  }

  /** One process a profile: the second one tells the first and gets false. Answers at once, as Electron does. */
  requestSingleInstanceLock(): boolean {
    const name = createHash('sha256').update(this.getPath('userData')).digest('hex').slice(0, 16);
    const address = join(tmpdir(), `callbook-stand-in-${name}.sock`);
    const lock = `${address}.pid`;
    if (isAlive(lock)) {
      connect(address).on('error', () => undefined);
      return false;
    }
    writeLock(lock, address, () => this.emit('second-instance', {}, [], ''));
    return true;
  }

  /** Something that must be closed before the process ends. */
  own(resource: Closable): void {
    this.#resources.add(resource);
  }

  /** The last window is gone; no news when that is because the app quits. */
  windowsClosed(): void {
    if (!this.#isQuitting) this.emit('window-all-closed');
  }

  quit(): void {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    void this.#quit();
  }

  /** At once, without asking anybody; Chromium ends with the pipe to it. */
  exit(code: number): void {
    process.exit(code);
  }

  async #quit(): Promise<void> {
    if (this.#emitCancellable('before-quit')) return this.#stay();
    for (const resource of this.#resources) await resource.close();
    this.#resources.clear();
    if (this.#emitCancellable('will-quit')) {
      // What the event's microtasks ask for comes too early: Electron's Browser::NotifyAndShutdown is still on its way then.
      process.nextTick(() => this.#stay());
      return;
    }
    this.emit('quit', {}, 0);
    process.exit(0);
  }

  #stay(): void {
    this.#isQuitting = false;
  }

  #emitCancellable(name: string): boolean {
    let isPrevented = false;
    this.emit(name, { preventDefault: () => (isPrevented = true) });
    return isPrevented;
  }
}

function isAlive(lock: string): boolean {
  try {
    // The number may be another program's by now.
    return readFileSync(`/proc/${readFileSync(lock, 'utf8')}/cmdline`, 'utf8').includes('standIn');
  } catch {
    return false;
  }
}

function writeLock(lock: string, address: string, onSecond: () => void): void {
  rmSync(address, { force: true });
  writeFileSync(lock, String(process.pid));
  createServer(onSecond).listen(address).unref();
  process.on('exit', () => {
    rmSync(lock, { force: true });
    rmSync(address, { force: true });
  });
}

export const app = new StandInApp();

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
