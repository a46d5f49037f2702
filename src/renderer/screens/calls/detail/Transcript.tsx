import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { formatCount } from '../../../../shared/format.ts';
import type { Json } from '../../../../shared/json.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { Marked } from '../../../components/Marked.tsx';
import { beginningOf, turnsOf } from './turns.ts';

interface Props {
  readonly transcript: Json;
  readonly query: Query;
  /** How much of it is drawn; `onMore` asks for more. */
  readonly letters: number;
  readonly onMore: () => void;
}

/** The transcript, as text or as turns with their speakers. */
export function Transcript({ transcript, query, letters, onMore }: Props) {
  const turns = useMemo(() => turnsOf(transcript), [transcript]);
  const { shown, left } = beginningOf(turns, letters);
  return (
    <section className="card" aria-label="Transcript" data-hits>
      <h3>Transcript</h3>
      {shown.map(({ speaker, at, text }, i) => (
        <p key={i} className="turn" dir="auto">
          {speaker !== null && <strong>{speaker}</strong>}
          {at !== null && <span className="muted tabular">{at}</span>}
          <span className="prose">
            <Marked text={text} field="transcript" query={query} />
          </span>
        </p>
      ))}
      {left > 0 && (
        <div className="turns-left">
          <Button className="button" onPress={onMore}>
            Show more
          </Button>
          <span className="muted" role="status">
            {`${formatCount(left)} ${left === 1 ? 'turn is' : 'turns are'} not shown whole yet; hits in ${left === 1 ? 'it' : 'them'} are not counted.`}
          </span>
        </div>
      )}
    </section>
  );
}
