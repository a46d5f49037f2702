import { useLayoutEffect, useRef } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { counted } from '../../../shared/format.ts';
import type { SyncRun } from '../../../shared/model.ts';
import { useBatches } from '../../stores/batches.ts';
import { useSelection } from '../../stores/selection.ts';
import { startSync, useSync } from '../../stores/sync.ts';
import { goTo } from '../../stores/view.ts';
import { RunCard } from './RunCard.tsx';
import { syncedAgo } from './words.ts';

/** How fresh the data is, at the bottom of every screen; opens the drawer with the running sync. */
export function SyncDot() {
  const run = useSync((state) => state.run);
  const nextAt = useSync((state) => state.nextAt);
  const batches = useBatches((state) => state.batches);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const newest = batches.reduce<number | null>(
    (latest, { syncedAt }) => (syncedAt !== null && (latest === null || syncedAt > latest) ? syncedAt : latest),
    null,
  );
  const drawer = useRef<HTMLElement>(null);
  // The buttons of a run go with its ending; whoever stood on one stays in the drawer, so that Escape still closes it.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) drawer.current?.focus();
  }, [run?.state]);
  const [kind, words] = dotOf(run, newest === null ? null : syncedAgo(newest, timeZone));
  return (
    <DialogTrigger>
      <Button className="sync-dot">
        <span className={`dot ${kind}`} aria-hidden />
        {words}
      </Button>
      <Popover className="popover sync-drawer" placement="top start">
        <Dialog ref={drawer} aria-label="Sync" className="drawer">
          {({ close }) => (
            <>
              {run === null && <p>{words}. Nothing was synced since Callbook started.</p>}
              <RunCard isShort />
              {nextAt !== null && run?.state !== 'running' && (
                <p className="muted">A batch is running: the next sync begins at {syncedAgo(nextAt, timeZone)}.</p>
              )}
              <div className="row">
                <Button
                  className="button"
                  onPress={() => {
                    close();
                    goTo('sync');
                  }}
                >
                  Open Sync
                </Button>
                <span className="grow" />
                {run?.state !== 'running' && (
                  <Button
                    className="button primary"
                    isDisabled={batches.length === 0}
                    onPress={() => startSync(batches.map(({ key }) => key))}
                  >
                    Sync all
                  </Button>
                )}
              </div>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

type Dot = 'running' | 'waiting' | 'failed' | 'never' | 'synced';

function dotOf(run: SyncRun | null, age: string | null): readonly [kind: Dot, words: string] {
  const ofAge = age === null ? '' : ` · data of ${age}`;
  if (run?.state === 'running') {
    if (run.hold === 'paused') return ['waiting', `Sync paused${ofAge}`];
    if (run.hold === 'offline') return ['waiting', `Offline${ofAge}`];
    const done = run.batches.filter(({ state }) => state === 'done').length;
    return ['running', `Syncing ${done} of ${counted(run.batches.length, 'batch', 'batches')}`];
  }
  if (run?.state === 'failed') return ['failed', `Sync failed${ofAge}`];
  if (run?.state === 'partly') return ['waiting', `Sync partly finished${ofAge}`];
  return age === null ? ['never', 'Not synced yet'] : ['synced', `Synced ${age}`];
}
