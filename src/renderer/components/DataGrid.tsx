import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { moveBy, type Place } from './gridKeys.ts';

/**
 * A grid of any size: only what is in sight is in the document. Header lines stay on top, footer lines below, the first
 * `frozen` columns at the left. The grid itself is the one tab stop; its active cell is named by aria-activedescendant,
 * so focus survives scrolling. Lines count from 0: headers, body, footers.
 */

export interface GridColumn {
  readonly id: string;
  readonly width: number;
  readonly isEnd?: boolean;
}

export interface GridCell {
  readonly content: ReactNode;
  /** Read in full on hover. */
  readonly title?: string;
  readonly className?: string;
  readonly sort?: 'ascending' | 'descending' | 'none';
}

export interface GridHandle {
  /** Makes a cell of the body active and scrolls to it. */
  show(row: number): void;
  focus(): void;
}

interface Props {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly frozen: number;
  readonly headers: number;
  readonly rowCount: number;
  readonly footers?: number;
  readonly header: (level: number, column: number) => GridCell;
  /** undefined: not read yet. */
  readonly cell: (row: number, column: number) => GridCell | undefined;
  readonly footer?: (level: number, column: number) => GridCell;
  readonly selectedRow?: number | null;
  /** Another value brings the grid back to its top. */
  readonly resetKey: string | number;
  readonly onVisible?: (first: number, last: number) => void;
  readonly onActivate: (place: Place, event: { shiftKey: boolean }, how: 'click' | 'key') => void;
  readonly onMove?: (place: Place) => void;
  readonly onMenu?: (place: Place, at: { x: number; y: number }) => void;
  /** Single letters and other keys; true: handled. */
  readonly onKey?: (place: Place, event: KeyboardEvent) => boolean;
  /** Text for the clipboard. */
  readonly onCopy?: (place: Place) => string | undefined;
  readonly ref?: Ref<GridHandle>;
}

export const ROW_HEIGHT = 28;
const HEADER_HEIGHT = 30;

function roleOf(role: 'columnheader' | 'gridcell', isFrozen: boolean, cell: GridCell | undefined) {
  // A header without words heads nothing.
  if (cell?.title === '') return 'gridcell';
  if (role === 'columnheader') return role;
  return isFrozen ? 'rowheader' : 'gridcell';
}

