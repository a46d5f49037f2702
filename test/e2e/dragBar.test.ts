import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCacheFile } from '../support/cacheFile.ts';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { Screens } from '../support/screens/screens.ts';
import { activeWords } from './byKeyboard.ts';
import { ScrollBar, type DragFrame } from '../support/screens/scrollBar.ts';

/** Rows follow the scroll bar while it is dragged over more calls than the window ever holds, and at rest they are those of that place. */

const CALLS = 20_000;
/** The newest call comes first. */
const nameOf = (row: number) => `Caller ${row}`;

const newest = Date.UTC(2026, 4, 20);
const cache = makeCacheFile();
let app: RunningApp;
let screens: Screens;
let bar: ScrollBar;

beforeAll(async () => {
  const calls = Array.from({ length: CALLS }, (_, row) => ({
    call_id: `call_${row}`,
    name: nameOf(row),
    status: row % 2 === 0 ? 'completed' : 'failed',
    started_at: new Date(newest - row * 60_000).toISOString(),
    summary: `What was said in call ${row}.`,
  }));
  cache.ingest('sched_1', calls);
  app = await launchApp({ profile: dirname(cache.file) });
  screens = new Screens(app.page);
  await screens.caller(nameOf(0)).waitFor();
  bar = new ScrollBar(screens.grid);
});

afterAll(async () => {
  await app.close();
  cache.close();
});

/** All rows in sight, from the one that belongs there; waits until they are. */
async function expectRowsOfItsPlace(name = nameOf): Promise<void> {
  await expect
    .poll(async () => {
      const { row, words } = await bar.atRest();
      return { isFull: words.length > 10, words, expected: words.map((_, i) => name(row + i)) };
    })
    .toSatisfy(
      ({ isFull, words, expected }: { isFull: boolean; words: string[]; expected: string[] }) =>
        isFull && words.join() === expected.join(),
    );
}

/** Rows that a hand passes in a frame are more than a screen: none of them was read before. */
const FRAMES = 90;
/** A row may be cut by the header, and the bar was there a frame ago. */
const ABOUT = 2;

/** Rows, and places without words, are of a place where the bar has been since the drag began, and never of an earlier one than those before. */
function expectNeverBack(frames: readonly DragFrame[]): void {
  const way = Math.sign((frames.at(-1)?.bar ?? 0) - (frames[0]?.bar ?? 0));
  const strayed = frames.filter(
    ({ bar: now, top }, i) => (top - now) * way > ABOUT || (top - (frames[i - 1]?.top ?? top)) * way < -ABOUT,
  );
  expect(strayed).toEqual([]);
}

function expectFollowing(frames: readonly DragFrame[]): void {
  // Those of before stay until others are read, unless that takes long: on a busy machine it does, so only the first frame tells. How many
  // frames of a drag have unread rows is the felt bench's matter.
  expect(frames[0]?.hasUnread).toBe(false);
  expectNeverBack(frames);
  // They follow: not only the rows of the beginning, which would be read in every frame.
  expect(new Set(frames.map(({ top }) => top)).size).toBeGreaterThan(5);
}

test('the rows in sight follow the bar down and up again, and do not make way before others are there', async () => {
  const down = await bar.dragTo(0.9, FRAMES);
  await expectRowsOfItsPlace();
  const up = await bar.dragTo(0.2, FRAMES);
  await expectRowsOfItsPlace();
  expectFollowing(down);
  expectFollowing(up);
});

test('wherever the bar comes to rest, the rows are exactly those of that place', async () => {
  for (const share of [0.5, 0.503, 1, 0.75, 0.001, 0]) {
    await bar.dragTo(share, 6);
    await expectRowsOfItsPlace();
  }
});

test('rows that are waited for too long come farther on than the places that stood there without words', async () => {
  // Of another question no rows were read that the bar comes by; it begins at the top.
  await screens.search.fill('');
  await expectPage(screens.callsShown).not.toContainText('of');
  await screens.search.fill('status:completed');
  await expectPage(screens.callsShown).toHaveText('10,000 of 20,000 calls');
  const letGo = await app.hold('calls.window');
  const drag = bar.dragTo(0.9, 2 * FRAMES);
  await expectPage(screens.grid.locator('.grid-body [role="rowheader"]:not([aria-busy])')).toHaveCount(0);
  await letGo();
  const frames = await drag;
  expect(frames.some(({ hasUnread }) => hasUnread)).toBe(true);
  expectNeverBack(frames);
  // The cell in use is among none of them; a screen reader would look for it in vain.
  expect(frames.filter(({ namesMissing }) => namesMissing)).toEqual([]);
  await expectRowsOfItsPlace((row) => nameOf(2 * row));
  // Then it names the cell again. Its words may be let go: rows are kept that are near those in sight.
  await activeWords(screens.grid);
});
