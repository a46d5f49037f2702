import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';

/**
 * Which rows of equal height are in sight. Arithmetic is enough for that; a virtualiser that measures would keep an object a row.
 * Chromium lays nothing out that is taller than some 33.5 million px, so a taller body gets a shorter scroll bar: each of its pixels
 * then stands for a little more.
 */

const MOST_PX = 30_000_000;
/** Lines are placed from the top of their block, so that their places stay small numbers. */
const BLOCK_ROWS = 1_024;

interface Options {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  /** Height of what lies over the body's ends. */
  readonly ends: number;
}

interface View {
  /** Rows in sight, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** How far the lines are moved against their own places; only where the bar is shorter than the rows. */
  readonly shift: number;
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

export function useRowWindow({ scroller, count, rowHeight, ends }: Options) {
  const [view, setView] = useState<View>({ first: 0, last: 30, shift: 0 });
  const rowsPx = count * rowHeight;
  const height = Math.min(rowsPx, MOST_PX);
  const heightBefore = useRef(rowHeight);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    if (heightBefore.current !== rowHeight) {
      // Another density shows the same first row.
      element.scrollTo({ top: (element.scrollTop / heightBefore.current) * rowHeight });
      heightBefore.current = rowHeight;
    }
    const look = (): View => {
      const { viewPx, scale, top } = geometryOf(element, { rowsPx, height, rowHeight, ends });
      const first = Math.max(0, Math.min(count - 1, Math.floor(top / rowHeight)));
      const last = Math.max(first, Math.min(count - 1, Math.ceil((top + viewPx) / rowHeight) - 1));
      return { first, last, shift: scale === 1 ? 0 : top - element.scrollTop };
    };
    const update = () => {
      const next = look();
      setView((now) => (now.first === next.first && now.last === next.last && now.shift === next.shift ? now : next));
    };
    // Within the event, so that the frame that has moved shows its rows.
    const onScroll = () => flushSync(update);
    update();
    element.addEventListener('scroll', onScroll, { passive: true });
    const resized = new ResizeObserver(update);
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, [scroller, count, rowHeight, ends, rowsPx, height]);

  const first = Math.min(view.first, Math.max(0, count - 1));
  const last = Math.min(view.last, count - 1);
  const block = Math.floor(first / BLOCK_ROWS) * BLOCK_ROWS;
  return {
    first,
    last,
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
