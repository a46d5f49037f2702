import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { formatCount, formatDateTime } from '../../../shared/format.ts';
import type { PastRun } from '../../../shared/model.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSession } from '../../stores/session.ts';
import { useSync } from '../../stores/sync.ts';
import { Changes } from './ChangesList.tsx';
import { bytesInWords, spanInWords } from './words.ts';

const stateWords: Record<PastRun['state'], string> = {
  done: 'done',
  partly: 'partly done',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

/** Every sync of the past with what it did; what changed in one opens below it. */
export function PastRuns() {
  const past = useSync((state) => state.past);
  const accounts = useSession((state) => state.accounts);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const [opened, setOpened] = useState<number | null>(null);
  if (past.length === 0) return null;
  const columns = accounts.length > 1 ? 13 : 12;
  return (
    <section className="panel" aria-label="Past syncs">
      <h2>Past syncs</h2>
      <div className="table-scroll" role="region" aria-label="Past syncs, one a line" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Began</th>
              {accounts.length > 1 && <th>Account</th>}
              <th>End</th>
              <th className="end">Batches</th>
              <th className="end">New</th>
              <th className="end">Changed</th>
              <th className="end">Unchanged</th>
              <th className="end">Gone</th>
              <th className="end">Not read</th>
              <th className="end">Requests</th>
              <th className="end">Sent again</th>
              <th className="end">Received</th>
              <th className="end">Took</th>
            </tr>
          </thead>
          {past.map((run) => (
            <tbody key={run.runId}>
              <tr>
                <td className="tabular">
                  {run.changed + run.gone === 0 ? (
                    formatDateTime(run.startedAt, timeZone)
                  ) : (
                    <Button
                      className="button quiet small"
                      aria-expanded={opened === run.runId}
                      aria-label={`What changed in the sync of ${formatDateTime(run.startedAt, timeZone)}`}
                      onPress={() => setOpened(opened === run.runId ? null : run.runId)}
                    >
                      {formatDateTime(run.startedAt, timeZone)}
                      <ChevronRight size={13} aria-hidden className={opened === run.runId ? 'turned' : ''} />
                    </Button>
                  )}
                </td>
                {accounts.length > 1 && <td>{accounts.find(({ id }) => id === run.accountId)?.name ?? '–'}</td>}
                <td>
                  {stateWords[run.state]}
                  {run.isAutomatic && <span className="muted"> · by itself</span>}
                </td>
                {[
                  run.batches,
                  run.new,
                  run.changed,
                  run.unchanged,
                  run.gone,
                  run.rejected,
                  run.requests,
                  run.retries,
                ].map((count, i) => (
                  <td key={i} className="end tabular">
                    {formatCount(count)}
                  </td>
                ))}
                <td className="end tabular">{bytesInWords(run.bytes)}</td>
                <td className="end tabular">{spanInWords(run.finishedAt - run.startedAt)}</td>
              </tr>
              {opened === run.runId && (
                <tr>
                  <td colSpan={columns}>
                    <Changes runId={run.runId} />
                  </td>
                </tr>
              )}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  );
}
