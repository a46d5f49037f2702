import type { Locator } from 'playwright';

/** Of the page's globals what is used here; page models are typed without a DOM. */
interface PageElement {
  readonly ariaRowIndex: string | null;
  readonly textContent: string;
  closest(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
}
declare const document: {
  elementFromPoint(x: number, y: number): PageElement | null;
  getElementById(id: string): PageElement | null;
};
declare const requestAnimationFrame: (onFrame: () => void) => number;

/** What a frame of a drag showed. Rows count from 0. */
export interface DragFrame {
  /** The row that belongs at the top where the bar was when the frame was drawn. */
  readonly bar: number;
  /** The row that stood at the top; NaN: none. */
  readonly top: number;
  readonly hasUnread: boolean;
  /** The grid named a cell in use that was not there. */
  readonly namesMissing: boolean;
}

/**
 * The scroll bar of a grid in a person's hand. A headless Chromium draws no bar to take hold of (tallGrid.test.ts has one); what the grid
 * hears of a hand that drags it is the same: a place in each frame.
 */
export class ScrollBar {
  readonly #grid: Locator;

  constructor(grid: Locator) {
    this.#grid = grid;
  }

  /** Drags from where the bar is to a share of its way (0 to 1) in so many frames; tells what each of them showed. */
  dragTo(share: number, frames: number): Promise<DragFrame[]> {
    return this.#grid.evaluate(
      async (grid, [to, steps]) => {
        const lineHeight = grid.querySelector('.grid-body .line')?.getBoundingClientRect().height ?? NaN;
        const from = grid.scrollTop;
        const way = to * (grid.scrollHeight - grid.clientHeight) - from;
        const seen: { bar: number; top: number; hasUnread: boolean; namesMissing: boolean }[] = [];
        for (let step = 1; step <= steps; step++) {
          grid.scrollTop = Math.round(from + (way * step) / steps);
          await new Promise<void>((resolve) => requestAnimationFrame(resolve));
          const { left, top, height } = grid.getBoundingClientRect();
          // Below the header, in the middle, and over the bottom.
          const lines = [40, height / 2, height - 20].map((y) =>
            document.elementFromPoint(left + 100, top + y)?.closest('.grid-body [role="row"]'),
          );
          const named = grid.getAttribute('aria-activedescendant');
          seen.push({
            bar: grid.scrollTop / lineHeight,
            // Lines count from 1, the header's first.
            top: Number(lines[0]?.ariaRowIndex ?? NaN) - 2,
            hasUnread: lines.some((line) => line == null || line.querySelector('[aria-busy="true"]') !== null),
            namesMissing: named !== null && document.getElementById(named) === null,
          });
        }
        return seen;
      },
      [share, frames] as const,
    );
  }

  /** Where the bar is, as the row that belongs at the top, and the words that the first cells in sight show from there on. */
  atRest(): Promise<{ readonly row: number; readonly words: readonly string[] }> {
    return this.#grid.evaluate((grid) => {
      const { left, top, bottom } = grid.getBoundingClientRect();
      const lineHeight = grid.querySelector('.grid-body .line')?.getBoundingClientRect().height ?? NaN;
      const words: string[] = [];
      for (let y = top + 30 + lineHeight / 2; y < bottom - lineHeight; y += lineHeight) {
        const line = document.elementFromPoint(left + 100, y)?.closest('.grid-body [role="row"]');
        words.push(line?.querySelector('[role="rowheader"]')?.textContent ?? '');
      }
      return { row: Math.floor(grid.scrollTop / lineHeight + 0.5), words };
    });
  }
}
