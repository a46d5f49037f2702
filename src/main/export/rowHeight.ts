import type { SheetCell } from './sheet.ts';

/** How high rows are: Excel would find out by itself, LibreOffice writes rows of wrapped text over each other. */

/** In points: a line as exceljs' sheets have it, and Excel's highest row. */
const LINE_HEIGHT = 15;
const MAX_HEIGHT = 409;
/** Chinese, Japanese and Korean letters take the room of two. */
const WIDE = /[\u2e80-\ud7ff]/g;

/** Lines that a text, or so many letters, take in a column of so many characters, rather one too many than one too few. */
export function linesOf(text: string | number, width: number): number {
  // Words that do not fit go to the next line whole.
  const room = Math.max(3, width - 4);
  if (typeof text === 'number') return 1 + Math.floor(text / room);
  return text
    .split('\n')
    .reduce((lines, line) => lines + linesOf(line.length + (line.match(WIDE)?.length ?? 0), width), 0);
}

/** In points; undefined: as high as any row. */
export function heightOfLines(lines: number): number | undefined {
  return lines <= 1 ? undefined : Math.min(lines * LINE_HEIGHT, MAX_HEIGHT);
}

/** How high the row must be for its wrapped texts. `widths`: of the columns, in characters. */
export function heightOf(cells: readonly (SheetCell | null)[], widths: readonly number[]): number | undefined {
  let lines = 1;
  cells.forEach((cell, i) => {
    if (cell?.style === 'wrapped' && typeof cell.value === 'string')
      lines = Math.max(lines, linesOf(cell.value, widths[i] ?? Infinity));
  });
  return heightOfLines(lines);
}
