import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import type { GridColumn } from './gridColumns.ts';
import type { Place } from './gridKeys.ts';

/** What the mouse does on a grid: picks cells by dragging, makes columns wider, moves headers. Everything of it can be done by keys. */

/** A drag begins only after so many px: a hand is never quite still. */
const STILL_PX = 5;
/** So near the edge the grid scrolls by itself. */
const EDGE_PX = 28;
const EDGE_STEP_PX = 22;

interface Options {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly headers: number;
  /** px at the left and the top that do not scroll. */
  readonly frozenWidth: number;
  readonly headersHeight: number;
  readonly columns: readonly GridColumn[];
  /** undefined: cells cannot be picked. */
  readonly onPick?: ((place: Place, how: 'start' | 'toggle' | 'extend') => void) | undefined;
  readonly onPickRow?: ((line: number, how: 'start' | 'toggle' | 'extend') => void) | undefined;
  readonly onResize?: ((column: number, width: number) => void) | undefined;
  /** Moves a column before another; `columns.length`: to the end. */
  readonly onReorder?: ((column: number, before: number) => void) | undefined;
}

const isRtl = (element: Element) => getComputedStyle(element).direction === 'rtl';

export function placeOf(target: EventTarget | null): Place | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
  const line = lineOf(cell);
  return cell === null || line === undefined ? undefined : { line, column: Number(cell.dataset['column']) };
}

function lineOf(target: EventTarget | null): number | undefined {
  const line = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
  return line === null ? undefined : Number(line.dataset['line']);
}

const howOf = (event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }) =>
  event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'start';

export function useGridPointer(options: Options) {
  const latest = useRef(options);
  const [drop, setDrop] = useState<number | null>(null);
  const hasDragged = useRef(false);
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => () => stop.current?.(), []);

  /** Follows the pointer until its button is up or Escape is pressed. */
  function follow(move: (x: number, y: number) => void, end: (isDone: boolean) => void, scrolls: 'x' | 'both'): void {
    let [x, y] = [NaN, NaN];
    let frame = 0;
    const atEdge = () => {
      const box = options.scroller.current?.getBoundingClientRect();
      if (box === undefined) return;
      const left = box.left + options.frozenWidth;
      const top = box.top + options.headersHeight;
      const by = {
        left: x < left + EDGE_PX ? -EDGE_STEP_PX : x > box.right - EDGE_PX ? EDGE_STEP_PX : 0,
        top: y < top ? -EDGE_STEP_PX : y > box.bottom - EDGE_PX ? EDGE_STEP_PX : 0,
      };
      options.scroller.current?.scrollBy({ left: by.left, top: scrolls === 'both' ? by.top : 0 });
      move(x, y);
      frame = requestAnimationFrame(atEdge);
    };
    const onMove = (event: globalThis.PointerEvent) => {
      [x, y] = [event.clientX, event.clientY];
      if (frame === 0) frame = requestAnimationFrame(atEdge);
    };
    const finish = (isDone: boolean) => {
      cancelAnimationFrame(frame);
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', onCancel);
      window.removeEventListener('keydown', onKey, true);
      stop.current = undefined;
      end(isDone);
    };
    const onUp = (event: globalThis.PointerEvent) => {
      if (!Number.isNaN(x)) move(event.clientX, event.clientY);
      finish(true);
    };
    const onCancel = () => finish(false);
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      finish(false);
    };
    stop.current = onCancel;
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', onCancel);
    window.addEventListener('keydown', onKey, true);
  }

  /** What lies under a point, the nearest edge of the body where the point is outside. */
  function under(x: number, y: number): Element | null {
    const box = options.scroller.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const within = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));
    const bar = options.scroller.current;
    const [right, bottom] = [box.left + (bar?.clientWidth ?? 0), box.top + (bar?.clientHeight ?? 0)];
    return document.elementFromPoint(
      within(x, box.left + 2, right - 2),
      within(y, box.top + options.headersHeight + 2, bottom - 2),
    );
  }

  /** Where a column stands by now: a sync may bring others while it is dragged. -1: it is gone. */
  const placeNow = (id: string) => latest.current.columns.findIndex((column) => column.id === id);

  function resize(event: PointerEvent, { id, width: start }: GridColumn): void {
    const make = (width: number) => {
      const column = placeNow(id);
      if (column >= 0) latest.current.onResize?.(column, width);
    };
    const from = event.clientX;
    const sign = isRtl(event.currentTarget) ? -1 : 1;
    hasDragged.current = true;
    follow(
      (x) => {
        if (!Number.isNaN(x)) make(start + sign * (x - from));
      },
      (isDone) => {
        if (!isDone) make(start);
      },
      'x',
    );
  }

  function reorder(event: PointerEvent, { id }: GridColumn): void {
    const from = event.clientX;
    let before: number | undefined;
    follow(
      (x) => {
        if (Number.isNaN(x)) return;
        if (Math.abs(x - from) < STILL_PX && before === undefined) return;
        hasDragged.current = true;
        const top = options.scroller.current?.getBoundingClientRect().top ?? 0;
        const header = document.elementFromPoint(x, top + options.headersHeight - 4);
        const place = placeOf(header);
        const cell = header?.closest('[data-column]')?.getBoundingClientRect();
        if (place === undefined || cell === undefined) return;
        before = x < cell.left + cell.width / 2 ? place.column : place.column + 1;
        setDrop(before);
      },
      (isDone) => {
        setDrop(null);
        const column = placeNow(id);
        if (isDone && column >= 0 && before !== undefined && before !== column && before !== column + 1)
          latest.current.onReorder?.(column, before);
      },
      'x',
    );
  }

  function onPointerDown(event: PointerEvent): void {
    hasDragged.current = false;
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    const place = placeOf(event.target);
    if (place === undefined) {
      const line = lineOf(event.target);
      if (line === undefined || options.onPickRow === undefined) return;
      hasDragged.current = true;
      options.onPickRow(line, howOf(event));
      if (line < options.headers) return;
      follow(
        (x, y) => {
          const at = lineOf(under(x, y));
          if (at !== undefined && at !== line) latest.current.onPickRow?.(at, 'extend');
        },
        () => undefined,
        'both',
      );
      return;
    }
    if (place.line < options.headers) {
      const column = options.columns[place.column];
      if (column === undefined) return;
      if (event.target.closest('.resize-handle') !== null) resize(event, column);
      else if (options.onReorder !== undefined && place.line === options.headers - 1) reorder(event, column);
      return;
    }
    if (options.onPick === undefined) return;
    options.onPick(place, howOf(event));
    let last = place;
    follow(
      (x, y) => {
        const at = placeOf(under(x, y));
        if (at === undefined || at.line < options.headers || (at.line === last.line && at.column === last.column))
          return;
        hasDragged.current = true;
        last = at;
        latest.current.onPick?.(at, 'extend');
      },
      () => undefined,
      'both',
    );
  }

  return {
    onPointerDown,
    /** Before which column a header that is being dragged would go. */
    drop,
    /** The click that ends a drag is none. */
    wasDrag: () => hasDragged.current,
  };
}
