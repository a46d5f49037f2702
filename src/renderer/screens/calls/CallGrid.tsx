import { useEffect, useMemo, useState, type KeyboardEvent, type Ref } from 'react';
import type { Density } from '../../../shared/settings.ts';
import { arrangeColumns, draggedWidth } from '../../../shared/view.ts';
import { ContextMenu } from '../../components/ContextMenu.tsx';
import { DataGrid } from '../../components/DataGrid.tsx';
import type { GridHandle } from '../../components/gridProps.ts';
import type { Place } from '../../components/gridKeys.ts';
import { pickedRows } from '../../components/gridRanges.ts';
import { Problem } from '../../components/Problem.tsx';
import { loadCalls, needRows, useCalls } from '../../stores/calls.ts';
import { openCall, useDetail } from '../../stores/detail.ts';
import { moveColumn, setPinned, setWidth } from '../../stores/layout.ts';
import { clearPicked, setPicked, usePicked } from '../../stores/picked.ts';
import { toggleSort, useSelection } from '../../stores/selection.ts';
import { useMask, useSettings } from '../../stores/settings.ts';
import { cellMenu, headerMenu } from './cellMenu.ts';
import { columnWidth, foundColumn, isEndAligned } from './cellValue.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import { copyPicked } from './copyPicked.ts';
import { keepValue } from './keepValue.ts';
import { ArrivedPill, NoCalls, NoColumns } from './NoCalls.tsx';
import { useCallCells } from './useCallCells.tsx';
import { useSurroundings } from './useSurroundings.ts';

const rowHeights: Record<Density, number> = { compact: 24, normal: 28, comfortable: 36 };

