import { Plus, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorValue } from '../../../shared/errors.ts';
import { call, problemOf } from '../../bridge.ts';
import { Problem } from '../../components/Problem.tsx';
import { loadBatches, useBatches } from '../../stores/batches.ts';
import { useSession } from '../../stores/session.ts';
import { startSync, useSync } from '../../stores/sync.ts';
import { useView } from '../../stores/view.ts';
import { FindBatch } from '../welcome/FindBatch.tsx';
import { BatchTable } from './BatchTable.tsx';
import { PastRuns } from './PastRuns.tsx';
import { RejectedList } from './RejectedList.tsx';
import { RunCard } from './RunCard.tsx';

/** What is synced, what could be, and how the last run went. */
export function SyncScreen() {
  const batches = useBatches((state) => state.batches);
  const accounts = useSession((state) => state.accounts);
  const rejected = useSync((state) => state.rejected);
  const isRunning = useSync((state) => state.run?.state === 'running');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [problems, setProblems] = useState<readonly ErrorValue[]>([]);
  const [isRefreshing, setIsRefreshing] = useState(false);
  const connected = accounts.filter((account) => !account.isSample);
  const keys = batches.filter(({ key }) => chosen.has(key)).map(({ key }) => key);

  const refresh = async () => {
    setIsRefreshing(true);
    const answers = await Promise.allSettled(
      connected.map((account) => call('batches.refresh', { accountId: account.id })),
    );
    setProblems(answers.flatMap((answer) => (answer.status === 'rejected' ? [problemOf(answer.reason)] : [])));
    await loadBatches().catch((thrown: unknown) => setProblems([problemOf(thrown)]));
    setIsRefreshing(false);
  };
  return (
    <div className="screen">
      <header className="screen-head">
        <h1>Sync</h1>
        <span className="grow" />
        <Button className="button" onPress={() => useView.setState({ isConnecting: true })}>
          <Plus size={15} aria-hidden />
          Add account
        </Button>
        <Button
          className="button"
          isPending={isRefreshing}
          isDisabled={connected.length === 0}
          onPress={() => void refresh()}
        >
          {isRefreshing ? 'Looking…' : 'Look for new batches'}
        </Button>
        <Button className="button" isDisabled={keys.length === 0} onPress={() => startSync(keys, true)}>
          {keys.length === 0 ? 'Sync chosen' : `Sync ${keys.length} chosen`}
        </Button>
        <Button
          className="button"
          isDisabled={batches.length === 0}
          onPress={() =>
            startSync(
              batches.map(({ key }) => key),
              true,
            )
          }
        >
          Re-sync everything
        </Button>
        <Button
          className="button primary"
          isDisabled={batches.length === 0}
          onPress={() => startSync(batches.map(({ key }) => key))}
        >
          <RefreshCw size={15} aria-hidden className={isRunning ? 'spin' : ''} />
          Sync all
        </Button>
      </header>
      {problems.map((problem) => (
        <Problem key={problem.message} problem={problem} />
      ))}
      <RunCard />
      <BatchTable chosen={new Set(keys)} onChoose={setChosen} />
      {connected.length > 0 && <FindBatch accounts={connected} onFound={() => void loadBatches()} />}
      {rejected.length > 0 && <RejectedList items={rejected} />}
      <PastRuns />
    </div>
  );
}
