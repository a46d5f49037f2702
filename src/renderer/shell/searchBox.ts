/** The search box and the grid are one step apart for the keyboard. */

export const SEARCH_BOX = 'search-box';

export function focusSearch(): void {
  const box = document.getElementById(SEARCH_BOX);
  if (!(box instanceof HTMLInputElement)) return;
  box.focus();
  box.select();
}

export function focusGrid(): void {
  document.querySelector<HTMLElement>('.grid[role=grid]')?.focus();
}
