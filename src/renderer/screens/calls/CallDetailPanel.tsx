import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { isBlank, timeOf } from '../../../shared/call.ts';
import { displayValue, formatCount, formatDateTime, formatDuration } from '../../../shared/format.ts';
import type { Call, CallDetail } from '../../../shared/model.ts';
import type { Query } from '../../../shared/searchQuery.ts';
import { columnLabel, metadataColumn } from '../../../shared/columns.ts';
import { FieldChange } from '../../components/FieldChange.tsx';
import { Marked } from '../../components/Marked.tsx';
import { Problem } from '../../components/Problem.tsx';
import { batchName } from '../../stores/batches.ts';
import { useCalls, useSearchQuery } from '../../stores/calls.ts';
import { closeCall, stepCall, useDetail } from '../../stores/detail.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSession } from '../../stores/session.ts';
import { OutcomesCard } from './OutcomesCard.tsx';
import { Transcript } from './Transcript.tsx';
import { prettyJson } from './prettyJson.ts';

/** One call, whole. */
export function CallDetailPanel({ onClosed }: { readonly onClosed: () => void }) {
  const { detail, index, problem } = useDetail();
  const total = useCalls((state) => state.shown?.total ?? 0);
  const close = () => {
    closeCall();
    onClosed();
  };
  return (
    <aside className="detail" aria-label="Call detail">
      <div className="detail-bar">
        <span className="muted tabular">
          {index === null ? '' : `${formatCount(index + 1)} of ${formatCount(total)}`}
        </span>
        <span className="grow" />
        <Button
          className="icon-button"
          aria-label="Previous call"
          isDisabled={index === 0}
          onPress={() => stepCall(-1)}
        >
          <ChevronUp size={16} aria-hidden />
        </Button>
        <Button
          className="icon-button"
          aria-label="Next call"
          isDisabled={index !== null && index + 1 >= total}
          onPress={() => stepCall(1)}
        >
          <ChevronDown size={16} aria-hidden />
        </Button>
        <Button className="icon-button" aria-label="Close call" onPress={close}>
          <X size={16} aria-hidden />
        </Button>
      </div>
      <Problem problem={problem} />
      {detail === null ? (
        problem === null && <p className="pad muted">Opening…</p>
      ) : (
        <Detail key={detail.rowId} detail={detail} />
      )}
    </aside>
  );
}

function Detail({ detail }: { readonly detail: CallDetail }) {
  const { call } = detail;
  const query = useSearchQuery(useSelection((state) => state.selection.text));
  return (
    <>
      <header className="detail-head">
        <h2 dir="auto">{call.name === null ? 'No name' : <Marked text={call.name} field="name" query={query} />}</h2>
        <p className="tabular">
          {call.phone_number === null ? (
            <span className="muted">No phone number</span>
          ) : (
            <Marked text={call.phone_number} field="phone_number" query={query} />
          )}
        </p>
        <p className="badges">
          <span className={`badge status-${call.status ?? 'none'}`}>{call.status ?? 'no status'}</span>
          {call.analysis_status !== null && <span className="badge">analysis {call.analysis_status}</span>}
          {detail.goneAt !== null && <span className="badge warn">no longer listed by the provider</span>}
        </p>
      </header>
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label="Parts of the call">
          <Tab id="overview" className="tab">
            Overview
          </Tab>
          <Tab id="raw" className="tab">
            Raw JSON
          </Tab>
          <Tab id="history" className="tab">
            History{detail.history.length > 0 && ` (${detail.history.length})`}
          </Tab>
        </TabList>
        <TabPanel id="overview" className="tab-panel">
          <Overview detail={detail} />
        </TabPanel>
        <TabPanel id="raw" className="tab-panel">
          <pre className="raw" aria-label="Raw JSON" tabIndex={0}>
            {prettyJson(detail.received)}
          </pre>
          {detail.contact !== null && (
            <>
              <h3>From the list of contacts</h3>
              <pre className="raw" aria-label="Raw JSON of the contact" tabIndex={0}>
                {prettyJson(detail.contact)}
              </pre>
            </>
          )}
        </TabPanel>
        <TabPanel id="history" className="tab-panel">
          <History detail={detail} />
        </TabPanel>
      </Tabs>
    </>
  );
}

