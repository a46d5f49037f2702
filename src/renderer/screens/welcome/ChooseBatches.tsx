import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorValue } from '../../../shared/errors.ts';
import { counted, formatCount } from '../../../shared/format.ts';
import type { Account, Batch } from '../../../shared/model.ts';
import { call, problemOf } from '../../bridge.ts';
import { Check } from '../../components/Check.tsx';
import { Problem } from '../../components/Problem.tsx';
import { batchName, loadBatches, useBatches } from '../../stores/batches.ts';
import { startSync } from '../../stores/sync.ts';
import { goTo } from '../../stores/view.ts';
import { FindBatch } from './FindBatch.tsx';
import { estimateInWords, estimateSync } from './estimate.ts';

/** The account's batches, to choose which to sync. */
export function ChooseBatches({ account }: { readonly account: Account }) {
  const batches = useBatches((state) => state.batches).filter((batch) => batch.accountId === account.id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const [isAsking, setIsAsking] = useState(true);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isWanted = true;
    call('batches.refresh', { accountId: account.id })
      .then(async (listed) => {
        await loadBatches();
        if (isWanted)
          setChosen(new Set(listed.filter((batch) => batch.accountId === account.id).map((batch) => batch.key)));
      })
      .catch((thrown: unknown) => isWanted && setProblem(problemOf(thrown)))
      .finally(() => isWanted && setIsAsking(false));
    return () => {
      isWanted = false;
    };
  }, [account.id, attempt]);

  const toggle = (keys: readonly string[], isChosen: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      for (const key of keys) {
        if (isChosen) after.add(key);
        else after.delete(key);
      }
      return after;
    });
  const found = (batch: Batch) => {
    void loadBatches();
    toggle([batch.key], true);
  };
  const tryAgain = () => {
    setIsAsking(true);
    setProblem(null);
    setAttempt(attempt + 1);
  };
  const sync = () => {
    goTo('sync');
    startSync([...chosen]);
  };
  const mayNotList = problem?.code === 'FORBIDDEN';
  return (
    <section className="panel choose" aria-label="Batches">
      {/* One place from the beginning: a screen reader does not say the words of a status that comes with them. */}
      <p role="status" aria-label="List state">
        {isAsking
          ? 'Reading the list of batches…'
          : problem === null && batches.length === 0 && 'The account has no batches yet.'}
      </p>
      {mayNotList ? (
        <p role="note">
          This account may not list its batches. Type the ids of those you want; the provider’s console shows them.
        </p>
      ) : (
        <Problem problem={problem}>
          <Button className="button" onPress={tryAgain}>
            Try again
          </Button>
        </Problem>
      )}
      {batches.length > 0 && (
        <div className="table-scroll" tabIndex={0} role="region" aria-label="List of batches">
          <table className="table">
            <thead>
              <tr>
                <th>
                  <Check
                    label="All batches"
                    checked={chosen.size > 0 && batches.every(({ key }) => chosen.has(key))}
                    isMixed={chosen.size > 0 && !batches.every(({ key }) => chosen.has(key))}
                    onChange={(isChosen) =>
                      toggle(
                        batches.map(({ key }) => key),
                        isChosen,
                      )
                    }
                  />
                </th>
                <th>Agent</th>
                <th>Batch</th>
                <th>Status</th>
                <th>Created</th>
                <th className="end">Contacts</th>
              </tr>
            </thead>
            <tbody>
              {batches.map((batch) => (
                <tr key={batch.key}>
                  <td>
                    <Check
                      label={`${batchName(batch)} ${batch.batch_id}`}
                      checked={chosen.has(batch.key)}
                      onChange={(isChosen) => toggle([batch.key], isChosen)}
                    />
                  </td>
                  <td>{batchName(batch)}</td>
                  <td className="mono">{batch.batch_id}</td>
                  <td>{batch.status ?? '–'}</td>
                  <td className="tabular">{batch.created_at?.slice(0, 10) ?? '–'}</td>
                  <td className="end tabular">
                    {batch.total_contacts === null ? '–' : formatCount(batch.total_contacts)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!isAsking && <FindBatch accounts={[account]} onFound={found} />}
      <div className="row-end">
        <span className="muted tabular grow" role="status">
          {chosen.size > 0 &&
            estimateInWords(
              estimateSync(
                batches.filter(({ key }) => chosen.has(key)),
                account.rateLimit,
              ),
            )}
        </span>
        <Button className="button" onPress={() => goTo('sync')}>
          Later
        </Button>
        <Button className="button primary" isDisabled={chosen.size === 0} onPress={sync}>
          Sync {counted(chosen.size, 'batch', 'batches')}
        </Button>
      </div>
    </section>
  );
}
