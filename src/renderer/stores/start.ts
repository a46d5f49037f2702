import { CallbookError, fromErrorValue } from '../../shared/errors.ts';
import { maskRejected } from '../../shared/masking.ts';
import { everything, newestFirst } from '../../shared/selection.ts';
import { call, listen, setMasking } from '../bridge.ts';
import { loadBatches, useBatches } from './batches.ts';
import { loadCalls, loadColumns, maskRows, noticeChanges, useCalls } from './calls.ts';
import { loadFacets } from './facets.ts';
import { compacting } from './compacting.ts';
import { sayCopied } from './copied.ts';
import { checkPlace, forgetPlace, maskOpenCall, refreshCall, useDetail } from './detail.ts';
import { exportProgressed } from './exportJob.ts';
import { tell } from './notices.ts';
import { countPickedAgain } from './picked.ts';
import { runPivot } from './pivot.ts';
import { withRecentDays } from './recentDays.ts';
import { loadViews, useSavedViews } from './savedViews.ts';
import { openView, useSelection } from './selection.ts';
import { loadAccounts, useSession } from './session.ts';
import { changeSettings, forgetChanges, saveSettings, useSettings } from './settings.ts';
import { loadSync, progressed, useSync, watchNetwork } from './sync.ts';
import { useView } from './view.ts';

/** Brings the stores up, in order: what was left, then the cache, then the wires between them. No request to a provider. */
export async function start(): Promise<void> {
  await restore();
  listenToCore();
  connectStores();
  void loadCalls();
  void loadColumns();
  await Promise.all([loadAccounts(), loadBatches()]);
  void runPivot();
  loadSync().then(watchNetwork, tell);
}

async function restore(): Promise<void> {
  const [info, settings] = await Promise.all([call('app.info'), call('settings.get'), loadViews()]);
  const timeZone = settings.timeZone ?? info.timeZone;
  useSession.setState({ info });
  info.startProblems.forEach((problem) => tell(fromErrorValue(problem)));
  useSettings.setState({ settings });
  setMasking(settings.maskPhones);
  useView.setState({ screen: settings.screen });
  useSelection.setState({
    selection: withRecentDays({ ...(settings.selection ?? everything(timeZone)), timeZone }, Date.now()),
    // Never chosen an order: newest first. A chosen "none" is kept with the selection.
    sort: settings.selection === null && settings.sort.length === 0 ? [newestFirst] : settings.sort,
    viewName: settings.viewName,
    layout: settings.layout,
    pivot: settings.pivot,
  });
  const { views, defaultView } = useSavedViews.getState();
  const view = views.find(({ name }) => name === defaultView);
  // Where the person left off is one step of undo away.
  if (view !== undefined) openView(view);
}

function listenToCore(): void {
  listen('sync.progressed', progressed);
  listen('sync.scheduled', (nextAt) => useSync.setState({ nextAt }));
  listen('export.progressed', exportProgressed);
  listen('cache.compacting', compacting);
  for (const name of ['cache.damaged', 'worker.restarted'] as const)
    listen(name, (error) => tell(fromErrorValue(error)));
  listen('data.erased', () => {
    forgetChanges();
    location.reload();
  });
  listen('cache.changed', ({ batches }) => {
    void refreshCall(batches);
    Promise.all([loadAccounts(), loadBatches()]).catch(tell);
    void noticeChanges().then(countPickedAgain);
    loadFacets();
    if (useView.getState().screen === 'pivot') void runPivot();
  });
}

function connectStores(): void {
  useSelection.subscribe((now, before) => {
    const { viewName, selection, sort, layout, pivot } = now;
    // What is chosen instead comes here again.
    if (selection.batches !== before.selection.batches && dropLostBatches()) return tell(batchesLost());
    const isSelection = selection !== before.selection;
    if (isSelection || sort !== before.sort) {
      // In another time zone most calls stand where they stood: their rows will tell.
      if (selection.timeZone === before.selection.timeZone) forgetPlace();
      void loadCalls();
    }
    if (selection.batches !== before.selection.batches) void loadColumns();
    if ((isSelection || pivot !== before.pivot) && useView.getState().screen === 'pivot') void runPivot();
    changeSettings({ viewName, selection, sort: [...sort], layout, pivot });
  });
  useCalls.subscribe((now, before) => {
    if (now.shown?.id === before.shown?.id) return;
    loadFacets();
    void checkPlace();
  });
  useBatches.subscribe(() => void dropLostBatches());
  useView.subscribe((now, before) => {
    if (now.screen === before.screen) return;
    changeSettings({ screen: now.screen });
    sayCopied(null);
    if (now.screen === 'pivot') void runPivot();
    if (now.screen === 'calls' && useCalls.getState().arrived !== 0) void loadCalls();
  });
  useSettings.subscribe(({ settings }, before) => {
    if (settings.maskPhones !== before.settings.maskPhones) showAnew(settings.maskPhones);
    if (settings.timeZone === before.settings.timeZone) return;
    const timeZone = settings.timeZone ?? useSession.getState().info.timeZone;
    useSelection.setState(({ selection }) => ({ selection: withRecentDays({ ...selection, timeZone }, Date.now()) }));
  });
  window.addEventListener('pagehide', saveSettings);
}

/** Phone numbers are masked from now on, or shown: everything in sight is asked for again. */
function showAnew(isMasking: boolean): void {
  setMasking(isMasking);
  if (isMasking) {
    maskRows();
    maskOpenCall();
    useSync.setState(({ rejected }) => ({ rejected: rejected.map(maskRejected) }));
  }
  void loadCalls();
  void runPivot();
  loadSync().catch(tell);
  const { detail } = useDetail.getState();
  if (detail !== null) void refreshCall([detail.batch.key]);
}

/** A batch that left the cache cannot stay chosen: it would hide every call. Returns whether one was. */
function dropLostBatches(): boolean {
  const { batches, isRead } = useBatches.getState();
  const known = new Set(batches.map((batch) => batch.key));
  const { selection } = useSelection.getState();
  const kept = selection.batches.filter((key) => known.has(key));
  if (!isRead || kept.length === selection.batches.length) return false;
  useSelection.setState({ selection: { ...selection, batches: kept } });
  return true;
}

/** Words for a view, or a step back, that leads to batches which are not here. */
function batchesLost(): CallbookError {
  const isAll = useSelection.getState().selection.batches.length === 0;
  const shown = isAll ? 'All batches are shown instead.' : 'Its other batches are shown.';
  return new CallbookError(
    'NOT_FOUND',
    `This view was of batches that are not in the cache of this computer. ${shown}`,
  );
}
