import { useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { ErrorValue } from '../../../shared/errors.ts';
import type { Account } from '../../../shared/model.ts';
import { call, problemOf } from '../../bridge.ts';
import { loadAccounts, useSession } from '../../stores/session.ts';
import { KeepForSession, KeyField, useKeychainProblem, useKeyTest } from '../welcome/KeyField.tsx';

/** Another key for an account; its calls stay. Stands inside a DialogTrigger. */
export function ReplaceKey({ account }: { readonly account: Account }) {
  const hasNoKeychain = useSession((state) => state.info.keychainProblem !== null);
  const { keychainProblem, noteFailure } = useKeychainProblem();
  const [key, setKey] = useState('');
  const [forSession, setForSession] = useState(false);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const { test, run, forget } = useKeyTest(account.baseUrl);
  const save = async (close: () => void) => {
    try {
      await call('accounts.replaceKey', {
        accountId: account.id,
        key,
        keep: forSession ? 'session' : 'keychain',
      });
      await loadAccounts();
      close();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      noteFailure(problemOf(thrown));
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
              <KeepForSession problem={keychainProblem} checked={forSession} onChange={setForSession} />
              <div className="dialog-foot">
                <Button className="button" slot="close">
                  Cancel
                </Button>
                <Button
                  className="button primary"
                  isDisabled={key.trim() === '' || (hasNoKeychain && !forSession)}
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
