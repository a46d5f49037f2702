import { create } from 'zustand';
import { everything, newestFirst, type Filter, type Selection, type Sort } from '../../shared/selection.ts';

/** The one Selection that every screen obeys, and its order. Changes can be undone. */

interface Snapshot {
  readonly selection: Selection;
  readonly sort: readonly Sort[];
}

interface SelectionState extends Snapshot {
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
}

const MOST_UNDO_STEPS = 100;

export const useSelection = create<SelectionState>()(() => ({
  selection: everything('UTC'),
  sort: [newestFirst],
  past: [],
  future: [],
}));

let isTyping = false;

function change(next: Partial<Snapshot>, typing = false): void {
  useSelection.setState(({ selection, sort, past }) => ({
    ...next,
    // The letters of one word are one step.
    past: typing && isTyping ? past : [...past, { selection, sort }].slice(-MOST_UNDO_STEPS),
    future: [],
  }));
  isTyping = typing;
}

export function setSelection(selection: Selection): void {
  change({ selection });
}

export function setText(text: string): void {
  change({ selection: { ...useSelection.getState().selection, text } }, true);
}

export function setBatches(batches: readonly string[]): void {
  change({ selection: { ...useSelection.getState().selection, batches: [...batches] } });
}

/** Adds a filter; one that says the same is there already stays alone. */
export function addFilter(filter: Filter): void {
  const { selection } = useSelection.getState();
  const words = JSON.stringify(filter);
  const others = selection.filters.filter((other) => JSON.stringify(other) !== words);
  change({ selection: { ...selection, filters: [...others, filter] } });
}

export function removeFilter(filter: Filter): void {
  const { selection } = useSelection.getState();
  change({ selection: { ...selection, filters: selection.filters.filter((other) => other !== filter) } });
}

/** Takes away text, filters and batches. */
export function clearSelection(): void {
  change({ selection: everything(useSelection.getState().selection.timeZone) });
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

export function undo(): void {
  isTyping = false;
  useSelection.setState(({ selection, sort, past, future }) => {
    const last = past.at(-1);
    return last === undefined ? {} : { ...last, past: past.slice(0, -1), future: [{ selection, sort }, ...future] };
  });
}

export function redo(): void {
  isTyping = false;
  useSelection.setState(({ selection, sort, past, future }) => {
    const [next, ...rest] = future;
    return next === undefined ? {} : { ...next, past: [...past, { selection, sort }], future: rest };
  });
}
