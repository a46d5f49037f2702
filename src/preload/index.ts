import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { commands, eventNames, type Bridge } from '../shared/contract.ts';

/** Puts the contract's commands and events, and nothing else of Electron, on `window.callbook`. */

const bridge = {
  invoke(name, input) {
    if (!Object.hasOwn(commands, name)) return Promise.reject(new Error(`no command ${String(name)}`));
    return ipcRenderer.invoke(name, input);
  },
  listen(name, listener) {
    if (!eventNames.includes(name)) throw new Error(`no event ${String(name)}`);
    const onEvent = (_event: IpcRendererEvent, value: unknown) => listener(value);
    ipcRenderer.on(name, onEvent);
    return () => void ipcRenderer.removeListener(name, onEvent);
  },
} satisfies Bridge;

contextBridge.exposeInMainWorld('callbook', bridge);
