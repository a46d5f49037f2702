import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  isMaximized: z.boolean().default(false),
  isFullScreen: z.boolean().default(false),
});

export interface WindowState {
  /** Where it is when neither maximized nor full screen. */
  readonly bounds: Partial<Rectangle>;
  readonly isMaximized: boolean;
  readonly isFullScreen: boolean;
}

const usual: WindowState = { bounds: { width: 1280, height: 800 }, isMaximized: false, isFullScreen: false };

/** How the window was when it was last closed, where a screen still shows that place. */
export function readWindowState(dataDir: string): WindowState {
  try {
    const { isMaximized, isFullScreen, ...bounds } = stateSchema.parse(
      JSON.parse(readFileSync(join(dataDir, 'window.json'), 'utf8')),
    );
    const area = screen.getDisplayMatching(bounds).workArea;
    const isVisible =
      bounds.x < area.x + area.width &&
      bounds.x + bounds.width > area.x &&
      bounds.y < area.y + area.height &&
      bounds.y >= area.y - 10;
    const { width, height } = bounds;
    return { bounds: isVisible ? bounds : { width, height }, isMaximized, isFullScreen };
  } catch {
    return usual;
  }
}

export function saveWindowState(dataDir: string, window: BrowserWindow): void {
  const file = join(dataDir, 'window.json');
  const state = {
    ...window.getNormalBounds(),
    isMaximized: window.isMaximized(),
    isFullScreen: window.isFullScreen(),
  };
  writeFileSync(`${file}.part`, JSON.stringify(state));
  renameSync(`${file}.part`, file);
}
