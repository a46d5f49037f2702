import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { CDPSession } from 'playwright';

/** Chromium's DevTools protocol through the pipe that it opens to its parent: JSON, each message with a zero byte at its end. */

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

interface Events {
  readonly 'Target.targetCreated': { readonly targetInfo: TargetInfo };
  readonly 'Target.targetInfoChanged': { readonly targetInfo: TargetInfo };
  readonly 'Target.targetDestroyed': { readonly targetId: string };
  /** A document is about to be loaded. */
  readonly 'Fetch.requestPaused': {
    readonly requestId: string;
    readonly frameId: string;
    readonly request: { readonly url: string };
  };
  readonly 'Page.loadEventFired': object;
  /** The page's process is gone. */
  readonly 'Inspector.targetCrashed': object;
}

/** The browser, or one page of it. */
export interface Session {
  /** Rejects where Chromium refuses, and once it is gone. */
  readonly send: CDPSession['send'];
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void;
}

type Message = { readonly sessionId?: string } & (
  | { readonly id: number; readonly result: unknown; readonly error?: { readonly message: string } }
  | { readonly id?: undefined; readonly method: string; readonly params: unknown }
);

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Gives the session of that id; undefined: the browser's own. */
export function openDevTools(toBrowser: Writable, fromBrowser: Readable): (sessionId?: string) => Session {
  const pending = new Map<number, Pending>();
  const events = new EventEmitter();
  let lastId = 0;
  let isGone = false;

  function receive({ sessionId = '', ...message }: Message): void {
    if (message.id === undefined) return void events.emit(`${sessionId} ${message.method}`, message.params);
    const asked = pending.get(message.id);
    pending.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.result);
    else asked?.reject(new Error(message.error.message));
  }

  let rest = '';
  fromBrowser.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages) receive(JSON.parse(message) as Message);
  });
  fromBrowser.on('close', () => {
    isGone = true;
    for (const { reject } of pending.values()) reject(new Error('Chromium has ended'));
    pending.clear();
  });
  // Written to a Chromium that has just ended.
  toBrowser.on('error', () => undefined);

  return (sessionId) => ({
    send: ((method: string, params: object = {}) =>
      new Promise((resolve, reject) => {
        if (isGone) return reject(new Error('Chromium has ended'));
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      })) as CDPSession['send'],
    on: (name, listener) => void events.on(`${sessionId ?? ''} ${name}`, listener),
  });
}
