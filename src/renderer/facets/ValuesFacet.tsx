import { Ban } from 'lucide-react';
import { useMemo, useState, type CSSProperties } from 'react';
import { Button, GridList, GridListItem, Input, SearchField } from 'react-aria-components';
import type { Column } from '../../shared/columns.ts';
import { counted, formatCount } from '../../shared/format.ts';
import { valueLabel, type FilterValue } from '../../shared/selection.ts';
import { valueColour } from '../components/valueColour.ts';
import { filtersOf, withValues } from '../stores/columnFilters.ts';
import { useFacet } from '../stores/facets.ts';
import { useSelection } from '../stores/selection.ts';
import { useMask } from '../stores/settings.ts';
import { changeFilters, useColumnFilters } from './useColumnFilters.ts';

interface Props {
  readonly column: Pick<Column, 'id' | 'label'>;
  /** The values are better told as a range. */
  readonly areBlanksOnly?: boolean;
}

interface Row {
  readonly id: string;
  readonly value: FilterValue;
  /** undefined: nobody counted it. */
  readonly count: number | undefined;
}

const keyOf = (value: FilterValue) => JSON.stringify(value);

/** A column's values with the number of calls that hold each: any number kept, any number excluded. */
export function ValuesFacet({ column: { id, label }, areBlanksOnly = false }: Props) {
  const [asked, setAsked] = useState({ search: '', isLong: false });
  const { search, isLong } = asked;
  const facet = useFacet(id, asked);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const mask = useMask();
  const { included, excluded } = useColumnFilters(id);
  const kept = new Set(included.map(keyOf));
  const left = new Set(excluded.map(keyOf));
  // Lists draw anew what is another object: a value that is kept or no longer kept is still the same line.
  const found = useMemo(
    () =>
      (facet?.values ?? [])
        .filter(({ value }) => !areBlanksOnly || 'blank' in value)
        .map(({ value, count }): Row => ({ id: keyOf(value), value, count })),
    [facet, areBlanksOnly],
  );
  const isWhole = facet !== undefined && facet.distinct <= facet.values.length;
  /** What is in no list that holds all of its like has no calls; else nobody counted it. */
  const isCounted = (value: FilterValue) =>
    isWhole && ('blank' in value ? value.blank !== 'any' : 'json' in value && !areBlanksOnly);
  // What is chosen stays to be seen, also where no call has it any more, or it is not among the most frequent values.
  const chosen = [...included, ...excluded]
    .map((value): Row => ({ id: keyOf(value), value, count: isCounted(value) ? 0 : undefined }))
    .filter(({ id: key }) => search === '' && found.every((row) => row.id !== key));
  const rows = [...found, ...chosen];
  const most = Math.max(1, ...found.map(({ count = 0 }) => count));

  const choose = (next: { included: readonly FilterValue[]; excluded: readonly FilterValue[] }) =>
    changeFilters((filters) => withValues(filters, id, next));
  const valuesOf = (keys: ReadonlySet<string>) => rows.flatMap(({ id: key, value }) => (keys.has(key) ? [value] : []));
  const keep = (keys: ReadonlySet<string>) => {
    // Values that are kept but not listed (another search) stay kept.
    const unlisted = included.filter((value) => !rows.some((row) => row.id === keyOf(value)));
    choose({
      included: [...unlisted, ...valuesOf(keys)],
      excluded: excluded.filter((value) => !keys.has(keyOf(value))),
    });
  };
  /** From the filters as they are when it is pressed: a line that nothing of its own has changed is the one that was drawn before them. */
  const exclude = (value: FilterValue) =>
    changeFilters((filters) => {
      const present = filtersOf(filters, id);
      const without = (values: readonly FilterValue[]) => values.filter((other) => keyOf(other) !== keyOf(value));
      const others = without(present.excluded);
      return withValues(filters, id, {
        included: without(present.included),
        excluded: others.length < present.excluded.length ? others : [...others, value],
      });
    });
  if (facet === undefined) return <p className="muted facet-note">Counting…</p>;
  const hasSearch =
    !areBlanksOnly && (search !== '' || facet.distinct > facet.values.length || facet.values.length > 12);
  const words = (value: FilterValue) => mask(valueLabel(value, { column: id }, timeZone), id) || '(empty text)';
  return (
    <>
      {hasSearch && (
        <SearchField
          className="field facet-search"
          aria-label={`Search values of ${label}`}
          value={search}
          onChange={(text) => setAsked({ search: text, isLong })}
        >
          <Input className="input" placeholder={`Search ${counted(facet.distinct, 'value')}`} />
        </SearchField>
      )}
      {rows.length > 0 && (
        <GridList
          className="facet-values"
          aria-label={`Values of ${label}`}
          selectionMode="multiple"
          selectionBehavior="toggle"
          escapeKeyBehavior="none"
          selectedKeys={kept}
          onSelectionChange={(keys) =>
            keep(keys === 'all' ? new Set(rows.map((row) => row.id)) : new Set([...keys].map(String)))
          }
          items={rows}
          dependencies={[excluded.map(keyOf).join(), most, timeZone, mask]}
        >
          {({ id: key, value, count }) => {
            const text = words(value);
            const isLeft = left.has(key);
            return (
              <GridListItem
                id={key}
                className={`facet-value${isLeft ? ' excluded' : ''}`}
                textValue={`${text}${count === undefined ? '' : `, ${counted(count, 'call')}`}${isLeft ? ', excluded' : ''}`}
                style={{ '--share': `${(100 * (count ?? 0)) / most}%` } as CSSProperties}
              >
                <span className="tick-box" aria-hidden />
                {'json' in value && (
                  <span className="value-dot" style={{ background: valueColour(value.json) }} aria-hidden />
                )}
                <span
                  className={`ellipsis grow${'blank' in value ? ' muted' : ''}`}
                  dir="auto"
                  title={text.slice(0, 2_000)}
                >
                  {text.slice(0, 200)}
                </span>
                {isLeft && <span className="muted">excluded</span>}
                {count !== undefined && <span className="tabular muted">{formatCount(count)}</span>}
                <Button
                  className="icon-button"
                  aria-label={isLeft ? `No longer exclude ${text.slice(0, 80)}` : `Exclude ${text.slice(0, 80)}`}
                  onPress={() => exclude(value)}
                >
                  <Ban size={13} aria-hidden />
                </Button>
              </GridListItem>
            );
          }}
        </GridList>
      )}
      {rows.length === 0 && !areBlanksOnly && (
        <p className="muted facet-note">
          {search === '' ? 'No call in sight has a value.' : 'No value has these words.'}
        </p>
      )}
      {!areBlanksOnly && search === '' && (isLong ? facet.values.length > 8 : facet.distinct > facet.values.length) && (
        <Button className="button quiet small" onPress={() => setAsked({ search, isLong: !isLong })}>
          {isLong ? 'Show fewer' : `Show all ${formatCount(facet.distinct)}`}
        </Button>
      )}
      {isLong && facet.distinct > facet.values.length && (
        <p className="muted facet-note">The {formatCount(facet.values.length)} most frequent; search for the others.</p>
      )}
    </>
  );
}
