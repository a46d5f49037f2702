import { Button, DialogTrigger } from 'react-aria-components';
import type { Account, Batch } from '../../shared/model.ts';
import { Problem } from '../components/Problem.tsx';
import { ReplaceKey } from '../screens/settings/ReplaceKey.tsx';
import { useBatches } from '../stores/batches.ts';
import { useSession } from '../stores/session.ts';

/** An account whose key is refused or lost: its calls stay usable, and the way on is one press away. */
export function KeyBanner() {
  const accounts = useSession((state) => state.accounts);
  const batches = useBatches((state) => state.batches);
  return accounts
    .filter((account) => isRefused(account, batches))
    .map((account) => (
      <Problem
        key={account.id}
        problem={{
          code: 'UNAUTHORIZED',
          message: `The provider rejects the key of ${account.name}. Its calls stay here and can be used; new ones come once the key is replaced.`,
        }}
      >
        <DialogTrigger>
          <Button className="button small">Replace key</Button>
          <ReplaceKey account={account} />
        </DialogTrigger>
      </Problem>
    ));
}

function isRefused({ id }: Account, batches: readonly Batch[]): boolean {
  return batches.some(({ accountId, lastRun }) => accountId === id && lastRun?.error?.code === 'UNAUTHORIZED');
}
