import { ArrowDown, ArrowUp } from 'lucide-react';
import { useCallback, useMemo, useState, type KeyboardEvent, type Ref } from 'react';
import { blankLabel, filterInWords } from '../../../shared/selection.ts';
import { outcomeKeyOf } from '../../../shared/columns.ts';
import { ContextMenu, type MenuAction } from '../../components/ContextMenu.tsx';
import { copyText } from '../../components/copyText.ts';
import { DataGrid, type GridCell, type GridHandle } from '../../components/DataGrid.tsx';
import type { Place } from '../../components/gridKeys.ts';
import { Marked } from '../../components/Marked.tsx';
import { Problem } from '../../components/Problem.tsx';
import { tsvRow } from '../../components/tsvRow.ts';
import { loadCalls, needRows, rowAt, useCalls, useSearchQuery } from '../../stores/calls.ts';
import { openCall, useDetail } from '../../stores/detail.ts';
import { addFilter, setText, toggleSort, useSelection } from '../../stores/selection.ts';
import { blankMarks, cellOf, columnWidth, filterOf, isEndAligned } from './cellValue.ts';
import { ArrivedPill, NoCalls } from './NoCalls.tsx';
import { useSurroundings } from './useSurroundings.ts';

const MOST_CHARACTERS = 200;

