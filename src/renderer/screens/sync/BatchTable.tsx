import { Ellipsis, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { counted, formatCount, formatDateTime } from '../../../shared/format.ts';
import type { Batch, BatchProgress } from '../../../shared/model.ts';
import { call } from '../../bridge.ts';
import { Check } from '../../components/Check.tsx';
import { batchName, useBatches } from '../../stores/batches.ts';
import { tell } from '../../stores/notices.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSession } from '../../stores/session.ts';
import { startSync, useSync } from '../../stores/sync.ts';
import { RemoveBatch } from './RemoveBatch.tsx';
import { nextTryInWords, stateInWords, syncedAgo } from './words.ts';

interface Props {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: ReadonlySet<string>) => void;
}

/** Every batch that Callbook knows of, synced or not. */
export function BatchTable({ chosen, onChoose }: Props) {
  const batches = useBatches((state) => state.batches);
  const accounts = useSession((state) => state.accounts);
  const run = useSync((state) => state.run);
  const [removing, setRemoving] = useState<Batch | null>(null);
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
  const now = run?.state === 'running' ? run.batches : [];
  return (
    <div className="table-scroll" role="region" aria-label="Batches" tabIndex={0}>
      <table className="table batches">
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
            <th>At provider</th>
            <th className="end">Contacts</th>
            <th className="end">Calls here</th>
            <th>State</th>
            <th className="end">Pages</th>
            <th className="end">New</th>
            <th className="end">Changed</th>
            <th className="end">Gone</th>
            <th>Last sync</th>
            <th>Next try</th>
            <th>Metadata</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {batches.map((batch) => (
            <BatchRow
              key={batch.key}
              batch={batch}
              now={now.find(({ batch: key }) => key === batch.key)}
              isChosen={chosen.has(batch.key)}
              onChoose={(isChosen) => choose(batch.key, isChosen)}
              onRemove={() => setRemoving(batch)}
            />
          ))}
        </tbody>
      </table>
      {removing !== null && <RemoveBatch batch={removing} onClose={() => setRemoving(null)} />}
    </div>
  );
}

interface RowProps {
  readonly batch: Batch;
  /** In the running sync. */
  readonly now: BatchProgress | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
  readonly onRemove: () => void;
}

/** What is known of one batch; what went wrong last is said in full below it. */
function BatchRow({ batch, now, isChosen, onChoose, onRemove }: RowProps) {
  const accounts = useSession((state) => state.accounts);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const nextAt = useSync((state) => state.nextAt);
  const name = `${batchName(batch)} ${batch.batch_id}`;
  const last = now ?? batch.lastRun;
  const counts = [last?.pages, last?.new, last?.changed, last?.gone];
  const error = now === undefined ? batch.lastRun?.error : now.error;
  return (
    <>
      <tr>
        <td>
          <Check label={`Choose ${name}`} checked={isChosen} onChange={onChoose} />
        </td>
        <NameCell name={batchName(batch)} />
        <td className="mono ellipsis" title={batch.batch_id}>
          {batch.batch_id}
        </td>
        {accounts.length > 1 && <NameCell name={accounts.find(({ id }) => id === batch.accountId)?.name ?? '–'} />}
        <td>{batch.status ?? '–'}</td>
        <td className="end tabular">{batch.total_contacts === null ? '–' : formatCount(batch.total_contacts)}</td>
        <td
          className="end tabular"
          title={batch.uncalled === 0 ? undefined : `and ${counted(batch.uncalled, 'contact')} not called yet`}
        >
          {formatCount(batch.calls)}
          {batch.uncalled > 0 && <span className="muted"> + {formatCount(batch.uncalled)}</span>}
        </td>
        <td>
          <span className={`state state-${stateMark(batch, now)}`}>{stateInWords(batch, now)}</span>
        </td>
        {counts.map((count, i) => (
          <td key={i} className="end tabular">
            {count === undefined ? '–' : formatCount(count)}
          </td>
        ))}
        <td
          className="tabular"
          title={batch.syncedAt === null ? undefined : `${formatDateTime(batch.syncedAt, timeZone)} ${timeZone}`}
        >
          {lastSync(batch, timeZone)}
        </td>
        <td className="tabular">{now === undefined ? nextTryInWords(batch, nextAt, timeZone) : 'now'}</td>
        <td>
          <Check
            label={`Fetch contacts and metadata of ${name}`}
            checked={batch.wantsContacts}
            onChange={(wantsContacts) => {
              call('batches.setContacts', { batch: batch.key, wantsContacts }).catch(tell);
            }}
          />
        </td>
        <td className="end">
          <Button
            className="button quiet small"
            aria-label={`Sync ${name}`}
            onPress={() => startSync([batch.key], true)}
          >
            <RefreshCw size={13} aria-hidden />
            Sync
          </Button>
          <MenuTrigger>
            <Button className="icon-button" aria-label={`More for ${name}`}>
              <Ellipsis size={15} aria-hidden />
            </Button>
            <Popover className="popover" placement="bottom end">
              <Menu className="list">
                <MenuItem className="list-item" onAction={() => startSync([batch.key])}>
                  <Text slot="label" className="list-label">
                    Sync what can have changed
                  </Text>
                </MenuItem>
                <MenuItem className="list-item" onAction={() => startSync([batch.key], true)}>
                  <Text slot="label" className="list-label">
                    Re-sync everything
                  </Text>
                </MenuItem>
                <MenuItem className="list-item" onAction={onRemove}>
                  <Text slot="label" className="list-label">
                    Remove from this computer…
                  </Text>
                </MenuItem>
              </Menu>
            </Popover>
          </MenuTrigger>
        </td>
      </tr>
      {error != null && (
        <tr className="batch-error">
          <td colSpan={accounts.length > 1 ? 16 : 15}>{error.message}</td>
        </tr>
      )}
    </>
  );
}

/** The sign before the words. */
function stateMark(batch: Batch, now: BatchProgress | undefined): BatchProgress['state'] {
  if (now !== undefined && (now.state === 'waiting' || now.state === 'syncing')) return now.state;
  if (batch.lastRun?.state === 'failed') return 'failed';
  return batch.syncedAt !== null && batch.isComplete && batch.pending === 0 ? 'done' : 'waiting';
}

function lastSync({ syncedAt, isComplete, rejected }: Batch, timeZone: string): string {
  if (syncedAt === null) return 'never';
  const parts = [syncedAgo(syncedAt, timeZone)];
  if (!isComplete) parts.push('partial');
  if (rejected > 0) parts.push(`${formatCount(rejected)} unread`);
  return parts.join(' · ');
}

/** As many lines as leave the row one; the rest of a longer name is read by pointing at it. */
function NameCell({ name }: { readonly name: string }) {
  return (
    <td className="name" dir="auto" title={name}>
      <span className="name-lines">{name}</span>
    </td>
  );
}
