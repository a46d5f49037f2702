import { ChevronRight, PanelLeftClose } from 'lucide-react';
import { memo, useDeferredValue, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading, Input, SearchField, useFilter } from 'react-aria-components';
import { outcomeKeyOf, type Column, type ColumnId } from '../../shared/columns.ts';
import { filterSummary } from '../stores/columnFilters.ts';
import { useCalls } from '../stores/calls.ts';
import { setLayout, useSelection } from '../stores/selection.ts';
import { changeSettings } from '../stores/settings.ts';
import { orderedColumns, type Layout } from '../../shared/view.ts';
import { useShallow } from 'zustand/react/shallow';
import { FacetBody } from './FacetBody.tsx';

const MOST_USUAL = 4;

/** What is open if nobody chose: when, how it ended, and the outcome keys that are filled most and have few values. */
function usualFacets(columns: readonly Column[]): readonly ColumnId[] {
  const keys = columns.filter(
    ({ id, kind }) => outcomeKeyOf(id) !== undefined && (kind === 'yes_no' || kind === 'category'),
  );
  const ids = ['status', ...keys.map(({ id }) => id)];
  return ids.filter((id) => columns.some((column) => column.id === id)).slice(0, MOST_USUAL);
}

function openFacets(columns: readonly Column[], { facets }: Layout): readonly ColumnId[] {
  return facets ?? usualFacets(columns);
}

/** Every column of the grid with its values among the calls in sight, to keep and to exclude. */
export const FacetsPanel = memo(function FacetsPanel() {
  // Drawn when nothing else is to be drawn: the first rows come before the filters.
  const columns = useDeferredValue(
    useCalls((state) => state.columns),
    [],
  );
  const layout = useSelection((state) => state.layout);
  const filtered = useSelection(useShallow((state) => state.selection.filters.map(({ of }) => of.column)));
  const [wanted, setWanted] = useState('');
  const { contains } = useFilter({ sensitivity: 'base' });
  const open = new Set(openFacets(columns, layout));
  const hidden = new Set(layout.hidden);
  const listed = orderedColumns(columns, layout).filter(
    ({ id, label }) =>
      contains(label, wanted.trim()) &&
      (!hidden.has(id) || wanted.trim() !== '' || open.has(id) || filtered.includes(id)),
  );
  return (
    <aside className="facets" aria-label="Filter panel">
      <FacetsHead wanted={wanted} onWanted={setWanted} />
      <div className="facets-list">
        {listed.length === 0 && (
          <p className="empty-list">
            {columns.length === 0 ? 'Columns come with the first calls.' : 'No column has this name.'}
          </p>
        )}
        {listed.map((column) => (
          <FacetSection key={column.id} column={column} isOpen={open.has(column.id)} />
        ))}
      </div>
    </aside>
  );
});

interface HeadProps {
  readonly wanted: string;
  readonly onWanted: (words: string) => void;
}

const FacetsHead = memo(function FacetsHead({ wanted, onWanted }: HeadProps) {
  return (
    <header className="facets-head">
      <SearchField className="field grow" aria-label="Find a column" value={wanted} onChange={onWanted}>
        <Input className="input" placeholder="Find a column" />
      </SearchField>
      <Button
        className="icon-button"
        aria-label="Hide the filter panel"
        onPress={() => changeSettings({ hasFacets: false })}
      >
        <PanelLeftClose size={16} aria-hidden />
      </Button>
    </header>
  );
});

function toggle(id: ColumnId, isOpen: boolean): void {
  const { layout } = useSelection.getState();
  const others = openFacets(useCalls.getState().columns, layout).filter((other) => other !== id);
  setLayout({ ...layout, facets: isOpen ? [...others, id] : others }, 'facets');
}

interface SectionProps {
  readonly column: Column;
  readonly isOpen: boolean;
}

/** One column. Its own filters change only its badge and what is in it. */
const FacetSection = memo(function FacetSection({ column, isOpen }: SectionProps) {
  return (
    <Disclosure className="facet" isExpanded={isOpen} onExpandedChange={(next) => toggle(column.id, next)}>
      <Heading level={2} className="facet-head">
        <Button slot="trigger" className="facet-trigger">
          <ChevronRight size={14} aria-hidden className="turns" />
          <span className="ellipsis grow" dir="auto" title={column.label}>
            {column.label}
          </span>
          <Summary column={column.id} />
        </Button>
      </Heading>
      <DisclosurePanel className="facet-panel">{isOpen && <FacetBody column={column} />}</DisclosurePanel>
    </Disclosure>
  );
});

function Summary({ column }: { readonly column: ColumnId }) {
  const summary = useSelection((state) => filterSummary(state.selection.filters, column));
  return summary === '' ? null : <span className="badge">{summary}</span>;
}