/** Every call of the selection, a row each. */
export function CallGrid({ ref }: { readonly ref: Ref<GridHandle> }) {
  const { columns, shown, isAsking, problem } = useCalls();
  const { sort, selection } = useSelection();
  const { isOpen, index } = useDetail();
  const query = useSearchQuery(shown?.selection.text ?? '');
  const around = useSurroundings();
  const [menu, setMenu] = useState<{ place: Place; at: { x: number; y: number } } | null>(null);
  const gridColumns = useMemo(
    () => columns.map((column) => ({ id: column.id, width: columnWidth(column), isEnd: isEndAligned(column) })),
    [columns],
  );
  const onVisible = useCallback((first: number, last: number) => needRows({ first: first - 20, last: last + 20 }), []);

  const header = (_level: number, at: number): GridCell => {
    const column = columns[at];
    const place = sort.findIndex((one) => one.column === column?.id);
    const order = sort[place];
    return {
      title: `${column?.label ?? ''} – click to sort, Shift+click to sort by several`,
      sort: order === undefined ? 'none' : order.descending ? 'descending' : 'ascending',
      className: outcomeKeyOf(column?.id ?? '') === undefined ? 'sortable' : 'sortable outcome',
      content: (
        <>
          <span className="ellipsis">{column?.label}</span>
          {order !== undefined && (
            <span className="sort-mark" aria-hidden>
              {order.descending ? <ArrowDown size={13} /> : <ArrowUp size={13} />}
              {sort.length > 1 && place + 1}
            </span>
          )}
        </>
      ),
    };
  };

  const read = (row: number, at: number) => {
    const column = columns[at];
    const call = rowAt(shown, row);
    return column === undefined || call === undefined
      ? undefined
      : { column, call, value: cellOf(call, column, around) };
  };

  const cell = (row: number, at: number): GridCell | undefined => {
    const found = read(row, at);
    if (found === undefined) return undefined;
    const { column, call, value } = found;
    const gone = call.goneAt === null ? '' : ' gone';
    if (value.type === 'blank') {
      return { content: blankMarks[value.kind], title: blankLabel(value.kind), className: `blank${gone}` };
    }
    return {
      content: (
        <span className="ellipsis" dir="auto">
          <Marked text={value.text} field={column.id} query={query} most={MOST_CHARACTERS} />
        </span>
      ),
      title: value.text.slice(0, 2_000),
      className: gone,
    };
  };

  const textAt = ({ line, column }: Place): string => {
    if (line === 0) return columns[column]?.label ?? '';
    const found = read(line - 1, column);
    return found?.value.type === 'value' ? found.value.text : '';
  };
  const rowText = ({ line }: Place): string => {
    const cells = columns.map((_, column) => textAt({ line, column }));
    return `${tsvRow(columns.map((column) => column.label))}\n${tsvRow(cells)}`;
  };

  const keepOnly = ({ line, column }: Place, negate: boolean): boolean => {
    const found = line === 0 ? undefined : read(line - 1, column);
    if (found === undefined) return false;
    addFilter(filterOf(found.column, found.value, negate));
    return true;
  };

  const activate = ({ line, column }: Place, { shiftKey }: { shiftKey: boolean }) => {
    const id = columns[column]?.id;
    if (line > 0) void openCall(line - 1);
    else if (id !== undefined) toggleSort(id, shiftKey);
  };
  const onKey = (place: Place, event: KeyboardEvent): boolean => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key.toLowerCase() === 'f' && !isCommand && !event.altKey) return keepOnly(place, event.shiftKey);
    if (event.key.toLowerCase() === 'c' && isCommand && event.shiftKey) {
      copyText(rowText(place));
      return true;
    }
    return false;
  };

  const actionsAt = (place: Place): MenuAction[] => {
    const copies: MenuAction[] = [
      { id: 'copy', label: 'Copy value', words: 'Copy value', shortcut: 'Ctrl+C', run: () => copyText(textAt(place)) },
      {
        id: 'copyRow',
        label: 'Copy row with headers',
        words: 'Copy row with headers',
        shortcut: 'Ctrl+Shift+C',
        run: () => copyText(rowText(place)),
      },
    ];
    const found = place.line === 0 ? undefined : read(place.line - 1, place.column);
    if (found === undefined) return copies.slice(0, 1);
    const says = (negate: boolean) =>
      filterInWords(filterOf(found.column, found.value, negate), around.timeZone).slice(0, 80);
    const { value } = found;
    const search: MenuAction[] =
      value.type === 'blank'
        ? []
        : [
            {
              id: 'search',
              label: 'Search this',
              words: 'Search this',
              run: () => setText(`"${value.text.slice(0, 200)}"`),
            },
          ];
    return [
      {
        id: 'open',
        label: 'Open call',
        words: 'Open call',
        shortcut: 'Enter',
        run: () => void openCall(place.line - 1),
      },
      {
        id: 'keep',
        label: `Keep only: ${says(false)}`,
        words: 'Keep only',
        shortcut: 'F',
        run: () => keepOnly(place, false),
      },
      {
        id: 'exclude',
        label: `Exclude: ${says(true)}`,
        words: 'Exclude',
        shortcut: 'Shift+F',
        run: () => keepOnly(place, true),
      },
      ...search,
      ...copies,
    ];
  };

  const isEmpty = shown !== null && shown.total === 0 && !isAsking;
  return (
    <div className="calls-body">
      <Problem problem={problem}>
        <button className="button" onClick={() => void loadCalls()}>
          Try again
        </button>
      </Problem>
      <ArrivedPill />
      {isEmpty ? (
        <NoCalls />
      ) : (
        <DataGrid
          ref={ref}
          label="Calls"
          columns={gridColumns}
          frozen={1}
          headers={1}
          rowCount={shown?.total ?? 0}
          resetKey={shown?.id ?? 0}
          selectedRow={isOpen ? index : null}
          header={header}
          cell={cell}
          onVisible={onVisible}
          onActivate={activate}
          onMove={({ line }) => {
            if (isOpen && line > 0 && line - 1 !== index) void openCall(line - 1);
          }}
          onMenu={(place, at) => setMenu({ place, at })}
          onKey={onKey}
          onCopy={textAt}
        />
      )}
      <ContextMenu
        label="Cell"
        at={menu?.at ?? null}
        actions={menu === null ? [] : actionsAt(menu.place)}
        onClose={() => setMenu(null)}
      />
      <span className="visually-hidden" role="status">
        {selection.text !== '' && shown !== null && !isAsking ? `${shown.total} calls found` : ''}
      </span>
    </div>
  );
}
