import type { Locator } from 'playwright';
import { expect as expectPage } from 'playwright/test';

/** Going through the window as who has no mouse does. */

/** More than any screen has places to stop at. */
const MOST_TABS = 150;

/** Presses Tab (or Shift+Tab) until `target` has the focus, and sees to it that one sees where the focus is. Throws if it is not reached. */
export async function tabTo(target: Locator, back = false): Promise<void> {
  const page = target.page();
  const hasFocus = () => target.evaluateAll((found) => found.some((one) => one === document.activeElement));
  // Where it is already, it may have come without a key.
  if (await hasFocus()) return;
  for (let presses = 0; !(await hasFocus()); presses++) {
    if (presses > MOST_TABS) throw new Error(`Tab does not reach ${String(target)}`);
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  await expectFocusSeen(target);
}

/** What has the focus in the page of `any`, or the active cell or option in it, has a ring. */
export async function expectFocusSeen(any: Locator): Promise<void> {
  const look = () => {
    const has = document.activeElement;
    if (has === null || has === document.body) return 'nothing has the focus';
    // Its handle has the ring, which no script can ask about.
    if (has.matches('input[type="range"]')) return '';
    const named = document.getElementById(has.getAttribute('aria-activedescendant') ?? '');
    const isSeen = [has, named, has.closest('label'), has.parentElement].some((one) => {
      if (one === null) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
    return isSeen ? '' : `the focus is not seen: ${has.outerHTML.slice(0, 200)}`;
  };
  await expectPage.poll(() => any.page().evaluate(look)).toBe('');
}
