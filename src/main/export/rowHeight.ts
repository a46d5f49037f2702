import type { SheetCell } from './sheet.ts';

/** How high rows are: Excel would find out by itself, LibreOffice writes rows of wrapped text over each other. */

/** In points: a line as exceljs' sheets have it, and Excel's highest row. */
const LINE_HEIGHT = 15;
const MAX_HEIGHT = 409;
const MOST_LINES = Math.ceil(MAX_HEIGHT / LINE_HEIGHT);

/** Lines that a text takes in a column, rather one too many than one too few. */
function linesOf(text: string, width: number): number {
  // Words that do not fit go to the next line whole.
  const room = Math.max(2, width - 5);
  let lines = 1;
  let used = 0;
  for (let i = 0; i < text.length && lines < MOST_LINES; i++) {
    const unit = text.charCodeAt(i);
    // Chinese, Japanese and Korean letters take the room of two.
    used += unit >= 0x2e80 && unit < 0xd800 ? 2 : 1;
    if (used <= room && unit !== 0x0a) continue;
    lines++;
    used = 0;
  }
  return lines;
}

/** How high the row must be for its wrapped texts, in points; undefined: as high as any. `widths`: of the columns, in characters. */
export function heightOf(cells: readonly (SheetCell | null)[], widths: readonly number[]): number | undefined {
  let lines = 1;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (cell?.style === 'wrapped' && typeof cell.value === 'string')
      lines = Math.max(lines, linesOf(cell.value, widths[i] ?? Infinity));
  }
  return lines === 1 ? undefined : Math.min(lines * LINE_HEIGHT, MAX_HEIGHT);
}
