import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { LogLine } from '../../shared/contract.ts';
import { formatDateTime } from '../../shared/format.ts';
import { call } from '../bridge.ts';
import { Field } from '../components/Field.tsx';
import { HeadedDialog } from '../components/HeadedDialog.tsx';
import { tell } from '../stores/notices.ts';
import { useSelection } from '../stores/selection.ts';
import { openDialog, useView } from '../stores/view.ts';

const MOST_LINES = 500;

/** What happened, and a file of it for whoever helps. */
export function LogDialog() {
  const isOpen = useView((state) => state.dialog === 'log');
  return (
    <HeadedDialog title="Log" isOpen={isOpen} onClose={() => openDialog(null)}>
      <Lines />
    </HeadedDialog>
  );
}

function Lines() {
  const timeZone = useSelection((state) => state.selection.timeZone);
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [wanted, setWanted] = useState('');
  const [saved, setSaved] = useState('');
  useEffect(() => {
    call('app.log').then(setLines, tell);
  }, []);
  const save = () => {
    call('diagnostics.save').then((name) => setSaved(name === null ? '' : `Saved as ${name}.`), tell);
  };
  const words = wanted.trim().toLowerCase();
  const shown = lines
    .filter(({ level, message, details }) => `${level} ${message} ${details}`.toLowerCase().includes(words))
    .slice(-MOST_LINES)
    .reverse();
  return (
    <div className="dialog-body">
      <p className="muted">
        The log says what happened to which batch, never a name, a phone number, an outcome or a key. Diagnostics hold
        it with the versions, a few settings and how many calls there are; nothing of any call.
      </p>
      <Field label="Find" value={wanted} onChange={setWanted} />
      <ol className="log" aria-label="Lines, the newest first" tabIndex={0}>
        {shown.map(({ at, level, message, details }, i) => (
          <li key={i} className={`log-line ${level}`}>
            <span className="tabular muted">{formatDateTime(at, timeZone)}</span>
            {level !== 'note' && <strong>{level}</strong>} <span>{message}</span>{' '}
            {details !== '' && <code className="mono muted">{details}</code>}
          </li>
        ))}
        {shown.length === 0 && (
          <li className="muted">{words === '' ? 'Nothing is in the log.' : 'No line has these words.'}</li>
        )}
      </ol>
      <div className="dialog-foot">
        <span className="grow" role="status">
          {saved}
        </span>
        <Button className="button primary" onPress={save}>
          Save diagnostics…
        </Button>
      </div>
    </div>
  );
}
