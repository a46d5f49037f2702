/** Where the active cell of a grid goes: by a key, or along with its column. Pure. */

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
  for (let away = 0; away < before.length; away++) {
    for (const near of [before[column + away], before[column - away]]) {
      const found = near === undefined ? undefined : places.get(near.id);
      if (found !== undefined) return found;
    }
  }
  return column;
}
