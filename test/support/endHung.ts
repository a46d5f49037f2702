import { afterEach } from 'vitest';
import { killApps } from './launch.ts';

/** A test that has run out of time has mostly asked a page that hangs. The tests after it would ask it too, each until its time is out. */
afterEach(async ({ task }) => {
  if (task.result?.errors?.some(({ message }) => message.startsWith('Test timed out')) === true) await killApps();
});
