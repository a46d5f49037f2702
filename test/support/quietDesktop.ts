import type { Desktop } from '../../src/main/desktop.ts';

/** A desktop whose person closes every dialog, and on which nothing is opened. */
export const quietDesktop: Desktop = {
  findProxy: () => Promise.resolve('DIRECT'),
  chooseSaveTarget: () => Promise.resolve(null),
  chooseFile: () => Promise.resolve(null),
  chooseFolder: () => Promise.resolve(null),
  applyAppearance: () => undefined,
  openPath: () => Promise.resolve(),
  revealPath: () => Promise.resolve(),
  writeClipboard: () => Promise.resolve(),
  openLink: () => Promise.resolve(),
};
