import { Button } from 'react-aria-components';
import type { ExportProgress } from '../../../shared/contract.ts';
import { counted, formatDuration } from '../../../shared/format.ts';
import { Bar } from '../../components/Bar.tsx';
import { Problem } from '../../components/Problem.tsx';
import { forgetExport, saveElsewhere, useExport, withExport } from '../../stores/exportJob.ts';

const endings = { done: 'Saved as', cancelled: 'Cancelled. No file was written:', failed: 'Not saved:' } as const;

interface Props {
  readonly job: ExportProgress;
  readonly onClose: () => void;
}

/** An export under way, and how it ended. */
export function ExportJob({ job, onClose }: Props) {
  const { secondsLeft, problem } = useExport();
  if (job.state === 'running') {
    return (
      <div className="dialog-body">
        {/* The same place as that of the ending: a screen reader does not say the words of a status that comes with them. */}
        <p role="status">
          Writing <strong>{job.fileName}</strong>
        </p>
        <Bar label="Rows written" done={job.rowsWritten} total={job.rowsTotal === 0 ? null : job.rowsTotal} />
        <p className="hint">
          {job.rowsTotal > 0 && job.rowsWritten === job.rowsTotal
            ? 'Finishing the file …'
            : secondsLeft === null
              ? 'You can close this and go on working; the export goes on.'
              : `About ${formatDuration(secondsLeft)} left. You can close this and go on working; the export goes on.`}
        </p>
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
        {job.state === 'done' && ` – ${contents(job)}.`}
      </p>
      <Problem problem={job.error ?? problem} />
      {job.cuts.length > 0 && (
        <section className="cuts" aria-label="What could not be written as it came">
          <h3>What could not be written as it came</h3>
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
        {job.state === 'failed' && (
          <Button className="button primary" onPress={() => void saveElsewhere()}>
            Save elsewhere…
          </Button>
        )}
        {job.state === 'cancelled' && (
          <Button className="button primary" onPress={onClose}>
            Close
          </Button>
        )}
      </div>
    </div>
  );
}

function contents({ rowsWritten, files, sheets }: ExportProgress): string {
  const rows = counted(rowsWritten, 'row');
  if (files !== 1) return `${rows} in ${counted(files, 'file')}`;
  if (sheets.length > 8) return `${rows} in ${counted(sheets.length, 'sheet')}`;
  return sheets.length > 0 ? `${rows}, ${sheets.length === 1 ? 'sheet' : 'sheets'} ${sheets.join(', ')}` : rows;
}
