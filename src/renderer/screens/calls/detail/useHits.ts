import { useLayoutEffect, type RefObject } from 'react';
import { setHits, useDetail } from '../../../stores/detail.ts';

/** The hits of the search in summary and transcript, one of them the current one: marked and scrolled to. */

const MARKS = '[data-hits] mark';
const CURRENT = 'current';

/** `content` differs whenever the marks may. */
export function useHits(root: RefObject<HTMLElement | null>, content: unknown): void {
  const hit = useDetail((state) => state.hit);
  useLayoutEffect(() => {
    setHits(root.current?.querySelectorAll(MARKS).length ?? 0);
    return () => setHits(0);
  }, [root, content]);
  useLayoutEffect(() => {
    const mark = hit === null ? undefined : root.current?.querySelectorAll(MARKS)[hit];
    mark?.classList.add(CURRENT);
    mark?.setAttribute('aria-current', 'true');
    mark?.scrollIntoView({ block: 'center' });
    return () => {
      mark?.classList.remove(CURRENT);
      mark?.removeAttribute('aria-current');
    };
  }, [root, content, hit]);
}
