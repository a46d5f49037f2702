import { formatDateTime } from '../../../../shared/format.ts';
import type { CallDetail } from '../../../../shared/model.ts';
import { FieldChange } from '../../../components/FieldChange.tsx';
import { useSelection } from '../../../stores/selection.ts';

export function History({ detail }: { readonly detail: CallDetail }) {
  const timeZone = useSelection((state) => state.selection.timeZone);
  if (detail.history.length === 0)
    return <p className="muted pad-block">Nothing changed since Callbook first saw this call.</p>;
  return (
    <ul className="history">
      {detail.history.map((change, i) => (
        <li key={i}>
          <span className="muted tabular" title={timeZone}>
            {formatDateTime(change.seenAt, timeZone)}
          </span>
          <FieldChange change={change} />
        </li>
      ))}
    </ul>
  );
}
