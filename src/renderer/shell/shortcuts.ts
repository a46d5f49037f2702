import type { ActionId } from '../../shared/actions.ts';
import { isMac } from '../components/keysInWords.ts';
import { closeCall, useDetail } from '../stores/detail.ts';
import { useView } from '../stores/view.ts';
import { actionOf } from './keys.ts';
import { runAction } from './runAction.ts';
import { focusGrid } from './searchBox.ts';

/** The keys of the actions. Keys of one place live there. */

/** Keys that the grids handle; told in the sheet. */
export const gridShortcuts: readonly { readonly keys: string; readonly words: string }[] = [
  { keys: '↑ ↓ ← →', words: 'Move' },
  { keys: 'Page Up, Page Down, Home, End', words: 'Move far' },
  { keys: 'Shift+arrows, Shift+Space, Ctrl+Space', words: 'Pick cells, rows, the column' },
  { keys: 'Ctrl+A', words: 'Pick all that is found' },
  { keys: 'Enter', words: 'Open the call, sort by the header' },
  { keys: 'Alt+← →, Alt+Shift+← →', words: 'Move the header’s column, make it wider' },
  { keys: 'F', words: 'Keep only this value' },
  { keys: 'Shift+F', words: 'Exclude this value' },
  { keys: 'D', words: 'Show the calls of a pivot cell' },
  { keys: 'Ctrl+C', words: 'Copy what is picked, with headers' },
  { keys: 'Ctrl+Shift+C', words: 'Copy the whole rows with headers' },
  { keys: 'Shift+F10', words: 'Menu of the cell' },
];

/** Keys of the fields on the pivot's shelves; told in the sheet. */
export const pivotShortcuts: typeof gridShortcuts = [
  { keys: 'Alt+← →', words: 'Move it to the left or right' },
  { keys: 'Alt+↑, Alt+↓', words: 'Move it to the rows, the columns' },
];

/** What a text field does itself: its own undo, deleting a word, and letters. */
const ownOfTextFields = new Set<ActionId>(['view.undo', 'view.redo', 'view.clear']);

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [role=spinbutton]'))
  );
}

/**
 * Keys that an input method takes (arrows among its suggestions, Enter for one, Escape to take back) reach nothing of the window: listens
 * before everything else.
 */
export function withholdComposing(event: KeyboardEvent): void {
  if (event.isComposing) event.stopPropagation();
}

/** What is of use before there is anything to look at: reading it, and finding out why connecting fails. */
export function worksOnWelcome(id: ActionId): boolean {
  return /^(zoom|theme|log|diagnostics|licences)\./.test(id);
}

export function handleShortcut(event: KeyboardEvent, isWelcome: boolean): void {
  if (event.defaultPrevented) return;
  const hasDialog = document.querySelector('[role=dialog], [role=alertdialog]') !== null;
  if (event.key === 'Escape') {
    if (!hasDialog && !isWelcome && back()) event.preventDefault();
    return;
  }
  const id = actionOf(event, isMac);
  if (id === undefined || (isWelcome && !worksOnWelcome(id))) return;
  const isCommand = event.ctrlKey || event.metaKey;
  // Reloading would throw away what is in sight, and the browser's own zoom or save know nothing of Callbook.
  if (isCommand && !ownOfTextFields.has(id)) event.preventDefault();
  if (hasDialog && !id.startsWith('zoom.')) return;
  if (isTextField(event.target) && (!isCommand || ownOfTextFields.has(id))) return;
  if (runAction(id)) event.preventDefault();
}

function back(): boolean {
  if (useView.getState().screen !== 'calls' || !useDetail.getState().isOpen) return false;
  closeCall();
  focusGrid();
  return true;
}
