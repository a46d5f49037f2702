import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { checkout } from '../support/runtime.ts';
import { findChromium } from '../support/standIn/chromium.ts';

/**
 * A million rows and more, high ones too: taller than what Chromium lays out, so that the scroll bar is shorter than the rows. Whatever
 * way one goes, the rows in sight are those that should be, without a gap. The grid of the app, alone in a page of the real browser.
 */

const VIEWPORT = { width: 820, height: 640 };

let browser: Browser;
let page: Page;
let html: string;
let grid: Locator;

beforeAll(async () => {
  const built = await build({
    configFile: false,
    // Under a test Vite would take React for the one of development.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: join(checkout, 'test/e2e/tallGridPage.ts'), formats: ['iife'], name: 'page' },
    },
  });
  const [made] = [built].flat();
  const script = made !== undefined && 'output' in made ? made.output[0].code : '';
  const style = ['tokens', 'base', 'grid'].map((name) =>
    readFileSync(join(checkout, `src/renderer/styles/${name}.css`), 'utf8'),
  );
  html = `<!doctype html><title>Rows</title><style>${style.join('')}</style><div id="root"></div><script>${script.replaceAll('</script', '<\\/script')}</script>`;
  const executablePath = findChromium();
  browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox'],
    // The bar is there to be dragged.
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
});
afterAll(() => browser.close());

/** Numbers of the rows from the top of what is in sight to its bottom, as one sees them there. */
function inSight(): Promise<number[]> {
  return grid.evaluate((element) => {
    const { left, top, bottom } = element.getBoundingClientRect();
    const rows: number[] = [];
    // Below the header, and not in what the last row's border or a bar takes.
    for (let y = top + 32; y < bottom - 2; y += 8) {
      // Lines count from 1, the header's first.
      const line = document.elementFromPoint(left + 30, y)?.closest('[role="row"]');
      const words = line?.querySelector('[data-column="0"]')?.textContent;
      const row = Number(line?.getAttribute('aria-rowindex') ?? NaN) - 2;
      if (words !== `${row}:0`) return [NaN];
      if (row !== rows.at(-1)) rows.push(row);
    }
    return rows;
  });
}

async function expectInSight(row: number): Promise<void> {
  const hasGap = (rows: readonly number[]) => rows.some((one, i) => one !== (rows[0] ?? NaN) + i);
  await expect.poll(inSight).toSatisfy((rows: number[]) => rows.includes(row) && !hasGap(rows));
}

/** Of the active cell; undefined while it is not drawn. */
const activeWords = () =>
  grid.evaluate((element) => document.getElementById(element.getAttribute('aria-activedescendant') ?? '')?.textContent);

describe.each([
  { rows: 1_000_000, height: 28, isScaled: false },
  { rows: 1_000_000, height: 36, isScaled: true },
  { rows: 1_048_577, height: 36, isScaled: true },
  { rows: 3_000_000, height: 28, isScaled: true },
])('$rows rows of $height px', ({ rows, height, isScaled }) => {
  const last = rows - 1;
  beforeAll(async () => {
    page = await browser.newPage({ viewport: VIEWPORT });
    await page.route('http://grid.test/', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`http://grid.test/#rows=${rows}&height=${height}`);
    grid = page.getByRole('grid', { name: 'Rows' });
    await grid.getByTitle('0:0', { exact: true }).waitFor();
    expect((await grid.evaluate((element) => element.scrollHeight)) < rows * height).toBe(isScaled);
  });
  afterAll(() => page.close());
  // A drag that failed must not hold the bar in what comes after.
  afterEach(() => page.mouse.up());

  test('Ctrl+End comes to the last row, arrows and pages go on from there, Ctrl+Home to the first', async () => {
    await grid.focus();
    await page.keyboard.press('Control+End');
    await expectInSight(last);
    await expect.poll(activeWords).toBe(`${last}:3`);
    expect(await inSight()).toSatisfy((seen: number[]) => seen.at(-1) === last);
    await page.keyboard.press('ArrowUp');
    await expect.poll(activeWords).toBe(`${last - 1}:3`);
    await page.keyboard.press('PageUp');
    const activeRow = async () => Number(/^(\d+):3$/.exec((await activeWords()) ?? '')?.[1] ?? NaN);
    await expect.poll(activeRow).toBeLessThan(last - 1);
    const row = await activeRow();
    expect(row).toBeGreaterThan(last - 40);
    await expectInSight(row);
    await page.keyboard.press('Control+Home');
    await expectInSight(0);
    await expect.poll(activeWords).toBe('column 0');
  });

  test('every step of the arrow keys moves by one row, in the middle too', async () => {
    await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
    await expect.poll(async () => Math.abs(((await inSight())[0] ?? 0) - rows / 2)).toBeLessThan(rows / 1_000);
    const [first = NaN] = (await inSight()).slice(3);
    await grid.locator(`[title="${first}:0"]`).click();
    for (let step = 1; step <= 30; step++) {
      await page.keyboard.press('ArrowDown');
      await expect.poll(activeWords).toBe(`${first + step}:0`);
      await expectInSight(first + step);
    }
  });

  test('the bar is dragged to its end: the last row is in sight; back at its top, the first', async () => {
    const box = await grid.boundingBox();
    const [x, top] = [(box?.x ?? 0) + (box?.width ?? 0) - 6, box?.y ?? 0];
    await page.keyboard.press('Control+Home');
    await expectInSight(0);
    // The bar is drawn a frame after the rows: until then its handle is not where it is taken.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.mouse.move(x, top + 20);
    await page.mouse.down();
    await page.mouse.move(x, top + 200, { steps: 3 });
    await expect.poll(async () => (await inSight())[0]).toBeGreaterThan(rows / 10);
    // A hand is never quite still; of one move alone Chromium may drop the last piece when it is busy.
    let by = 0;
    const dragTo = (y: number, row: number) =>
      expect
        .poll(async () => {
          await page.mouse.move(x, y + (by = 1 - by), { steps: 3 });
          return inSight();
        })
        .toContain(row);
    await dragTo(VIEWPORT.height - 3, last);
    await dragTo(1, 0);
    await page.mouse.up();
  });

  test('the wheel moves by what it turns, at the ends too', async () => {
    await page.keyboard.press('Control+End');
    await expectInSight(last);
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, -3 * height);
    const turned = async () => last - ((await inSight()).at(-1) ?? NaN);
    await expect.poll(turned).toBeGreaterThan(0);
    await expect.poll(turned).toBeLessThanOrEqual(isScaled ? 10 : 4);
    await page.mouse.wheel(0, 100 * height);
    await expectInSight(last);
  });

  test('a click is taken by the row that it is on', async () => {
    await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight * 0.7 }));
    const fifth = async () => (await inSight())[4] ?? NaN;
    await expect.poll(fifth).toBeGreaterThan(rows / 2);
    const row = await fifth();
    await grid.locator(`[title="${row}:2"]`).click();
    await expectPage(page.getByRole('status')).toHaveText(`${row}:2`);
  });
});
