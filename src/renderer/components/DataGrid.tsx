import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { GridLine } from './GridLine.tsx';
import { columnNow, lineNow, moveBy, type Place } from './gridKeys.ts';
import type { GridProps } from './gridProps.ts';
import { columnsInSight, contentWidth, frozenThatFit } from './gridColumns.ts';
import { MOST_RANGES, columnsOf, pickedByRow, pickedInRow, type CellRange, type Stretch } from './gridRanges.ts';
import { placeOf, useGridPointer } from './useGridPointer.ts';
import { useRowWindow } from './useRowWindow.ts';

/**
 * A grid of any size: only what is in sight is in the document. Header lines stay on top, footer lines below, the first
 * `frozen` columns at the left. The grid itself is the one tab stop; its active cell is named by aria-activedescendant,
 * so focus survives scrolling. Lines count from 0: headers, body, footers.
 */

export const ROW_HEIGHT = 28;
const HEADER_HEIGHT = 30;
const OVERSCAN = 6;
const KEY_STEP_PX = 16;

export function DataGrid<Row, Line = unknown>(props: GridProps<Row, Line>) {
  const { label, columns, headers, rowCount, footers = 0, rowHeight = ROW_HEIGHT, openRow = null } = props;
  const { picked = [], onPicked, rowAt, resetKey } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place>({ line: headers, column: 0 });
  // The cell in use stays in its line and its column when others come, go or move.
  const [before, setBefore] = useState({ columns, lines: props.lines });
  if (columns !== before.columns || props.lines !== before.lines) {
    setBefore({ columns, lines: props.lines });
    setActive({
      line: headers + lineNow(props.lines ?? [], before.lines ?? [], active.line - headers, props.isSameLine),
      column: columnNow(columns, before.columns, active.column),
    });
  }
  const lines = headers + rowCount + footers;
  const lastColumn = columns.length - 1;
  const here: Place = {
    line: Math.max(0, Math.min(active.line, lines - 1)),
    column: Math.max(0, Math.min(active.column, lastColumn)),
  };
  const gutterWidth = props.hasGutter === true ? 18 + 7 * String(rowCount).length : 0;
  const [room, setRoom] = useState(Infinity);
  const frozen = frozenThatFit(columns, props.frozen, gutterWidth, room);
  const frozenWidth = columns.slice(0, frozen).reduce((sum, column) => sum + column.width, gutterWidth);

  const headersHeight = headers * HEADER_HEIGHT;
  const isRead = useCallback((index: number) => rowAt(index) !== undefined, [rowAt]);
  const rows = useRowWindow({
    scroller,
    count: rowCount,
    rowHeight,
    ends: headersHeight + footers * rowHeight,
    isRead,
    onSight: (from, to) => props.onVisible?.(from, to),
    resetKey,
  });
  const { first, last } = rows;
  // Another function once columns or widths are others: then the virtualiser reckons anew, before and not after they are drawn.
  const keyOf = useCallback((index: number) => columns[index + frozen]?.id ?? index, [columns, frozen]);
  const across = useVirtualizer({
    horizontal: true,
    count: Math.max(0, columns.length - frozen),
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index + frozen]?.width ?? 100,
    getItemKey: keyOf,
    overscan: 1,
    rangeExtractor: (range: Range) => {
      const indices = defaultRangeExtractor(range);
      const index = here.column - frozen;
      if (index < 0 || index >= range.count || indices.includes(index)) return indices;
      return [...indices, index].sort((a, b) => a - b);
    },
    scrollPaddingEnd: frozenWidth,
    onChange: ({ scrollRect }) => setRoom(scrollRect?.width ?? Infinity),
  });

  const headersBefore = useRef(headers);
  useEffect(() => {
    const grid = scroller.current;
    grid?.scrollTo({ top: 0 });
    // Who is in a header just now, to sort or on the way along it, stays there.
    const stay = document.activeElement === grid ? Math.min(headers, headersBefore.current) : 0;
    headersBefore.current = headers;
    setActive((now) => (now.line === headers || now.line < stay ? now : { line: headers, column: now.column }));
  }, [resetKey, headers]);

  const scrollTo = ({ line, column }: Place) => {
    const row = line - headers;
    if (row >= 0 && row < rowCount) rows.show(row);
    if (column >= frozen) across.scrollToIndex(column - frozen, { align: 'auto' });
  };
  const isBody = ({ line }: Place) => line >= headers && line < headers + rowCount;
  const cellAt = ({ line, column }: Place) => ({ row: line - headers, column });

  const move = (place: Place) => {
    setActive(place);
    scrollTo(place);
    props.onMove?.(place);
    onPicked?.(isBody(place) ? [{ from: cellAt(place), to: cellAt(place) }] : []);
  };
  /** The newest range goes on to here; whole rows stay whole rows. */
  const extend = (place: Place) => {
    if (!isBody(place)) return;
    const range = picked.at(-1) ?? { from: cellAt(here), to: cellAt(here) };
    const { first: left, last: right } = columnsOf(range);
    const isWhole = left === 0 && right === lastColumn && place.column === here.column;
    setActive(place);
    scrollTo(place);
    const to = isWhole ? { row: place.line - headers, column: range.to.column } : cellAt(place);
    onPicked?.([...picked.slice(0, -1), { from: range.from, to }]);
  };
  const pickRows = (line: number, how: 'start' | 'toggle' | 'extend') => {
    const row = line - headers;
    const range = picked.at(-1);
    const from = how === 'extend' && range !== undefined ? range.from.row : row;
    const whole = { from: { row: from, column: 0 }, to: { row, column: lastColumn } };
    setActive({ line, column: here.column });
    onPicked?.(
      [...(how === 'start' ? [] : how === 'toggle' ? picked : picked.slice(0, -1)), whole].slice(-MOST_RANGES),
    );
  };
  const pickAll = () => {
    if (rowCount > 0) onPicked?.([{ from: { row: 0, column: 0 }, to: { row: rowCount - 1, column: lastColumn } }]);
  };

  useImperativeHandle(props.ref, () => ({
    show(row) {
      setActive(({ column }) => ({ line: headers + row, column }));
      rows.show(row);
    },
    focus: () => scroller.current?.focus(),
  }));

  const pointer = useGridPointer({
    scroller,
    headers,
    frozenWidth,
    headersHeight,
    columns,
    onResize: props.onResize,
    onReorder: props.onReorder,
    onPick:
      onPicked === undefined
        ? undefined
        : (place, how) => {
            if (!isBody(place)) return;
            if (how === 'extend') return extend(place);
            if (how === 'start') return move(place);
            setActive(place);
            onPicked([...picked, { from: cellAt(place), to: cellAt(place) }].slice(-MOST_RANGES));
          },
    onPickRow: (line, how) => (line < headers ? pickAll() : pickRows(line, how)),
  });

  /** As wide as the widest of what is in the document. */
  const fit = (column: number) => {
    const cells = scroller.current?.querySelectorAll<HTMLElement>(`[data-column="${column}"]`) ?? [];
    const widest = Math.max(...[...cells].map((cell) => contentWidth(cell)));
    props.onResize?.(column, Math.min(800, Math.max(48, widest)));
  };

  const onHeaderKey = (event: KeyboardEvent): boolean => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (!event.altKey || step === 0) return false;
    if (event.shiftKey) {
      props.onResize?.(here.column, (columns[here.column]?.width ?? 100) + step * KEY_STEP_PX);
      return props.onResize !== undefined;
    }
    const to = here.column + step;
    if (props.onReorder === undefined || to < 0 || to > lastColumn) return true;
    props.onReorder(here.column, step < 0 ? to : to + 1);
    scrollTo({ line: here.line, column: to });
    return true;
  };

  const onPickKey = (event: KeyboardEvent): boolean => {
    if (onPicked === undefined) return false;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'a') {
      pickAll();
      return true;
    }
    if (event.key === ' ' && event.shiftKey && isBody(here)) {
      const { first: top, last: bottom } = rowsOfActive(picked, here.line - headers);
      onPicked([{ from: { row: top, column: 0 }, to: { row: bottom, column: lastColumn } }]);
      return true;
    }
    if (event.key === ' ' && isCommand && rowCount > 0) {
      onPicked([{ from: { row: 0, column: here.column }, to: { row: rowCount - 1, column: here.column } }]);
      return true;
    }
    if (event.key === 'Escape' && isMany(picked)) {
      move(here);
      return true;
    }
    return false;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    if (here.line < headers && onHeaderKey(event)) return event.preventDefault();
    if (onPickKey(event)) return event.preventDefault();
    const next = moveBy(event, here, { lines, columns: columns.length, page: rows.page });
    if (next !== undefined) {
      event.preventDefault();
      if (event.shiftKey && onPicked !== undefined && isBody(here)) {
        // Picking stays in the body.
        return extend({ ...next, line: Math.max(headers, Math.min(next.line, headers + rowCount - 1)) });
      }
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

  const onClick = (event: MouseEvent) => {
    const place = placeOf(event.target);
    if (place === undefined || pointer.wasDrag()) return;
    // Text marked elsewhere would otherwise be what Ctrl+C copies.
    window.getSelection()?.removeAllRanges();
    const isPicking = onPicked !== undefined && isBody(place);
    if (isPicking && (event.shiftKey || event.ctrlKey || event.metaKey)) return;
    if (!isPicking) move(place);
    props.onActivate(place, event, 'click');
  };
  const onDoubleClick = (event: MouseEvent) => {
    const place = placeOf(event.target);
    if (place === undefined) return;
    if ((event.target as Element).closest('.resize-handle') !== null) fit(place.column);
    else if (place.line >= headers) props.onActivate(place, event, 'double');
  };
  const onContextMenu = (event: MouseEvent) => {
    const place = placeOf(event.target);
    if (place === undefined || props.onMenu === undefined) return;
    event.preventDefault();
    const isIn = pickedInRow(picked, place.line - headers).some(
      ({ first: from, last: to }) => place.column >= from && place.column <= to,
    );
    if (isIn && isBody(place)) setActive(place);
    else move(place);
    props.onMenu(place, { x: event.clientX, y: event.clientY });
  };

  const sight = across
    .getVirtualItems()
    .map(({ index }) => index)
    .join();
  const heads = props.frozen;
  const inSight = useMemo(
    () => columnsInSight(columns, { heads, frozen, scrolled: sight === '' ? [] : sight.split(',').map(Number) }),
    [columns, heads, frozen, sight],
  );
  const readHeader = props.header;
  const readFooter = props.footer;
  const activeIn = (line: number) => (line === here.line ? here.column : undefined);
  const pickedIn = useMemo(() => pickedByRow(picked), [picked]);

  const indices: number[] = [];
  for (let row = Math.max(0, first - OVERSCAN); row <= Math.min(rowCount - 1, last + OVERSCAN); row++)
    indices.push(row);
  const activeRow = here.line - headers;
  const isActiveFar = isBody(here) && (activeRow < first - OVERSCAN || activeRow > last + OVERSCAN);
  // Not while other rows are waited for: its place would be far below them.
  const isActiveDrawn = !isActiveFar || !rows.isBehind;

  // Where its line moved, it stays in sight if it was.
  const wasIn = useRef({ sight: false, lines: props.lines });
  useLayoutEffect(() => {
    if (wasIn.current.sight && wasIn.current.lines !== props.lines && isBody(here)) rows.show(activeRow);
    wasIn.current = { sight: activeRow >= first && activeRow <= last, lines: props.lines };
  });

  const row = (index: number, key: number | string) => (
    <GridLine
      key={key}
      gridId={id}
      line={headers + index}
      role="gridcell"
      columns={inSight}
      read={props.cell}
      row={rowAt(index)}
      at={index}
      height={rowHeight}
      top={rows.topOf(index)}
      activeColumn={activeIn(headers + index)}
      isOpen={openRow === index}
      picked={pickedIn(index)}
      gutterWidth={gutterWidth}
    />
  );

  const width = frozenWidth + across.getTotalSize();
  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={lines}
      aria-colcount={columns.length}
      aria-multiselectable={onPicked !== undefined || undefined}
      aria-activedescendant={
        lines > 0 && columns.length > 0 && isActiveDrawn ? `${id}-${here.line}-${here.column}` : undefined
      }
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={pointer.onPointerDown}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      onContextMenu={onContextMenu}
      onCopy={(event) => {
        if (props.onCopy === undefined) return;
        event.preventDefault();
        props.onCopy(here);
      }}
    >
      <div className="grid-headers" role="rowgroup" style={{ width }}>
        {Array.from({ length: headers }, (_, level) => (
          <GridLine
            key={level}
            gridId={id}
            line={level}
            role="columnheader"
            columns={inSight}
            read={readHeader}
            row={level}
            at={level}
            height={HEADER_HEIGHT}
            activeColumn={activeIn(level)}
            gutterWidth={gutterWidth}
            hasHandles={props.onResize !== undefined && level === headers - 1}
            drop={pointer.drop ?? undefined}
            lastColumn={lastColumn}
          />
        ))}
      </div>
      <div className="grid-body" role="rowgroup" style={{ width, height: rows.height }}>
        <div className="grid-lines" role="presentation" style={{ top: rows.zero }}>
          {/* Lines that scroll out are used again for those that scroll in, however far that is. */}
          {indices.map((index) => row(index, index % (rows.most + 2 * OVERSCAN)))}
          {isActiveFar && isActiveDrawn && row(activeRow, 'active')}
        </div>
      </div>
      {footers > 0 && readFooter !== undefined && (
        <div className="grid-footers" role="rowgroup" style={{ width }}>
          {Array.from({ length: footers }, (_, level) => (
            <GridLine
              key={level}
              gridId={id}
              line={headers + rowCount + level}
              role="gridcell"
              columns={inSight}
              read={readFooter}
              row={level}
              at={level}
              height={rowHeight}
              activeColumn={activeIn(headers + rowCount + level)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function isMany(picked: readonly CellRange[]): boolean {
  return picked.length > 1 || picked.some(({ from, to }) => from.row !== to.row || from.column !== to.column);
}

function rowsOfActive(picked: readonly CellRange[], row: number): Stretch {
  const range = picked.at(-1);
  if (range === undefined) return { first: row, last: row };
  return { first: range.from.row, last: range.to.row };
}
