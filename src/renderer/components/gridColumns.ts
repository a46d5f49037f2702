import type { CSSProperties } from 'react';

/** The columns of a grid that are in the document, and their widths. */

export interface GridColumn {
  readonly id: string;
  readonly width: number;
  readonly isEnd?: boolean;
}

/** Frozen columns leave at least this share of the grid's width to the others. */
const SHARE_OF_OTHERS = 0.2;

/**
 * How many of the first `wanted` columns can stay in sight in a grid of `room` px, `gutter` px of which are taken: what stays would hide all
 * that scrolls where it is as wide as the grid.
 */
export function frozenThatFit(columns: readonly GridColumn[], wanted: number, gutter: number, room: number): number {
  let end = gutter;
  const tooMany = columns.slice(0, wanted).findIndex(({ width }) => (end += width) > room * (1 - SHARE_OF_OTHERS));
  return tooMany < 0 ? Math.min(wanted, columns.length) : tooMany;
}

/** A column that is in the document now. */
export interface ColumnInSight {
  readonly column: number;
  readonly id: string;
  readonly isEnd: boolean;
  /** Its cells head their lines. */
  readonly isHead: boolean;
  readonly style: CSSProperties;
}

export interface ColumnsInSight {
  readonly frozen: readonly ColumnInSight[];
  readonly scrolled: readonly ColumnInSight[];
}

/**
 * The first `frozen` columns, and those that are scrolled to (their indices count from the last frozen one), each in its place. The first
 * `heads` of all head their lines.
 */
export function columnsInSight(
  columns: readonly GridColumn[],
  {
    heads,
    frozen,
    scrolled,
  }: { readonly heads: number; readonly frozen: number; readonly scrolled: readonly number[] },
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
      .map(({ id, width, isEnd = false }, column) => ({ column, id, isEnd, isHead: column < heads, style: { width } })),
    scrolled: scrolled.flatMap((index): ColumnInSight[] => {
      const found = columns[index + frozen];
      if (found === undefined) return [];
      const { id, width, isEnd = false } = found;
      const start = starts[index] ?? 0;
      const gap = start - before;
      before = start + width;
      const column = index + frozen;
      const style = gap === 0 ? { width } : { width, marginLeft: gap };
      return [{ column, id, isEnd, isHead: column < heads, style }];
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
