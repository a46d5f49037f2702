import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { isField } from '../../../shared/columns.ts';
import type { ErrorValue } from '../../../shared/errors.ts';
import { displayJson } from '../../../shared/format.ts';
import type { Measure, PivotSpec } from '../../../shared/pivot.ts';
import type { Selection } from '../../../shared/selection.ts';
import { call, problemOf } from '../../bridge.ts';
import { Choice, SearchChoice } from '../../components/Choice.tsx';
import { Problem } from '../../components/Problem.tsx';
import { useCalls } from '../../stores/calls.ts';
import { useSelection } from '../../stores/selection.ts';
import { useMask } from '../../stores/settings.ts';
import { measurable } from './dimensions.ts';

/** What a person chooses; a percentile comes with its percent. */
type Kind = Exclude<Measure['type'], 'percentile'> | `p${(typeof percents)[number]}`;
const percents = [10, 25, 75, 90, 95] as const;

const kinds: readonly { readonly id: Kind; readonly label: string }[] = [
  { id: 'count', label: 'Count of calls' },
  { id: 'avg', label: 'Average' },
  { id: 'sum', label: 'Sum' },
  { id: 'min', label: 'Least' },
  { id: 'max', label: 'Most' },
  { id: 'median', label: 'Median' },
  ...percents.map((percent) => ({ id: `p${percent}` as const, label: `Percentile ${percent}` })),
  { id: 'distinct', label: 'Different values' },
  { id: 'rate', label: 'Share of a value (%)' },
];

/** The measure, or undefined where something is still to be chosen. */
function measureFrom(kind: Kind, column: string | null, value: string | null): Measure | undefined {
  if (kind === 'count') return { type: kind };
  if (column === null) return undefined;
  const percent = percents.find((one) => kind === `p${one}`);
  if (percent !== undefined) return { type: 'percentile', column, percent };
  switch (kind) {
    case 'rate':
      return value === null ? undefined : { type: kind, column, value };
    case 'median':
    case 'distinct':
      return { type: kind, column };
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return { type: kind, column };
    default:
      return undefined;
  }
}

/** A small form: what to measure, of which column, and for a share which value. */
export function AddMeasure({ onAdd }: { readonly onAdd: (measure: Measure) => void }) {
  return (
    <DialogTrigger>
      <Button className="button quiet" aria-label="Add measure">
        <Plus size={15} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Dialog className="small-form" aria-label="Add measure">
          {({ close }) => (
            <MeasureForm
              onAdd={(measure) => {
                close();
                onAdd(measure);
              }}
            />
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function MeasureForm({ onAdd }: { readonly onAdd: (measure: Measure) => void }) {
  const columns = useCalls((state) => state.columns);
  const mask = useMask();
  const [type, setType] = useState<Kind>('avg');
  const [column, setColumn] = useState<string | null>('duration_seconds');
  const [value, setValue] = useState<string | null>(null);
  const { values, isReading, problem } = useValues(type === 'rate' ? column : null);
  const isOfAnyValue = type === 'rate' || type === 'distinct';
  const columnsFor = isOfAnyValue
    ? columns.filter(({ id, kind }) => !isField(id) || kind === 'category')
    : measurable(columns);
  const changeType = (id: string) => {
    const next = kinds.find((kind) => kind.id === id)?.id ?? 'count';
    if ((next === 'rate' || next === 'distinct') !== isOfAnyValue) setColumn(null);
    setType(next);
  };
  const measure = measureFrom(type, column, value);
  return (
    <div className="stack">
      <Choice label="Measure" options={kinds} value={type} onChange={changeType} />
      {type !== 'count' && (
        <SearchChoice
          key={isOfAnyValue ? 'value' : 'number'}
          label="Of"
          options={columnsFor.map(({ id, label }) => ({ id, label }))}
          value={column}
          onChange={(id) => {
            setColumn(id);
            setValue(null);
          }}
        />
      )}
      {type === 'rate' && column !== null && (
        <SearchChoice
          key={column}
          label="Value"
          isReading={isReading}
          options={values.map((words) => ({ id: words, label: mask(words, column) }))}
          value={value}
          onChange={setValue}
        />
      )}
      <Problem problem={problem} />
      <Button
        className="button primary"
        isDisabled={measure === undefined}
        onPress={() => measure !== undefined && onAdd(measure)}
      >
        Add
      </Button>
    </div>
  );
}

interface Values {
  readonly values: readonly string[];
  readonly isReading: boolean;
  readonly problem: ErrorValue | null;
}

const unread: Values = { values: [], isReading: true, problem: null };

/** The words of a column's values in the selection, most frequent first: a pivot by that column. */
function useValues(column: string | null): Values {
  const selection = useSelection((state) => state.selection);
  const [answer, setAnswer] = useState<Values & { readonly column: string }>();
  useEffect(() => {
    if (column === null) return undefined;
    let isWanted = true;
    listValues(column, selection).then(
      (values) => isWanted && setAnswer({ column, values, isReading: false, problem: null }),
      (thrown: unknown) => isWanted && setAnswer({ column, values: [], isReading: false, problem: problemOf(thrown) }),
    );
    return () => {
      isWanted = false;
    };
  }, [column, selection]);
  return answer !== undefined && answer.column === column ? answer : unread;
}

async function listValues(column: string, selection: Selection): Promise<readonly string[]> {
  const spec: PivotSpec = { rows: [{ column }], columns: [], measures: [{ type: 'count' }], base: 'filled' };
  const { rowKeys, counts } = await call('pivot.run', { selection, spec });
  const counted = rowKeys.flatMap(([value], i) =>
    value !== undefined && 'json' in value ? [{ words: displayJson(value.json), count: counts[i] ?? 0 }] : [],
  );
  return [...new Set(counted.sort((a, b) => b.count - a.count).map(({ words }) => words))];
}
