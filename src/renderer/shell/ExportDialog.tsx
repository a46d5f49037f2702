import { useEffect, useState } from 'react';
import { Button, Dialog, Heading, Label, Modal, ModalOverlay, Radio, RadioGroup } from 'react-aria-components';
import { X } from 'lucide-react';
import type { ExportProgress } from '../../shared/contract.ts';
import type { ErrorValue } from '../../shared/errors.ts';
import { formatCount, formatDateTime } from '../../shared/format.ts';
import { everything, selectionInWords, type Selection } from '../../shared/selection.ts';
import { dimensionLabel } from '../../shared/columns.ts';
import { measureLabel, type PivotSpec } from '../../shared/pivot.ts';
import { call, problemOf } from '../bridge.ts';
import { Bar } from '../components/Bar.tsx';
import { Check } from '../components/Check.tsx';
import { Problem } from '../components/Problem.tsx';
import { forgetExport, startExport, useExport, withExport } from '../stores/exportJob.ts';
import { useSelection } from '../stores/selection.ts';
import { openDialog, useView } from '../stores/view.ts';

/** Calls (and the pivot) into an Excel workbook. */
export function ExportDialog() {
  const isOpen = useView((state) => state.dialog === 'export');
  const { job } = useExport();
  const change = (open: boolean) => {
    if (!open && job !== null && job.state !== 'running') forgetExport();
    openDialog(open ? 'export' : null);
  };
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={change}>
      <Modal className="modal">
        <Dialog className="dialog">
          {({ close }) => (
            <>
              <header className="dialog-head">
                <Heading slot="title">Export to Excel</Heading>
                <Button className="icon-button" aria-label="Close" onPress={close}>
                  <X size={16} aria-hidden />
                </Button>
              </header>
              {job === null ? <ExportForm /> : <ExportJob job={job} onClose={close} />}
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** How many calls a selection holds; undefined until known. */
function useCount(selection: Selection): number | ErrorValue | undefined {
  const [count, setCount] = useState<number | ErrorValue>();
  useEffect(() => {
    let isWanted = true;
    call('calls.count', { selection }).then(
      (value) => isWanted && setCount(value),
      (thrown: unknown) => isWanted && setCount(problemOf(thrown)),
    );
    return () => {
      isWanted = false;
    };
  }, [selection]);
  return count;
}

function pivotInWords({ rows, columns, measures }: PivotSpec): string {
  const by = [...rows, ...columns].map(dimensionLabel).join(' × ');
  return `${measures.map(measureLabel).join(', ')} by ${by}`;
}

function ExportForm() {
  const { selection, sort, pivot: spec } = useSelection();
  const problem = useExport((state) => state.problem);
  const [all] = useState(() => everything(selection.timeZone));
  const counts = { filtered: useCount(selection), all: useCount(all) };
  const [scope, setScope] = useState<'filtered' | 'all'>('filtered');
  const [withPivot, setWithPivot] = useState(true);
  const [maskPhones, setMaskPhones] = useState(false);
  const words = (count: number | ErrorValue | undefined) =>
    count === undefined ? '…' : typeof count === 'number' ? `${formatCount(count)} calls` : count.message;
  const start = () =>
    void startExport(`Callbook ${formatDateTime(Date.now(), selection.timeZone).slice(0, 10)}.xlsx`, {
      selection: scope === 'all' ? all : selection,
      sort: [...sort],
      pivot: withPivot ? spec : null,
      maskPhones,
    });
  return (
    <div className="dialog-body">
      <RadioGroup className="radios" value={scope} onChange={(value) => setScope(value === 'all' ? 'all' : 'filtered')}>
        <Label className="label">Which calls</Label>
        <Radio value="filtered" className="radio">
          <span>
            The calls in sight: {selectionInWords(selection)}{' '}
            <strong className="tabular">{words(counts.filtered)}</strong>
          </span>
        </Radio>
        <Radio value="all" className="radio">
          <span>
            Every call in the cache <strong className="tabular">{words(counts.all)}</strong>
          </span>
        </Radio>
      </RadioGroup>
      <fieldset className="options">
        <legend className="label">What goes in</legend>
        <p className="muted">Sheets “Calls” and “About” always.</p>
        {spec !== null && (
          <Check checked={withPivot} onChange={setWithPivot}>
            Pivot sheet: {pivotInWords(spec)}
          </Check>
        )}
        <Check checked={maskPhones} onChange={setMaskPhones}>
          Mask phone numbers (all but the last three digits)
        </Check>
      </fieldset>
      <Problem problem={problem} />
      <div className="dialog-foot">
        <Button className="button" slot="close">
          Not now
        </Button>
        <Button className="button primary" isDisabled={counts[scope] === 0} onPress={start}>
          Choose file…
        </Button>
      </div>
    </div>
  );
}

const endings = { done: 'Saved as', cancelled: 'Cancelled. No file was written:', failed: 'Not saved:' } as const;

function ExportJob({ job, onClose }: { readonly job: ExportProgress; readonly onClose: () => void }) {
  if (job.state === 'running') {
    return (
      <div className="dialog-body">
        <p>
          Writing <strong>{job.fileName}</strong>
        </p>
        <Bar label="Rows written" done={job.rowsWritten} total={job.rowsTotal === 0 ? null : job.rowsTotal} />
        <div className="dialog-foot">
          <Button className="button" onPress={() => withExport('export.cancel', job.jobId)}>
            Cancel export
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="dialog-body">
      <p role="status">
        {endings[job.state]} <strong>{job.fileName}</strong>
        {job.state === 'done' &&
          ` – ${formatCount(job.rowsWritten)} rows${job.sheets.length > 0 ? `, sheets ${job.sheets.join(', ')}` : ''}.`}
      </p>
      <Problem problem={job.error} />
      {job.cuts.length > 0 && (
        <section className="cuts" aria-label="Cut by Excel’s limits">
          <h3>Cut by Excel’s limits</h3>
          <ul>
            {job.cuts.map((cut) => (
              <li key={cut}>{cut}</li>
            ))}
          </ul>
        </section>
      )}
      <div className="dialog-foot">
        <Button className="button" onPress={forgetExport}>
          Export again
        </Button>
        {job.state === 'done' && (
          <>
            <Button className="button" onPress={() => withExport('export.reveal', job.jobId)}>
              Show in folder
            </Button>
            <Button className="button primary" onPress={() => withExport('export.open', job.jobId)}>
              Open
            </Button>
          </>
        )}
        {job.state !== 'done' && (
          <Button className="button primary" onPress={onClose}>
            Close
          </Button>
        )}
      </div>
    </div>
  );
}
