/** Where the active cell of a grid goes: by a key, or along with its line and its column. Pure. */

export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The place after the key, kept inside the grid; undefined: the key does not move. */
export function moveBy(
  { key, ctrlKey, metaKey, altKey }: Key,
  { line, column }: Place,
  { lines, columns, page }: { readonly lines: number; readonly columns: number; readonly page: number },
): Place | undefined {
  if (altKey) return undefined;
  const far = ctrlKey || metaKey;
  const at = (line: number, column: number): Place => ({
    line: Math.max(0, Math.min(line, lines - 1)),
    column: Math.max(0, Math.min(column, columns - 1)),
  });
  switch (key) {
    case 'ArrowUp':
      return at(far ? 0 : line - 1, column);
    case 'ArrowDown':
      return at(far ? lines - 1 : line + 1, column);
    case 'ArrowLeft':
      return at(line, far ? 0 : column - 1);
    case 'ArrowRight':
      return at(line, far ? columns - 1 : column + 1);
    case 'PageUp':
      return at(line - page, column);
    case 'PageDown':
      return at(line + page, column);
    case 'Home':
      return at(far ? 0 : line, 0);
    case 'End':
      return at(far ? lines - 1 : line, columns - 1);
    default:
      return undefined;
  }
}

type Columns = readonly { readonly id: string }[];

/** Where a column stands once the columns are others. If it went: the nearest that stayed, rather the next than the one before. */
export function columnNow(columns: Columns, before: Columns, column: number): number {
  const places = new Map(columns.map(({ id }, place) => [id, place]));
  return nearestThatStayed(before, column, { most: before.length, find: ({ id }) => places.get(id) ?? -1 });
}

/** So far it is looked for a line that stayed. */
const NEAR_LINES = 32;
/** With so many lines compared, which takes a few hundredths of a second: there may be a million of them. */
const MOST_COMPARED = 4_000_000;

/** The same of a line. */
export function lineNow<Line>(
  lines: readonly Line[],
  before: readonly Line[],
  line: number,
  isSame: (a: Line, b: Line) => boolean = Object.is,
): number {
  // In the headers nothing moves.
  if (line < 0) return line;
  const most = Math.min(NEAR_LINES, Math.ceil(MOST_COMPARED / (2 * lines.length + 1)));
  return nearestThatStayed(before, line, { most, find: (near) => lines.findIndex((one) => isSame(one, near)) });
}

/** `find` tells where one stands now, -1: it went; those that far from `place` or farther are not looked at. */
function nearestThatStayed<One>(
  before: readonly One[],
  place: number,
  { most, find }: { readonly most: number; readonly find: (one: One) => number },
): number {
  for (let away = 0; away < most; away++) {
    for (const near of [before[place + away], before[place - away]]) {
      const found = near === undefined ? -1 : find(near);
      if (found >= 0) return found;
    }
  }
  return place;
}
