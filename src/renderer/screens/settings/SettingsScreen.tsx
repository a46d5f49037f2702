import { useSession } from '../../stores/session.ts';
import { Accounts } from './Accounts.tsx';
import { Appearance } from './Appearance.tsx';
import { Syncing } from './Syncing.tsx';

export function SettingsScreen() {
  const { info } = useSession();
  return (
    <div className="screen narrow">
      <header className="screen-head">
        <h1>Settings</h1>
      </header>
      <Appearance />
      <Accounts />
      <Syncing />
      <section className="panel" aria-label="Data">
        <h2>Data</h2>
        <dl className="facts">
          <div>
            <dt>Data folder</dt>
            <dd className="mono selectable">{info.dataDir}</dd>
          </div>
          <div>
            <dt>Keys</dt>
            <dd>{info.keychainProblem ?? 'In this computer’s keychain, never in the data folder.'}</dd>
          </div>
          <div>
            <dt>Version</dt>
            <dd>Callbook {info.version}</dd>
          </div>
        </dl>
      </section>
    </div>
  );
}
