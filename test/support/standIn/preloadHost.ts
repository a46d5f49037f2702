import { makeWire } from './wire.ts';

/** What runs in the page before its own scripts: a `require` that knows only electron, and the preload bundle. */

/** What the page says: a question with its number, the channel and the arguments. */
export type FromPage = readonly [id: number, channel: string, args: readonly unknown[]];

/** What it hears: the answer to a question, or why there is none; or a message without a question. */
export type ToPage =
  | readonly [type: 'answer', id: number, value: unknown]
  | readonly [type: 'failure', id: number, text: string]
  | readonly [type: 'message', channel: string, args: readonly unknown[]];

/** Text of this function runs in the page. */
function host(wireOf: typeof makeWire, socketUrl: string, runPreload: (require: (name: string) => unknown) => void) {
  const wire = wireOf();
  const socket = new WebSocket(socketUrl);
  const opened = new Promise((resolve) => socket.addEventListener('open', resolve));
  const questions = new Map<number, { resolve(value: unknown): void; reject(error: Error): void; channel: string }>();
  const listeners = new Map<string, Set<(event: unknown, ...args: unknown[]) => void>>();
  let lastId = 0;

  socket.addEventListener('message', ({ data }) => {
    const heard = wire.decode(String(data)) as ToPage;
    if (heard[0] === 'message') {
      const [, channel, args] = heard;
      for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
      return;
    }
    const [type, id, value] = heard;
    const question = questions.get(id);
    questions.delete(id);
    if (type === 'answer') question?.resolve(value);
    else question?.reject(new Error(`Error invoking remote method '${question.channel}': ${value}`));
  });

  const ipcRenderer = {
    async invoke(channel: string, ...args: unknown[]) {
      const id = ++lastId;
      const asked: FromPage = [id, channel, args];
      const text = wire.encode(asked);
      if (socket.readyState === WebSocket.CONNECTING) await opened;
      return new Promise((resolve, reject) => {
        questions.set(id, { resolve, reject, channel });
        socket.send(text);
      });
    },
    on(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      return ipcRenderer;
    },
    removeListener(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
      listeners.get(channel)?.delete(listener);
      return ipcRenderer;
    },
  };
  const contextBridge = {
    exposeInMainWorld(name: string, api: object) {
      Object.defineProperty(globalThis, name, { value: Object.freeze({ ...api }), enumerable: true });
    },
  };
  runPreload((name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return { ipcRenderer, contextBridge };
  });
}

/** The init script for a preload bundle (CommonJS text). It runs in the top frame of pages of `origin` only. */
export function preloadScript(preload: string, { origin, socketPath }: { origin: string; socketPath: string }): string {
  const socketUrl = `${origin.replace('http', 'ws')}${socketPath}`;
  return `if (window.top === window && location.origin === ${JSON.stringify(origin)}) {
    (${host.toString()})(${makeWire.toString()}, ${JSON.stringify(socketUrl)}, (require) => {
      const module = { exports: {} };
      ((require, module, exports) => {${preload}
      })(require, module, module.exports);
    });
  }`;
}
