import type { CSSProperties } from 'react';

/** The columns of a grid that are in the document, and their widths. */

export interface GridColumn {
  readonly id: string;
  readonly width: number;
  readonly isEnd?: boolean;
}

/** A column that is in the document now. */
export interface ColumnInSight {
  readonly column: number;
  readonly id: string;
  readonly isFrozen: boolean;
  readonly isEnd: boolean;
  readonly style: CSSProperties;
}

/** Frozen columns, then those that are scrolled to, each with its place in the line. */
export function columnsInSight(
  columns: readonly GridColumn[],
  {
    frozen,
    gutterWidth,
    scrolled,
  }: { readonly frozen: number; readonly gutterWidth: number; readonly scrolled: readonly number[] },
): readonly ColumnInSight[] {
  let left = gutterWidth;
  let end = 0;
  const starts: number[] = [];
  for (const { width } of columns.slice(frozen)) {
    starts.push(end);
    end += width;
  }
  let before = 0;
  return [
    ...Array.from({ length: Math.min(frozen, columns.length) }, (_, column) => column),
    ...scrolled.map((index) => index + frozen),
  ].flatMap((column): ColumnInSight[] => {
    const found = columns[column];
    if (found === undefined) return [];
    const { id, width, isEnd = false } = found;
    if (column < frozen) {
      left += width;
      return [{ column, id, isFrozen: true, isEnd, style: { width, left: left - width } }];
    }
    const start = starts[column - frozen] ?? 0;
    const gap = start - before;
    before = start + width;
    return [{ column, id, isFrozen: false, isEnd, style: gap === 0 ? { width } : { width, marginLeft: gap } }];
  });
}

/** px that a cell would need for its content, its padding included. */
export function contentWidth(cell: HTMLElement): number {
  const parts = [...cell.children].filter((part) => !part.matches('.resize-handle'));
  const words = document.createRange();
  words.selectNodeContents(cell);
  const content =
    parts.length === 0
      ? words.getBoundingClientRect().width
      : parts.reduce((sum, part) => sum + part.scrollWidth + GAP_PX, 0);
  return Math.ceil(content + PADDING_PX);
}

/** As in grid.css. */
const PADDING_PX = 19;
const GAP_PX = 4;
