import { create } from 'zustand';
import type { PivotSpec } from '../../shared/pivot.ts';
import {
  everything,
  MOST_SEARCH_LETTERS,
  newestFirst,
  type Filter,
  type Selection,
  type Sort,
} from '../../shared/selection.ts';
import { usualLayout, type Layout, type View } from '../../shared/view.ts';
import { withRecentDays } from './recentDays.ts';

/** The one Selection that every screen obeys, and how it is looked at: order, columns, pivot. Changes can be undone. */

interface Snapshot {
  /** The saved view that this began as; null: none. */
  readonly viewName: string | null;
  readonly selection: Selection;
  readonly sort: readonly Sort[];
  readonly layout: Layout;
  /** null: none built yet. */
  readonly pivot: PivotSpec | null;
}

interface SelectionState extends Snapshot {
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
}

const MOST_UNDO_STEPS = 100;

export const useSelection = create<SelectionState>()(() => ({
  viewName: null,
  selection: everything('UTC'),
  sort: [newestFirst],
  layout: usualLayout,
  pivot: null,
  past: [],
  future: [],
}));

function snapshot(): Snapshot {
  const { viewName, selection, sort, layout, pivot } = useSelection.getState();
  return { viewName, selection, sort, layout, pivot };
}

let lastGesture: string | undefined;

/** Changes with the same `gesture` one after the other (the letters of a word, a border that is dragged) are one step of undo. */
function change(next: Partial<Snapshot>, gesture?: string): void {
  const isSameStep = gesture !== undefined && gesture === lastGesture;
  lastGesture = gesture;
  useSelection.setState(({ past }) => ({
    ...next,
    past: isSameStep ? past : [...past, snapshot()].slice(-MOST_UNDO_STEPS),
    future: [],
  }));
}

export function setSelection(selection: Selection): void {
  change({ selection });
}

export function setText(words: string): void {
  const text = words.slice(0, MOST_SEARCH_LETTERS);
  change({ selection: { ...useSelection.getState().selection, text } }, 'text');
}

export function setBatches(batches: readonly string[]): void {
  change({ selection: { ...useSelection.getState().selection, batches: [...batches] } });
}

/** The time zone is a setting of the person: no view and no step back brings another. */
function inPresentZone(selection: Selection): Selection {
  const { timeZone } = useSelection.getState().selection;
  return withRecentDays({ ...selection, timeZone }, Date.now());
}

/** Everything as the view has it, but in the present time zone. */
export function openView({ name, selection, sort, layout, pivot }: View): void {
  change({ viewName: name, selection: inPresentZone(selection), sort, layout, pivot });
}

/** A saved view has another name: steps back and forth lead to it by that. */
export function viewRenamed(was: string, name: string): void {
  const renamed = <S extends Snapshot>(state: S): S => (state.viewName === was ? { ...state, viewName: name } : state);
  useSelection.setState((state) => ({
    ...renamed(state),
    past: state.past.map(renamed),
    future: state.future.map(renamed),
  }));
}

/** Which columns a grid shows and how. `gesture` as in `change`: one column's width while it is dragged. */
export function setLayout(layout: Layout, gesture?: string): void {
  change({ layout }, gesture);
}

/** A spec without dimensions is no pivot. */
export function setPivot(spec: PivotSpec | null): void {
  const isEmpty = spec === null || (spec.rows.length === 0 && spec.columns.length === 0);
  change({ pivot: isEmpty ? null : spec });
}

/** Adds a filter; one that says the same is there already stays alone. */
export function addFilter(filter: Filter): void {
  const { selection } = useSelection.getState();
  const words = JSON.stringify(filter);
  const others = selection.filters.filter((other) => JSON.stringify(other) !== words);
  change({ selection: { ...selection, filters: [...others, filter] } });
}

/** `gesture` as in `change`: a range while it is dragged. */
export function setFilters(filters: readonly Filter[], gesture?: string): void {
  change({ selection: { ...useSelection.getState().selection, filters: [...filters] } }, gesture);
}

/** Puts another filter in its place. The letters that are typed into one are one step of undo, those of another are another. */
export function replaceFilter(filter: Filter, next: Filter, how?: 'typed'): void {
  const { filters } = useSelection.getState().selection;
  const gesture = how === 'typed' ? `filter ${filters.indexOf(filter)}` : undefined;
  setFilters(
    filters.map((other) => (other === filter ? next : other)),
    gesture,
  );
}

export function removeFilter(filter: Filter): void {
  const { selection } = useSelection.getState();
  change({ selection: { ...selection, filters: selection.filters.filter((other) => other !== filter) } });
}

/** Takes away text, filters and batches. */
export function clearSelection(): void {
  change({ selection: everything(useSelection.getState().selection.timeZone) });
}

/** Rows in another order, the first column deciding most. */
export function setSort(sort: readonly Sort[]): void {
  change({ sort });
}

/** The next order of a column: ascending, descending, none. `several` keeps the other columns' order. */
export function toggleSort(column: string, several: boolean): void {
  const { sort } = useSelection.getState();
  const present = sort.find((one) => one.column === column);
  const next =
    present === undefined
      ? { column, descending: false }
      : present.descending
        ? undefined
        : { column, descending: true };
  const others = sort.filter((one) => one.column !== column);
  if (!several) return change({ sort: next === undefined ? [] : [next] });
  if (next === undefined) return change({ sort: others });
  change({ sort: present === undefined ? [...sort, next] : sort.map((one) => (one.column === column ? next : one)) });
}

/** What a step back or forth leads to; one from before the time zone was changed, too. */
function restored(step: Snapshot): Snapshot {
  const isOfZone = step.selection.timeZone === useSelection.getState().selection.timeZone;
  return isOfZone ? step : { ...step, selection: inPresentZone(step.selection) };
}

export function undo(): void {
  lastGesture = undefined;
  useSelection.setState(({ past, future }) => {
    const last = past.at(-1);
    return last === undefined ? {} : { ...restored(last), past: past.slice(0, -1), future: [snapshot(), ...future] };
  });
}

export function redo(): void {
  lastGesture = undefined;
  useSelection.setState(({ past, future }) => {
    const [next, ...rest] = future;
    return next === undefined ? {} : { ...restored(next), past: [...past, snapshot()], future: rest };
  });
}
