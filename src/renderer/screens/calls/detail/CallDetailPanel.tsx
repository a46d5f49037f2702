import { ArrowDownToDot, ArrowUpFromDot, ChevronDown, ChevronUp, X } from 'lucide-react';
import { memo, useLayoutEffect, useMemo, useRef, type FocusEvent, type ReactNode, type RefObject } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { counted, formatCount } from '../../../../shared/format.ts';
import type { CallDetail } from '../../../../shared/model.ts';
import type { Query } from '../../../../shared/searchQuery.ts';
import { Marked } from '../../../components/Marked.tsx';
import { Problem } from '../../../components/Problem.tsx';
import { loadCalls, useCalls, useSearchQuery } from '../../../stores/calls.ts';
import { closeCall, retryCall, setTab, stepCall, stepHit, useDetail, type DetailTab } from '../../../stores/detail.ts';
import { useSelection } from '../../../stores/selection.ts';
import { useSettings } from '../../../stores/settings.ts';
import { phoneInWords } from '../cellValue.ts';
import { History } from './History.tsx';
import { StarButton } from './Notes.tsx';
import { Overview } from './Overview.tsx';
import { RawJson } from './RawJson.tsx';
import { SameNumber } from './SameNumber.tsx';
import { LETTERS_AT_ONCE, portionsOf, turnsOf } from './turns.ts';
import { useHits } from './useHits.ts';

/** One call, whole. What stands around it (bar, tabs) stays while calls come and go, and is not drawn again for each. */
export function CallDetailPanel({ onClosed }: { readonly onClosed: () => void }) {
  const isThere = useDetail((state) => state.detail !== null);
  const problem = useDetail((state) => state.problem);
  const panel = useRef<HTMLElement>(null);
  // At a large zoom there is no room for it beside the rest of the window.
  useLayoutEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  return (
    <aside ref={panel} className="detail" aria-label="Call detail">
      <div className="detail-bar">
        <Place />
        <span className="grow" />
        <HitSteps />
        <OfCall>{(detail) => <StarButton detail={detail} />}</OfCall>
        <CallSteps />
        <Button
          className="icon-button"
          aria-label="Close call"
          onPress={() => {
            closeCall();
            onClosed();
          }}
        >
          <X size={16} aria-hidden />
        </Button>
      </div>
      <Problem problem={problem}>{!isThere && problem !== null && <WaysOn code={problem.code} />}</Problem>
      {isThere ? (
        <>
          <OfCall>{(detail) => <Head detail={detail} />}</OfCall>
          <Parts />
        </>
      ) : (
        problem === null && <p className="pad muted">Opening…</p>
      )}
    </aside>
  );
}

/** Where a call cannot be shown. One that is gone will not come back, but its row can go, too. */
function WaysOn({ code }: { readonly code: ErrorCode }) {
  return code === 'UNKNOWN_CALL' ? (
    <Button
      className="button small"
      onPress={() => {
        closeCall();
        void loadCalls();
      }}
    >
      Read the rows anew
    </Button>
  ) : (
    <Button className="button small" onPress={retryCall}>
      Try again
    </Button>
  );
}

/** What is drawn of the open call, whichever that is. */
function OfCall({ children }: { readonly children: (detail: CallDetail) => ReactNode }) {
  const detail = useDetail((state) => state.detail);
  return detail === null ? null : children(detail);
}

/** Where the call stands in the present order. */
function Place() {
  const index = useDetail((state) => state.index);
  const total = useCalls((state) => state.shown?.total ?? 0);
  return (
    <span className="muted tabular">{index === null ? '' : `${formatCount(index + 1)} of ${formatCount(total)}`}</span>
  );
}

/** The way to other calls. */
function CallSteps() {
  const total = useCalls((state) => state.shown?.total ?? 0);
  const isFirst = useDetail(({ index }) => index === 0);
  const isLast = useDetail(({ index }) => index !== null && index + 1 >= total);
  const previous = useRef<HTMLButtonElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const focused = useRef<Element | null>(null);
  // Who comes to an end by pressing goes on from the other button: one that is off loses the focus.
  useLayoutEffect(() => {
    if (isLast && focused.current === next.current) previous.current?.focus();
    else if (isFirst && focused.current === previous.current) next.current?.focus();
  }, [isFirst, isLast]);
  const watch = {
    onFocus: ({ target }: FocusEvent) => {
      focused.current = target;
    },
    onBlur: ({ target }: FocusEvent) => {
      if (!target.matches(':disabled')) focused.current = null;
    },
  };
  return (
    <>
      <Button
        ref={previous}
        {...watch}
        className="icon-button"
        aria-label="Previous call"
        isDisabled={isFirst}
        onPress={() => stepCall(-1)}
      >
        <ChevronUp size={16} aria-hidden />
      </Button>
      <Button
        ref={next}
        {...watch}
        className="icon-button"
        aria-label="Next call"
        isDisabled={isLast}
        onPress={() => stepCall(1)}
      >
        <ChevronDown size={16} aria-hidden />
      </Button>
    </>
  );
}

