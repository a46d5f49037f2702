/**
 * What has the focus may go by its own doing: the cross of a filter, a way out of an empty list, a tag that is taken away. The focus then
 * goes to what stands in its place, so that who works by keyboard goes on from there and not from the top of the window.
 */

/** What opens over the window. */
const OVERLAYS = '.overlay, .popover';
const FOCUSABLE = 'button, input, select, textarea, summary, a[href], [tabindex]';

function canFocus(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && !element.matches(':disabled, [inert] *') && element.checkVisibility();
}

/** The table of a screen is a better place than what stands before it. */
function focusableIn(place: Element): HTMLElement | undefined {
  const table = place.querySelector<HTMLElement>('.grid');
  if (table !== null && canFocus(table)) return table;
  const all = [place, ...place.querySelectorAll(FOCUSABLE)];
  return all.find((one): one is HTMLElement => one instanceof HTMLElement && one.matches(FOCUSABLE) && canFocus(one));
}

/** Where something was: what stood behind it, before it and around it. */
type Gap = Pick<MutationRecord, 'target' | 'nextSibling' | 'previousSibling'>;

function nearest({ target, nextSibling, previousSibling }: Gap, wasTable: boolean): HTMLElement | undefined {
  // With another screen another table stands there, and not the filters before it.
  const table = wasTable && target instanceof Element ? target.querySelector<HTMLElement>('.grid') : null;
  if (table !== null && canFocus(table)) return table;
  for (const place of [nextSibling, previousSibling]) {
    const found = place instanceof Element && place.isConnected ? focusableIn(place) : undefined;
    if (found !== undefined) return found;
  }
  for (let place = target instanceof Element ? target : null; place !== null; place = place.parentElement) {
    const found = place.isConnected ? focusableIn(place) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where `lost` was, which is gone; undefined: it is not. */
function gapOf(lost: Element | null, records: readonly MutationRecord[]): Gap | undefined {
  if (lost === null || lost.isConnected) return undefined;
  return records.findLast(({ removedNodes }) => [...removedNodes].some((node) => node.contains(lost)));
}

/** Watches the whole window; returns how to stop. */
export function keepFocus(): () => void {
  let focused: Element | null = null;
  /** What had the focus before the dialog or menu that has it now; its line may go with it (a batch that is removed). */
  let opener: Element | null = null;
  let openerGap: Gap | undefined;
  const onFocus = () => {
    focused = document.activeElement;
    if (focused?.closest(OVERLAYS) !== null) return;
    opener = focused;
    openerGap = undefined;
  };
  const observer = new MutationObserver((records) => {
    openerGap ??= gapOf(opener, records);
    const lost = gapOf(focused, records);
    if (lost === undefined) return;
    const gap = openerGap ?? lost;
    const wasTable = focused?.matches('.grid') ?? false;
    focused = null;
    // A dialog that closes brings the focus back itself, in the next frame.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        // What is near is in sight; if one has gone elsewhere since, that is not scrolled away.
        if (document.activeElement === document.body) nearest(gap, wasTable)?.focus({ preventScroll: true });
      }),
    );
  });
  document.addEventListener('focusin', onFocus);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', onFocus);
    observer.disconnect();
  };
}
