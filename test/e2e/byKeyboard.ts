import type { Locator, Page } from 'playwright';
import { expectPage } from '../support/expectPage.ts';

/** Going through the window as who has no mouse does. */

/** More than any screen has places to stop at, a menu entries or the grid columns. */
const MOST_PRESSES = 150;

/** Presses a key until one is there. Throws where it does not lead there. */
export async function pressUntil(page: Page, key: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; !(await isThere()); presses++) {
    if (presses > MOST_PRESSES) throw new Error(`${key} does not lead there`);
    await page.keyboard.press(key);
  }
}

/** The words of the grid's active cell, once it is drawn. */
export async function activeWords(grid: Locator): Promise<string> {
  const read = () =>
    grid.evaluate(
      (one) => document.getElementById(one.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null,
    );
  await expectPage.poll(read).not.toBeNull();
  return (await read()) ?? '';
}

/** In the grid, which has the focus, to the header that says so. Throws if none does. */
export async function toHeader(grid: Locator, words: string): Promise<void> {
  await grid.page().keyboard.press('Control+Home');
  await pressUntil(grid.page(), 'ArrowRight', async () => (await activeWords(grid)) === words);
}

/** Presses Tab (or Shift+Tab) until `target` has the focus, and sees to it that one sees where the focus is. Throws if it is not reached. */
export async function tabTo(target: Locator, back = false): Promise<void> {
  const page = target.page();
  // No key reaches what is still to come.
  await target.first().waitFor({ state: 'attached' });
  const hasFocus = () => target.evaluateAll((found) => found.some((one) => one === document.activeElement));
  // Where it is already, it may have come without a key.
  if (await hasFocus()) return;
  await pressUntil(page, back ? 'Shift+Tab' : 'Tab', hasFocus);
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
