import { counted, formatBytes, formatCount } from '../../shared/format.ts';
import { selectionInWords } from '../../shared/selection.ts';
import { useCalls } from '../stores/calls.ts';
import { useCopied } from '../stores/copied.ts';
import { useCompacting } from '../stores/compacting.ts';
import { useSelection } from '../stores/selection.ts';
import { useMask } from '../stores/settings.ts';
import { useView } from '../stores/view.ts';
import { PickedWords } from '../screens/calls/PickedWords.tsx';
import { baseWords } from '../screens/pivot/words.ts';
import { SyncDot } from '../screens/sync/SyncDot.tsx';

/**
 * How fresh the data is and how much of it is in sight. What tells something (role=status) is there before its words: a screen reader does
 * not say those of one that comes with them.
 */
export function BottomBar() {
  const spec = useSelection((state) => state.pivot);
  const screen = useView((state) => state.screen);
  const hasRate = spec?.measures.some((measure) => measure.type === 'rate') ?? false;
  return (
    <footer className="bottom-bar">
      <SyncDot />
      <CompactingWords />
      <ShownWords />
      {screen === 'calls' && <PickedWords />}
      <CopiedWords />
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

/** Compacting takes minutes where there is much, and nobody waits for it in Settings, which tells itself. */
function CompactingWords() {
  const { doing, done, isNews } = useCompacting();
  const isElsewhere = useView((state) => state.screen !== 'settings');
  const words =
    doing !== null
      ? `Compacting: ${doing} …`
      : done !== null && isNews
        ? `Compacted: ${formatBytes(done.before)} before, ${formatBytes(done.after)} now`
        : '';
  return (
    <span role="status" aria-label="Compacting">
      {isElsewhere && words}
    </span>
  );
}

function ShownWords() {
  const shown = useCalls((state) => state.shown);
  if (shown === null) return null;
  const { total, all } = shown;
  return (
    <span className="tabular" aria-label="Calls shown" role="status">
      {total === all ? counted(all, 'call') : `${formatCount(total)} of ${counted(all, 'call')}`}
    </span>
  );
}

/** Nothing else in the window tells that there is something to paste now. */
function CopiedWords() {
  const copied = useCopied((state) => state.copied);
  return (
    <span role="status" aria-label="Copied" className="muted">
      {copied}
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
