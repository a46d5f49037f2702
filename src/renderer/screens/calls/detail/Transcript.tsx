import { Button } from 'react-aria-components';
import { formatCount } from '../../../../shared/format.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { Marked } from '../../../components/Marked.tsx';
import { lettersOf, type Turn } from './turns.ts';

export interface Drawn {
  /** Of the transcript's portions, both inclusive. */
  readonly first: number;
  readonly last: number;
}

interface Props {
  readonly portions: readonly (readonly Turn[])[];
  readonly query: Query;
  readonly drawn: Drawn;
  readonly onDraw: (drawn: Drawn) => void;
}

/** The transcript, as text or as turns with their speakers: as many portions as are drawn, with the ways to those before and behind. */
export function Transcript({ portions, query, drawn: { first, last }, onDraw }: Props) {
  const end = portions.length - 1;
  const lettersIn = (from: number, to: number) =>
    portions.slice(from, to + 1).reduce((sum, portion) => sum + lettersOf(portion), 0);
  const before = lettersIn(0, first - 1);
  return (
    <section className="card" aria-label="Transcript" data-hits>
      <h3>Transcript</h3>
      {first > 0 && (
        <Button className="button" onPress={() => onDraw({ first: Math.max(0, 2 * first - last - 1), last })}>
          Show what is before
        </Button>
      )}
      {portions.slice(first, last + 1).map((turns, i) => (
        <Portion key={first + i} turns={turns} query={query} />
      ))}
      {/* It stays once all of them are drawn: that there are no more is told where a screen reader listens. */}
      {end > 0 && (
        <div className="turns-left">
          {last < end && (
            <Button className="button" onPress={() => onDraw({ first, last: Math.min(end, 2 * last - first + 1) })}>
              Show more
            </Button>
          )}
          <span className="muted" role="status">
            {`Letters ${formatCount(before + 1)} to ${formatCount(before + lettersIn(first, last))} of ${formatCount(lettersIn(0, end))} are shown.`}
          </span>
        </div>
      )}
    </section>
  );
}

function Portion({ turns, query }: { readonly turns: readonly Turn[]; readonly query: Query }) {
  return turns.map(({ speaker, at, text }, i) => (
    <p key={i} className="turn" dir="auto">
      {speaker !== null && <strong>{speaker}</strong>}
      {at !== null && <span className="muted tabular">{at}</span>}
      <span className="prose">
        <Marked text={text} field="transcript" query={query} />
      </span>
    </p>
  ));
}