/**
 * The hits of the search in this call, and the way from one to the next. What tells of them is there before its words: a screen reader
 * does not say those of a status that comes with them.
 */
function HitSteps() {
  const hits = useDetail((state) => state.hits);
  const hit = useDetail((state) => state.hit);
  const words = hit === null ? counted(hits, 'hit') : `hit ${formatCount(hit + 1)} of ${formatCount(hits)}`;
  return (
    <>
      <span className="muted tabular" role="status" aria-label="Hits">
        {hits > 0 && words}
      </span>
      {hits > 0 && (
        <>
          <Button className="icon-button" aria-label="Previous hit" onPress={() => stepHit(-1)}>
            <ArrowUpFromDot size={14} aria-hidden />
          </Button>
          <Button className="icon-button" aria-label="Next hit" onPress={() => stepHit(1)}>
            <ArrowDownToDot size={14} aria-hidden />
          </Button>
        </>
      )}
    </>
  );
}

function Head({ detail: { call, goneAt } }: { readonly detail: CallDetail }) {
  const query = usePresentQuery();
  const maskPhones = useSettings(({ settings }) => settings.maskPhones);
  return (
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
        {goneAt !== null && <span className="badge warn">no longer listed by the provider</span>}
      </p>
    </header>
  );
}

const Parts = memo(function Parts() {
  const tab = useDetail((state) => state.tab);
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => setTab(key as DetailTab)}>
      <TabList className="tab-list" aria-label="Parts of the call">
        <Tab id="overview" className="tab">
          Overview
        </Tab>
        <Tab id="raw" className="tab">
          Raw JSON
        </Tab>
        <Tab id="history" className="tab">
          History
          <OfCall>{({ history }) => history.length > 0 && ` (${history.length})`}</OfCall>
        </Tab>
        <Tab id="same" className="tab">
          Same number
        </Tab>
      </TabList>
      <Part id="overview">{(detail) => <SearchedOverview detail={detail} />}</Part>
      <Part id="raw">{(detail) => <Raw key={detail.rowId} detail={detail} />}</Part>
      <Part id="history">{(detail) => <History detail={detail} />}</Part>
      <Part id="same">{(detail) => <SameNumber key={detail.rowId} detail={detail} />}</Part>
    </Tabs>
  );
});

interface PartProps {
  readonly id: DetailTab;
  readonly children: (detail: CallDetail) => ReactNode;
}

/** The next call is drawn into the panel that is there, which is read from its top. */
function Part({ id, children }: PartProps) {
  const panel = useRef<HTMLDivElement>(null);
  return (
    <TabPanel id={id} className="tab-panel" ref={panel}>
      <FromTop panel={panel} />
      <OfCall>{children}</OfCall>
    </TabPanel>
  );
}

/** Draws nothing: so the panel itself is not drawn again for each call. */
function FromTop({ panel }: { readonly panel: RefObject<HTMLElement | null> }) {
  const rowId = useDetail(({ detail }) => detail?.rowId);
  useLayoutEffect(() => {
    panel.current?.scrollTo({ top: 0 });
  }, [panel, rowId]);
  return null;
}

function SearchedOverview({ detail }: { readonly detail: CallDetail }) {
  const query = usePresentQuery();
  const overview = useRef<HTMLDivElement>(null);
  const { summary, transcript } = detail.call;
  const portions = useMemo(() => portionsOf(turnsOf(transcript), LETTERS_AT_ONCE), [transcript]);
  const [drawn, draw] = useHits(overview, { rowId: detail.rowId, summary, portions, query });
  return (
    <div ref={overview}>
      <Overview detail={detail} query={query} portions={portions} drawn={drawn} onDraw={draw} />
    </div>
  );
}

function Raw({ detail }: { readonly detail: CallDetail }) {
  const maskPhones = useSettings(({ settings }) => settings.maskPhones);
  if (maskPhones) {
    return (
      <p className="muted">Phone numbers are masked, so what was received is not shown. Turn masking off to see it.</p>
    );
  }
  return (
    <>
      <RawJson received={detail.received} label="Raw JSON" />
      {detail.contact !== null && (
        <>
          <h3>From the list of contacts</h3>
          <RawJson received={detail.contact} label="Raw JSON of the contact" />
        </>
      )}
    </>
  );
}

/** What stands in the search box. */
function usePresentQuery(): Query {
  return useSearchQuery(useSelection((state) => state.selection.text));
}
