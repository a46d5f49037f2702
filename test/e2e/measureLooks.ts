import type { Page } from 'playwright';

/** What can be wrong with how a page looks, found by measuring it. Each is told in words; none: nothing is wrong. */

/** Words that are cut off where neither the element nor one around or in it says them in full on hover. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isTold = (element: Element) =>
      element.closest('[title]') !== null || element.querySelector('[title]') !== null;
    return [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) => {
        const { overflowX, textOverflow, visibility } = getComputedStyle(element);
        const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1;
        // A text field scrolls under its cursor.
        const isField = element.matches('input, textarea');
        const hides = textOverflow === 'ellipsis' || overflowX === 'hidden' || overflowX === 'clip';
        return (
          isCut &&
          hides &&
          !isField &&
          visibility === 'visible' &&
          element.textContent.trim() !== '' &&
          !isTold(element)
        );
      })
      .map(
        (element) => `cut off: <${element.tagName} ${element.className}> ${element.textContent.trim().slice(0, 60)}`,
      );
  });
}

/** Words that lie over other words. What a frozen column, a bar that stays in sight or an open dialog covers is no fault. */
export function overlapping(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box {
      readonly text: Text;
      readonly rect: DOMRect;
    }
    const isOnTop = (element: Element, x: number, y: number) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && (element.contains(top) || top.contains(element));
    };
    const boxes: Box[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node as Text;
      const parent = text.parentElement;
      if (
        parent === null ||
        text.data.trim() === '' ||
        parent.closest('.visually-hidden, option, datalist, [inert]') !== null
      )
        continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const rect of range.getClientRects()) {
        const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
        if (rect.width >= 2 && rect.height >= 2 && isOnTop(parent, x, y)) boxes.push({ text, rect });
      }
    }
    boxes.sort((a, b) => a.rect.top - b.rect.top);
    const found: string[] = [];
    boxes.forEach(({ text, rect }, i) => {
      for (let j = i + 1; j < boxes.length; j++) {
        const other = boxes[j];
        if (other === undefined || other.rect.top >= rect.bottom) break;
        const x = Math.min(rect.right, other.rect.right) - Math.max(rect.left, other.rect.left);
        const y = Math.min(rect.bottom, other.rect.bottom) - Math.max(rect.top, other.rect.top);
        if (other.text === text || x < 3 || y < 5) continue;
        // Both must be seen where they meet: else one is only scrolled under the other.
        const at = [Math.max(rect.left, other.rect.left) + x / 2, Math.max(rect.top, other.rect.top) + y / 2] as const;
        const parents = [text.parentElement, other.text.parentElement];
        if (parents.every((parent) => parent !== null && isOnTop(parent, ...at)))
          found.push(`overlap: “${text.data.trim().slice(0, 40)}” and “${other.text.data.trim().slice(0, 40)}”`);
      }
    });
    return found;
  });
}

/** What sticks out of the window, so that the page itself would have to be scrolled. */
export function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return scrollWidth > innerWidth || scrollHeight > innerHeight
      ? [`the page is ${scrollWidth} × ${scrollHeight}`]
      : [];
  });
}

/** Words of a table's row that can be seen above or below it. */
export function outsideOfRow(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[role="row"]')].flatMap((row) => {
      const box = row.getBoundingClientRect();
      const words = document.createRange();
      words.selectNodeContents(row);
      const isSeen = ({ left, top, width, height }: DOMRect) => {
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        return hit !== null && row.contains(hit);
      };
      return [...words.getClientRects()]
        .filter((rect) => (rect.top >= box.bottom || rect.bottom <= box.top) && isSeen(rect))
        .slice(0, 1)
        .map(() => `outside of its row: “${row.textContent.trim().slice(0, 60)}”`);
    }),
  );
}
