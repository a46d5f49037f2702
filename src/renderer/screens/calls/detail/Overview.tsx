import type { CallDetail } from '../../../../shared/model.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { Marked } from '../../../components/Marked.tsx';
import { Facts } from './Facts.tsx';
import { Metadata } from './Metadata.tsx';
import { Notes } from './Notes.tsx';
import { OutcomesCard } from './OutcomesCard.tsx';
import { Recording } from './Recording.tsx';
import { Transcript, type Drawn } from './Transcript.tsx';
import type { Turn } from './turns.ts';

interface Props {
  readonly detail: CallDetail;
  readonly query: Query;
  /** The transcript in portions, and which are drawn. */
  readonly portions: readonly (readonly Turn[])[];
  readonly drawn: Drawn;
  readonly onDraw: (drawn: Drawn) => void;
}

/** What a person reads of a call first. */
export function Overview({ detail, query, portions, drawn, onDraw }: Props) {
  const { call } = detail;
  const hasSummary = call.summary !== null && call.summary.trim() !== '';
  return (
    <>
      <OutcomesCard detail={detail} query={query} />
      <section className="card" aria-label="Summary" data-hits>
        <h3>Summary</h3>
        <p className="prose" dir="auto">
          {hasSummary ? (
            <Marked text={call.summary ?? ''} field="summary" query={query} />
          ) : (
            <span className="muted">{noSummary(call.analysis_status)}</span>
          )}
        </p>
      </section>
      <Recording key={`recording ${detail.rowId}`} detail={detail} />
      {call.metadata !== null && <Metadata metadata={call.metadata} query={query} />}
      <Notes key={`notes ${detail.rowId}`} detail={detail} />
      {call.transcript !== null && <Transcript portions={portions} query={query} drawn={drawn} onDraw={onDraw} />}
      <Facts detail={detail} />
      {Object.keys(call.extra).length > 0 && (
        <section className="card" aria-label="Other fields">
          <h3>Other fields</h3>
          <pre className="raw" tabIndex={0}>
            {JSON.stringify(call.extra, null, 2)}
          </pre>
        </section>
      )}
    </>
  );
}

function noSummary(analysis: string | null): string {
  return analysis === 'pending' || analysis === 'processing' ? 'Not analysed yet.' : 'None.';
}
