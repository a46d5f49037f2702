import { copyFileSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';
import type { Bridge, CommandName } from '../../src/shared/contract.ts';
import { everything, newestFirst } from '../../src/shared/selection.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';
import { benchRow, quantile, type Bench, type BenchRow } from './bench.ts';
import { build } from './built.ts';
import { benchCacheFolder } from './cache.ts';
import { wordOfRank } from './data.ts';

/**
 * What a person feels, measured in the real window on the whole app: from a key or click to the frame that shows its effect. Frames come
 * at 60 Hz, so times are multiples of 17 ms. Part of each is the runtime's own; the rows named “of it” tell how much:
 *
 * - The bridge. Under the stand-in a question goes through a WebSocket, as JSON, and this bench's Playwright is shown each answer beside;
 *   in Electron, through a pipe.
 * - The start. Under the stand-in Node starts a whole Chromium, while the bench's Playwright connects to it.
 * - Chromium draws in software here, on the processors that the app itself has: what it takes for a frame is taken from the app.
 */

export const bench: Bench = async ({ isQuick }) => {
  const scratch = mkdtempSync(join(tmpdir(), 'callbook-felt-'));
  const profile = join(scratch, 'profile');
  mkdirSync(profile);
  const cache = join(benchCacheFolder(isQuick ? 20_000 : 1_000_000), 'cache.sqlite');
  copyFileSync(cache, join(profile, 'cache.sqlite'), constants.COPYFILE_FICLONE);
  build();
  try {
    return await measureFelt(profile, isQuick);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/** Starts the app on a profile twice (the first start warms the disk's cache) and measures the second. */
export async function measureFelt(profile: string, isQuick: boolean): Promise<BenchRow[]> {
  await (await startToGrid(profile)).app.close();
  const beganAt = performance.now();
  const { app, sinceSpawnMs, sinceOpenMs, scriptMs } = await startToGrid(profile);
  try {
    const page = app.page;
    await page.evaluate(readFileSync(new URL('./feltProbe.js', import.meta.url), 'utf8'));
    const cdp = await page.context().newCDPSession(page);
    const rows = [
      benchRow('felt', 'start to usable grid', sinceSpawnMs, {}, 'to be under 1200'),
      benchRow('felt', 'of it until the window opens the page', sinceSpawnMs - sinceOpenMs, {}, app.runtime),
      benchRow('felt', 'of it until the page’s script runs', scriptMs, {}, app.runtime),
      ...(await bridge(page, app.runtime)),
    ];
    rows.push(await keyToRows(page, isQuick), await clickToRows(page, isQuick), await openCalls(page, isQuick));
    rows.push(...(await pages(page, isQuick)), ...(await bar(page, isQuick)));
    rows.push(await heap(cdp, beganAt));
    return rows;
  } finally {
    await app.close();
  }
}

interface Started {
  readonly app: RunningApp;
  readonly sinceSpawnMs: number;
  readonly sinceOpenMs: number;
  /** From the page's opening until its own script begins. */
  readonly scriptMs: number;
}

async function startToGrid(profile: string): Promise<Started> {
  const spawnedAt = Date.now();
  const app = await launchApp({ profile });
  const screens = new Screens(app.page);
  await screens.grid.getByRole('rowheader').nth(5).waitFor();
  // The frame's own time: waiting for it from outside takes longer.
  const { shownAt, sinceOpenMs } = await app.page.evaluate(() => ({
    shownAt: performance.timeOrigin + performance.now(),
    sinceOpenMs: performance.now(),
  }));
  // The document is whole once its only script has run.
  const scriptMs = await app.page.evaluate<number>(
    "performance.getEntriesByType('navigation')[0].domContentLoadedEventStart",
  );
  return { app, sinceSpawnMs: shownAt - spawnedAt, sinceOpenMs, scriptMs };
}

/** How long a question takes that the core answers at once, and how much more where the answer holds rows, here some 50 kB of them. */
async function bridge(page: Page, runtime: string): Promise<BenchRow[]> {
  const ask = (name: CommandName, input: unknown) =>
    page.evaluate(
      async ([command, question]) => {
        const times: number[] = [];
        for (let time = 0; time < 20; time++) {
          const before = performance.now();
          await (globalThis as WithProbe).callbook.invoke(command, question);
          times.push(performance.now() - before);
        }
        return times.sort((a, b) => a - b)[10] ?? NaN;
      },
      [name, input] as const,
    );
  const rows = { selection: everything('UTC'), sort: [newestFirst], offset: 0, limit: 50 };
  return [
    benchRow('felt', 'of a question: there and back', await ask('sync.next', undefined), {}, runtime),
    benchRow(
      'felt',
      'of a question: 50 rows',
      await ask('calls.window', rows),
      {},
      `${runtime}; the core's part is 2 to 4 ms`,
    ),
  ];
}

/** What feltProbe.js puts in the page. */
interface Probe {
  /** ms from the next event of the type to the frame in which the element's text is another; null: it was the same for `mostMs`. */
  arm(type: string, selector: string, mostMs: number): void;
  result: Promise<number | null>;
  /** Watches frames until `stop`; see Watched. */
  watch(): void;
  stop(): Watched;
  /** Drags the bar to the end and back in so many frames, resting by turns. */
  dragBar(steps: number): Promise<Watched>;
}

interface Watched {
  /** The longest stretch of frames with a row in sight that was not read yet. */
  readonly unreadMs: number;
  /** How long before the frame the bar was where the rows in sight belong, at most. */
  readonly behindMs: number;
  /** The longest stretch of frames in which the grid showed no row at all where there should be one. */
  readonly blankMs: number;
  readonly longestTaskMs: number;
  readonly longestFrameMs: number;
  readonly frames: number;
}

type WithProbe = typeof globalThis & { probe: Probe; callbook: Bridge };

/** What takes this long has no answer that can be seen. */
const MOST_MS = 2_000;

/** null: what was done changed nothing in sight. */
async function timed(page: Page, type: string, selector: string, act: () => Promise<void>): Promise<number | null> {
  await page.evaluate(([on, where, mostMs]) => (globalThis as WithProbe).probe.arm(on, where, mostMs), [
    type,
    selector,
    MOST_MS,
  ] as const);
  await act();
  return page.evaluate(() => (globalThis as WithProbe).probe.result);
}

function row(name: string, times: readonly (number | null)[], target: number): BenchRow {
  const sorted = times.filter((time) => time !== null).sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error(`${name}: nothing was seen to change in ${MOST_MS} ms`);
  const p95 = quantile(sorted, 0.95);
  return benchRow(
    'felt',
    name,
    quantile(sorted, 0.5),
    {},
    `p95 ${p95.toFixed(0)} ms (to be under ${target}), ${sorted.length} times`,
  );
}

const SHOWN = '[aria-label="Calls shown"]';

async function keyToRows(page: Page, isQuick: boolean): Promise<BenchRow> {
  const search = new Screens(page).search;
  const times: (number | null)[] = [];
  for (const rank of isQuick ? [40] : [12, 40, 130, 700, 2_500]) {
    await search.fill('');
    await search.focus();
    // Some letters change nothing: every call with “wmi” has “wm”. The rows in sight stay, so there is no time to tell.
    for (const letter of wordOfRank(rank))
      times.push(await timed(page, 'keydown', SHOWN, () => page.keyboard.press(letter)));
  }
  await search.fill('');
  return row('key press in search to painted rows', times, 60);
}

async function clickToRows(page: Page, isQuick: boolean): Promise<BenchRow> {
  const screens = new Screens(page);
  await screens.openFacet('Status');
  const value = screens.facetValues('Status').getByRole('row').first();
  await value.waitFor();
  const times: (number | null)[] = [];
  // Kept, and kept no longer.
  for (let time = 0; time < (isQuick ? 2 : 20); time++)
    times.push(await timed(page, 'pointerdown', SHOWN, () => value.click()));
  return row('click on a filter’s value to painted rows', times, 60);
}

async function openCalls(page: Page, isQuick: boolean): Promise<BenchRow> {
  const screens = new Screens(page);
  await screens.toCell(1, 0);
  await page.keyboard.press('Enter');
  await screens.detail.getByRole('tab', { name: 'Overview' }).waitFor();
  const times: (number | null)[] = [];
  for (let time = 0; time < (isQuick ? 3 : 40); time++)
    times.push(await timed(page, 'keydown', '.detail [aria-label="Facts"]', () => page.keyboard.press('j')));
  await page.keyboard.press('Escape');
  return row('call opened', times, 40);
}

function watchedRows(name: string, watched: Watched): BenchRow[] {
  const { unreadMs, blankMs, behindMs, longestTaskMs, longestFrameMs, frames } = watched;
  return [
    benchRow(
      'felt',
      `${name}: longest without rows`,
      blankMs,
      {},
      `to be under 50; ${frames} frames, longest ${longestFrameMs.toFixed(0)} ms`,
    ),
    benchRow('felt', `${name}: longest with unread rows`, unreadMs, {}, 'to be under 50'),
    benchRow('felt', `${name}: rows behind the bar, at most`, behindMs, {}, 'what is in sight is from so long ago'),
    benchRow('felt', `${name}: longest task`, longestTaskMs, {}, '0: none over 50'),
  ];
}

async function pages(page: Page, isQuick: boolean): Promise<BenchRow[]> {
  const screens = new Screens(page);
  await screens.toCell(1, 0);
  await page.evaluate(() => (globalThis as WithProbe).probe.watch());
  for (let time = 0; time < (isQuick ? 5 : 60); time++) await page.keyboard.press('PageDown');
  const watched = await page.evaluate(() => (globalThis as WithProbe).probe.stop());
  return watchedRows('scroll by page', watched);
}

async function bar(page: Page, isQuick: boolean): Promise<BenchRow[]> {
  const watched = await page.evaluate((steps) => (globalThis as WithProbe).probe.dragBar(steps), isQuick ? 40 : 360);
  return watchedRows('drag of the bar', watched);
}

/** `beganAt` as performance.now() says it. */
async function heap(cdp: CDPSession, beganAt: number): Promise<BenchRow> {
  const lastedMs = performance.now() - beganAt;
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const used = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
  const note = `heap of the window after it ${(used / 2 ** 20).toFixed(0)} MB (to be under 150)`;
  return benchRow('felt', 'all of this', lastedMs, {}, note);
}
