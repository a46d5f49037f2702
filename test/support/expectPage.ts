import { expect } from 'playwright/test';
import { MOST_WAIT_MS } from './launch.ts';

/** Playwright's `expect`, as patient as everything else that waits for the window; by itself it would give up after five seconds. */
export const expectPage = expect.configure({ timeout: MOST_WAIT_MS });
