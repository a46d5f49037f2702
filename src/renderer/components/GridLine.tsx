import { memo, type CSSProperties, type ReactNode } from 'react';
import type { ColumnInSight, ColumnsInSight } from './gridColumns.ts';
import { isPicked, type Stretch } from './gridRanges.ts';

export interface GridCell {
  readonly content: ReactNode;
  /** Read in full on hover. */
  readonly title?: string;
  readonly className?: string;
  /** Words of a call: theirs decide which way they run. */
  readonly dir?: 'auto';
  readonly sort?: 'ascending' | 'descending' | 'none';
  /** How large its number is among its like, 0 to 1: the more, the deeper its colour. */
  readonly heat?: number;
}

interface Props<Row> {
  /** Of the grid: the active cell is named by it, its line and its column. */
  readonly gridId: string;
  readonly line: number;
  readonly role: 'columnheader' | 'gridcell';
  readonly columns: ColumnsInSight;
  readonly read: (row: Row, column: number) => GridCell;
  /** What `read` makes cells of; undefined: not read yet. */
  readonly row: Row | undefined;
  /** Its place among its like. */
  readonly at: number;
  readonly height: number;
  /** px from the lines' zero; undefined: lines stand one under another. */
  readonly top?: number;
  readonly activeColumn?: number | undefined;
  readonly isOpen?: boolean;
  readonly picked?: readonly Stretch[] | undefined;
  /** Room for row numbers at the left; 0: none. */
  readonly gutterWidth?: number;
  readonly hasHandles?: boolean;
  /** The column before which a dragged one would be put; one more than the last: at the end. */
  readonly drop?: number | undefined;
  readonly lastColumn?: number;
}

function roleOf(role: Props<unknown>['role'], isHead: boolean, cell: GridCell | undefined) {
  // A header without words heads nothing.
  if (cell?.title === '') return 'gridcell';
  if (role === 'columnheader') return role;
  return isHead ? 'rowheader' : 'gridcell';
}

/** grid.css makes a colour of it. */
const heated = (style: CSSProperties, heat: number) => ({ ...style, '--heat': heat }) as CSSProperties;

function Line<Row>(props: Props<Row>) {
  const { gridId, line, role, columns, read, row, at, height, top, activeColumn, picked, drop, lastColumn } = props;
  const { gutterWidth = 0 } = props;
  const classes = ['line', at % 2 === 1 && role === 'gridcell' && 'odd', props.isOpen === true && 'open'];
  const draw = ({ column, id, isEnd, isHead, style }: ColumnInSight) => {
    const cell = row === undefined ? undefined : read(row, column);
    const isIn = picked !== undefined && isPicked(picked, column);
    const names = [
      'cell',
      isEnd && 'end',
      isIn && 'picked',
      column === activeColumn && 'active',
      drop === column && 'drop-before',
      drop === column + 1 && column === lastColumn && 'drop-after',
      cell?.heat !== undefined && 'heat',
      cell?.className,
    ];
    return (
      <div
        key={id}
        id={column === activeColumn ? `${gridId}-${line}-${column}` : undefined}
        role={roleOf(role, isHead, cell)}
        aria-colindex={column + 1}
        aria-sort={cell?.sort}
        aria-selected={isIn || undefined}
        aria-busy={cell === undefined || undefined}
        data-column={column}
        dir={cell?.dir}
        className={names.filter(Boolean).join(' ')}
        style={cell?.heat === undefined ? style : heated(style, cell.heat)}
        title={cell?.title}
      >
        {cell === undefined ? <span className="skeleton" /> : cell.content}
        {props.hasHandles === true && <span className="resize-handle" aria-hidden />}
      </div>
    );
  };
  return (
    <div
      role="row"
      aria-rowindex={line + 1}
      aria-current={props.isOpen === true || undefined}
      data-line={line}
      className={classes.filter(Boolean).join(' ')}
      style={{
        height,
        lineHeight: `${height - 2}px`,
        top,
      }}
    >
      {/* One box for all: each that is sticky costs the compositor a layer. */}
      <div role="presentation" className="frozen">
        {gutterWidth > 0 && (
          <span
            aria-hidden
            className={picked !== undefined && picked.length > 0 ? 'gutter picked' : 'gutter'}
            style={{ width: gutterWidth }}
          >
            {role === 'gridcell' && at + 1}
          </span>
        )}
        {columns.frozen.map(draw)}
      </div>
      {columns.scrolled.map(draw)}
    </div>
  );
}

/** One line of a grid: header, row or footer. Drawn anew only when something of it differs. */
export const GridLine = memo(Line) as typeof Line;
