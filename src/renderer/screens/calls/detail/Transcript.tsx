import type { Json } from '../../../../shared/json.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { Marked } from '../../../components/Marked.tsx';
import { turnsOf } from './turns.ts';

/** The transcript, as text or as turns with their speakers. */
export function Transcript({ transcript, query }: { readonly transcript: Json; readonly query: Query }) {
  const turns = turnsOf(transcript);
  return (
    <section className="card" aria-label="Transcript" data-hits>
      <h3>Transcript</h3>
      {turns.map(({ speaker, at, text }, i) => (
        <p key={i} className="turn" dir="auto">
          {speaker !== null && <strong>{speaker}</strong>}
          {at !== null && <span className="muted tabular">{at}</span>}
          <span className="prose">
            <Marked text={text} field="transcript" query={query} />
          </span>
        </p>
      ))}
    </section>
  );
}