export function DataGrid(props: Props) {
  const { label, columns, frozen, headers, rowCount, footers = 0, selectedRow = null, onVisible } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place>({ line: headers, column: 0 });
  const lines = headers + rowCount + footers;
  const here: Place = {
    line: Math.max(0, Math.min(active.line, lines - 1)),
    column: Math.max(0, Math.min(active.column, columns.length - 1)),
  };
  const activeRow = here.line - headers;
  const frozenWidth = columns.slice(0, frozen).reduce((sum, column) => sum + column.width, 0);
  const keep = (index: number) => (range: Range) => {
    const indices = defaultRangeExtractor(range);
    if (index < 0 || index >= range.count || indices.includes(index)) return indices;
    return [...indices, index].sort((a, b) => a - b);
  };

  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    rangeExtractor: keep(activeRow),
    // Headers and footers lie over the body's ends.
    scrollPaddingEnd: headers * HEADER_HEIGHT + footers * ROW_HEIGHT,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: Math.max(0, columns.length - frozen),
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index + frozen]?.width ?? 100,
    getItemKey: (index) => columns[index + frozen]?.id ?? index,
    overscan: 1,
    rangeExtractor: keep(here.column - frozen),
    scrollPaddingEnd: frozenWidth,
  });
  const widths = columns.map((column) => column.width).join();
  useEffect(() => across.measure(), [across, widths]);

  const { resetKey } = props;
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
    setActive(({ column }) => ({ line: headers, column }));
  }, [resetKey, headers]);

  const { startIndex: first, endIndex: last } = rows.range ?? { startIndex: 0, endIndex: 0 };
  useEffect(() => onVisible?.(first, last), [onVisible, first, last, resetKey, rowCount]);

  const scrollTo = useCallback(
    ({ line, column }: Place) => {
      const row = line - headers;
      if (row >= 0 && row < rowCount) rows.scrollToIndex(row, { align: 'auto' });
      if (column >= frozen) across.scrollToIndex(column - frozen, { align: 'auto' });
    },
    [rows, across, headers, rowCount, frozen],
  );
  const move = (place: Place) => {
    setActive(place);
    scrollTo(place);
    props.onMove?.(place);
  };
  useImperativeHandle(props.ref, () => ({
    show(row) {
      setActive(({ column }) => ({ line: headers + row, column }));
      scrollTo({ line: headers + row, column: 0 });
    },
    focus: () => scroller.current?.focus(),
  }));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const page = Math.max(1, Math.floor((scroller.current.clientHeight - headers * HEADER_HEIGHT) / ROW_HEIGHT) - 1);
    const next = moveBy(event, here, { lines, columns: columns.length, page });
    if (next !== undefined) {
      event.preventDefault();
      move(next);
      // A frozen cell is always in sight; going home means to see what stands beside it.
      if (event.key === 'Home') scroller.current.scrollTo({ left: 0 });
      if (next.line < headers) scroller.current.scrollTo({ top: 0 });
      return;
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      return props.onActivate(here, event, 'key');
    }
    if ((event.key === 'F10' && event.shiftKey) || event.key === 'ContextMenu') {
      const box = document.getElementById(`${id}-${here.line}-${here.column}`)?.getBoundingClientRect();
      event.preventDefault();
      return props.onMenu?.(here, { x: box?.left ?? 0, y: box?.bottom ?? 0 });
    }
    if (props.onKey?.(here, event) === true) event.preventDefault();
  };

  const placeOf = (event: MouseEvent): Place | undefined => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-line]');
    if (cell === null) return undefined;
    return { line: Number(cell.dataset['line']), column: Number(cell.dataset['column']) };
  };
  const onClick = (event: MouseEvent) => {
    const place = placeOf(event);
    if (place === undefined) return;
    // Text marked elsewhere would otherwise be what Ctrl+C copies.
    window.getSelection()?.removeAllRanges();
    move(place);
    props.onActivate(place, event, 'click');
  };
  const onContextMenu = (event: MouseEvent) => {
    const place = placeOf(event);
    if (place === undefined || props.onMenu === undefined) return;
    event.preventDefault();
    move(place);
    props.onMenu(place, { x: event.clientX, y: event.clientY });
  };

  const inSight = [
    ...Array.from({ length: Math.min(frozen, columns.length) }, (_, column) => ({ column, gap: 0 })),
    ...across
      .getVirtualItems()
      .map((item, i, items) => ({ column: item.index + frozen, gap: item.start - (items[i - 1]?.end ?? 0) })),
  ];
  let frozenLeft = 0;
  const styles = inSight.map(({ column, gap }): CSSProperties => {
    const width = columns[column]?.width ?? 0;
    if (column >= frozen) return gap === 0 ? { width } : { width, marginLeft: gap };
    frozenLeft += width;
    return { width, left: frozenLeft - width };
  });

  const renderLine = (
    line: number,
    role: 'columnheader' | 'gridcell',
    read: (column: number) => GridCell | undefined,
  ) =>
    inSight.map(({ column }, i) => {
      const cell = read(column);
      const isActive = line === here.line && column === here.column;
      const classes = [
        'cell',
        column < frozen && 'frozen',
        columns[column]?.isEnd && 'end',
        isActive && 'active',
        cell?.className,
      ];
      return (
        <div
          key={columns[column]?.id ?? column}
          id={`${id}-${line}-${column}`}
          role={roleOf(role, column < frozen, cell)}
          aria-colindex={column + 1}
          aria-sort={cell?.sort}
          aria-busy={cell === undefined || undefined}
          data-line={line}
          data-column={column}
          className={classes.filter(Boolean).join(' ')}
          style={styles[i]}
          title={cell?.title}
        >
          {cell === undefined ? <span className="skeleton" /> : cell.content}
        </div>
      );
    });

  const width = frozenWidth + across.getTotalSize();
  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={lines}
      aria-colcount={columns.length}
      aria-activedescendant={lines > 0 && columns.length > 0 ? `${id}-${here.line}-${here.column}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onCopy={(event) => {
        const text = props.onCopy?.(here);
        if (text === undefined) return;
        event.preventDefault();
        event.clipboardData.setData('text/plain', text);
      }}
    >
      <div className="grid-headers" role="rowgroup" style={{ width }}>
        {Array.from({ length: headers }, (_, level) => (
          <div key={level} role="row" aria-rowindex={level + 1} className="line" style={{ height: HEADER_HEIGHT }}>
            {renderLine(level, 'columnheader', (column) => props.header(level, column))}
          </div>
        ))}
      </div>
      <div className="grid-body" role="rowgroup" style={{ width, height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            // Lines that scroll out are used again for those that scroll in.
            key={index < first - 64 || index > last + 64 ? 'active' : index % 256}
            role="row"
            aria-rowindex={headers + index + 1}
            aria-selected={selectedRow === index || undefined}
            className={index % 2 === 1 ? 'line odd' : 'line'}
            style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
          >
            {renderLine(headers + index, 'gridcell', (column) => props.cell(index, column))}
          </div>
        ))}
      </div>
      {footers > 0 && (
        <div className="grid-footers" role="rowgroup" style={{ width }}>
          {Array.from({ length: footers }, (_, level) => (
            <div
              key={level}
              role="row"
              aria-rowindex={headers + rowCount + level + 1}
              className="line"
              style={{ height: ROW_HEIGHT }}
            >
              {renderLine(headers + rowCount + level, 'gridcell', (column) => props.footer?.(level, column))}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
