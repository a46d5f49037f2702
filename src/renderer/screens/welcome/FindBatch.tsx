import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorValue } from '../../../shared/errors.ts';
import type { Account, Batch } from '../../../shared/model.ts';
import { call, problemOf } from '../../bridge.ts';
import { Choice } from '../../components/Choice.tsx';
import { Field } from '../../components/Field.tsx';

interface Props {
  readonly accounts: readonly Account[];
  readonly onFound: (batch: Batch) => void;
}

/** Adds one batch by its id, for accounts that may not list theirs. */
export function FindBatch({ accounts, onFound }: Props) {
  const [accountId, setAccountId] = useState(accounts[0]?.id ?? '');
  const [id, setId] = useState('');
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (id.trim() === '') return;
    setIsAsking(true);
    setProblem(null);
    try {
      onFound(await call('batches.find', { accountId, batch_id: id }));
      setId('');
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setIsAsking(false);
    }
  };
  return (
    <form className="find-batch" aria-label="Add a batch by its id" onSubmit={(event) => void submit(event)}>
      {accounts.length > 1 && (
        <Choice
          label="Account"
          options={accounts.map(({ id, name }) => ({ id, label: name }))}
          value={accountId}
          onChange={setAccountId}
        />
      )}
      <Field
        label="Batch id"
        value={id}
        onChange={(value) => (setId(value), setProblem(null))}
        placeholder="sched_…"
        problem={problem?.message}
      />
      <Button className="button" type="submit" isDisabled={isAsking || id.trim() === ''}>
        {isAsking ? 'Looking…' : 'Add batch'}
      </Button>
    </form>
  );
}
