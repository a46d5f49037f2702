import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { timeOf } from '../../../../shared/call.ts';
import type { ErrorValue } from '../../../../shared/errors.ts';
import { formatDateTime, formatDuration } from '../../../../shared/format.ts';
import type { CallDetail, CallRow } from '../../../../shared/model.ts';
import { Problem } from '../../../components/Problem.tsx';
import { problemOf } from '../../../bridge.ts';
import { batchName } from '../../../stores/batches.ts';
import { listSameNumber, openRow } from '../../../stores/detail.ts';
import { useSurroundings } from '../useSurroundings.ts';

/** All calls with this call's phone number, however it is written, the newest first. */
export function SameNumber({ detail }: { readonly detail: CallDetail }) {
  const { batches, timeZone, maskPhones } = useSurroundings();
  const [read, setRead] = useState<{ readonly isMasked: boolean; readonly rows: readonly CallRow[] } | null>(null);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const phone = detail.call.phone_number;
  useEffect(() => {
    let isWanted = true;
    listSameNumber(phone ?? '').then(
      (rows) => isWanted && setRead({ isMasked: maskPhones, rows }),
      (thrown: unknown) => isWanted && setProblem(problemOf(thrown)),
    );
    return () => {
      isWanted = false;
    };
  }, [phone, maskPhones]);
  const rows = read?.isMasked === maskPhones ? read.rows : null;
  if (phone === null) return <p className="muted pad-block">This call has no phone number.</p>;
  if (problem !== null) return <Problem problem={problem} />;
  if (rows === null) return <p className="muted pad-block">Looking…</p>;
  if (rows.length < 2) return <p className="muted pad-block">No other call has this number.</p>;
  return (
    <ul className="same-number" aria-label="Calls with this number">
      {rows.map(({ rowId, batch, call }) => (
        <li key={rowId} aria-current={rowId === detail.rowId || undefined}>
          <Button className="plain" isDisabled={rowId === detail.rowId} onPress={() => void openRow(rowId)}>
            <span className="tabular">
              {call.started_at === null ? 'Not called yet' : formatDateTime(timeOf(call.started_at), timeZone)}
            </span>
            <span className="grow ellipsis" dir="auto" title={call.name ?? 'No name'}>
              {call.name ?? 'No name'} · {batchName(batches.get(batch) ?? { agent_name: null, batch_id: batch })}
            </span>
            <span className="badge">{call.status ?? 'no status'}</span>
            <span className="tabular">
              {call.answer_duration_seconds === null ? '–' : formatDuration(call.answer_duration_seconds)}
            </span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
