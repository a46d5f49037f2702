/**
 * What a person can do from anywhere, once: the command palette, the keys of the window, the shortcut sheet and the native menu are made of
 * this list. What an action does stands in src/renderer/shell/runAction.ts; keys of one place (a grid) stand there.
 */

export const menus = ['File', 'View', 'Go', 'Help'] as const;

export interface Action {
  readonly label: string;
  readonly menu: (typeof menus)[number];
  /** Actions of one menu with another number stand behind a line. */
  readonly group: number;
  /** "Ctrl" is Cmd on macOS. The first is shown; the others are what other programs use. */
  readonly keys?: readonly string[];
}

const list = {
  'view.save': { label: 'Save view', menu: 'File', group: 1, keys: ['Ctrl+S'] },
  'view.saveAs': { label: 'Save as a new view…', menu: 'File', group: 1, keys: ['Ctrl+Shift+S'] },
  'view.import': { label: 'Import a view…', menu: 'File', group: 1 },
  'view.export': { label: 'Export this view to a file…', menu: 'File', group: 1 },
  'export.open': { label: 'Export to Excel…', menu: 'File', group: 2, keys: ['Ctrl+E'] },
  'sync.again': { label: 'Sync the batches that were synced before', menu: 'File', group: 3, keys: ['Ctrl+R'] },
  'account.add': { label: 'Add an account…', menu: 'File', group: 3 },

  'view.undo': {
    label: 'Undo a change of search, filters, columns or pivot',
    menu: 'View',
    group: 1,
    keys: ['Ctrl+Z'],
  },
  'view.redo': { label: 'Redo', menu: 'View', group: 1, keys: ['Ctrl+Y', 'Ctrl+Shift+Z'] },
  'view.clear': { label: 'Take away search and filters', menu: 'View', group: 1, keys: ['Ctrl+Backspace'] },
  'sort.newest': { label: 'Newest calls first', menu: 'View', group: 2 },
  'sort.best': { label: 'Calls that fit the search best first', menu: 'View', group: 2 },
  'facets.toggle': { label: 'Show or hide the filter panel', menu: 'View', group: 2, keys: ['Ctrl+B'] },
  'phones.mask': { label: 'Mask or show phone numbers', menu: 'View', group: 2, keys: ['Ctrl+Shift+M'] },
  'theme.system': { label: 'Theme: as the system', menu: 'View', group: 3 },
  'theme.light': { label: 'Theme: light', menu: 'View', group: 3 },
  'theme.dark': { label: 'Theme: dark', menu: 'View', group: 3 },
  'theme.contrast': { label: 'Theme: high contrast', menu: 'View', group: 3 },
  'zoom.in': { label: 'Zoom in', menu: 'View', group: 4, keys: ['Ctrl+=', 'Ctrl++'] },
  'zoom.out': { label: 'Zoom out', menu: 'View', group: 4, keys: ['Ctrl+-'] },
  'zoom.reset': { label: 'Usual size', menu: 'View', group: 4, keys: ['Ctrl+0'] },

  'palette.open': { label: 'Command palette…', menu: 'Go', group: 1, keys: ['Ctrl+K'] },
  'search.focus': { label: 'Search', menu: 'Go', group: 1, keys: ['Ctrl+F'] },
  'screen.calls': { label: 'Calls', menu: 'Go', group: 2, keys: ['Ctrl+1'] },
  'screen.pivot': { label: 'Pivot', menu: 'Go', group: 2, keys: ['Ctrl+2'] },
  'screen.sync': { label: 'Sync', menu: 'Go', group: 2, keys: ['Ctrl+3'] },
  'screen.settings': { label: 'Settings', menu: 'Go', group: 2, keys: ['Ctrl+4'] },
  'call.next': { label: 'Next call', menu: 'Go', group: 3, keys: ['J'] },
  'call.previous': { label: 'Previous call', menu: 'Go', group: 3, keys: ['K'] },
  'hit.next': { label: 'Next hit in the call', menu: 'Go', group: 3, keys: ['N'] },
  'hit.previous': { label: 'Previous hit in the call', menu: 'Go', group: 3, keys: ['Shift+N'] },
  'call.star': { label: 'Star the open call', menu: 'Go', group: 3, keys: ['S'] },

  'shortcuts.open': { label: 'Keyboard shortcuts', menu: 'Help', group: 1, keys: ['?'] },
  'log.open': { label: 'Log', menu: 'Help', group: 2 },
  'diagnostics.save': { label: 'Save diagnostics…', menu: 'Help', group: 2 },
  'licences.open': { label: 'Licences', menu: 'Help', group: 3 },
} as const satisfies Readonly<Record<string, Action>>;

export type ActionId = keyof typeof list;

export const actions: Readonly<Record<ActionId, Action>> = list;
export const actionIds = Object.keys(list) as ActionId[];
