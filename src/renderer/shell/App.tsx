import { useEffect } from 'react';
import { listen } from '../bridge.ts';
import { Problem } from '../components/Problem.tsx';
import { CallsScreen } from '../screens/calls/CallsScreen.tsx';
import { PivotScreen } from '../screens/pivot/PivotScreen.tsx';
import { SettingsScreen } from '../screens/settings/SettingsScreen.tsx';
import { SyncScreen } from '../screens/sync/SyncScreen.tsx';
import { WelcomeScreen } from '../screens/welcome/WelcomeScreen.tsx';
import { useBatches } from '../stores/batches.ts';
import { dismiss, useNotices } from '../stores/notices.ts';
import { useSession } from '../stores/session.ts';
import { useSettings } from '../stores/settings.ts';
import { useView, type Screen } from '../stores/view.ts';
import { BottomBar } from './BottomBar.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ChipsRow } from './ChipsRow.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ExportDialog } from './export/ExportDialog.tsx';
import { KeyBanner } from './KeyBanner.tsx';
import { LicencesDialog } from './LicencesDialog.tsx';
import { LogDialog } from './LogDialog.tsx';
import { Rail } from './Rail.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { keepFocus } from './keepFocus.ts';
import { runAction } from './runAction.ts';
import { handleShortcut, withholdComposing, worksOnWelcome } from './shortcuts.ts';
import { TopBar } from './TopBar.tsx';

const screens: Record<Screen, () => React.ReactNode> = {
  calls: CallsScreen,
  pivot: PivotScreen,
  sync: SyncScreen,
  settings: SettingsScreen,
};

export function App() {
  const theme = useSettings((state) => state.settings.theme);
  const { screen, isConnecting } = useView();
  const hasAccount = useSession((state) => state.accounts.length > 0);
  // The calls of a removed account may have been kept.
  const hasBatches = useBatches((state) => state.batches.length > 0);
  const isWelcome = isConnecting || (!hasAccount && !hasBatches);
  useEffect(() => {
    const prefersContrast = window.matchMedia('(prefers-contrast: more)');
    const wear = () => {
      const { dataset } = document.documentElement;
      dataset['theme'] = theme === 'contrast' ? 'system' : theme;
      dataset['contrast'] = theme === 'contrast' || prefersContrast.matches ? 'more' : 'usual';
    };
    wear();
    prefersContrast.addEventListener('change', wear);
    return () => prefersContrast.removeEventListener('change', wear);
  }, [theme]);
  useEffect(keepFocus, []);
  useEffect(() => {
    window.addEventListener('keydown', withholdComposing, true);
    return () => window.removeEventListener('keydown', withholdComposing, true);
  }, []);
  useEffect(() => {
    const handle = (event: KeyboardEvent) => handleShortcut(event, isWelcome);
    window.addEventListener('keydown', handle);
    const stop = listen('action.chosen', (id) => {
      if (!isWelcome || worksOnWelcome(id)) runAction(id);
    });
    return () => {
      window.removeEventListener('keydown', handle);
      stop();
    };
  }, [isWelcome]);

  if (isWelcome) {
    return (
      <div className="welcome-shell">
        <Notices />
        <WelcomeScreen />
        <LogDialog />
        <LicencesDialog />
      </div>
    );
  }
  const Shown = screens[screen];
  const usesSelection = screen === 'calls' || screen === 'pivot';
  return (
    <div className="shell">
      <Rail />
      <TopBar />
      <main className="main">
        <Notices />
        <KeyBanner />
        {usesSelection && <ChipsRow />}
        <ErrorBoundary key={screen}>
          <Shown />
        </ErrorBoundary>
      </main>
      <BottomBar />
      <ExportDialog />
      <ShortcutSheet />
      <CommandPalette />
      <LogDialog />
      <LicencesDialog />
    </div>
  );
}

function Notices() {
  const notices = useNotices((state) => state.notices);
  return notices.map(({ id, problem }) => <Problem key={id} problem={problem} onDismiss={() => dismiss(id)} />);
}
