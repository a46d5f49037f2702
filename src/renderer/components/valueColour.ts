import { displayJson } from '../../shared/format.ts';
import { fold } from '../../shared/searchText.ts';

const COLOURS = 10;

/** One colour per value on every screen, by its words alone ("Yes" is "yes"). Never the only signal: the words stand beside it. */
export function valueColour(json: string): string {
  let hash = 7;
  for (const letter of fold(displayJson(json).trim())) hash = Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0);
  // Mixed once more, or words of like endings would share a colour.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return `var(--value-${((hash ^ (hash >>> 13)) >>> 0) % COLOURS})`;
}
