import { expect, test } from 'vitest';
import type { WriteStream } from 'node:tty';
import { syncProgress } from '../../../src/main/cli/syncProgress.ts';
import type { SyncRun } from '../../../src/shared/model.ts';

test('the name of an agent cannot steer the terminal or begin a line', () => {
  let said = '';
  const stream = { isTTY: false, write: (text: string) => (said += text) } as unknown as WriteStream;
  const batch = {
    batch: 'a/b',
    batch_id: 'b',
    agent_name: 'Eve\u001b[2J\nfailed',
    state: 'done',
    fetched: 1,
    total: 1,
  };
  syncProgress(stream).show({ batches: [batch] } as unknown as SyncRun);
  expect(said).toBe('done      b  Eve[2J failed  1 of 1 call\n');
});
