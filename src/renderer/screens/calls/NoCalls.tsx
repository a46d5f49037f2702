import { ArrowUpToLine, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Column, ColumnId } from '../../../shared/columns.ts';
import { counted, formatCount } from '../../../shared/format.ts';
import { filterInWords, type Selection } from '../../../shared/selection.ts';
import { call } from '../../bridge.ts';
import { tell } from '../../stores/notices.ts';
import { loadCalls, loadColumns, useCalls } from '../../stores/calls.ts';
import { showOnly } from '../../stores/layout.ts';
import { clearSelection, removeFilter, setBatches, setText, useSelection } from '../../stores/selection.ts';
import { useMask } from '../../stores/settings.ts';
import { goTo } from '../../stores/view.ts';

/** Nothing found: what holds the calls back, each with what its removal brings, the best way out first. */
export function NoCalls() {
  const { selection } = useSelection();
  const ways = useWaysOut(selection);
  const mask = useMask();
  const isFree = selection.text.trim() === '' && selection.filters.length === 0 && selection.batches.length === 0;
  if (isFree) {
    return (
      <div className="empty">
        <h2>No calls here yet</h2>
        <p>Sync a batch and its calls stand here, ready without a network.</p>
        <Button className="button primary" onPress={() => goTo('sync')}>
          Choose batches to sync
        </Button>
      </div>
    );
  }
  const [best] = ways;
  return (
    <div className="empty">
      <SearchX size={28} aria-hidden />
      <h2>No call matches</h2>
      <p>
        {best?.calls === 0
          ? 'All of this must hold, and taking away one alone brings no call:'
          : 'All of this must hold. Take one away:'}
      </p>
      <ul className="empty-chips" aria-label="What can be taken away">
        {ways.map(({ words, column, calls, remove }, i) => (
          <li key={i}>
            <Button
              className={i === 0 && calls !== undefined && calls > 0 ? 'button primary' : 'button'}
              onPress={remove}
            >
              <span dir="auto">{mask(words, column).slice(0, MOST_WORDS)}</span>
              {calls !== undefined && <strong className="tabular">{counted(calls, 'call')}</strong>}
            </Button>
          </li>
        ))}
      </ul>
      <Button className="button" onPress={clearSelection}>
        Show all calls
      </Button>
    </div>
  );
}

const MOST_WORDS = 200;

interface WayOut {
  readonly words: string;
  /** What the words are of. */
  readonly column?: ColumnId;
  readonly without: Selection;
  readonly remove: () => void;
  /** Calls that there are without it; undefined until counted. */
  readonly calls?: number;
}

function waysOut(selection: Selection): readonly WayOut[] {
  const { text, filters, batches, timeZone } = selection;
  return [
    ...(text.trim() === ''
      ? []
      : [
          {
            words: `Remove search “${text.trim()}”`,
            without: { ...selection, text: '' },
            remove: () => setText(''),
          },
        ]),
    ...filters.map((filter) => ({
      words: `Remove ${filterInWords(filter, timeZone)}`,
      column: filter.of.column,
      without: { ...selection, filters: filters.filter((other) => other !== filter) },
      remove: () => removeFilter(filter),
    })),
    ...(batches.length === 0
      ? []
      : [{ words: 'Look in all batches', without: { ...selection, batches: [] }, remove: () => setBatches([]) }]),
  ];
}

/** Each way out with the calls that it brings, most first. */
function useWaysOut(selection: Selection): readonly WayOut[] {
  const [counted, setCounted] = useState<{ of: Selection; ways: readonly WayOut[] } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const ways = waysOut(selection);
    Promise.all(
      ways.map(async (way) => ({ ...way, calls: await call('calls.count', { selection: way.without }) })),
    ).then((all) => isWanted && setCounted({ of: selection, ways: all.sort((a, b) => b.calls - a.calls) }), tell);
    return () => {
      isWanted = false;
    };
  }, [selection]);
  return counted?.of === selection ? counted.ways : waysOut(selection);
}

/** All columns are hidden: rows without words would tell nothing. */
export function NoColumns({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <div className="empty">
      <h2>All columns are hidden</h2>
      <p>The calls are there. Choose what to see of them at the top right, or show everything again.</p>
      <Button className="button primary" onPress={() => showOnly(columns, new Set(columns.map(({ id }) => id)))}>
        Show all columns
      </Button>
    </div>
  );
}

/** New calls wait here, so that the rows in sight never jump. */
export function ArrivedPill() {
  const arrived = useCalls((state) => state.arrived);
  if (arrived === 0) return null;
  return (
    <Button
      className="pill"
      onPress={() => {
        void loadCalls();
        void loadColumns();
      }}
    >
      <ArrowUpToLine size={14} aria-hidden />
      {arrived > 0 ? `${formatCount(arrived)} new – show` : `${formatCount(-arrived)} gone – refresh`}
    </Button>
  );
}
