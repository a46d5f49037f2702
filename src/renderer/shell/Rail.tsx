import { Phone, RefreshCw, Settings, Table2 } from 'lucide-react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { keysInWords } from '../components/keysInWords.ts';
import { goTo, useView, type Screen } from '../stores/view.ts';

const entries: readonly { readonly screen: Screen; readonly label: string; readonly icon: typeof Phone }[] = [
  { screen: 'calls', label: 'Calls', icon: Phone },
  { screen: 'pivot', label: 'Pivot', icon: Table2 },
  { screen: 'sync', label: 'Sync', icon: RefreshCw },
  { screen: 'settings', label: 'Settings', icon: Settings },
];

/** The screens. Their order is that of Ctrl+1…4. */
export function Rail() {
  const present = useView((state) => state.screen);
  return (
    <nav className="rail" aria-label="Screens">
      {entries.map(({ screen, label, icon: Icon }, i) => (
        <TooltipTrigger key={screen} delay={500}>
          <Button
            className="rail-button"
            {...(screen === present ? { 'aria-current': 'page' as const } : {})}
            onPress={() => goTo(screen)}
          >
            <Icon size={19} strokeWidth={1.75} aria-hidden />
            <span>{label}</span>
          </Button>
          <Tooltip className="tooltip" placement="right">
            {label} <kbd>{keysInWords(`Ctrl+${i + 1}`)}</kbd>
          </Tooltip>
        </TooltipTrigger>
      ))}
    </nav>
  );
}
