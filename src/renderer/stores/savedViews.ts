import { create } from 'zustand';
import { CallbookError } from '../../shared/errors.ts';
import { MOST_NAME_LETTERS, type View, type Views } from '../../shared/view.ts';
import { call } from '../bridge.ts';
import { useBatches } from './batches.ts';
import { tell } from './notices.ts';
import { openView, useSelection, viewRenamed } from './selection.ts';
import { openDialog } from './view.ts';

/** The views that a person saved under names. */

export const useSavedViews = create<Views>()(() => ({ views: [], defaultView: null }));

export async function loadViews(): Promise<void> {
  useSavedViews.setState(await call('views.list'));
}

/** Also views whose file could not be written are there until Callbook quits. */
function tellAndLook(thrown: unknown): void {
  tell(thrown);
  loadViews().catch(tell);
}

/** What is in sight now, as a view of this name. */
export function presentView(name: string): View {
  const { selection, sort, layout, pivot } = useSelection.getState();
  return { name, selection, sort: [...sort], layout, pivot };
}

/** The saved view that is open, if it is still there. */
export function openSavedView(): View | undefined {
  const { viewName } = useSelection.getState();
  return useSavedViews.getState().views.find(({ name }) => name === viewName);
}

/** A name that no saved view has yet: "Hot leads", "Hot leads 2" … */
export function freeName(wanted: string): string {
  const taken = new Set(useSavedViews.getState().views.map(({ name }) => name));
  let [name, n] = [wanted, 1];
  for (; taken.has(name); name = `${wanted.slice(0, MOST_NAME_LETTERS - String(n).length - 1)} ${n}`) n++;
  return name;
}

async function keep(view: View, was?: string): Promise<void> {
  const { viewName } = useSelection.getState();
  useSavedViews.setState(await call('views.save', { view, ...(was === undefined ? {} : { was }) }));
  if (was !== undefined) viewRenamed(was, view.name);
  // Whoever has opened another one meanwhile stays there.
  if (useSelection.getState().viewName === viewName) useSelection.setState({ viewName: view.name });
}

/** Keeps what is in sight under a name, in place of a view of that name. */
export function saveViewAs(name: string): void {
  keep(presentView(name)).catch(tellAndLook);
}

/** Keeps what is in sight in the open view; asks for a name where there is none. */
export function saveView(): void {
  const view = openSavedView();
  if (view === undefined) openDialog('saveView');
  else saveViewAs(view.name);
}

export function renameView(view: View, name: string): void {
  if (name !== view.name) keep({ ...view, name }, view.name).catch(tellAndLook);
}

export function duplicateView(view: View): void {
  keep(presentView(freeName(view.name))).catch(tellAndLook);
}

/** The view goes; what is in sight stays. */
export function deleteView({ name }: View): void {
  call('views.delete', { name }).then((views) => useSavedViews.setState(views), tellAndLook);
  useSelection.setState({ viewName: null });
}

export function setDefaultView(name: string | null): void {
  call('views.setDefault', { name }).then((views) => useSavedViews.setState(views), tellAndLook);
}

/** Writes what is in sight to a file of the person's choice. */
export function exportView(): void {
  call('views.export', { view: presentView(openSavedView()?.name ?? 'Callbook view') }).catch(tell);
}

/** Batches have other keys on another computer: those of the same ids are meant. Some may not be here. */
function withOwnBatches(view: View): View {
  const { batches } = useBatches.getState();
  const own = view.selection.batches.flatMap((wanted) => {
    const id = wanted.slice(wanted.indexOf('/') + 1);
    const here = batches.find(({ key }) => key === wanted) ?? batches.find(({ batch_id }) => batch_id === id);
    return here?.key ?? [];
  });
  if (own.length < view.selection.batches.length) {
    tell(
      new CallbookError(
        'NOT_FOUND',
        `“${view.name}” chooses batches that are not on this computer. Without them it shows ${own.length === 0 ? 'all batches' : 'the others'}.`,
      ),
    );
  }
  return { ...view, selection: { ...view.selection, batches: [...new Set(own)] } };
}

/** Reads a view from a file, keeps it under a free name and opens it. */
export async function importView(): Promise<void> {
  try {
    const view = await call('views.import');
    if (view === null) return;
    const named = { ...withOwnBatches(view), name: freeName(view.name) };
    await keep(named);
    openView(named);
  } catch (thrown) {
    tellAndLook(thrown);
  }
}
