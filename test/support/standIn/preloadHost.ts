import { makeWire } from './wire.ts';

/** What runs in the page before its own scripts: a `require` that knows only electron, and the preload bundle. */

/** Names of what the stand-in's main process puts into the page; taken away again before the page's scripts run. */
export const INVOKE = '__standInInvoke';
export const RECEIVE = '__standInReceive';

/** Text of this function runs in the page. */
function host(
  wireOf: typeof makeWire,
  invokeName: string,
  receiveName: string,
  runPreload: (require: (name: string) => unknown) => void,
) {
  const page = globalThis as unknown as Record<string, unknown>;
  const wire = wireOf();
  const invokeMain = page[invokeName] as (channel: string, args: string) => Promise<{ ok: boolean; text: string }>;
  delete page[invokeName];
  const listeners = new Map<string, Set<(event: unknown, ...args: unknown[]) => void>>();

  Object.defineProperty(page, receiveName, {
    value: (channel: string, args: string) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...(wire.decode(args) as unknown[]));
    },
  });

  const ipcRenderer = {
    async invoke(channel: string, ...args: unknown[]) {
      const reply = await invokeMain(channel, wire.encode(args));
      if (!reply.ok) throw new Error(`Error invoking remote method '${channel}': ${reply.text}`);
      return wire.decode(reply.text);
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
      Object.defineProperty(page, name, { value: Object.freeze({ ...api }), enumerable: true });
    },
  };
  runPreload((name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return { ipcRenderer, contextBridge };
  });
}

/** The init script for a preload bundle (CommonJS text). It runs in the top frame of pages of `origin` only. */
export function preloadScript(preload: string, origin: string): string {
  return `if (window.top === window && location.origin === ${JSON.stringify(origin)}) {
    (${host.toString()})(${makeWire.toString()}, '${INVOKE}', '${RECEIVE}', (require) => {
      const module = { exports: {} };
      ((require, module, exports) => {${preload}
      })(require, module, module.exports);
    });
  }`;
}
