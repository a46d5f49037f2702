import { ArrowDownToDot, ArrowUpFromDot, ChevronDown, ChevronUp, X } from 'lucide-react';
import { memo, useLayoutEffect, useRef } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { formatCount } from '../../../../shared/format.ts';
import type { CallDetail } from '../../../../shared/model.ts';
import { Marked } from '../../../components/Marked.tsx';
import { Problem } from '../../../components/Problem.tsx';
import { useCalls, useSearchQuery } from '../../../stores/calls.ts';
import { closeCall, setTab, stepCall, stepHit, useDetail, type DetailTab } from '../../../stores/detail.ts';
import { useSelection } from '../../../stores/selection.ts';
import { useSettings } from '../../../stores/settings.ts';
import { phoneInWords } from '../cellValue.ts';
import { History } from './History.tsx';
import { StarButton } from './Notes.tsx';
import { Overview } from './Overview.tsx';
import { RawJson } from './RawJson.tsx';
import { SameNumber } from './SameNumber.tsx';
import { useHits } from './useHits.ts';

/** One call, whole. */
export function CallDetailPanel({ onClosed }: { readonly onClosed: () => void }) {
  const detail = useDetail((state) => state.detail);
  const problem = useDetail((state) => state.problem);
  return (
    <aside className="detail" aria-label="Call detail">
      <DetailBar
        onClose={() => {
          closeCall();
          onClosed();
        }}
      />
      <Problem problem={problem} />
      {detail === null ? problem === null && <p className="pad muted">Opening…</p> : <Detail detail={detail} />}
    </aside>
  );
}

/** Where the call stands, and the way to others. */
function DetailBar({ onClose }: { readonly onClose: () => void }) {
  const detail = useDetail((state) => state.detail);
  const index = useDetail((state) => state.index);
  const total = useCalls((state) => state.shown?.total ?? 0);
  return (
    <div className="detail-bar">
      <span className="muted tabular">
        {index === null ? '' : `${formatCount(index + 1)} of ${formatCount(total)}`}
      </span>
      <span className="grow" />
      <HitSteps />
      {detail !== null && <StarButton detail={detail} />}
      <Button className="icon-button" aria-label="Previous call" isDisabled={index === 0} onPress={() => stepCall(-1)}>
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
      <Button className="icon-button" aria-label="Close call" onPress={onClose}>
        <X size={16} aria-hidden />
      </Button>
    </div>
  );
}

/** The hits of the search in this call, and the way from one to the next. */
function HitSteps() {
  const hits = useDetail((state) => state.hits);
  const hit = useDetail((state) => state.hit);
  if (hits === 0) return null;
  return (
    <>
      <span className="muted tabular" role="status" aria-label="Hits">
        {hit === null ? `${hits} ${hits === 1 ? 'hit' : 'hits'}` : `hit ${hit + 1} of ${hits}`}
      </span>
      <Button className="icon-button" aria-label="Previous hit" onPress={() => stepHit(-1)}>
        <ArrowUpFromDot size={14} aria-hidden />
      </Button>
      <Button className="icon-button" aria-label="Next hit" onPress={() => stepHit(1)}>
        <ArrowDownToDot size={14} aria-hidden />
      </Button>
    </>
  );
}

const Detail = memo(function Detail({ detail }: { readonly detail: CallDetail }) {
  const { call } = detail;
  const query = useSearchQuery(useSelection((state) => state.selection.text));
  const maskPhones = useSettings(({ settings }) => settings.maskPhones);
  const tab = useDetail((state) => state.tab);
  const overview = useRef<HTMLDivElement>(null);
  const { rowId } = detail;
  // The next call is drawn into what is there, which is read from its top.
  useLayoutEffect(() => {
    overview.current?.scrollTo({ top: 0 });
  }, [rowId]);
  useHits(overview, `${rowId} ${tab} ${JSON.stringify(query)}`);
  return (
    <>
      <header className="detail-head">
        <h2 dir="auto">{call.name === null ? 'No name' : <Marked text={call.name} field="name" query={query} />}</h2>
        <p className="tabular">
          {call.phone_number === null ? (
            <span className="muted">No phone number</span>
          ) : maskPhones ? (
            phoneInWords(call.phone_number, maskPhones)
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
      <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => setTab(key as DetailTab)}>
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
          <Tab id="same" className="tab">
            Same number
          </Tab>
        </TabList>
        <TabPanel id="overview" className="tab-panel" ref={overview}>
          <Overview detail={detail} query={query} />
        </TabPanel>
        <TabPanel id="raw" key={`raw ${rowId}`} className="tab-panel">
          {maskPhones ? (
            <p className="muted">
              Phone numbers are masked, so what was received is not shown. Turn masking off to see it.
            </p>
          ) : (
            <>
              <RawJson received={detail.received} label="Raw JSON" />
              {detail.contact !== null && (
                <>
                  <h3>From the list of contacts</h3>
                  <RawJson received={detail.contact} label="Raw JSON of the contact" />
                </>
              )}
            </>
          )}
        </TabPanel>
        <TabPanel id="history" key={`history ${rowId}`} className="tab-panel">
          <History detail={detail} />
        </TabPanel>
        <TabPanel id="same" key={`same ${rowId}`} className="tab-panel">
          <SameNumber detail={detail} />
        </TabPanel>
      </Tabs>
    </>
  );
});
