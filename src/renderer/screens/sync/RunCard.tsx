import { Clock, WifiOff } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { counted, formatCount } from '../../../shared/format.ts';
import type { BatchProgress, SyncRun } from '../../../shared/model.ts';
import { Bar } from '../../components/Bar.tsx';
import { Problem } from '../../components/Problem.tsx';
import { batchName } from '../../stores/batches.ts';
import { cancelSync, pauseSync, resumeSync, retrySync, useSync } from '../../stores/sync.ts';
import { goTo } from '../../stores/view.ts';
import { ChangesList } from './ChangesList.tsx';
import { bytesInWords, countsInWords, endingInWords, progressOf, speedInWords } from './words.ts';

const stateWords: Record<BatchProgress['state'], string> = {
  waiting: 'waiting',
  syncing: 'syncing',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/**
 * The running sync, or how the last one ended. `isShort`: for the drawer, which shows only the batches that are not over. Before any sync
 * its place is there unseen: a screen reader does not say the words of a status that comes with them.
 */
export function RunCard({ isShort = false }: { readonly isShort?: boolean }) {
  const run = useSync((state) => state.run);
  const ending = run === null ? undefined : endingInWords(run);
  return (
    <section
      className={run === null ? 'visually-hidden' : 'panel run'}
      aria-label={run === null ? undefined : 'Sync run'}
    >
      <header className="row run-head">
        <div role="status" aria-label="Sync state">
          {run !== null && <h2>{ending ?? headOf(run)}</h2>}
        </div>
        {run !== null && (
          <>
            {/* Not a part of the status: a screen reader would say it all anew with each of them. */}
            {ending === undefined && <span className="muted tabular">{counted(run.requests, 'request')}</span>}
            <span className="grow" />
            {ending === undefined && <Hold run={run} />}
            <RunActions run={run} isShort={isShort} />
          </>
        )}
      </header>
      {run !== null && <RunParts run={run} isShort={isShort} />}
    </section>
  );
}

/** How far the run and its batches are, and what it changed. */
function RunParts({ run, isShort }: { readonly run: SyncRun; readonly isShort: boolean }) {
  const queue = useSync((state) => state.queue);
  const isRunning = run.state === 'running';
  const isOver = ({ state }: BatchProgress) => state === 'done' || state === 'cancelled';
  const shown = isShort ? run.batches.filter((batch) => !isOver(batch)).slice(0, MOST_SHORT) : run.batches;
  return (
    <>
      {isRunning && <Progress run={run} />}
      {queue.length > 0 && (
        <p className="muted">Then {queue.length === 1 ? 'another sync' : `${queue.length} other syncs`}.</p>
      )}
      {shown.length > 0 && (
        <ul className="run-batches" aria-label="Batches of this sync" tabIndex={0}>
          {shown.map((batch) => (
            <RunBatch key={batch.batch} batch={batch} run={run} />
          ))}
        </ul>
      )}
      {!isShort && !isRunning && run.batches.some(({ changed, gone }) => changed + gone > 0) && (
        <ChangesList key={run.runId} runId={run.runId} />
      )}
    </>
  );
}

const MOST_SHORT = 6;

function headOf(run: SyncRun): string {
  const done = run.batches.filter(({ state }) => state === 'done').length;
  const words = run.hold === 'paused' ? 'Paused' : run.hold === 'offline' ? 'Waiting for the network' : 'Syncing';
  return `${words}: ${done} of ${counted(run.batches.length, 'batch', 'batches')} done`;
}

function RunActions({ run, isShort }: { readonly run: SyncRun; readonly isShort: boolean }) {
  if (run.state !== 'running') {
    return isShort ? null : (
      <Button className="button" onPress={() => goTo('calls')}>
        Show calls
      </Button>
    );
  }
  return (
    <>
      {run.hold === 'paused' ? (
        <Button className="button" onPress={resumeSync}>
          Resume
        </Button>
      ) : (
        <Button className="button" onPress={pauseSync}>
          Pause
        </Button>
      )}
      <Button className="button" onPress={cancelSync}>
        Cancel sync
      </Button>
    </>
  );
}

/** All batches as one bar, with the speed and what is left. */
function Progress({ run }: { readonly run: SyncRun }) {
  const samples = useSync((state) => state.samples);
  const progress = progressOf(run);
  const parts = [
    speedInWords(samples, progress),
    run.retries === 0 ? undefined : `${formatCount(run.retries)} sent again`,
    bytesInWords(run.bytes),
  ];
  return (
    <div className="run-progress">
      <Bar
        label={progress.unit === 'calls' ? 'Calls received' : 'Contacts received'}
        done={progress.done}
        total={progress.all}
      />
      <p className="muted tabular">{parts.filter((part) => part !== undefined).join(' · ')}</p>
    </div>
  );
}

function RunBatch({ batch, run }: { readonly batch: BatchProgress; readonly run: SyncRun }) {
  const name = `${batchName(batch)} · ${batch.batch_id}`;
  const isUnfinished = batch.state === 'done' && !batch.complete;
  const isReadingContacts = batch.step === 'contacts' && batch.state === 'syncing';
  const isOpen = run.state === 'running' && (batch.state === 'syncing' || batch.state === 'waiting');
  const total = batch.total ?? (isOpen ? batch.expected : batch.fetched);
  return (
    <li>
      <span className="ellipsis" title={name}>
        {batchName(batch)} <span className="mono muted">{batch.batch_id}</span>
      </span>
      {isReadingContacts ? (
        <Bar label={name} done={batch.contacts} total={batch.expected} isLabelHidden />
      ) : (
        <Bar label={name} done={batch.fetched} total={total} isLabelHidden />
      )}
      <span className={`state state-${batch.state}`}>{isReadingContacts ? 'contacts' : stateWords[batch.state]}</span>
      <span className="muted tabular ellipsis" title={countsInWords(batch)}>
        {batch.state === 'waiting' ? '' : countsInWords(batch)}
        {isUnfinished && ' – partial'}
      </span>
      <Problem problem={batch.error} />
    </li>
  );
}

/** What makes the sync wait. None of it is a fault, so none of it is red. */
function Hold({ run }: { readonly run: SyncRun }) {
  if (run.hold === 'paused') return null;
  if (run.hold === 'offline') {
    return (
      <>
        <Countdown icon={<WifiOff size={14} aria-hidden />} until={run.nextTryAt} words="No network: next try" />
        <Button className="button" onPress={retrySync}>
          Try now
        </Button>
      </>
    );
  }
  if (run.waitingUntil === null) return null;
  return (
    <Countdown icon={<Clock size={14} aria-hidden />} until={run.waitingUntil} words="Request limit reached: goes on" />
  );
}

interface CountdownProps {
  readonly icon: ReactNode;
  /** null: now. */
  readonly until: number | null;
  readonly words: string;
}

function Countdown({ icon, until, words }: CountdownProps) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <span className="countdown tabular">
      {icon}
      {words} {seconds === 0 ? 'now' : `in ${seconds} s`}
    </span>
  );
}
