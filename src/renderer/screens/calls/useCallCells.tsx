import { ArrowDown, ArrowUp } from 'lucide-react';
import { Fragment, useCallback } from 'react';
import { isField, outcomeKeyOf, type Column } from '../../../shared/columns.ts';
import type { CallRow } from '../../../shared/model.ts';
import type { Snippet } from '../../../shared/searchHits.ts';
import type { Query } from '../../../shared/searchQuery.ts';
import { blankLabel, type Sort } from '../../../shared/selection.ts';
import type { GridCell } from '../../components/GridLine.tsx';
import { marked } from '../../components/Marked.tsx';
import { preview } from '../../components/preview.ts';
import { rowAt, useCalls, useSearchQuery } from '../../stores/calls.ts';
import { ValueMark } from './ValueMark.tsx';
import { blankMarks, cellOf, foundColumn, type CellValue, type Surroundings } from './cellValue.ts';

const MOST_CHARACTERS = 200;
const MOST_HOVER_CHARACTERS = 2_000;

export interface FoundCell {
  readonly column: Column;
  readonly row: CallRow;
  readonly value: CellValue;
}

/** What stands in the cells of the calls grid. */
export function useCallCells(columns: readonly Column[], sort: readonly Sort[], around: Surroundings) {
  const shown = useCalls((state) => state.shown);

  const header = useCallback(
    (_level: number, at: number): GridCell => {
      const column = columns[at];
      return column === undefined ? { content: '' } : headerCell(column, sort);
    },
    [columns, sort],
  );

  /** undefined: not read yet. */
  const find = useCallback(
    (row: number, at: number): FoundCell | undefined => {
      const column = columns[at];
      const found = rowAt(shown, row);
      if (column === undefined || found === undefined) return undefined;
      return { column, row: found, value: cellOf(found, column, around) };
    },
    [columns, shown, around],
  );

  const readRow = useCallback((row: number) => rowAt(shown, row), [shown]);
  const query = useSearchQuery(shown?.selection.text ?? '');
  const cell = useCallback(
    (row: CallRow, at: number): GridCell => {
      const column = columns[at];
      if (column === undefined) return { content: '' };
      return bodyCell({ column, row, value: cellOf(row, column, around) }, query, around.timeZone, at === 0);
    },
    [columns, query, around],
  );

  return { header, readRow, cell, find };
}

function headerCell({ id, label }: Column, sort: readonly Sort[]): GridCell {
  if (id === foundColumn.id)
    return { content: <span className="ellipsis">{label}</span>, title: 'Where the search found the call' };
  const place = sort.findIndex((one) => one.column === id);
  const order = sort[place];
  return {
    title: `${label} – click to sort, Shift+click to sort by several, drag to move`,
    sort: order === undefined ? 'none' : order.descending ? 'descending' : 'ascending',
    className: outcomeKeyOf(id) === undefined ? 'sortable' : 'sortable outcome',
    content: (
      <>
        <span className="ellipsis" dir="auto">
          {label}
        </span>
        {order !== undefined && (
          <span className="sort-mark" aria-hidden>
            {order.descending ? <ArrowDown size={13} /> : <ArrowUp size={13} />}
            {sort.length > 1 && place + 1}
          </span>
        )}
      </>
    ),
  };
}

function bodyCell({ column, row, value }: FoundCell, query: Query, timeZone: string, isFirst: boolean): GridCell {
  const gone = row.goneAt === null ? '' : ' gone';
  const opens = isFirst ? ' opens' : '';
  if (value.type === 'blank')
    return { content: blankMarks[value.kind], title: blankLabel(value.kind), className: `blank${gone}${opens}` };
  if (column.id === foundColumn.id && row.snippet !== null) {
    const content = <FoundIn words={value.text} snippet={row.snippet} />;
    return { content, dir: 'auto', title: value.text, className: gone };
  }
  return {
    content: (
      <>
        {(!isField(column.id) || column.kind === 'yes_no') && <ValueMark value={value} kind={column.kind} />}
        {marked({ text: value.text, field: column.id, query }, MOST_CHARACTERS)}
      </>
    ),
    dir: 'auto',
    title: hoverText(value, column.kind === 'time' ? timeZone : undefined),
    className: `${gone}${opens}`,
  };
}

/** So much before the first hit fits beside the field's name; more would push the hit out of the cell. */
const MOST_LEAD = 16;

/** A snippet after the name of its field; its hits are known. */
function FoundIn({ words, snippet }: { readonly words: string; readonly snippet: Snippet }) {
  const first = snippet.hits[0]?.start ?? 0;
  const from = first > MOST_LEAD ? first - MOST_LEAD : 0;
  const hits = snippet.hits.map(({ start, end }) => ({ start: start - from, end: end - from }));
  return (
    <>
      <span className="muted">
        {words.slice(0, words.length - snippet.text.length)}
        {from > 0 && '…'}
      </span>
      {preview(snippet.text.slice(from), hits).map(({ text, isHit }, i) =>
        isHit ? <mark key={i}>{text}</mark> : <Fragment key={i}>{text}</Fragment>,
      )}
    </>
  );
}

/** The whole value, what was received for it, and the zone of a time. */
function hoverText({ text, raw }: CellValue & { readonly type: 'value' }, timeZone: string | undefined): string {
  const whole = text.slice(0, MOST_HOVER_CHARACTERS);
  if (raw !== undefined) return `${whole} – received as “${raw.slice(0, MOST_HOVER_CHARACTERS)}”`;
  return timeZone === undefined ? whole : `${whole} ${timeZone}`;
}
