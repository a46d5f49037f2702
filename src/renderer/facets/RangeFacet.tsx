import { useState } from 'react';
import { parseDate } from '@internationalized/date';
import { Button } from 'react-aria-components';
import type { Column } from '../../shared/columns.ts';
import { recentDays, recentWords } from '../../shared/recentDays.ts';
import type { RangeFilter } from '../../shared/selection.ts';
import { Field } from '../components/Field.tsx';
import { withRange } from '../stores/columnFilters.ts';
import { useFacet } from '../stores/facets.ts';
import { rangeOfRecent, startOf } from '../stores/recentDays.ts';
import { useSelection } from '../stores/selection.ts';
import { useMask } from '../stores/settings.ts';
import { Histogram } from './Histogram.tsx';
import { changeFilters, useColumnFilters } from './useColumnFilters.ts';
import { lastDayOf, readAmount, sayAmount } from './amounts.ts';

type Props = { readonly column: Pick<Column, 'id' | 'label' | 'kind'> };
type Range = Omit<RangeFilter, 'op' | 'of'>;

const open: Range = { from: null, fromExclusive: false, to: null, toInclusive: false };

/** Seconds. */
const durations: readonly { readonly label: string; readonly range: Range }[] = [
  { label: 'under 0:10', range: { ...open, to: 10 } },
  { label: '0:10 to 1:00', range: { ...open, from: 10, to: 60 } },
  { label: 'over 1:00', range: { ...open, from: 60, fromExclusive: true } },
  { label: 'over 5:00', range: { ...open, from: 300, fromExclusive: true } },
];

/** From a number, duration or day to another: by presets, by the bars, or typed. */
export function RangeFacet({ column: { id, label, kind } }: Props) {
  const facet = useFacet(id);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const { range } = useColumnFilters(id);
  const isDays = kind === 'time' || kind === 'date';
  // A day that an outcome key holds is the same day in every zone.
  const zone = kind === 'date' ? 'UTC' : timeZone;
  const ofDays = kind === 'date' ? { isDay: true } : {};
  const mask = useMask();
  const say = (amount: number) => mask(sayAmount(amount, kind, zone));
  const set = (next: Range | undefined, gesture?: string) =>
    changeFilters((filters) => withRange(filters, id, next), gesture);

  const presets = isDays
    ? recentDays.map((recent) => ({
        label: recentWords[recent],
        isOn: range?.recent === recent,
        range: () => ({ ...open, ...rangeOfRecent(recent, Date.now(), timeZone, zone), recent, ...ofDays }),
      }))
    : kind === 'duration'
      ? durations.map(({ label: words, range: preset }) => ({
          label: words,
          isOn: range?.from === preset.from && range.to === preset.to,
          range: () => preset,
        }))
      : [];

  const first = range?.from ?? null;
  const last = range?.to ?? null;
  return (
    <div className="facet-range">
      {presets.length > 0 && (
        <div className="facet-presets" role="group" aria-label={`${label}: quick choices`}>
          {presets.map((preset) => (
            <Button
              key={preset.label}
              className="button quiet small"
              aria-pressed={preset.isOn}
              onPress={() => set(preset.isOn ? undefined : preset.range())}
            >
              {preset.label}
            </Button>
          ))}
        </div>
      )}
      {facet?.histogram != null && facet.histogram.max > facet.histogram.min && (
        <Histogram
          label={label}
          histogram={facet.histogram}
          from={first}
          to={last}
          say={say}
          onChange={(from, to) => set({ ...open, from, to, ...ofDays }, `range ${id}`)}
        />
      )}
      <div className={isDays ? 'facet-bounds days' : 'facet-bounds'}>
        <Bound
          label="From"
          type={isDays ? 'date' : 'text'}
          value={first === null ? '' : say(first)}
          read={(text) => (isDays ? readDay(text, zone, 0) : readAmount(text, kind))}
          onTake={(from) => set({ ...open, from, to: last, toInclusive: range?.toInclusive ?? false, ...ofDays })}
        />
        <Bound
          label={isDays ? 'Until' : 'To'}
          type={isDays ? 'date' : 'text'}
          value={last === null ? '' : isDays ? lastDayOf(last, range?.toInclusive ?? false, zone) : say(last)}
          read={(text) => (isDays ? readDay(text, zone, 1) : readAmount(text, kind))}
          // A day is meant with all of its hours, a typed number with itself.
          onTake={(to) =>
            set({
              ...open,
              from: first,
              fromExclusive: range?.fromExclusive ?? false,
              to,
              toInclusive: !isDays,
              ...ofDays,
            })
          }
        />
      </div>
    </div>
  );
}

/** When the day `text` (2026-05-14) begins, or the one `after` days later; undefined: no day. */
function readDay(text: string, zone: string, after: number): number | undefined {
  try {
    return startOf(parseDate(text.trim()).add({ days: after }), zone);
  } catch {
    return undefined;
  }
}

interface BoundProps {
  readonly label: string;
  readonly type: 'date' | 'text';
  readonly value: string;
  /** undefined: it cannot be read. */
  readonly read: (text: string) => number | undefined;
  readonly onTake: (value: number | null) => void;
}

/** One end of the range, taken at Enter or when the field is left; empty is open. */
function Bound({ label, type, value, read, onTake }: BoundProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const isWrong = draft !== null && draft.trim() !== '' && read(draft) === undefined;
  const take = () => {
    if (draft === null || isWrong) return;
    setDraft(null);
    if (draft.trim() !== value) onTake(draft.trim() === '' ? null : (read(draft) ?? null));
  };
  return (
    <Field
      label={label}
      type={type}
      value={text}
      onChange={setDraft}
      onBlur={take}
      onEnter={take}
      problem={isWrong ? (type === 'date' ? 'Year-month-day, please.' : 'A number, please.') : undefined}
    />
  );
}
