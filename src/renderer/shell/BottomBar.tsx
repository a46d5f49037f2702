import { formatCount } from '../../shared/format.ts';
import { selectionInWords } from '../../shared/selection.ts';
import { useCalls } from '../stores/calls.ts';
import { useSelection } from '../stores/selection.ts';
import { useMask } from '../stores/settings.ts';
import { useView } from '../stores/view.ts';
import { PickedWords } from '../screens/calls/PickedWords.tsx';
import { baseWords } from '../screens/pivot/words.ts';
import { SyncDot } from '../screens/sync/SyncDot.tsx';

/** How fresh the data is and how much of it is in sight. */
export function BottomBar() {
  const spec = useSelection((state) => state.pivot);
  const screen = useView((state) => state.screen);
  const hasRate = spec?.measures.some((measure) => measure.type === 'rate') ?? false;
  return (
    <footer className="bottom-bar">
      <SyncDot />
      <ShownWords />
      {screen === 'calls' && <PickedWords />}
      <SelectionWords />
      {screen === 'pivot' && hasRate && spec !== null && (
        <span className="muted">{baseWords[spec.base ?? 'filled']}</span>
      )}
      <span className="muted">
        <kbd>?</kbd> shortcuts
      </span>
    </footer>
  );
}

function ShownWords() {
  const shown = useCalls((state) => state.shown);
  if (shown === null) return null;
  const { total, all } = shown;
  return (
    <span className="tabular" aria-label="Calls shown" role="status">
      {total === all ? `${formatCount(all)} calls` : `${formatCount(total)} of ${formatCount(all)} calls`}
    </span>
  );
}

function SelectionWords() {
  const selection = useSelection((state) => state.selection);
  const words = selectionInWords(selection, useMask());
  return (
    <span className="muted ellipsis grow" title={words}>
      {words}
    </span>
  );
}
