import { useCallback, useEffect, useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import type { CacheSizes } from '../../../shared/contract.ts';
import { formatBytes, formatCount } from '../../../shared/format.ts';
import { call } from '../../bridge.ts';
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Problem } from '../../components/Problem.tsx';
import { batchName, useBatches } from '../../stores/batches.ts';
import { compact, useCompacting } from '../../stores/compacting.ts';
import { tell } from '../../stores/notices.ts';
import { useSession } from '../../stores/session.ts';
import { RemoveBatch } from '../sync/RemoveBatch.tsx';
import { LeftKeys } from './LeftKeys.tsx';

/** Where the data lies and how much room it takes, and the ways to have less of it. */
export function Data() {
  const info = useSession((state) => state.info);
  const batches = useBatches((state) => state.batches);
  const [sizes, setSizes] = useState<CacheSizes | null>(null);
  const look = useCallback(() => void call('cache.sizes').then(setSizes, tell), []);
  // Batches come and go with a sync.
  useEffect(look, [look, batches]);
  const stored = batches.filter(({ calls }) => calls > 0);
  const bytesOf = new Map(sizes?.batches.map(({ batch, bytes }) => [batch, bytes]));
  return (
    <section className="panel" aria-label="Data">
      <h2>Data</h2>
      <dl className="facts">
        <div>
          <dt>Data folder</dt>
          <dd className="mono selectable">{info.dataDir}</dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>
            {sizes === null
              ? '…'
              : `${formatBytes(sizes.fileBytes)}${sizes.freeBytes > 0 ? `, ${formatBytes(sizes.freeBytes)} of it free` : ''}`}
          </dd>
        </div>
        <div>
          <dt>Keys</dt>
          <dd>{info.keychainProblem ?? 'In this computer’s keychain, never in the data folder.'}</dd>
        </div>
      </dl>
      {stored.length > 0 && (
        <div className="table-scroll" role="group" aria-label="Batches on this computer" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th>Batch</th>
                <th className="end">Calls</th>
                <th className="end">About</th>
                <th>
                  <span className="visually-hidden">Remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {stored.map((batch) => (
                <tr key={batch.key}>
                  <td>
                    {batchName(batch)} <span className="muted mono">{batch.batch_id}</span>
                  </td>
                  <td className="end tabular">{formatCount(batch.calls)}</td>
                  <td className="end tabular">{formatBytes(bytesOf.get(batch.key) ?? 0)}</td>
                  <td className="end">
                    <DialogTrigger>
                      <Button className="button small" aria-label={`Remove ${batchName(batch)} ${batch.batch_id}`}>
                        Remove
                      </Button>
                      <RemoveBatch batch={batch} />
                    </DialogTrigger>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Compact onDone={look} />
      <div className="row">
        <p className="grow muted">Takes everything away: calls, accounts, keys, views, settings and the log.</p>
        <DialogTrigger>
          <Button className="button danger">Erase everything…</Button>
          <Erase />
        </DialogTrigger>
      </div>
    </section>
  );
}

/** Goes on while one works elsewhere: the bottom bar tells of it there. */
function Compact({ onDone }: { readonly onDone: () => void }) {
  const { doing, done, problem } = useCompacting();
  useEffect(() => {
    if (done === null) return;
    useCompacting.setState({ isNews: false });
    onDone();
  }, [done, onDone]);
  const words =
    doing !== null
      ? `${doing} … Callbook stays usable; a sync waits until it is done.`
      : done === null
        ? 'Gives back the room of what was removed.'
        : `Done: ${formatBytes(done.before)} before, ${formatBytes(done.after)} now.`;
  return (
    <>
      <div className="row">
        <p className="grow muted" role="status">
          {words}
        </p>
        <Button className="button" isPending={doing !== null} onPress={() => void compact()}>
          Compact
        </Button>
      </div>
      <Problem problem={problem} />
    </>
  );
}

const WORD = 'erase';

function Erase() {
  const [typed, setTyped] = useState('');
  return (
    <ConfirmDialog
      title="Erase everything on this computer?"
      confirm="Erase everything"
      doing="Erasing…"
      isSure={typed.trim().toLowerCase() === WORD}
      // The window begins anew once it is done.
      onConfirm={() => call('data.erase')}
    >
      <p>
        All calls with their history, stars, tags and notes, all accounts with their keys, views, settings, backups and
        the log. It cannot be undone. Nothing changes at the provider.
      </p>
      <LeftKeys />
      <Field label={`Type “${WORD}” to go on`} value={typed} onChange={setTyped} autoFocus />
    </ConfirmDialog>
  );
}
