import { ArrowLeftRight, Copy, Plus } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { dimensionId, dimensionLabel } from '../../../shared/columns.ts';
import {
  MOST_DIMENSIONS,
  bases,
  measureId,
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
import { measureWords } from '../../../shared/masking.ts';
import { setPivot, useSelection } from '../../stores/selection.ts';
import { useMask } from '../../stores/settings.ts';
import { AddMeasure } from './AddMeasure.tsx';
import { FieldPill } from './FieldPill.tsx';
import { placeAfter, placeInWords, swapped, withMoved, type Place } from './moveField.ts';
import { pivotForSpreadsheet } from './pivotCells.ts';
import { dimensionChoices } from './dimensions.ts';
import { TotalsMenu } from './TotalsMenu.tsx';
import { baseWords, sizeInWords } from './words.ts';

const nothing: PivotSpec = { rows: [], columns: [], measures: [{ type: 'count' }], base: 'filled' };

/** Three shelves of fields and what else the table is made by. */
export function PivotControls() {
  // Measures wait for a field to be counted by: without one there is no pivot that could keep them.
  const [waiting, setWaiting] = useState(nothing);
  const spec = useSelection((state) => state.pivot) ?? waiting;
  const timeZone = useSelection((state) => state.selection.timeZone);
  const columns = useCalls((state) => state.columns);
  const result = usePivot((state) => state.result);
  const mask = useMask();
  const copy = (table: PivotResult) => {
    const { text, html } = pivotForSpreadsheet(table, timeZone, mask);
    void copyText(text, 'Copied the table', html);
  };
  const hasRate = spec.measures.some(({ type }) => type === 'rate');
  const { said, say } = useSaid(spec);
  const change = (next: Partial<PivotSpec>) => {
    const whole = { ...spec, ...next };
    setWaiting({ ...whole, rows: [], columns: [] });
    setPivot(whole);
  };

  const chosen = new Set([...spec.rows, ...spec.columns].map(dimensionId));
  const choices = dimensionChoices(columns).filter(({ id }) => !chosen.has(id));
  const goWith = useFocus(spec);
  const move = (from: Place, to: Place | undefined) => {
    if (to === undefined) return;
    const next = withMoved(spec, from, to);
    goWith(to);
    say(placeInWords(next, to, mask));
    change(next);
  };
  /** The last field of a shelf is a new one. */
  const added = (shelf: Place['shelf'], next: PivotSpec) => {
    say(`Added ${placeInWords(next, { shelf, at: next[shelf].length - 1 }, mask)}`);
    change(next);
  };
  const remove = ({ shelf, at }: Place, words: string) => {
    say(`Removed ${words}`);
    change({ [shelf]: spec[shelf].toSpliced(at, 1) });
  };
  const pill = (place: Place, key: string, words: string) => (
    <FieldPill
      key={key}
      id={pillId(place)}
      words={words}
      label={placeInWords(spec, place, mask)}
      canMove={(way) => placeAfter(spec, place, way) !== undefined}
      onMove={(way) => move(place, placeAfter(spec, place, way))}
      onRemove={place.shelf === 'measures' && spec.measures.length === 1 ? undefined : () => remove(place, words)}
    />
  );
  const dimensionShelf = (axis: 'rows' | 'columns', label: string) => (
    <Shelf label={label}>
      {spec[axis].map((dimension, at) => pill({ shelf: axis, at }, dimensionId(dimension), dimensionLabel(dimension)))}
      <SearchMenu
        label={`Add to ${axis}`}
        button={<Plus size={15} aria-hidden />}
        choices={choices}
        isDisabled={spec[axis].length >= MOST_DIMENSIONS}
        onPick={(id) => {
          const picked = choices.find((choice) => choice.id === id);
          if (picked !== undefined) added(axis, { ...spec, [axis]: [...spec[axis], picked.dimension] });
        }}
      />
    </Shelf>
  );
  return (
    <div className="wells">
      {dimensionShelf('rows', 'Rows')}
      <Button
        className="icon-button"
        aria-label="Swap rows and columns"
        isDisabled={spec.rows.length + spec.columns.length === 0}
        onPress={() => {
          say('Swapped rows and columns');
          setPivot(swapped(spec));
        }}
      >
        <ArrowLeftRight size={15} aria-hidden />
      </Button>
      {dimensionShelf('columns', 'Columns')}
      <Shelf label="Measures">
        {spec.measures.map((measure, at) =>
          pill({ shelf: 'measures', at }, measureId(measure), measureWords(measure, mask)),
        )}
        <AddMeasure
          onAdd={(measure: Measure) => {
            const others = spec.measures.filter((one) => measureId(one) !== measureId(measure));
            added('measures', { ...spec, measures: [...others, measure] });
          }}
        />
      </Shelf>
      {hasRate && (
        <Choice
          label="Percentages are"
          options={bases.map((base) => ({ id: base, label: baseWords[base] }))}
          value={spec.base}
          onChange={(id) => change({ base: bases.find((base) => base === id) ?? 'filled' })}
        />
      )}
      {spec.rows.length + spec.columns.length > 0 && <TotalsMenu spec={spec} onChange={change} />}
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
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}

function Shelf({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="well" role="group" aria-label={label}>
      <span className="label">{label}</span>
      {children}
    </div>
  );
}

const pillId = ({ shelf, at }: Place) => `pivot-${shelf}-${at}`;

/** Returns how to let the focus go along with a field that is moved, which is another button by then. */
function useFocus(spec: PivotSpec): (place: Place) => void {
  const goesTo = useRef<Place>(null);
  useLayoutEffect(() => {
    if (goesTo.current === null) return;
    document.getElementById(pillId(goesTo.current))?.querySelector('button')?.focus();
    goesTo.current = null;
  }, [spec]);
  return (place) => {
    goesTo.current = place;
  };
}

/** What was done to fields and how large the table is by that, for who does not see it: once it is counted, so that it is one message. */
function useSaid(spec: PivotSpec): { readonly said: string; readonly say: (words: string) => void } {
  const { result, isAsking } = usePivot();
  const [said, setSaid] = useState('');
  const done = useRef<string[]>([]);
  const known = useRef({ spec, size: '' });
  useEffect(() => {
    if (isAsking) return;
    const size = result === null ? '' : sizeInWords(result);
    // A sync or a filter may change it, too, which tell themselves what they did.
    const isOtherSize = known.current.spec !== spec && known.current.size !== size;
    if (isOtherSize || done.current.length > 0) setSaid([...done.current, size].filter(Boolean).join('. '));
    known.current = { spec, size };
    done.current = [];
  }, [spec, result, isAsking]);
  return { said, say: (words) => void done.current.push(words) };
}
