import { startSync } from '../stores/sync.ts';
import { useBatches } from '../stores/batches.ts';
import { closeCall, stepCall, useDetail } from '../stores/detail.ts';
import { redo, undo } from '../stores/selection.ts';
import { goTo, openDialog, useView } from '../stores/view.ts';
import { SEARCH_BOX } from './TopBar.tsx';

/** Keys of the whole window, once: what they do and what the shortcut sheet says. Keys of one place live there. */

interface Shortcut {
  readonly keys: string;
  readonly words: string;
  /** Ctrl, or Cmd on macOS. */
  readonly isCommand: boolean;
  /** Lower-case `event.key`. */
  readonly key: string;
  readonly shift?: boolean;
  /** false: the key is not ours now. */
  readonly run: () => boolean | void;
}

export const shortcuts: readonly Shortcut[] = [
  { keys: 'Ctrl+F', words: 'Search', isCommand: true, key: 'f', run: focusSearch },
  { keys: 'Ctrl+1', words: 'Calls', isCommand: true, key: '1', run: () => goTo('calls') },
  { keys: 'Ctrl+2', words: 'Pivot', isCommand: true, key: '2', run: () => goTo('pivot') },
  { keys: 'Ctrl+3', words: 'Sync', isCommand: true, key: '3', run: () => goTo('sync') },
  { keys: 'Ctrl+4', words: 'Settings', isCommand: true, key: '4', run: () => goTo('settings') },
  { keys: 'Ctrl+E', words: 'Export', isCommand: true, key: 'e', run: () => openDialog('export') },
  { keys: 'Ctrl+R', words: 'Sync the batches that were synced before', isCommand: true, key: 'r', run: syncAgain },
  { keys: 'Ctrl+Z', words: 'Undo a change of search, filters or order', isCommand: true, key: 'z', run: undo },
  { keys: 'Ctrl+Shift+Z', words: 'Redo', isCommand: true, key: 'z', shift: true, run: redo },
  { keys: 'J', words: 'Next call', isCommand: false, key: 'j', run: () => step(1) },
  { keys: 'K', words: 'Previous call', isCommand: false, key: 'k', run: () => step(-1) },
  { keys: '?', words: 'This sheet', isCommand: false, key: '?', run: () => openDialog('shortcuts') },
  { keys: 'Esc', words: 'Close the call, the dialog, the menu', isCommand: false, key: 'escape', run: back },
];

/** Keys that the grids handle; told in the sheet. */
export const gridShortcuts: readonly { readonly keys: string; readonly words: string }[] = [
  { keys: '↑ ↓ ← →', words: 'Move' },
  { keys: 'Page Up, Page Down, Home, End', words: 'Move far' },
  { keys: 'Enter', words: 'Open the call, sort by the header' },
  { keys: 'F', words: 'Keep only this value' },
  { keys: 'Shift+F', words: 'Exclude this value' },
  { keys: 'D', words: 'Show the calls of a pivot cell' },
  { keys: 'Ctrl+C', words: 'Copy the cell' },
  { keys: 'Ctrl+Shift+C', words: 'Copy the row with headers' },
  { keys: 'Shift+F10', words: 'Menu of the cell' },
];

function focusSearch(): void {
  const box = document.getElementById(SEARCH_BOX);
  if (!(box instanceof HTMLInputElement)) return;
  box.focus();
  box.select();
}

function syncAgain(): void {
  goTo('sync');
  startSync(
    useBatches
      .getState()
      .batches.filter(({ syncedAt }) => syncedAt !== null)
      .map(({ key }) => key),
  );
}

function step(by: 1 | -1): boolean {
  if (useView.getState().screen !== 'calls') return false;
  stepCall(by);
  return true;
}

function back(): boolean {
  if (useView.getState().screen !== 'calls' || !useDetail.getState().isOpen) return false;
  closeCall();
  document.querySelector<HTMLElement>('[role=grid]')?.focus();
  return true;
}

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

export function handleShortcut(event: KeyboardEvent): void {
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  // Reloading would throw away what is in sight.
  const isOurs = isCommand && key === 'r';
  const hasDialog = document.querySelector('[role=dialog], [role=alertdialog]') !== null;
  const isTyping = isTextField(event.target);
  const shortcut = shortcuts.find(
    (one) =>
      one.key === key &&
      one.isCommand === isCommand &&
      !event.altKey &&
      (one.key === '?' || (one.shift ?? false) === event.shiftKey),
  );
  if (shortcut === undefined || event.defaultPrevented || hasDialog || (isTyping && !takesOver(shortcut))) {
    if (isOurs) event.preventDefault();
    return;
  }
  if (shortcut.run() !== false) event.preventDefault();
}

/** Which keys mean the same in a text field: not letters, not its own undo. */
function takesOver({ isCommand, key }: Shortcut): boolean {
  return isCommand && key !== 'z';
}
