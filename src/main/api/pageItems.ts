import type { CutItems } from '../items.ts';
import { eachField, itemsAt, skipSpace } from '../../shared/jsonScan.ts';

/**
 * A page of items without parsing them: each goes on as the text that was received, to be parsed where it is stored. Parsing the page
 * and writing its items out again takes five times as long, and what is not JSON in one item would cost the page.
 */
export interface CutPage {
  readonly items: CutItems;
  /** The page with no items. */
  readonly rest: string;
}

const isNamed = (bytes: Buffer, start: number, end: number, name: string) =>
  end - start === name.length + 2 && bytes.toString('latin1', start + 1, end - 1) === name;

/** Cuts the list `data.items` out of an answer; undefined: there is no such list, or it is not JSON. */
export function cutItems(bytes: Buffer): CutPage | undefined {
  try {
    return cut(bytes);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function cut(bytes: Buffer): CutPage | undefined {
  const lists: (readonly [start: number, end: number])[] = [];
  eachField(bytes, skipSpace(bytes, 0), (nameStart, nameEnd, dataStart) => {
    if (!isNamed(bytes, nameStart, nameEnd, 'data')) return;
    eachField(bytes, dataStart, (innerStart, innerEnd, start, end) => {
      if (isNamed(bytes, innerStart, innerEnd, 'items')) lists.push([start, end]);
    });
  });
  // Of two with one name JSON.parse takes the last.
  const [list, other] = lists;
  if (list === undefined || other !== undefined) return undefined;
  const places = itemsAt(bytes, list[0]);
  if (places === undefined) return undefined;
  return {
    items: { bytes, places: Uint32Array.from(places) },
    rest: `${bytes.toString('utf8', 0, list[0])}[]${bytes.toString('utf8', list[1])}`,
  };
}
