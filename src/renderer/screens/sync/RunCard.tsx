import { Clock } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { formatCount } from '../../../shared/format.ts';
import type { BatchProgress, SyncRun } from '../../../shared/model.ts';
import { Bar } from '../../components/Bar.tsx';
import { Problem } from '../../components/Problem.tsx';
import { batchName } from '../../stores/batches.ts';
import { cancelSync, useSync } from '../../stores/sync.ts';
import { goTo } from '../../stores/view.ts';
import { ChangesList } from './ChangesList.tsx';
import { countsInWords, endingInWords } from './words.ts';

const stateWords: Record<BatchProgress['state'], string> = {
  waiting: 'waiting',
  syncing: 'syncing',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** The running sync, or how the last one ended. */
export function RunCard() {
  const { run, queue } = useSync();
  if (run === null) return null;
  const ending = endingInWords(run);
  const done = run.batches.filter(({ state }) => state === 'done').length;
  return (
    <section className="panel run" aria-label="Sync run">
      <header className="row">
        <div role="status">
          <h2>
            {ending ?? `Syncing: ${done} of ${run.batches.length} batches done, ${formatCount(run.requests)} requests`}
          </h2>
        </div>
        <span className="grow" />
        {run.waitingUntil !== null && ending === undefined && <Countdown until={run.waitingUntil} />}
        {ending === undefined ? (
          <Button className="button" onPress={cancelSync}>
            Cancel sync
          </Button>
        ) : (
          <Button className="button" onPress={() => goTo('calls')}>
            Show calls
          </Button>
        )}
      </header>
      {queue.length > 0 && (
        <p className="muted">Then {queue.length === 1 ? 'another account' : `${queue.length} other accounts`}.</p>
      )}
      <ul className="run-batches" aria-label="Batches of this sync" tabIndex={0}>
        {run.batches.map((batch) => (
          <RunBatch key={batch.batch} batch={batch} run={run} />
        ))}
      </ul>
      {ending !== undefined && run.batches.some(({ changed, gone }) => changed + gone > 0) && (
        <ChangesList key={run.runId} runId={run.runId} />
      )}
    </section>
  );
}

function RunBatch({ batch, run }: { readonly batch: BatchProgress; readonly run: SyncRun }) {
  const name = `${batchName(batch)} · ${batch.batch_id}`;
  const isUnfinished = batch.state === 'done' && !batch.complete;
  const total = batch.total ?? (run.state === 'running' && batch.state === 'syncing' ? null : batch.fetched);
  return (
    <li>
      <span className="ellipsis" title={name}>
        {batchName(batch)} <span className="mono muted">{batch.batch_id}</span>
      </span>
      <Bar label={name} done={batch.fetched} total={total} isLabelHidden />
      <span className={`state state-${batch.state}`}>{stateWords[batch.state]}</span>
      <span className="muted tabular ellipsis" title={countsInWords(batch)}>
        {batch.state === 'waiting' ? '' : countsInWords(batch)}
        {isUnfinished && ' – partial'}
      </span>
      <Problem problem={batch.error} />
    </li>
  );
}

/** The rate limit makes the sync wait; that is no fault. */
function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <span className="countdown tabular">
      <Clock size={14} aria-hidden />
      Request limit reached: goes on in {seconds} s
    </span>
  );
}