function Overview({ detail }: { readonly detail: CallDetail }) {
  const { call, batch } = detail;
  const query = useSearchQuery(useSelection((state) => state.selection.text));
  return (
    <>
      <OutcomesCard call={call} />
      <section className="card" aria-label="Summary">
        <h3>Summary</h3>
        <p className="prose" dir="auto">
          {call.summary === null || call.summary.trim() === '' ? (
            <span className="muted">{noSummary(call.analysis_status)}</span>
          ) : (
            <Marked text={call.summary} field="summary" query={query} />
          )}
        </p>
      </section>
      <Facts detail={detail} />
      {call.metadata !== null && <Metadata metadata={call.metadata} query={query} />}
      {call.transcript !== null && <Transcript transcript={call.transcript} query={query} />}
      <section className="card" aria-label="Recording">
        <h3>Recording</h3>
        {call.recording === null || !call.recording.available ? (
          <p className="muted">The provider has no recording of this call.</p>
        ) : (
          <>
            <p className="mono">{call.recording.file_key ?? 'no file key'}</p>
            <p className="muted">This names the file in your own storage. The API has no download.</p>
          </>
        )}
      </section>
      {Object.keys(call.extra).length > 0 && (
        <section className="card" aria-label="Other fields">
          <h3>Other fields</h3>
          <pre className="raw" tabIndex={0}>
            {JSON.stringify(call.extra, null, 2)}
          </pre>
        </section>
      )}
      <p className="muted pad-block">
        Batch {batch.batch_id}
        {batch.version_id !== null && ` · prompt version ${batch.version_id}`}
      </p>
    </>
  );
}

function noSummary(analysis: string | null): string {
  return analysis === 'pending' || analysis === 'processing' ? 'Not analysed yet.' : 'None.';
}

function Facts({ detail }: { readonly detail: CallDetail }) {
  const { call, batch } = detail;
  const timeZone = useSelection((state) => state.selection.timeZone);
  const account = useSession((state) => state.accounts.find(({ id }) => id === batch.accountId)?.name);
  const time = (iso: string | null) =>
    iso === null ? null : Number.isNaN(timeOf(iso)) ? iso : formatDateTime(timeOf(iso), timeZone);
  const seconds = (value: number | null) => (value === null ? null : formatDuration(value));
  const facts: readonly (readonly [string, string | null])[] = [
    [columnLabel('started_at'), time(call.started_at)],
    [columnLabel('ended_at'), time(call.ended_at)],
    [columnLabel('duration_seconds'), seconds(call.duration_seconds)],
    [columnLabel('answer_duration_seconds'), seconds(call.answer_duration_seconds)],
    [columnLabel('disconnect_reason'), call.disconnect_reason],
    ['Agent', batchName(batch)],
    [columnLabel('account'), account ?? null],
    [columnLabel('transcript_status'), call.transcript_status],
    [columnLabel('external_id'), call.external_id],
    [columnLabel('call_id'), call.call_id],
  ];
  return (
    <section className="card" aria-label="Facts">
      <h3>Facts</h3>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd dir="auto" title={label === 'Started' || label === 'Ended' ? timeZone : undefined}>
              {value ?? <span className="muted">–</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What the customer noted of the contact. */
function Metadata({ metadata, query }: { readonly metadata: NonNullable<Call['metadata']>; readonly query: Query }) {
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

function History({ detail }: { readonly detail: CallDetail }) {
  const timeZone = useSelection((state) => state.selection.timeZone);
  if (detail.history.length === 0)
    return <p className="muted pad-block">Nothing changed since Callbook first saw this call.</p>;
  return (
    <ul className="history">
      {detail.history.map((change, i) => (
        <li key={i}>
          <span className="muted tabular">{formatDateTime(change.seenAt, timeZone)}</span>
          <FieldChange change={change} />
        </li>
      ))}
    </ul>
  );
}
