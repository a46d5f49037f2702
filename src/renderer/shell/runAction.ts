import type { ActionId } from '../../shared/actions.ts';
import { bestFirst, newestFirst } from '../../shared/selection.ts';
import { call } from '../bridge.ts';
import { useBatches } from '../stores/batches.ts';
import { stepCall, stepHit, toggleStar, useDetail } from '../stores/detail.ts';
import { tell } from '../stores/notices.ts';
import { exportView, importView, saveView } from '../stores/savedViews.ts';
import { clearSelection, redo, setSort, undo } from '../stores/selection.ts';
import { changeSettings, useSettings } from '../stores/settings.ts';
import { startSync } from '../stores/sync.ts';
import { goTo, openDialog, useView } from '../stores/view.ts';
import { focusSearch } from './searchBox.ts';

/** What each action does; false: not now, so its key is not ours. */
const runs: Record<ActionId, () => boolean | void> = {
  'view.save': saveView,
  'view.saveAs': () => openDialog('saveView'),
  'view.import': () => void importView(),
  'view.export': exportView,
  'export.open': () => openDialog('export'),
  'sync.again': syncAgain,
  'account.add': () => useView.setState({ isConnecting: true }),

  'view.undo': undo,
  'view.redo': redo,
  'view.clear': clearSelection,
  'sort.newest': () => setSort([newestFirst]),
  'sort.best': () => setSort([bestFirst]),
  'facets.toggle': () => changeSettings({ hasFacets: !useSettings.getState().settings.hasFacets }),
  'phones.mask': () => changeSettings({ maskPhones: !useSettings.getState().settings.maskPhones }),
  'theme.system': () => changeSettings({ theme: 'system' }),
  'theme.light': () => changeSettings({ theme: 'light' }),
  'theme.dark': () => changeSettings({ theme: 'dark' }),
  'theme.contrast': () => changeSettings({ theme: 'contrast' }),
  'zoom.in': () => zoom((at) => zooms.find((step) => step > at)),
  'zoom.out': () => zoom((at) => zooms.findLast((step) => step < at)),
  'zoom.reset': () => zoom(() => 100),

  'palette.open': () => openDialog('palette'),
  'search.focus': focusSearch,
  'screen.calls': () => goTo('calls'),
  'screen.pivot': () => goTo('pivot'),
  'screen.sync': () => goTo('sync'),
  'screen.settings': () => goTo('settings'),
  'call.next': () => step(1),
  'call.previous': () => step(-1),
  'hit.next': () => inCall(() => stepHit(1)),
  'hit.previous': () => inCall(() => stepHit(-1)),
  'call.star': () => inCall(() => void toggleStar()),

  'shortcuts.open': () => openDialog('shortcuts'),
  'log.open': () => openDialog('log'),
  'diagnostics.save': () => void call('diagnostics.save').catch(tell),
  'licences.open': () => openDialog('licences'),
};

export function runAction(id: ActionId): boolean {
  return runs[id]() !== false;
}

/** Percent; the steps of browsers. */
const zooms = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];

function zoom(next: (present: number) => number | undefined): void {
  const wanted = next(useSettings.getState().settings.zoom);
  if (wanted !== undefined) changeSettings({ zoom: wanted });
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

function inCall(run: () => void): boolean {
  if (useView.getState().screen !== 'calls' || !useDetail.getState().isOpen) return false;
  run();
  return true;
}
