import { Filter } from 'lucide-react';
import { memo } from 'react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { blankKindOf, isBlank } from '../../../../shared/call.ts';
import { columnLabel, outcomeColumn, type ColumnKind } from '../../../../shared/columns.ts';
import { displayJson, formatDateTime } from '../../../../shared/format.ts';
import type { Json } from '../../../../shared/json.ts';
import type { Call, CallDetail, Change } from '../../../../shared/model.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { blankLabel } from '../../../../shared/selection.ts';
import { Marked } from '../../../components/Marked.tsx';
import { useCalls } from '../../../stores/calls.ts';
import { useDetail } from '../../../stores/detail.ts';
import { useSelection } from '../../../stores/selection.ts';
import { kindWords, typedValue, type CellValue } from '../cellValue.ts';
import { keepValue } from '../keepValue.ts';
import { ValueMark } from '../ValueMark.tsx';

/** Every outcome key of the call with its value, its kind and what it was before. */
export function OutcomesCard({ detail, query }: { readonly detail: CallDetail; readonly query: Query }) {
  const { call, history } = detail;
  const entries = Object.entries(call.outcomes ?? {});
  return (
    <section className="card" aria-label="Outcomes">
      <h3>Outcomes</h3>
      {entries.length === 0 ? (
        <p className="muted">{noOutcomes(call)}</p>
      ) : (
        <dl className="outcomes">
          {entries.map(([key, value]) => (
            <Outcome
              key={key}
              name={key}
              value={value}
              call={call}
              query={query}
              past={history.filter(({ field }) => field === outcomeColumn(key))}
            />
          ))}
        </dl>
      )}
    </section>
  );
}

function noOutcomes(call: Call): string {
  switch (blankKindOf(call)) {
    case 'pending':
      return 'Not analysed yet. They come with a later sync.';
    case 'not_applicable':
      return 'Nobody answered, so there is nothing to analyse.';
    case 'missing':
      return 'The provider sent none.';
  }
}

interface OutcomeProps {
  readonly name: string;
  readonly value: Json;
  readonly call: Call;
  readonly query: Query;
  readonly past: readonly Change[];
}

function Outcome({ name, value, call, query, past }: OutcomeProps) {
  const timeZone = useSelection((state) => state.selection.timeZone);
  const id = outcomeColumn(name);
  const kind = useCalls(({ columns }) => columns.find((column) => column.id === id)?.kind) ?? 'category';
  const cell = outcomeCell(call, value, kind, timeZone);
  const label = columnLabel(id);
  return (
    <div>
      <dt title={label}>
        <bdi>{label}</bdi>
        <span className="kind">{kindWords[kind]}</span>
      </dt>
      <dd>
        <span className="grow" dir="auto">
          {cell.type === 'blank' ? (
            <span className="muted">{blankLabel(cell.kind)}</span>
          ) : (
            <span title={cell.raw}>
              <ValueMark value={cell} kind={kind} />
              <Marked text={cell.text} field={id} query={query} />
            </span>
          )}
          {past.map((change, i) => (
            <span key={i} className="past">
              was {change.oldValue === null ? 'blank' : displayJson(change.oldValue)} until{' '}
              {formatDateTime(change.seenAt, timeZone)}
            </span>
          ))}
        </span>
        <KeepOnly name={name} kind={kind} />
      </dd>
    </div>
  );
}

function outcomeCell(call: Call, value: Json, kind: ColumnKind, timeZone: string): CellValue {
  return isBlank(value) ? { type: 'blank', kind: blankKindOf(call) } : typedValue(value, kind, timeZone);
}

/** Keeps the value that the open call has by then: so it stays the same from call to call, and costs nothing to draw. */
const KeepOnly = memo(function KeepOnly({ name, kind }: { readonly name: string; readonly kind: ColumnKind }) {
  const id = outcomeColumn(name);
  const keep = () => {
    const { detail } = useDetail.getState();
    const value = detail?.call.outcomes?.[name];
    if (detail === null || value === undefined) return;
    const { timeZone } = useSelection.getState().selection;
    void keepValue(detail.rowId, { id, kind }, outcomeCell(detail.call, value, kind, timeZone), false);
  };
  return (
    <TooltipTrigger delay={400}>
      <Button className="icon-button" aria-label={`Keep only this value of ${columnLabel(id)}`} onPress={keep}>
        <Filter size={13} aria-hidden />
      </Button>
      <Tooltip className="tooltip">Keep only this value</Tooltip>
    </TooltipTrigger>
  );
});
