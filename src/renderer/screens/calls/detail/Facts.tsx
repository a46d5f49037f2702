import { timeOf } from '../../../../shared/call.ts';
import { columnLabel } from '../../../../shared/columns.ts';
import { formatDateTime, formatDuration } from '../../../../shared/format.ts';
import type { CallDetail } from '../../../../shared/model.ts';
import { batchName } from '../../../stores/batches.ts';
import { useSelection } from '../../../stores/selection.ts';
import { useSession } from '../../../stores/session.ts';

/** The documented fields of a call and its batch. */
export function Facts({ detail }: { readonly detail: CallDetail }) {
  const { call, batch } = detail;
  const timeZone = useSelection((state) => state.selection.timeZone);
  const account = useSession((state) => state.accounts.find(({ id }) => id === batch.accountId)?.name);
  const time = (iso: string | null) =>
    iso === null ? null : Number.isNaN(timeOf(iso)) ? iso : formatDateTime(timeOf(iso), timeZone);
  const seconds = (value: number | null) => (value === null ? null : formatDuration(value));
  const facts: readonly (readonly [string, string | null])[] = [
    [columnLabel('started_at'), time(call.started_at)],
    [columnLabel('ended_at'), time(call.ended_at)],
    [columnLabel('duration_seconds'), seconds(call.duration_seconds)],
    [columnLabel('answer_duration_seconds'), seconds(call.answer_duration_seconds)],
    [columnLabel('disconnect_reason'), call.disconnect_reason],
    ['Agent', batchName(batch)],
    [columnLabel('batch'), batch.batch_id],
    [columnLabel('version'), batch.version_id],
    [columnLabel('account'), account ?? null],
    [columnLabel('transcript_status'), call.transcript_status],
    [columnLabel('external_id'), call.external_id],
    [columnLabel('call_id'), call.call_id],
  ];
  return (
    <section className="card" aria-label="Facts">
      <h3>Facts</h3>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd dir="auto" title={label === 'Started' || label === 'Ended' ? timeZone : undefined}>
              {value ?? <span className="muted">–</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
