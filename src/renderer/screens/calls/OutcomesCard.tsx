import { Filter } from 'lucide-react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { blankKindOf, isBlank } from '../../../shared/call.ts';
import { columnLabel, outcomeColumn } from '../../../shared/columns.ts';
import { displayValue } from '../../../shared/format.ts';
import type { Json } from '../../../shared/json.ts';
import type { Call } from '../../../shared/model.ts';
import type { Query } from '../../../shared/searchQuery.ts';
import { blankLabel } from '../../../shared/selection.ts';
import { Marked } from '../../components/Marked.tsx';
import { addFilter, useSelection } from '../../stores/selection.ts';
import { useSearchQuery } from '../../stores/calls.ts';
import { filterOf, type CellValue } from './cellValue.ts';

/** Every outcome key of the call with its value. */
export function OutcomesCard({ call }: { readonly call: Call }) {
  const query = useSearchQuery(useSelection((state) => state.selection.text));
  const entries = Object.entries(call.outcomes ?? {});
  return (
    <section className="card" aria-label="Outcomes">
      <h3>Outcomes</h3>
      {entries.length === 0 ? (
        <p className="muted">{noOutcomes(call)}</p>
      ) : (
        <dl className="outcomes">
          {entries.map(([key, value]) => (
            <Outcome key={key} name={key} value={value} call={call} query={query} />
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
}

function Outcome({ name, value, call, query }: OutcomeProps) {
  const id = outcomeColumn(name);
  const cell: CellValue = isBlank(value)
    ? { type: 'blank', kind: blankKindOf(call) }
    : { type: 'value', value, text: displayValue(value) };
  const label = columnLabel(id);
  return (
    <div>
      <dt dir="auto" title={label}>
        {label}
      </dt>
      <dd dir="auto">
        <span className="grow">
          {cell.type === 'blank' ? (
            <span className="muted">{blankLabel(cell.kind)}</span>
          ) : (
            <Marked text={cell.text} field={id} query={query} />
          )}
        </span>
        <TooltipTrigger delay={400}>
          <Button
            className="icon-button"
            aria-label={`Keep only this value of ${label}`}
            onPress={() => addFilter(filterOf({ id, kind: 'category' }, cell, false))}
          >
            <Filter size={13} aria-hidden />
          </Button>
          <Tooltip className="tooltip">Keep only this value</Tooltip>
        </TooltipTrigger>
      </dd>
    </div>
  );
}
