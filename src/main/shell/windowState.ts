import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, type Rectangle } from 'electron';
import { z } from 'zod';

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
});
const DEFAULT_SIZE = { width: 1280, height: 800 };

/** Where the window was when it was last closed, if a screen still shows that place; else its default size. */
export function readBounds(dataDir: string): Partial<Rectangle> {
  try {
    const bounds = boundsSchema.parse(JSON.parse(readFileSync(join(dataDir, 'window.json'), 'utf8')));
    const area = screen.getDisplayMatching(bounds).workArea;
    const isVisible =
      bounds.x < area.x + area.width &&
      bounds.x + bounds.width > area.x &&
      bounds.y < area.y + area.height &&
      bounds.y >= area.y - 10;
    return isVisible ? bounds : { width: bounds.width, height: bounds.height };
  } catch {
    return DEFAULT_SIZE;
  }
}

export function saveBounds(dataDir: string, bounds: Rectangle): void {
  const file = join(dataDir, 'window.json');
  writeFileSync(`${file}.part`, JSON.stringify(bounds));
  renameSync(`${file}.part`, file);
}
