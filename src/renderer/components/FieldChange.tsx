import { columnLabel } from '../../shared/columns.ts';
import { displayJson } from '../../shared/format.ts';
import type { Change } from '../../shared/model.ts';

const words = (json: string | null) => (json === null ? 'nothing' : displayJson(json) || 'nothing');

/** A field with what it was and what it is. */
export function FieldChange({ change }: { readonly change: Change }) {
  return (
    <>
      <strong>{columnLabel(change.field)}</strong>
      <span dir="auto">
        <del>{words(change.oldValue)}</del> → <ins>{words(change.newValue)}</ins>
      </span>
    </>
  );
}
