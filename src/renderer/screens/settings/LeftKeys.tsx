import { useSession } from '../../stores/session.ts';

/** Said where keys are taken away: one that was kept may still be in a keychain that does not answer. */
export function LeftKeys() {
  const problem = useSession((state) => state.info.keychainProblem);
  if (problem === null) return null;
  return (
    <p role="note">{problem} If a key was kept in one, it is taken away by the next start at which that answers.</p>
  );
}
