import { X } from 'lucide-react';
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { columnKind, columnLabel, dimensionId, dimensionLabel } from '../../shared/columns.ts';
import { filterInWords, valueLabel, type Filter, type FilterValue } from '../../shared/selection.ts';
import { Check } from '../components/Check.tsx';
import { Field } from '../components/Field.tsx';
import { FacetBody } from '../facets/FacetBody.tsx';
import { useCalls } from '../stores/calls.ts';
import { clearSelection, removeFilter, replaceFilter, setText, useSelection } from '../stores/selection.ts';
import { useMask } from '../stores/settings.ts';
import { focusSearch } from './searchBox.ts';

/** What holds the calls back, in words; each can be changed and taken away. */
export function ChipsRow() {
  const selection = useSelection((state) => state.selection);
  const chips = useChips(selection.filters);
  const mask = useMask();
  if (selection.filters.length === 0 && selection.text.trim() === '') return null;
  const contains = mask(`contains “${selection.text.trim()}”`);
  return (
    <div className="chips" role="group" aria-label="Filters">
      {chips.map(({ filter, key }) => (
        <FilterChip
          key={key}
          filter={filter}
          words={mask(filterInWords(filter, selection.timeZone), filter.of.column)}
        />
      ))}
      {selection.text.trim() !== '' && (
        <span className="chip" title={contains}>
          <Button className="chip-words ellipsis" dir="auto" onPress={focusSearch}>
            {contains}
          </Button>
          <Button className="icon-button" aria-label={`Remove filter: ${contains}`} onPress={() => setText('')}>
            <X size={13} aria-hidden />
          </Button>
        </span>
      )}
      <Button className="button quiet small" onPress={clearSelection}>
        Clear all
      </Button>
    </div>
  );
}

interface Chip {
  readonly filter: Filter;
  readonly key: number;
}

/** What is changed keeps its chip, and a window that is open on it; what goes takes it along, instead of leaving it to another filter. */
function useChips(filters: readonly Filter[]): readonly Chip[] {
  const [before, setBefore] = useState(() => ({ filters, chips: chipsOf(filters, []) }));
  if (filters === before.filters) return before.chips;
  const chips = chipsOf(filters, before.chips);
  setBefore({ filters, chips });
  return chips;
}

/** A filter that is new in place of one that is gone, of the same dimension, is that one changed. */
function chipsOf(filters: readonly Filter[], before: readonly Chip[]): readonly Chip[] {
  const gone = before.filter(({ filter }) => !filters.includes(filter));
  let last = Math.max(0, ...before.map(({ key }) => key));
  return filters.map((filter) => {
    const same = before.find((chip) => chip.filter === filter);
    if (same !== undefined) return same;
    const at = gone.findIndex((chip) => dimensionId(chip.filter.of) === dimensionId(filter.of));
    const [changed] = at < 0 ? [] : gone.splice(at, 1);
    return { filter, key: changed?.key ?? ++last };
  });
}

function FilterChip({ filter, words }: { readonly filter: Filter; readonly words: string }) {
  return (
    <span className="chip" title={words}>
      <DialogTrigger>
        <Button className="chip-words ellipsis" aria-label={`Change filter: ${words}`} dir="auto">
          {words}
        </Button>
        <Popover className="popover" placement="bottom start">
          <Dialog className="chip-edit">
            <Heading slot="title">{dimensionLabel(filter.of)}</Heading>
            <ChipForm filter={filter} />
          </Dialog>
        </Popover>
      </DialogTrigger>
      <Button className="icon-button" aria-label={`Remove filter: ${words}`} onPress={() => removeFilter(filter)}>
        <X size={13} aria-hidden />
      </Button>
    </span>
  );
}

function ChipForm({ filter }: { readonly filter: Filter }) {
  const { column, bin, step } = filter.of;
  const found = useCalls((state) => state.columns.find(({ id }) => id === column));
  if (filter.op === 'contains') return <ContainsForm filter={filter} />;
  if (filter.op === 'any' && (bin !== undefined || step !== undefined)) return <BinForm filter={filter} />;
  return (
    <FacetBody key={column} column={found ?? { id: column, label: columnLabel(column), kind: columnKind(column) }} />
  );
}

function ContainsForm({ filter }: { readonly filter: Extract<Filter, { op: 'contains' }> }) {
  return (
    <>
      <Field
        label={filter.negate ? 'does not contain' : 'contains'}
        value={filter.text}
        onChange={(text) => text !== '' && replaceFilter(filter, { ...filter, text }, 'typed')}
        autoFocus
      />
      <Check checked={filter.negate} onChange={(negate) => replaceFilter(filter, { ...filter, negate })}>
        Calls that do not
      </Check>
    </>
  );
}

/** Values of a pivot's bins (days, weeks, steps of a number …): those that were drilled into. */
function BinForm({ filter }: { readonly filter: Extract<Filter, { op: 'any' }> }) {
  const timeZone = useSelection((state) => state.selection.timeZone);
  const mask = useMask();
  const without = (value: FilterValue) => {
    const values = filter.values.filter((other) => other !== value);
    if (values.length === 0) removeFilter(filter);
    else replaceFilter(filter, { ...filter, values });
  };
  return (
    <>
      {filter.values.map((value) => (
        <Check key={JSON.stringify(value)} checked onChange={() => without(value)}>
          {mask(valueLabel(value, filter.of, timeZone), filter.of.column)}
        </Check>
      ))}
      <Check checked={filter.negate} onChange={(negate) => replaceFilter(filter, { ...filter, negate })}>
        Exclude these instead
      </Check>
    </>
  );
}
