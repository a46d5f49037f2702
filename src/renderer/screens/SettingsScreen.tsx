import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogTrigger,
  Heading,
  Label,
  Modal,
  ModalOverlay,
  Radio,
  RadioGroup,
} from 'react-aria-components';
import type { ErrorValue } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import type { Settings } from '../../shared/settings.ts';
import { call, problemOf } from '../bridge.ts';
import { SearchChoice } from '../components/Choice.tsx';
import { Problem } from '../components/Problem.tsx';
import { loadBatches } from '../stores/batches.ts';
import { loadAccounts, useSession } from '../stores/session.ts';
import { changeSettings, useSettings } from '../stores/settings.ts';
import { useView } from '../stores/view.ts';
import { KeepForSession, KeyField, useKeyTest } from './welcome/KeyField.tsx';

const themes: readonly { readonly id: Settings['theme']; readonly label: string }[] = [
  { id: 'system', label: 'As the system' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
];
const COMPUTERS = 'computer';

export function SettingsScreen() {
  const settings = useSettings((state) => state.settings);
  const { info, accounts } = useSession();
  const zones = [
    { id: COMPUTERS, label: `This computer’s (${info.timeZone})` },
    ...Intl.supportedValuesOf('timeZone').map((zone) => ({ id: zone, label: zone })),
  ];
  return (
    <div className="screen narrow">
      <header className="screen-head">
        <h1>Settings</h1>
      </header>
      <section className="panel" aria-label="Appearance">
        <h2>Appearance</h2>
        <RadioGroup
          className="radios inline"
          value={settings.theme}
          onChange={(value) => changeSettings({ theme: themes.find(({ id }) => id === value)?.id ?? 'system' })}
        >
          <Label className="label">Theme</Label>
          {themes.map(({ id, label }) => (
            <Radio key={id} value={id} className="radio">
              {label}
            </Radio>
          ))}
        </RadioGroup>
        <SearchChoice
          label="Time zone"
          options={zones}
          value={settings.timeZone ?? COMPUTERS}
          onChange={(zone) => changeSettings({ timeZone: zone === COMPUTERS ? null : zone })}
        />
        <p className="hint">Times are shown, and days are cut, in this zone.</p>
      </section>
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
      <section className="panel" aria-label="Data">
        <h2>Data</h2>
        <dl className="facts">
          <div>
            <dt>Data folder</dt>
            <dd className="mono selectable">{info.dataDir}</dd>
          </div>
          <div>
            <dt>Keys</dt>
            <dd>{info.keychainProblem ?? 'In this computer’s keychain, never in the data folder.'}</dd>
          </div>
          <div>
            <dt>Version</dt>
            <dd>Callbook {info.version}</dd>
          </div>
        </dl>
      </section>
    </div>
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
          {account.isSample ? 'Sample data, no key and no network' : `${account.baseUrl} · ${keyWords[account.key]}`}
        </p>
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

function ReplaceKey({ account }: { readonly account: Account }) {
  const keychainProblem = useSession((state) => state.info.keychainProblem);
  const [key, setKey] = useState('');
  const [forSession, setForSession] = useState(false);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const { test, run, forget } = useKeyTest(account.baseUrl);
  const save = async (close: () => void) => {
    try {
      await call('accounts.replaceKey', {
        accountId: account.id,
        key,
        keep: keychainProblem !== null && forSession ? 'session' : 'keychain',
      });
      await loadAccounts();
      close();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <ModalOverlay className="overlay" isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          {({ close }) => (
            <div className="dialog-body">
              <Heading slot="title">Replace the key of {account.name}</Heading>
              <KeyField
                value={key}
                onChange={(value) => {
                  setKey(value);
                  setProblem(null);
                  forget();
                }}
                onBlur={() => void run(key)}
                test={test}
                problem={problem?.message}
                autoFocus
              />
              <KeepForSession checked={forSession} onChange={setForSession} />
              <div className="dialog-foot">
                <Button className="button" slot="close">
                  Cancel
                </Button>
                <Button
                  className="button primary"
                  isDisabled={key.trim() === '' || (keychainProblem !== null && !forSession)}
                  onPress={() => void save(close)}
                >
                  Replace key
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function RemoveAccount({ account }: { readonly account: Account }) {
  const [withData, setWithData] = useState(false);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const remove = async (close: () => void) => {
    try {
      await call('accounts.remove', { accountId: account.id, withData });
      close();
      await Promise.all([loadBatches(), loadAccounts()]);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <ModalOverlay className="overlay" isDismissable>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          {({ close }) => (
            <div className="dialog-body">
              <Heading slot="title">Remove {account.name}?</Heading>
              <p>Its key is deleted from this computer. Nothing changes at the provider.</p>
              <RadioGroup
                className="radios"
                value={withData ? 'remove' : 'keep'}
                onChange={(value) => setWithData(value === 'remove')}
              >
                <Label className="label">Its calls on this computer</Label>
                <Radio value="keep" className="radio">
                  Keep them
                </Radio>
                <Radio value="remove" className="radio">
                  Remove them too
                </Radio>
              </RadioGroup>
              <Problem problem={problem} />
              <div className="dialog-foot">
                <Button className="button" slot="close">
                  Cancel
                </Button>
                <Button className="button danger" onPress={() => void remove(close)}>
                  Remove account
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
