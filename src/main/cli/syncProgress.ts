import type { WriteStream } from 'node:tty';
import { counted, formatCount } from '../../shared/format.ts';
import type { BatchProgress, SyncRun } from '../../shared/model.ts';
import { oneLine } from './table.ts';

/** A line a batch: rewritten in place on a terminal, else written once a batch has ended. */

function line({ batch_id, agent_name, state, fetched, total }: BatchProgress): string {
  const calls = total === null ? counted(fetched, 'call') : `${formatCount(fetched)} of ${counted(total, 'call')}`;
  return `${state.padEnd(9)} ${oneLine(batch_id)}  ${oneLine(agent_name ?? '')}  ${state === 'waiting' ? '' : calls}`.trimEnd();
}

export function syncProgress(stream: WriteStream): { show(run: SyncRun): void; end(): void } {
  const told = new Set<string>();
  const tellEnded = (run: SyncRun) => {
    for (const batch of run.batches) {
      if (batch.state === 'waiting' || batch.state === 'syncing' || told.has(batch.batch)) continue;
      told.add(batch.batch);
      stream.write(`${line(batch)}\n`);
    }
  };
  if (!stream.isTTY) return { show: tellEnded, end: () => {} };

  let drawn = 0;
  const clear = () => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  return {
    show(run) {
      clear();
      tellEnded(run);
      const open = run.batches.filter(({ batch }) => !told.has(batch)).slice(0, Math.max(stream.rows - 3, 1));
      const wait =
        run.waitingUntil === null
          ? []
          : [
              `The limit of requests is used up; going on in ${Math.max(1, Math.ceil((run.waitingUntil - Date.now()) / 1000))} s.`,
            ];
      const lines = [...open.map(line), ...wait].map((text) => text.slice(0, stream.columns - 1));
      stream.write(lines.map((text) => `${text}\n`).join(''));
      drawn = lines.length;
    },
    end: clear,
  };
}
