import { ArrowLeftRight, Copy, Plus, X } from 'lucide-react';
import { Button } from 'react-aria-components';
import { dimensionId, dimensionLabel, type Dimension } from '../../../shared/columns.ts';
import {
  bases,
  measureId,
  measureLabel,
  type Measure,
  type PivotResult,
  type PivotSpec,
} from '../../../shared/pivot.ts';
import { Check } from '../../components/Check.tsx';
import { Choice } from '../../components/Choice.tsx';
import { copyText } from '../../components/copyText.ts';
import { SearchMenu } from '../../components/SearchMenu.tsx';
import { useCalls } from '../../stores/calls.ts';
import { usePivot } from '../../stores/pivot.ts';
import { setPivot, useSelection } from '../../stores/selection.ts';
import { AddMeasure } from './AddMeasure.tsx';
import { pivotForSpreadsheet } from './pivotCells.ts';
import { dimensionChoices } from './dimensions.ts';
import { baseWords } from './words.ts';

const nothing: PivotSpec = { rows: [], columns: [], measures: [{ type: 'count' }], base: 'filled' };

/** Three wells: rows, columns, measures. */
export function PivotControls() {
  const spec = useSelection((state) => state.pivot) ?? nothing;
  const timeZone = useSelection((state) => state.selection.timeZone);
  const result = usePivot((state) => state.result);
  const copy = (table: PivotResult) => {
    const { text, html } = pivotForSpreadsheet(table, timeZone);
    void copyText(text, html);
  };
  const hasRate = spec.measures.some(({ type }) => type === 'rate');
  const change = (next: Partial<PivotSpec>) => setPivot({ ...spec, ...next });
  return (
    <div className="wells">
      <DimensionWell label="Rows" dimensions={spec.rows} others={spec.columns} onChange={(rows) => change({ rows })} />
      <Button
        className="icon-button"
        aria-label="Swap rows and columns"
        isDisabled={spec.rows.length + spec.columns.length === 0}
        onPress={() => change({ rows: spec.columns, columns: spec.rows })}
      >
        <ArrowLeftRight size={15} aria-hidden />
      </Button>
      <DimensionWell
        label="Columns"
        dimensions={spec.columns}
        others={spec.rows}
        onChange={(columns) => change({ columns })}
      />
      <div className="well" role="group" aria-label="Measures">
        <span className="label">Measures</span>
        {spec.measures.map((measure) => (
          <Token
            key={measureId(measure)}
            words={measureLabel(measure)}
            remove={
              spec.measures.length === 1
                ? undefined
                : () => change({ measures: spec.measures.filter((one) => one !== measure) })
            }
          />
        ))}
        <AddMeasure
          onAdd={(measure: Measure) => {
            const others = spec.measures.filter((one) => measureId(one) !== measureId(measure));
            change({ measures: [...others, measure] });
          }}
        />
      </div>
      {hasRate && (
        <Choice
          label="Percentages are"
          options={bases.map((base) => ({ id: base, label: baseWords[base] }))}
          value={spec.base}
          onChange={(id) => change({ base: bases.find((base) => base === id) ?? 'filled' })}
        />
      )}
      {(spec.rows.length > 1 || spec.columns.length > 1) && (
        <Check checked={spec.subtotals === true} onChange={(subtotals) => change({ subtotals })}>
          Subtotals
        </Check>
      )}
      {spec.rows.length + spec.columns.length > 0 && (
        <Check checked={spec.heat !== false} onChange={(heat) => change({ heat })}>
          Colours by size
        </Check>
      )}
      {result !== null && (
        <Button className="button" onPress={() => copy(result)}>
          <Copy size={15} aria-hidden /> Copy the table
        </Button>
      )}
    </div>
  );
}

interface WellProps {
  readonly label: 'Rows' | 'Columns';
  readonly dimensions: readonly Dimension[];
  /** What the other axis has already. */
  readonly others: readonly Dimension[];
  readonly onChange: (dimensions: Dimension[]) => void;
}

function DimensionWell({ label, dimensions, others, onChange }: WellProps) {
  const columns = useCalls((state) => state.columns);
  const chosen = new Set([...dimensions, ...others].map(dimensionId));
  const choices = dimensionChoices(columns).filter(({ id }) => !chosen.has(id));
  return (
    <div className="well" role="group" aria-label={label}>
      <span className="label">{label}</span>
      {dimensions.map((dimension) => (
        <Token
          key={dimensionId(dimension)}
          words={dimensionLabel(dimension)}
          remove={() => onChange(dimensions.filter((one) => one !== dimension))}
        />
      ))}
      <SearchMenu
        label={`Add to ${label.toLowerCase()}`}
        button={<Plus size={15} aria-hidden />}
        choices={choices}
        isDisabled={dimensions.length >= 8}
        onPick={(id) => {
          const picked = choices.find((choice) => choice.id === id);
          if (picked !== undefined) onChange([...dimensions, picked.dimension]);
        }}
      />
    </div>
  );
}

function Token({ words, remove }: { readonly words: string; readonly remove: (() => void) | undefined }) {
  return (
    <span className="chip" title={words}>
      <span className="ellipsis" dir="auto">
        {words}
      </span>
      {remove !== undefined && (
        <Button className="icon-button" aria-label={`Remove ${words}`} onPress={remove}>
          <X size={13} aria-hidden />
        </Button>
      )}
    </span>
  );
}
