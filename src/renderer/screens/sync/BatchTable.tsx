import { RefreshCw } from 'lucide-react';
import { Button } from 'react-aria-components';
import { formatCount, formatDateTime } from '../../../shared/format.ts';
import type { Batch } from '../../../shared/model.ts';
import { Check } from '../../components/Check.tsx';
import { batchName, useBatches } from '../../stores/batches.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSession } from '../../stores/session.ts';
import { startSync } from '../../stores/sync.ts';
import { syncedAgo } from './words.ts';

interface Props {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: ReadonlySet<string>) => void;
}

/** Every batch that Callbook knows of, synced or not. */
export function BatchTable({ chosen, onChoose }: Props) {
  const batches = useBatches((state) => state.batches);
  const accounts = useSession((state) => state.accounts);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const choose = (key: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(key);
    else next.delete(key);
    onChoose(next);
  };
  if (batches.length === 0) {
    return <p className="muted">No batches are known yet. Look for new batches, or add one by its id.</p>;
  }
  const isAll = batches.every(({ key }) => chosen.has(key));
  return (
    <div className="table-scroll" role="region" aria-label="Batches" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>
              <Check
                label="Choose all batches"
                checked={isAll}
                isMixed={chosen.size > 0 && !isAll}
                onChange={(isChosen) => onChoose(new Set(isChosen ? batches.map(({ key }) => key) : []))}
              />
            </th>
            <th>Agent</th>
            <th>Batch</th>
            {accounts.length > 1 && <th>Account</th>}
            <th>Status</th>
            <th className="end">Contacts</th>
            <th className="end">Calls here</th>
            <th>Last sync</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {batches.map((batch) => (
            <tr key={batch.key}>
              <td>
                <Check
                  label={`Choose ${batchName(batch)} ${batch.batch_id}`}
                  checked={chosen.has(batch.key)}
                  onChange={(isChosen) => choose(batch.key, isChosen)}
                />
              </td>
              <td>{batchName(batch)}</td>
              <td className="mono">{batch.batch_id}</td>
              {accounts.length > 1 && <td>{accounts.find(({ id }) => id === batch.accountId)?.name ?? '–'}</td>}
              <td>{batch.status ?? '–'}</td>
              <td className="end tabular">{batch.total_contacts === null ? '–' : formatCount(batch.total_contacts)}</td>
              <td className="end tabular">{formatCount(batch.calls)}</td>
              <td
                className="tabular"
                title={batch.syncedAt === null ? undefined : `${formatDateTime(batch.syncedAt, timeZone)} ${timeZone}`}
              >
                {lastSync(batch, timeZone)}
              </td>
              <td className="end">
                <Button
                  className="button quiet small"
                  aria-label={`Sync ${batchName(batch)} ${batch.batch_id}`}
                  onPress={() => startSync([batch.key], true)}
                >
                  <RefreshCw size={13} aria-hidden />
                  Sync
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lastSync({ syncedAt, isComplete, rejected }: Batch, timeZone: string): string {
  if (syncedAt === null) return 'never';
  const parts = [syncedAgo(syncedAt, timeZone)];
  if (!isComplete) parts.push('partial');
  if (rejected > 0) parts.push(`${formatCount(rejected)} unread`);
  return parts.join(' · ');
}
