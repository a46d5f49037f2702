import type { KeyboardEvent, Ref } from 'react';
import type { GridCell } from './GridLine.tsx';
import type { Place } from './gridKeys.ts';
import type { GridColumn } from './gridColumns.ts';
import type { CellRange } from './gridRanges.ts';

/** What a grid is given, and what can be asked of it. */

export interface GridHandle {
  /** Makes a cell of the body active and scrolls to it. */
  show(row: number): void;
  focus(): void;
}

export interface GridProps<Row, Line> {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly frozen: number;
  readonly headers: number;
  readonly rowCount: number;
  readonly footers?: number;
  /** What the lines of body and footers are of, where they may come, go or move: the cell in use stays in its own. */
  readonly lines?: readonly Line[];
  readonly isSameLine?: (a: Line, b: Line) => boolean;
  readonly rowHeight?: number;
  /** Row numbers at the left, which pick whole rows. */
  readonly hasGutter?: boolean;
  readonly header: (level: number, column: number) => GridCell;
  /** What a row's cells are made of; undefined: not read yet. A line is drawn anew when this or `cell` is another. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly cell: (row: Row, column: number) => GridCell;
  readonly footer?: (level: number, column: number) => GridCell;
  /** The row that is open beside the grid. */
  readonly openRow?: number | null;
  /** Another value brings the grid back to its top. */
  readonly resetKey: string | number;
  /** Picked cells; with `onPicked` they can be picked. */
  readonly picked?: readonly CellRange[];
  readonly onPicked?: (ranges: readonly CellRange[]) => void;
  /** `width` in px, or as wide as what is in sight needs. */
  readonly onResize?: (column: number, width: number) => void;
  /** Puts a column before another; the number of columns: at the end. */
  readonly onReorder?: (column: number, before: number) => void;
  readonly onVisible?: (first: number, last: number) => void;
  readonly onActivate: (place: Place, event: { shiftKey: boolean }, how: 'click' | 'double' | 'key') => void;
  /** The active cell moved without picking more. */
  readonly onMove?: (place: Place) => void;
  readonly onMenu?: (place: Place, at: { x: number; y: number }) => void;
  /** Single letters and other keys; true: handled. */
  readonly onKey?: (place: Place, event: KeyboardEvent) => boolean;
  /** Puts what is picked, or the cell, on the clipboard. */
  readonly onCopy?: (place: Place) => void;
  readonly ref?: Ref<GridHandle>;
}
