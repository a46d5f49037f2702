import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { dimensionLabel, isField } from '../../../shared/columns.ts';
import { Problem } from '../../components/Problem.tsx';
import { useCalls } from '../../stores/calls.ts';
import { tell } from '../../stores/notices.ts';
import { listFewValued, runPivot, usePivot } from '../../stores/pivot.ts';
import { setPivot, useSelection } from '../../stores/selection.ts';
import { suggestions } from './dimensions.ts';
import { PivotControls } from './PivotControls.tsx';
import { PivotGrid } from './PivotGrid.tsx';

/** Calls counted by the values of dimensions. */
export function PivotScreen() {
  const spec = useSelection((state) => state.pivot);
  const { result, isAsking, problem } = usePivot();
  return (
    <section className="pivot" aria-label="Pivot">
      <h1 className="visually-hidden">Pivot</h1>
      <PivotControls />
      <Problem problem={problem}>
        <Button className="button" onPress={() => void runPivot()}>
          Try again
        </Button>
      </Problem>
      {spec === null ? (
        <Suggestions />
      ) : result === null ? (
        isAsking && <p className="pad muted">Counting…</p>
      ) : result.calls === 0 ? (
        <div className="empty">
          <h2>No calls to count</h2>
          <p>The search and filters leave no call. Take one away above.</p>
        </div>
      ) : (
        <PivotGrid result={result} isStale={isAsking} />
      )}
    </section>
  );
}

function Suggestions() {
  const columns = useCalls((state) => state.columns);
  const [fewValued, setFewValued] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let isWanted = true;
    listFewValued(columns, () => isWanted).then((ids) => isWanted && setFewValued(ids), tell);
    return () => {
      isWanted = false;
    };
  }, [columns]);
  const offers = suggestions(columns.filter(({ id }) => isField(id) || fewValued.has(id)));
  return (
    <div className="empty">
      <h2>Choose what to count by</h2>
      <p>
        Add an outcome key or a field to the rows or the columns
        {offers.length > 0 ? ', or begin with one of these:' : '.'}
      </p>
      <ul className="empty-chips">
        {offers.map((spec, i) => (
          <li key={i}>
            <Button className="button" onPress={() => setPivot(spec)}>
              {[...spec.rows, ...spec.columns].map(dimensionLabel).join(' × ')}
            </Button>
          </li>
        ))}
      </ul>
      {columns.every(({ id }) => !id.startsWith('outcome:')) && (
        <p className="muted">These calls have no outcome keys; fields such as the status can still be counted.</p>
      )}
    </div>
  );
}
