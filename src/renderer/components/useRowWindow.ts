import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';

/**
 * Which rows of equal height are in sight. Arithmetic is enough for that; a virtualiser that measures would keep an object a row.
 * Chromium lays nothing out that is taller than some 33.5 million px, so a taller body gets a shorter scroll bar: each of its pixels
 * then stands for a little more.
 *
 * Rows that are not read yet are waited for, though not for long: what is drawn stays where it is on the screen until then. Who drags
 * the bar sees rows that follow it, not places without words.
 */

const MOST_PX = 30_000_000;
/** Lines are placed from the top of their block, so that their places stay small numbers. */
const BLOCK_ROWS = 1_024;
/** So long rows are waited for. */
const MOST_BEHIND_MS = 200;
const MOST_WAITING = 64;

interface Options {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  /** Height of what lies over the body's ends. */
  readonly ends: number;
  /** Another function once other rows are read. */
  readonly isRead: (row: number) => boolean;
  /** Hears which rows should be in sight, both inclusive, whether they are read or not. */
  readonly onSight: (first: number, last: number) => void;
  /** Another value: the rows are others. */
  readonly resetKey: string | number;
}

interface View {
  /** Rows in sight, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** Where the scroller was. */
  readonly scrollTop: number;
  /** Rows that can be in sight at once, in part or whole. */
  readonly most: number;
  /** How far the lines are moved against their own places: where the bar is shorter than the rows, and while rows are waited for. */
  readonly shift: number;
}

interface DrawnView extends View {
  /** Other rows should be in sight and are waited for. */
  readonly isBehind: boolean;
}

/** Pixels of rows for one pixel of the scroll bar. */
export function scaleOf(rowsPx: number, barPx: number, viewPx: number): number {
  return rowsPx <= barPx ? 1 : (rowsPx - viewPx) / (barPx - viewPx);
}

function geometryOf(
  element: HTMLElement,
  { rowsPx, height, rowHeight, ends }: { rowsPx: number; height: number; rowHeight: number; ends: number },
) {
  const viewPx = Math.max(rowHeight, element.clientHeight - ends);
  const scale = scaleOf(rowsPx, height, viewPx);
  return { viewPx, scale, top: element.scrollTop * scale };
}

export function useRowWindow({ scroller, count, rowHeight, ends, isRead, onSight, resetKey }: Options) {
  const [view, setView] = useState<DrawnView>({
    first: 0,
    last: 30,
    most: 32,
    scrollTop: 0,
    shift: 0,
    isBehind: false,
  });
  const drawn = useRef(view);
  /** Where the scroller has been since rows are waited for, the newest last; empty: none are. */
  const waiting = useRef<readonly View[]>([]);
  const rowsPx = count * rowHeight;
  const height = Math.min(rowsPx, MOST_PX);
  const heightBefore = useRef(rowHeight);

  const look = (element: HTMLElement): View => {
    const { viewPx, scale, top } = geometryOf(element, { rowsPx, height, rowHeight, ends });
    const { scrollTop } = element;
    const first = Math.max(0, Math.min(count - 1, Math.floor(top / rowHeight)));
    const last = Math.max(first, Math.min(count - 1, Math.ceil((top + viewPx) / rowHeight) - 1));
    const most = Math.ceil(viewPx / rowHeight) + 1;
    return { first, last, most, scrollTop, shift: scale === 1 ? 0 : top - scrollTop };
  };
  const isReadIn = ({ first, last }: View) => {
    for (let row = first; row <= last; row++) if (!isRead(row)) return false;
    return true;
  };
  /** Draws a view where the scroller is now, be it that view's place or not. */
  const draw = (next: View, { scrollTop }: HTMLElement) => {
    const { first, last, most, shift, isBehind } = drawn.current;
    const now = { ...next, scrollTop, shift: next.shift - (scrollTop - next.scrollTop) };
    drawn.current = { ...now, isBehind: waiting.current.length > 0 };
    const isSame = first === now.first && last === now.last && most === now.most && shift === now.shift;
    if (!isSame || isBehind !== drawn.current.isBehind) setView(drawn.current);
  };

  const update = useEffectEvent((isLate = false) => {
    const element = scroller.current;
    if (element === null) return;
    const next = look(element);
    onSight(next.first, next.last);
    const isDone = isLate || isReadIn(next);
    waiting.current = isDone ? [] : [...waiting.current, next].slice(-MOST_WAITING);
    // Also where places without words are drawn, once rows were waited for too long: those that come next are of farther on.
    draw(isDone ? next : drawn.current, element);
  });
  /** Rows came: those of where the scroller is, or of where it was a moment ago. */
  const catchUp = useEffectEvent(() => {
    const element = scroller.current;
    const at = waiting.current.findLastIndex(isReadIn);
    const next = waiting.current[at];
    if (element === null || next === undefined) return;
    waiting.current = waiting.current.slice(at + 1);
    draw(next, element);
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    // Within the event, so that the frame that has moved shows its rows.
    const onScroll = () => flushSync(() => update());
    element.addEventListener('scroll', onScroll, { passive: true });
    const resized = new ResizeObserver(() => update());
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, [scroller]);
  useLayoutEffect(() => {
    if (heightBefore.current !== rowHeight) {
      // Another density shows the same first row.
      scroller.current?.scrollTo({ top: (scroller.current.scrollTop / heightBefore.current) * rowHeight });
      heightBefore.current = rowHeight;
    }
    update(true);
  }, [scroller, count, rowHeight, ends, resetKey]);
  useLayoutEffect(() => catchUp(), [isRead]);
  // Places without words stay while the scroller moves: were they always those of where it is, rows would never be of farther on.
  const restsAt = isReadIn(view) ? null : view.scrollTop;
  useEffect(() => {
    if (!view.isBehind) return undefined;
    const timer = setTimeout(() => update(true), MOST_BEHIND_MS);
    return () => clearTimeout(timer);
  }, [view.isBehind, view.first, view.last, restsAt]);

  const first = Math.min(view.first, Math.max(0, count - 1));
  const last = Math.min(view.last, count - 1);
  const block = Math.floor(first / BLOCK_ROWS) * BLOCK_ROWS;
  return {
    first,
    last,
    most: view.most,
    isBehind: view.isBehind,
    /** Height of the body, and where in it the lines' own zero is. */
    height,
    zero: block * rowHeight - view.shift,
    topOf: (row: number) => (row - block) * rowHeight,
    /** Rows that fit, less one, so that paging keeps one row in sight. */
    page: Math.max(1, last - first - 1),
    /** Scrolls as little as brings the row into sight. */
    show(row: number) {
      const element = scroller.current;
      if (element === null) return;
      const { viewPx, scale, top } = geometryOf(element, { rowsPx, height, rowHeight, ends });
      const at = row * rowHeight;
      if (at < top) element.scrollTo({ top: at / scale });
      else if (at + rowHeight > top + viewPx) element.scrollTo({ top: Math.ceil((at + rowHeight - viewPx) / scale) });
    },
  };
}
