import { Button } from 'react-aria-components';
import { formatCount } from '../../shared/format.ts';
import { selectionInWords } from '../../shared/selection.ts';
import { useBatches } from '../stores/batches.ts';
import { useCalls } from '../stores/calls.ts';
import { useSelection } from '../stores/selection.ts';
import { useSync } from '../stores/sync.ts';
import { goTo, useView } from '../stores/view.ts';
import { PickedWords } from '../screens/calls/PickedWords.tsx';
import { baseWords } from '../screens/pivot/words.ts';
import { syncedAgo } from '../screens/sync/words.ts';

/** How fresh the data is and how much of it is in sight. */
export function BottomBar() {
  const shown = useCalls((state) => state.shown);
  const selection = useSelection((state) => state.selection);
  const spec = useSelection((state) => state.pivot);
  const screen = useView((state) => state.screen);
  const hasRate = spec?.measures.some((measure) => measure.type === 'rate') ?? false;
  return (
    <footer className="bottom-bar">
      <SyncDot />
      {shown !== null && (
        <span className="tabular" aria-label="Calls shown" role="status">
          {shown.total === shown.all
            ? `${formatCount(shown.all)} calls`
            : `${formatCount(shown.total)} of ${formatCount(shown.all)} calls`}
        </span>
      )}
      {screen === 'calls' && <PickedWords />}
      <span className="muted ellipsis grow" title={selectionInWords(selection)}>
        {selectionInWords(selection)}
      </span>
      {screen === 'pivot' && hasRate && spec !== null && (
        <span className="muted">{baseWords[spec.base ?? 'filled']}</span>
      )}
      <span className="muted">
        <kbd>?</kbd> shortcuts
      </span>
    </footer>
  );
}

function SyncDot() {
  const run = useSync((state) => state.run);
  const batches = useBatches((state) => state.batches);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const newest = batches.reduce<number | null>(
    (latest, { syncedAt }) => (syncedAt !== null && (latest === null || syncedAt > latest) ? syncedAt : latest),
    null,
  );
  const [kind, words] =
    run?.state === 'running'
      ? ([
          'running',
          `Syncing ${run.batches.filter(({ state }) => state === 'done').length} of ${run.batches.length} batches`,
        ] as const)
      : run?.state === 'failed'
        ? ([
            'failed',
            newest === null ? 'Sync failed' : `Sync failed · data of ${syncedAgo(newest, timeZone)}`,
          ] as const)
        : newest === null
          ? (['never', 'Not synced yet'] as const)
          : (['synced', `Synced ${syncedAgo(newest, timeZone)}`] as const);
  return (
    <Button className="sync-dot" onPress={() => goTo('sync')}>
      <span className={`dot ${kind}`} aria-hidden />
      {words}
    </Button>
  );
}
