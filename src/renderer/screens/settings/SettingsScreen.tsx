import { Accounts } from './Accounts.tsx';
import { Appearance } from './Appearance.tsx';
import { Data } from './Data.tsx';
import { Help } from './Help.tsx';
import { Privacy } from './Privacy.tsx';
import { Syncing } from './Syncing.tsx';

export function SettingsScreen() {
  return (
    <div className="screen narrow">
      <header className="screen-head">
        <h1>Settings</h1>
      </header>
      <Appearance />
      <Privacy />
      <Accounts />
      <Syncing />
      <Data />
      <Help />
    </div>
  );
}
