/** A row of cells for a spreadsheet: tabs between, and quotes where a cell holds a tab, a line break or a quote. */
export function tsvRow(cells: readonly string[]): string {
  return cells.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t');
}
