import { ArrowUpToLine, SearchX } from 'lucide-react';
import { Button } from 'react-aria-components';
import { formatCount } from '../../../shared/format.ts';
import { filterInWords } from '../../../shared/selection.ts';
import { loadCalls, loadColumns, useCalls } from '../../stores/calls.ts';
import { clearSelection, removeFilter, setBatches, setText, useSelection } from '../../stores/selection.ts';
import { goTo } from '../../stores/view.ts';

/** Nothing found: what holds the calls back, each with its way out. */
export function NoCalls() {
  const { selection } = useSelection();
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
  return (
    <div className="empty">
      <SearchX size={28} aria-hidden />
      <h2>No call matches</h2>
      <p>All of this must hold. Take one away:</p>
      <ul className="empty-chips">
        {selection.text.trim() !== '' && (
          <li>
            <Button className="button" onPress={() => setText('')}>
              Remove search “{selection.text.trim().slice(0, 60)}”
            </Button>
          </li>
        )}
        {selection.filters.map((filter, i) => (
          <li key={i}>
            <Button className="button" onPress={() => removeFilter(filter)}>
              Remove {filterInWords(filter, selection.timeZone)}
            </Button>
          </li>
        ))}
        {selection.batches.length > 0 && (
          <li>
            <Button className="button" onPress={() => setBatches([])}>
              Look in all batches
            </Button>
          </li>
        )}
      </ul>
      <Button className="button primary" onPress={clearSelection}>
        Show all calls
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
