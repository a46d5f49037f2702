import { useState } from 'react';
import { Button, DialogTrigger, Label, Radio, RadioGroup } from 'react-aria-components';
import { counted } from '../../../shared/format.ts';
import type { Account } from '../../../shared/model.ts';
import { call } from '../../bridge.ts';
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx';
import { loadBatches } from '../../stores/batches.ts';
import { loadAccounts, useSession } from '../../stores/session.ts';
import { useView } from '../../stores/view.ts';
import { LeftKeys } from './LeftKeys.tsx';
import { RecordingsForm } from './RecordingsForm.tsx';
import { ReplaceKey } from './ReplaceKey.tsx';

export function Accounts() {
  const accounts = useSession((state) => state.accounts);
  return (
    <section className="panel" aria-label="Accounts">
      <header className="row">
        <h2>Accounts</h2>
        <span className="grow" />
        <Button className="button" onPress={() => useView.setState({ isConnecting: true })}>
          Add account
        </Button>
      </header>
      <ul className="accounts">
        {accounts.map((account) => (
          <AccountLine key={account.id} account={account} />
        ))}
      </ul>
    </section>
  );
}

const keyWords: Record<Account['key'], string> = {
  keychain: 'key in the keychain',
  session: 'key for this session only',
  none: 'no key',
};

function AccountLine({ account }: { readonly account: Account }) {
  return (
    <li className="row">
      <div className="grow">
        <strong>{account.name}</strong>
        <p className="muted">
          {account.isSample
            ? 'Sample data, no key and no network'
            : [
                account.baseUrl,
                keyWords[account.key],
                ...(account.rateLimit === null ? [] : [`${counted(account.rateLimit, 'request')} a minute`]),
              ].join(' · ')}
        </p>
        {!account.isSample && <RecordingsForm account={account} />}
      </div>
      {!account.isSample && (
        <DialogTrigger>
          <Button className="button" aria-label={`Replace the key of ${account.name}`}>
            Replace key
          </Button>
          <ReplaceKey account={account} />
        </DialogTrigger>
      )}
      <DialogTrigger>
        <Button className="button" aria-label={`Remove ${account.name}`}>
          Remove
        </Button>
        <RemoveAccount account={account} />
      </DialogTrigger>
    </li>
  );
}

function RemoveAccount({ account }: { readonly account: Account }) {
  const [withData, setWithData] = useState(false);
  return (
    <ConfirmDialog
      title={`Remove ${account.name}?`}
      confirm="Remove account"
      onConfirm={async () => {
        await call('accounts.remove', { accountId: account.id, withData });
        await Promise.all([loadBatches(), loadAccounts()]);
      }}
    >
      <p>Its key is deleted from this computer. Nothing changes at the provider.</p>
      {!account.isSample && <LeftKeys />}
      <RadioGroup
        className="radios"
        value={withData ? 'remove' : 'keep'}
        onChange={(value) => setWithData(value === 'remove')}
      >
        <Label className="label">Its calls on this computer</Label>
        <Radio value="keep" className="radio">
          Keep them, to search and export; a key can be entered again
        </Radio>
        <Radio value="remove" className="radio">
          Remove them too
        </Radio>
      </RadioGroup>
    </ConfirmDialog>
  );
}
