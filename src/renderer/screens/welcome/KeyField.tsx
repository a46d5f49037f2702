import { CircleCheck } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ErrorValue } from '../../../shared/errors.ts';
import type { TestedKey } from '../../../shared/contract.ts';
import type { Me } from '../../../shared/model.ts';
import { call, problemOf } from '../../bridge.ts';
import { Check } from '../../components/Check.tsx';
import { Field } from '../../components/Field.tsx';
import { useSession } from '../../stores/session.ts';

/** What is known of a key: whose it is, or what is wrong with it. */
export interface KeyTest {
  readonly me: TestedKey | null;
  readonly problem: ErrorValue | null;
  readonly isTesting: boolean;
}

export function useKeyTest(baseUrl: string) {
  const [test, setTest] = useState<KeyTest>({ me: null, problem: null, isTesting: false });
  const tested = useRef('');
  const forget = () => {
    tested.current = '';
    setTest({ me: null, problem: null, isTesting: false });
  };
  /** Asks the provider whose key it is, unless that was asked already or is to be asked `again`. */
  const run = async (key: string, again = false) => {
    const question = JSON.stringify([baseUrl, key.trim()]);
    if (key.trim() === '' || (question === tested.current && !again)) return;
    tested.current = question;
    setTest({ me: null, problem: null, isTesting: true });
    try {
      const me = await call('accounts.test', { baseUrl, key });
      if (tested.current === question) setTest({ me, problem: null, isTesting: false });
    } catch (thrown) {
      if (tested.current === question) setTest({ me: null, problem: problemOf(thrown), isTesting: false });
    }
  };
  return { test, run, forget };
}

interface Props {
  readonly value: string;
  readonly onChange: (key: string) => void;
  readonly onBlur: () => void;
  readonly test: KeyTest;
  readonly problem?: string | undefined;
  readonly autoFocus?: boolean;
}

export function KeyField({ value, onChange, onBlur, test, problem, autoFocus = false }: Props) {
  const hasKeychain = useSession((state) => state.info.keychainProblem === null);
  return (
    <>
      <Field
        label="API key"
        type="password"
        value={value}
        onChange={onChange}
        onBlur={onBlur}
        autoFocus={autoFocus}
        hint={`Starts with sk_. Your provider’s console shows it under API keys.${hasKeychain ? ' It is kept in this computer’s keychain.' : ''}`}
        problem={problem ?? test.problem?.message}
      />
      <p className="key-test" role="status">
        {test.isTesting && <span className="muted">Testing the key…</span>}
        {test.me !== null && (
          <>
            <CircleCheck size={14} aria-hidden className="good" /> The key belongs to {ownerOf(test.me)}.
          </>
        )}
      </p>
    </>
  );
}

function ownerOf({ name, email, account_id }: Me): string {
  const who = name ?? account_id;
  return email === null || email === undefined ? who : `${who} (${email})`;
}

/**
 * Where there is no keychain, or it did not take the key: say so and offer the only other place, memory. `problem`: why; null: nothing is
 * wrong.
 */
export function KeepForSession({
  problem,
  checked,
  onChange,
}: {
  readonly problem: string | null;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  if (problem === null) return null;
  return (
    <div className="keychain-problem" role="note">
      <p>{problem}</p>
      <Check checked={checked} onChange={onChange}>
        Keep the key for this session only
      </Check>
      <p className="muted">It stays in memory, is never written to disk, and is asked for again next time.</p>
    </div>
  );
}

/** Why a key may have to be kept in memory: as the start found, or as it turned out when one was to be kept (`noteFailure`). */
export function useKeychainProblem() {
  const found = useSession((state) => state.info.keychainProblem);
  const [isLocked, setIsLocked] = useState(false);
  return {
    keychainProblem: found ?? (isLocked ? 'This computer’s keychain is locked or does not answer.' : null),
    noteFailure: ({ code }: ErrorValue) => setIsLocked((before) => before || code === 'KEYCHAIN_UNAVAILABLE'),
  };
}