/** Every call of the selection, a row each. */
export function CallGrid({ ref }: { readonly ref: Ref<GridHandle> }) {
  const all = useCalls((state) => state.columns);
  const shown = useCalls((state) => state.shown);
  const isEmpty = useCalls(({ shown: now, isAsking }) => now?.total === 0 && !isAsking);
  const problem = useCalls((state) => state.problem);
  const sort = useSelection((state) => state.sort);
  const layout = useSelection((state) => state.layout);
  const density = useSettings((state) => state.settings.density);
  const isOpen = useDetail((state) => state.isOpen);
  const index = useDetail((state) => state.index);
  const picked = usePicked((state) => state.ranges);
  const around = useSurroundings();
  const mask = useMask();
  const [opened, setOpened] = useState<{ line: number; id: string; at: { x: number; y: number } } | null>(null);

  const hasSnippets = shown?.hasSnippets ?? false;
  const { columns, pinned } = useMemo(() => {
    const arranged = arrangeColumns(all, layout);
    if (!hasSnippets || arranged.columns.length === 0) return arranged;
    return { ...arranged, columns: arranged.columns.toSpliced(arranged.pinned, 0, foundColumn) };
  }, [all, layout, hasSnippets]);
  const gridColumns = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        width: draggedWidth(layout, column.id) ?? columnWidth(column),
        isEnd: isEndAligned(column),
      })),
    [columns, layout],
  );
  const { header, readRow, cell, find } = useCallCells(columns, sort, around);

  // Other rows or columns, or another screen: what was picked is no longer there.
  const ids = useMemo(() => columns.map(({ id }) => id), [columns]);
  const order = JSON.stringify(ids);
  useEffect(() => clearPicked, [order, shown?.id]);

  /** What is picked, also from a header (Ctrl+A after a click that sorts); else the cell. */
  const copy = ({ line, column }: Place) => {
    const cell = { row: line - 1, column };
    if (picked.length > 0) void copyPicked(picked, columns, around);
    else if (line > 0) void copyPicked([{ from: cell, to: cell }], columns, around);
  };
  const copyRows = ({ line }: Place) => {
    const rows = picked.length > 0 ? pickedRows(picked) : [{ first: line - 1, last: line - 1 }];
    const right = columns.length - 1;
    const ranges = rows.map(({ first, last }) => ({
      from: { row: first, column: 0 },
      to: { row: last, column: right },
    }));
    if (line > 0 || picked.length > 0) void copyPicked(ranges, columns, around);
  };

  const keepOnly = ({ line, column }: Place, negate: boolean): boolean => {
    const found = line === 0 ? undefined : find(line - 1, column);
    if (found === undefined || found.column.id === foundColumn.id) return false;
    void keepValue(found.row.rowId, found.column, found.value, negate);
    return true;
  };

  const activate = ({ line, column }: Place, { shiftKey }: { shiftKey: boolean }, how: 'click' | 'double' | 'key') => {
    const id = columns[column]?.id;
    if (line === 0) {
      if (id !== undefined && id !== foundColumn.id && how !== 'double') toggleSort(id, shiftKey);
      return;
    }
    // A click on the first column opens; elsewhere it picks the cell, and an open panel follows.
    if (how !== 'click' || column === 0 || isOpen) void openCall(line - 1);
  };
  const onKey = (place: Place, event: KeyboardEvent): boolean => {
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (key === 'f' && !isCommand && !event.altKey) return keepOnly(place, event.shiftKey);
    if (key === 'c' && isCommand && event.shiftKey) {
      copyRows(place);
      return true;
    }
    return false;
  };

  const actionsAt = (place: Place) => {
    const column = columns[place.column];
    if (place.line > 0) {
      return cellMenu(find(place.line - 1, place.column), {
        timeZone: around.timeZone,
        mask,
        open: () => void openCall(place.line - 1),
        copy: () => copy(place),
        copyRows: () => copyRows(place),
      });
    }
    if (column === undefined || column.id === foundColumn.id) return [];
    // What tells where the search found a call is in no layout: columns move past it.
    const others = columns.filter(({ id }) => id !== foundColumn.id);
    const at = others.indexOf(column);
    return headerMenu(column, {
      sort,
      all,
      left: others[at - 1],
      afterRight: at === others.length - 1 ? undefined : (others[at + 2] ?? null),
      isPinned: layout.pinned.includes(column.id),
    });
  };

  // A sync may bring columns while it is open: it stays with its own, and goes with it.
  const column = columns.findIndex(({ id }) => id === opened?.id);
  const menu = opened === null || column < 0 ? null : { line: opened.line, column, at: opened.at };

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
        <div className="calls-grid-frame">
          {all.length > 0 && columns.length === 0 ? (
            <NoColumns columns={all} />
          ) : (
            <DataGrid
              ref={ref}
              label="Calls"
              columns={gridColumns}
              frozen={pinned}
              headers={1}
              rowCount={shown?.total ?? 0}
              rowHeight={rowHeights[density]}
              hasGutter
              resetKey={shown?.id ?? 0}
              openRow={isOpen ? index : null}
              header={header}
              rowAt={readRow}
              cell={cell}
              picked={picked}
              onPicked={(ranges) => setPicked(ranges, ids)}
              onResize={(column, width) => setWidth(columns[column]?.id ?? '', width)}
              onReorder={(column, before) => {
                const [id, next] = [columns[column]?.id ?? '', columns[before]?.id];
                if (id === foundColumn.id) return;
                // In no layout, it stands behind the pinned ones: before it is at their end.
                if (next === foundColumn.id) setPinned(id, true);
                else moveColumn(all, id, next ?? null);
              }}
              onVisible={(first, last) => needRows({ first, last })}
              onActivate={activate}
              onMove={({ line }) => {
                if (isOpen && line > 0 && line - 1 !== index) void openCall(line - 1);
              }}
              onMenu={({ line, column }, at) => setOpened({ line, id: columns[column]?.id ?? '', at })}
              onKey={onKey}
              onCopy={copy}
            />
          )}
          <ColumnChooser columns={all} />
        </div>
      )}
      <ContextMenu
        label={menu?.line === 0 ? 'Column' : 'Cell'}
        at={menu?.at ?? null}
        actions={menu === null ? [] : actionsAt(menu)}
        onClose={() => setOpened(null)}
      />
    </div>
  );
}
