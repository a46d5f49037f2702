import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorCode, ErrorValue } from '../../../shared/errors.ts';
import type { Account } from '../../../shared/model.ts';
import { MOST_NAME_LETTERS } from '../../../shared/view.ts';
import { call, problemOf } from '../../bridge.ts';
import { Field } from '../../components/Field.tsx';
import { Problem } from '../../components/Problem.tsx';
import { useSession } from '../../stores/session.ts';
import { KeepForSession, KeyField, useKeychainProblem, useKeyTest } from './KeyField.tsx';

type FieldName = 'name' | 'baseUrl' | 'key';

/** Beside which field an error stands. */
const fieldOf: Partial<Record<ErrorCode, FieldName>> = {
  ACCOUNT_EXISTS: 'name',
  BAD_BASE_URL: 'baseUrl',
  NO_NETWORK: 'baseUrl',
  TLS_FAILED: 'baseUrl',
  NOT_JSON: 'baseUrl',
  BAD_ENVELOPE: 'baseUrl',
  NOT_FOUND: 'baseUrl',
  REDIRECTED: 'baseUrl',
  UNAUTHORIZED: 'key',
  FORBIDDEN: 'key',
};

interface Props {
  readonly onConnected: (account: Account) => void;
}

/**
 * Connection and key. The key is tested as soon as it is there, and again by the core before it is kept. One whose account is here
 * already can be taken for that account, as connected again all calls would be there twice.
 */
export function ConnectForm({ onConnected }: Props) {
  const defaultBaseUrl = useSession((state) => state.info.defaultBaseUrl);
  const { keychainProblem, noteFailure } = useKeychainProblem();
  const [name, setName] = useState('');
  const [baseUrl, setBaseUrl] = useState(defaultBaseUrl);
  const [key, setKey] = useState('');
  const [forSession, setForSession] = useState(false);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const [missing, setMissing] = useState<Partial<Record<FieldName, string>>>({});
  const [isConnecting, setIsConnecting] = useState(false);
  const { test, run, forget } = useKeyTest(baseUrl);
  const connectedAs = test.me?.connectedAs ?? null;

  // One that was locked may be open by now.
  const hasNoKeychain = useSession((state) => state.info.keychainProblem !== null);
  const shownProblem = problem ?? test.problem;
  const wrongField = shownProblem === null ? undefined : fieldOf[shownProblem.code];
  const at = (field: FieldName) => missing[field] ?? (wrongField === field ? shownProblem?.message : undefined);
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value);
    setProblem(null);
    setMissing({});
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const empty: Partial<Record<FieldName, string>> = {};
    if (name.trim() === '' && connectedAs === null) empty.name = 'Give the account a name, for example your company’s.';
    if (baseUrl.trim() === '') empty.baseUrl = 'The provider’s address is missing.';
    if (key.trim() === '') empty.key = 'The key is missing.';
    else if (hasNoKeychain && !forSession)
      empty.key = 'There is no keychain to keep it in. Tick “Keep the key for this session only” to go on.';
    setMissing(empty);
    if (Object.keys(empty).length > 0) return;
    setIsConnecting(true);
    setProblem(null);
    const choice = { key, keep: forSession ? 'session' : 'keychain' } as const;
    try {
      onConnected(
        connectedAs === null
          ? await call('accounts.connect', { name, baseUrl, ...choice })
          : await call('accounts.replaceKey', { accountId: connectedAs.id, ...choice }),
      );
    } catch (thrown) {
      const why = problemOf(thrown);
      // The test tells whose key it is, and what can be done with it.
      if (why.code === 'ACCOUNT_CONNECTED') await run(key, true);
      else setProblem(why);
      noteFailure(why);
      setIsConnecting(false);
    }
  };
  return (
    <form className="panel connect" aria-label="Connect an account" onSubmit={(event) => void submit(event)} noValidate>
      <Field
        label="Account name"
        value={name}
        onChange={edit((value) => setName(value.slice(0, MOST_NAME_LETTERS)))}
        problem={at('name')}
        hint="How you call it in Callbook."
        autoFocus
      />
      <Field
        label="Base URL"
        type="url"
        value={baseUrl}
        onChange={edit((value) => (setBaseUrl(value), forget()))}
        onBlur={() => void run(key)}
        problem={at('baseUrl')}
      />
      <KeyField
        value={key}
        onChange={edit((value) => (setKey(value), forget()))}
        onBlur={() => void run(key)}
        test={{ ...test, problem: null }}
        problem={at('key')}
      />
      <p className="key-test" role="status">
        {connectedAs !== null &&
          `That account is here already, as “${connectedAs.name}”: connected again, every call would be here, and count, twice. “${connectedAs.name}” can take this key in place of its own; its calls stay.`}
      </p>
      <KeepForSession
        problem={keychainProblem}
        checked={forSession}
        onChange={(checked) => (setForSession(checked), setMissing({}))}
      />
      <Problem problem={wrongField === undefined ? shownProblem : null} />
      <div className="row-end">
        <Button className="button primary" type="submit" isDisabled={isConnecting}>
          {isConnecting ? 'Connecting…' : connectedAs === null ? 'Connect' : `Use the key for “${connectedAs.name}”`}
        </Button>
      </div>
    </form>
  );
}
