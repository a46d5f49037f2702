import { memo, useState } from 'react';
import { outcomeKeyOf, type Column } from '../../shared/columns.ts';
import { Field } from '../components/Field.tsx';
import { withContains } from '../stores/columnFilters.ts';
import { RangeFacet } from './RangeFacet.tsx';
import { changeFilters, useColumnFilters } from './useColumnFilters.ts';
import { ValuesFacet } from './ValuesFacet.tsx';

type Props = { readonly column: Pick<Column, 'id' | 'label' | 'kind'> };

/** The ways to filter by a column, by the kind of its values. */
export const FacetBody = memo(function FacetBody({ column }: Props) {
  switch (column.kind) {
    case 'time':
    case 'date':
    case 'duration':
    case 'number':
      return (
        <>
          <RangeFacet column={column} />
          <ValuesFacet column={column} areBlanksOnly />
        </>
      );
    case 'text':
      return (
        <>
          <ContainsFacet column={column} />
          {/* A field that no two calls share has no values to choose from. */}
          {outcomeKeyOf(column.id) !== undefined && <ValuesFacet column={column} />}
        </>
      );
    case 'yes_no':
    case 'category':
      return <ValuesFacet column={column} />;
  }
});

/** Words that the value must contain; taken at Enter or when the field is left. */
function ContainsFacet({ column: { id, label } }: Props) {
  const present = useColumnFilters(id).contains;
  const [draft, setDraft] = useState<string | null>(null);
  const take = () => {
    if (draft !== null && draft.trim() !== present) changeFilters((filters) => withContains(filters, id, draft));
    setDraft(null);
  };
  return (
    <div className="facet-contains">
      <Field label={`${label} contains`} value={draft ?? present} onChange={setDraft} onBlur={take} onEnter={take} />
    </div>
  );
}
