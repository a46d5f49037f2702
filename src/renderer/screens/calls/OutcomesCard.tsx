import { Filter } from 'lucide-react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { blankKindOf, isBlank } from '../../../shared/call.ts';
import { columnLabel, outcomeColumn } from '../../../shared/columns.ts';
import { displayValue } from '../../../shared/format.ts';
import type { Json } from '../../../shared/json.ts';
import type { Call } from '../../../shared/model.ts';
import { blankLabel } from '../../../shared/selection.ts';
import { Marked } from '../../components/Marked.tsx';
import { addFilter, useSelection } from '../../stores/selection.ts';
import { filterOf, type CellValue } from './cellValue.ts';

/** Every outcome key of the call with its value. */
export function OutcomesCard({ call }: { readonly call: Call }) {
  const entries = Object.entries(call.outcomes ?? {});
  return (
    <section className="card" aria-label="Outcomes">
      <h3>Outcomes</h3>
      {entries.length === 0 ? (
        <p className="muted">{noOutcomes(call)}</p>
      ) : (
        <dl className="outcomes">
          {entries.map(([key, value]) => (
            <Outcome key={key} name={key} value={value} call={call} />
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

function Outcome({ name, value, call }: { readonly name: string; readonly value: Json; readonly call: Call }) {
  const query = useSelection((state) => state.selection.text);
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
            <Marked text={cell.text} query={query} />
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
