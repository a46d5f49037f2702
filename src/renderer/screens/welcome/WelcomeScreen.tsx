import { Database, PhoneCall, WifiOff } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorValue } from '../../../shared/errors.ts';
import type { Account } from '../../../shared/model.ts';
import { call, problemOf } from '../../bridge.ts';
import { Problem } from '../../components/Problem.tsx';
import { loadBatches, useBatches } from '../../stores/batches.ts';
import { loadCalls, loadColumns } from '../../stores/calls.ts';
import { loadAccounts, useSession } from '../../stores/session.ts';
import { loadSync, syncEnded } from '../../stores/sync.ts';
import { goTo, useView } from '../../stores/view.ts';
import { ChooseBatches } from './ChooseBatches.tsx';
import { ConnectForm } from './ConnectForm.tsx';

/** From nothing to calls: connection and key, then batches. Or the sample, without either. */
export function WelcomeScreen() {
  const [account, setAccount] = useState<Account | null>(null);
  // As it was on coming here: what appears while connecting changes nothing on this screen.
  const [hasAccount] = useState(
    () => useSession.getState().accounts.length > 0 || useBatches.getState().batches.length > 0,
  );
  const connected = (account: Account) => {
    // From here on there is an account, but its batches are still to be chosen.
    useView.setState({ isConnecting: true });
    setAccount(account);
    void loadAccounts();
  };
  return (
    <main className="welcome">
      <header>
        <PhoneCall size={26} aria-hidden className="brand" />
        <div>
          <h1>
            {account === null
              ? hasAccount
                ? 'Add an account'
                : 'Welcome to Callbook'
              : `Choose batches of ${account.name}`}
          </h1>
          <p className="muted">
            {account === null
              ? 'Search, pivot and export the calls of your AI voice agents, offline.'
              : 'They are copied to this computer. More can be added at any time.'}
          </p>
        </div>
      </header>
      <ol className="steps" aria-label="Steps">
        <li className={account === null ? undefined : 'done'} aria-current={account === null ? 'step' : undefined}>
          1. Connection
        </li>
        <li className={account === null ? undefined : 'done'} aria-current={account === null ? 'step' : undefined}>
          2. Key
        </li>
        <li aria-current={account === null ? undefined : 'step'}>3. Batches</li>
      </ol>
      {account !== null ? (
        <ChooseBatches account={account} />
      ) : (
        <>
          <ConnectForm onConnected={connected} />
          {hasAccount ? (
            <Button className="button quiet" onPress={() => useView.setState({ isConnecting: false })}>
              Back
            </Button>
          ) : (
            <SampleOffer />
          )}
        </>
      )}
    </main>
  );
}

function SampleOffer() {
  const [isOpening, setIsOpening] = useState(false);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const open = async () => {
    setIsOpening(true);
    setProblem(null);
    // Stay here until the calls are in: they would arrive under the reader's eyes.
    useView.setState({ isConnecting: true });
    try {
      await call('accounts.openSample');
      await loadSync();
      await syncEnded();
      await Promise.all([loadAccounts(), loadBatches(), loadCalls(), loadColumns()]);
      goTo('calls');
    } catch (thrown) {
      useView.setState({ isConnecting: false });
      setProblem(problemOf(thrown));
      setIsOpening(false);
    }
  };
  return (
    <section className="sample" aria-label="Sample data">
      <Database size={20} aria-hidden />
      <div className="grow">
        <h2>No key at hand?</h2>
        <p className="muted">
          Look around with made-up calls. <WifiOff size={12} aria-hidden /> No key, no network.
        </p>
        <Problem problem={problem} />
      </div>
      <Button className="button" isDisabled={isOpening} onPress={() => void open()}>
        {isOpening ? 'Opening…' : 'Explore sample data'}
      </Button>
    </section>
  );
}
