import { isField, type Column } from '../../../shared/columns.ts';
import { valueKinds } from '../../../shared/recognise.ts';
import { filterInWords, type Sort } from '../../../shared/selection.ts';
import type { MenuAction } from '../../components/ContextMenu.tsx';
import { setKind } from '../../stores/calls.ts';
import { moveColumn, setHidden, setPinned, setWidth } from '../../stores/layout.ts';
import { setSort, setText } from '../../stores/selection.ts';
import type { Mask } from '../../../shared/masking.ts';
import { filterOf, foundColumn, kindWords, searchFor } from './cellValue.ts';
import { keepValue } from './keepValue.ts';
import type { FoundCell } from './useCallCells.tsx';

/** What the menus of cells and headers offer. */

interface CellMenuOptions {
  readonly timeZone: string;
  readonly mask: Mask;
  readonly open: () => void;
  readonly copy: () => void;
  readonly copyRows: () => void;
}

const MOST_WORDS = 80;

export function cellMenu(
  found: FoundCell | undefined,
  { timeZone, mask, open, copy, copyRows }: CellMenuOptions,
): MenuAction[] {
  const copies: MenuAction[] = [
    { id: 'copy', label: 'Copy', words: 'Copy', shortcut: 'Ctrl+C', run: copy },
    {
      id: 'copyRow',
      label: 'Copy rows with headers',
      words: 'Copy rows with headers',
      shortcut: 'Ctrl+Shift+C',
      run: copyRows,
    },
  ];
  if (found === undefined) return copies;
  const opens: MenuAction = { id: 'open', label: 'Open call', words: 'Open call', shortcut: 'Enter', run: open };
  if (found.column.id === foundColumn.id) return [opens, ...copies];
  const { column, value, row } = found;
  const search = value.type === 'blank' ? undefined : searchFor(column, value);
  const says = (negate: boolean) =>
    mask(filterInWords(filterOf(column, value, negate), timeZone), column.id).slice(0, MOST_WORDS);
  return [
    opens,
    {
      id: 'keep',
      label: `Keep only: ${says(false)}`,
      words: 'Keep only',
      shortcut: 'F',
      run: () => void keepValue(row.rowId, column, value, false),
    },
    {
      id: 'exclude',
      label: `Exclude: ${says(true)}`,
      words: 'Exclude',
      shortcut: 'Shift+F',
      run: () => void keepValue(row.rowId, column, value, true),
    },
    ...(search === undefined
      ? []
      : [{ id: 'search', label: 'Search this', words: 'Search this', run: () => setText(search) }]),
    ...copies,
  ];
}

interface HeaderMenuOptions {
  readonly sort: readonly Sort[];
  /** All columns there are, for moving. */
  readonly all: readonly Column[];
  /** Those before and after it as shown. */
  readonly left: Column | undefined;
  readonly afterRight: Column | null | undefined;
  readonly isPinned: boolean;
}

export function headerMenu(column: Column, { sort, all, left, afterRight, isPinned }: HeaderMenuOptions): MenuAction[] {
  const { id } = column;
  const others = sort.filter((one) => one.column !== id);
  const action = (name: string, label: string, run: () => void, shortcut?: string): MenuAction => ({
    id: name,
    label,
    words: label,
    run,
    ...(shortcut === undefined ? {} : { shortcut }),
  });
  return [
    action('ascending', 'Sort ascending', () => setSort([{ column: id, descending: false }])),
    action('descending', 'Sort descending', () => setSort([{ column: id, descending: true }])),
    ...(others.length === 0
      ? []
      : [
          action('then', 'Then by this, ascending', () => setSort([...others, { column: id, descending: false }])),
          action('thenDown', 'Then by this, descending', () => setSort([...others, { column: id, descending: true }])),
        ]),
    ...(sort.length === others.length ? [] : [action('unsorted', 'Do not sort by this', () => setSort(others))]),
    action('pin', isPinned ? 'Unpin column' : 'Pin column at the left', () => setPinned(id, !isPinned)),
    action('hide', 'Hide column', () => setHidden(id, true)),
    ...(left === undefined ? [] : [action('left', 'Move left', () => moveColumn(all, id, left.id), 'Alt+←')]),
    ...(afterRight === undefined
      ? []
      : [action('right', 'Move right', () => moveColumn(all, id, afterRight?.id ?? null), 'Alt+→')]),
    action('usual', 'Usual width', () => setWidth(id, undefined)),
    ...(isField(id)
      ? []
      : [
          ...valueKinds
            .filter((kind) => kind !== column.kind)
            .map((kind) => action(`kind ${kind}`, `Take values as ${kindWords[kind]}`, () => setKind(id, kind))),
          ...(column.chosenKind === undefined
            ? []
            : [action('kind', 'Take values as recognised', () => setKind(id, null))]),
        ]),
  ];
}
