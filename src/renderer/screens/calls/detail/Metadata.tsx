import { isBlank } from '../../../../shared/call.ts';
import { metadataColumn } from '../../../../shared/columns.ts';
import { displayValue } from '../../../../shared/format.ts';
import type { Call } from '../../../../shared/model.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { Marked } from '../../../components/Marked.tsx';

interface Props {
  readonly metadata: NonNullable<Call['metadata']>;
  readonly query: Query;
}

/** What the customer noted of the contact. */
export function Metadata({ metadata, query }: Props) {
  return (
    <section className="card" aria-label="Contact metadata">
      <h3>Contact metadata</h3>
      <dl className="facts">
        {Object.entries(metadata).map(([key, value]) => (
          <div key={key}>
            <dt dir="auto">{key.trim() === '' ? `“${key}”` : key}</dt>
            <dd dir="auto">
              {isBlank(value) ? (
                <span className="muted">–</span>
              ) : (
                <Marked text={displayValue(value)} field={metadataColumn(key)} query={query} />
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
