import { Menu, type MenuItemConstructorOptions } from 'electron';
import { actionIds, actions, type Action, type ActionId } from '../../shared/actions.ts';

type Item = MenuItemConstructorOptions;
const line: Item = { type: 'separator' };

/** Keys with Ctrl are shown here and handled in the window, which knows what has the focus; a letter alone would be typed over. */
function accelerator(id: ActionId): Item {
  const keys = actions[id].keys?.[0];
  if (keys === undefined || !keys.startsWith('Ctrl+')) return {};
  return { accelerator: keys.replace('Ctrl', 'CommandOrControl'), registerAccelerator: false };
}

/** The actions of one menu, with a line between groups. */
function itemsOf(menu: Action['menu'], choose: (action: ActionId) => void): Item[] {
  const ids = actionIds.filter((id) => actions[id].menu === menu);
  return ids.flatMap((id, i): Item[] => {
    const before = ids[i - 1];
    const isNewGroup = before !== undefined && actions[before].group !== actions[id].group;
    return [
      ...(isNewGroup ? [line] : []),
      { id, label: actions[id].label, ...accelerator(id), click: () => choose(id) },
    ];
  });
}

/** The native menu: the actions of Callbook, and by roles what every program has, in the system's own words. */
export function setMenu(choose: (action: ActionId) => void): void {
  const isMac = process.platform === 'darwin';
  const items = (menu: Action['menu']) => itemsOf(menu, choose);
  const own: Item[] = isMac ? [{ role: 'appMenu' }] : [];
  // On macOS, About is in the app's own menu.
  const about: Item[] = isMac ? [] : [line, { role: 'about' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...own,
      { label: 'File', submenu: [...items('File'), line, isMac ? { role: 'close' } : { role: 'quit' }] },
      { role: 'editMenu' },
      // No reload: Ctrl+R syncs.
      { label: 'View', submenu: [...items('View'), line, { role: 'togglefullscreen' }] },
      { label: 'Go', submenu: items('Go') },
      { role: 'windowMenu' },
      { role: 'help', label: 'Help', submenu: [...items('Help'), ...about] },
    ]),
  );
}
