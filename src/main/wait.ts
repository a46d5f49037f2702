import { promisify } from 'node:util';

/**
 * Resolves after so many ms; as `setTimeout` of node:timers/promises, but of the global timer. Electron's main process sleeps until something
 * happens: for the global timer it sets its alarm anew, of the other it knows nothing (electron/lib/common/init.ts).
 */
export const wait = promisify(setTimeout);
