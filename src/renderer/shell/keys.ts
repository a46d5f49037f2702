import { actionIds, actions, type ActionId } from '../../shared/actions.ts';

/** Which action the pressed keys mean. Pure, so that it can be tested without a window. */

export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * As `Action.keys` writes them: "Ctrl+Shift+Z". On keyboards of other scripts a letter is known by its place. A Mac's Ctrl is another key:
 * its text fields have their own use for it (Ctrl+E goes to the line's end).
 */
export function keysOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Pressed, isMac: boolean): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const isOtherScript = [...key].length === 1 && key.charCodeAt(0) > 127;
  const name = isOtherScript && letter !== undefined ? letter : key.length === 1 ? key.toUpperCase() : key;
  // Shift is part of a sign such as "?" or "+", but makes another key of a letter.
  const isLetter = /^\p{L}$/u.test(name);
  const modifiers = [
    (isMac ? metaKey : ctrlKey) ? 'Ctrl' : '',
    (isMac ? ctrlKey : metaKey) ? 'Other' : '',
    altKey ? 'Alt' : '',
    shiftKey && (isLetter || name.length > 1) ? 'Shift' : '',
  ];
  return [...modifiers, name].filter(Boolean).join('+');
}

const actionByKeys = new Map(actionIds.flatMap((id) => (actions[id].keys ?? []).map((keys) => [keys, id] as const)));

export function actionOf(pressed: Pressed, isMac: boolean): ActionId | undefined {
  return actionByKeys.get(keysOf(pressed, isMac));
}
