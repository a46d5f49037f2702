/** Puts text on the clipboard from a click or a key. The clipboard permission is denied to this window, a copy event needs none. */
export function copyText(text: string): void {
  const put = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData('text/plain', text);
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
}

/** A row of cells for a spreadsheet: tabs between, and quotes where a cell holds a tab, a line break or a quote. */
export function tsvRow(cells: readonly string[]): string {
  return cells.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t');
}
