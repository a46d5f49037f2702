import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { RunChanges } from '../../../shared/contract.ts';
import type { ErrorValue } from '../../../shared/errors.ts';
import { formatCount } from '../../../shared/format.ts';
import { fromJsonText } from '../../../shared/json.ts';
import { call, problemOf } from '../../bridge.ts';
import { FieldChange } from '../../components/FieldChange.tsx';
import { Problem } from '../../components/Problem.tsx';
import { clearSelection, setText } from '../../stores/selection.ts';
import { useSettings } from '../../stores/settings.ts';
import { goTo } from '../../stores/view.ts';

/** What a sync found changed or gone, behind a line that opens it. */
export function ChangesList({ runId }: { readonly runId: number }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Disclosure className="changes" onExpandedChange={setIsOpen}>
      <Heading className="plain">
        <Button slot="trigger" className="button quiet">
          <ChevronRight size={14} aria-hidden className="turns" />
          What changed in this sync
        </Button>
      </Heading>
      <DisclosurePanel>{isOpen && <Changes runId={runId} />}</DisclosurePanel>
    </Disclosure>
  );
}

/** What a sync found changed or gone; each leads to its call. */
export function Changes({ runId }: { readonly runId: number }) {
  const maskPhones = useSettings(({ settings }) => settings.maskPhones);
  const [read, setRead] = useState<{ readonly isMasked: boolean; readonly changes: RunChanges } | null>(null);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  useEffect(() => {
    call('sync.changes', { runId }).then(
      (answer) => setRead({ isMasked: maskPhones, changes: fromJsonText(answer) }),
      (thrown: unknown) => setProblem(problemOf(thrown)),
    );
  }, [runId, maskPhones]);
  const changes = read?.isMasked === maskPhones ? read.changes : null;
  const show = (callId: string) => {
    clearSelection();
    setText(callId);
    goTo('calls');
  };
  return (
    <>
      <Problem problem={problem} />
      <ul className="history" aria-label="Changes of this sync">
        {changes?.first.map((change, i) => (
          <li key={i}>
            <Button className="button quiet" onPress={() => show(change.call_id)}>
              {change.name ?? change.call_id}
            </Button>
            <FieldChange change={change} />
          </li>
        ))}
      </ul>
      {changes !== null && changes.total > changes.first.length && (
        <p className="muted">
          The first {formatCount(changes.first.length)} of {formatCount(changes.total)} changes; each call’s history has
          all of its own.
        </p>
      )}
    </>
  );
}
