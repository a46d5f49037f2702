import { expect, test } from 'vitest';
import { actionIds, actions } from '../../src/shared/actions.ts';
import { actionOf } from '../../src/renderer/shell/keys.ts';

const pressed = (key: string, more: object = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test.each([
  ['Ctrl+S', pressed('s', { ctrlKey: true }), 'view.save'],
  ['Ctrl+Shift+S', pressed('S', { ctrlKey: true, shiftKey: true }), 'view.saveAs'],
  ['Ctrl+Shift+Z', pressed('Z', { ctrlKey: true, shiftKey: true }), 'view.redo'],
  ['Ctrl and Russian ы, which stands where S does', pressed('ы', { code: 'KeyS', ctrlKey: true }), 'view.save'],
  ['? with Shift', pressed('?', { shiftKey: true }), 'shortcuts.open'],
  ['+ with Ctrl and Shift', pressed('+', { ctrlKey: true, shiftKey: true }), 'zoom.in'],
  ['j', pressed('j'), 'call.next'],
  ['j with Shift', pressed('J', { shiftKey: true }), undefined],
  ['Alt+S', pressed('s', { altKey: true, ctrlKey: true }), undefined],
  ['a letter that is nobody’s', pressed('q'), undefined],
])('%s is %s', (_name, event, action) => {
  expect(actionOf(event, false)).toBe(action);
});

test.each([
  ['Cmd+S', pressed('s', { metaKey: true }), 'view.save'],
  ['Ctrl+E, which goes to the end of a line', pressed('e', { ctrlKey: true }), undefined],
  ['Ctrl+K, which cuts the rest of a line', pressed('k', { ctrlKey: true }), undefined],
])('on a Mac, %s is %s', (_name, event, action) => {
  expect(actionOf(event, true)).toBe(action);
});

test('no two actions have the same keys', () => {
  const all = actionIds.flatMap((id) => actions[id].keys ?? []);
  expect(new Set(all).size).toBe(all.length);
});

test('no action has the keys of the native window menu and of macOS’s app menu', () => {
  const all = new Set(actionIds.flatMap((id) => actions[id].keys ?? []));
  for (const keys of ['Ctrl+M', 'Ctrl+W', 'Ctrl+Q', 'Ctrl+H', 'Ctrl+C', 'Ctrl+X', 'Ctrl+V', 'Ctrl+A'])
    expect(all).not.toContain(keys);
});
