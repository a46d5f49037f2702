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
  readonly isEnd: boolean;
  readonly style: CSSProperties;
}

export interface ColumnsInSight {
  readonly frozen: readonly ColumnInSight[];
  readonly scrolled: readonly ColumnInSight[];
}

/** The first `frozen` columns, and those that are scrolled to (their indices count from the last frozen one), each in its place. */
export function columnsInSight(
  columns: readonly GridColumn[],
  { frozen, scrolled }: { readonly frozen: number; readonly scrolled: readonly number[] },
): ColumnsInSight {
  let end = 0;
  const starts: number[] = [];
  for (const { width } of columns.slice(frozen)) {
    starts.push(end);
    end += width;
  }
  let before = 0;
  return {
    frozen: columns
      .slice(0, frozen)
      .map(({ id, width, isEnd = false }, column) => ({ column, id, isEnd, style: { width } })),
    scrolled: scrolled.flatMap((index): ColumnInSight[] => {
      const found = columns[index + frozen];
      if (found === undefined) return [];
      const { id, width, isEnd = false } = found;
      const start = starts[index] ?? 0;
      const gap = start - before;
      before = start + width;
      return [{ column: index + frozen, id, isEnd, style: gap === 0 ? { width } : { width, marginLeft: gap } }];
    }),
  };
}

/** px that a cell would need for its content, its padding included. */
export function contentWidth(cell: HTMLElement): number {
  // What a header says can be cut off at its words; elsewhere the cell itself cuts.
  const words = cell.querySelector('.ellipsis') ?? cell;
  const content = document.createRange();
  content.selectNodeContents(cell);
  const border = cell.querySelector('.resize-handle');
  if (border !== null) content.setEndBefore(border);
  const beyond = words.scrollWidth - words.clientWidth;
  return Math.ceil(content.getBoundingClientRect().width + beyond + PADDING_PX);
}

/** As in grid.css. */
const PADDING_PX = 19;
