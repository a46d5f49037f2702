import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { Bridge, CommandName, EventName } from '../shared/contract.ts';

/** Puts the contract's commands and events, and nothing else of Electron, on `window.callbook`. */

/** All of the contract's names; see electron.vite.config.ts. */
declare const COMMAND_NAMES: readonly CommandName[];
declare const EVENT_NAMES: readonly EventName[];
const commandNames = new Set(COMMAND_NAMES);
const eventNames = new Set(EVENT_NAMES);

const bridge = {
  invoke(name, input) {
    if (!commandNames.has(name)) return Promise.reject(new Error(`no command ${String(name)}`));
    return ipcRenderer.invoke(name, input);
  },
  listen(name, listener) {
    if (!eventNames.has(name)) throw new Error(`no event ${String(name)}`);
    const onEvent = (_event: IpcRendererEvent, value: unknown) => listener(value);
    ipcRenderer.on(name, onEvent);
    return () => void ipcRenderer.removeListener(name, onEvent);
  },
} satisfies Bridge;

contextBridge.exposeInMainWorld('callbook', bridge);
