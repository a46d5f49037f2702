import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';

/** What a page that has been taken over by somebody's text could try. */

let app: RunningApp;
let elsewhere: Provider;

beforeAll(async () => {
  elsewhere = await startProvider();
  app = await launchApp();
  await expectPage(app.page.getByRole('heading', { name: 'Welcome to Callbook' })).toBeVisible();
});

afterAll(async () => {
  await app.close();
  await elsewhere.close();
});

// Asked of the page itself: Playwright's own look-ups would wait for a navigation that was stopped.
const stillThere = () =>
  expect.poll(() => app.page.evaluate(() => document.body.innerText)).toContain('Welcome to Callbook');

test.each([
  ['by its address', (url: string) => `location.href = '${url}'`],
  [
    'by a link',
    (url: string) =>
      `const a = document.createElement('a'); a.href = '${url}'; document.body.append(a); a.click(); a.remove()`,
  ],
  ['by a new window', (url: string) => `void (window.opened = window.open('${url}'))`],
  [
    'by a form',
    (url: string) =>
      `const f = document.createElement('form'); f.action = '${url}'; document.body.append(f); f.submit(); f.remove()`,
  ],
])('the window does not leave the app %s', async (_way, script) => {
  const address = app.page.url();
  await app.page.evaluate(script(`${elsewhere.baseUrl}/api/v1/public/me`)).catch(() => undefined);
  await stillThere();
  expect(app.page.url()).toBe(address);
  expect(elsewhere.requests).toEqual([]);
});

test('a window that the page opened is not there', async () => {
  await expect
    .poll(() =>
      app.page.evaluate(() => {
        const { opened } = window as unknown as { opened: Window | null };
        return opened === null || opened.closed;
      }),
    )
    .toBe(true);
});

test('the page reaches no network and runs no inline script', async () => {
  const reached = await app.page.evaluate(
    async (url) =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    `${elsewhere.baseUrl}/api/v1/public/me`,
  );
  expect(reached).toBe(false);
  await app.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.wasRun = true';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="x" onerror="window.wasRun = true">';
    document.body.append(image);
  });
  await expect.poll(() => app.page.evaluate(() => document.querySelector('img')?.complete)).toBe(true);
  expect(await app.page.evaluate(() => 'wasRun' in window)).toBe(false);
  expect(elsewhere.requests).toEqual([]);
});

test('the page has the contract’s commands, and no power of Electron or Node', async () => {
  const powers = await app.page.evaluate(() => ({
    names: Object.keys((window as unknown as { callbook: object }).callbook),
    require: typeof (window as unknown as { require: unknown }).require,
    process: typeof (window as unknown as { process: unknown }).process,
  }));
  expect(powers).toEqual({ names: ['invoke', 'listen'], require: 'undefined', process: 'undefined' });
});

test.each([
  ['calls.get', { rowId: 'x' }, 'BAD_INPUT'],
  ['calls.get', { rowId: 1, sql: 'DROP TABLE call' }, 'BAD_INPUT'],
  ['calls.window', undefined, 'BAD_INPUT'],
  [
    'export.start',
    { token: '/etc/passwd', selection: { batches: [], text: '', filters: [], timeZone: 'UTC' }, sort: [], pivot: null },
    'UNKNOWN_TARGET',
  ],
  ['links.open', { url: 'file:///etc/passwd' }, 'BAD_INPUT'],
  ['links.open', { url: 'http://example.com' }, 'BAD_INPUT'],
  ['accounts.test', { baseUrl: 'http://example.com', key: 'sk_x' }, 'BAD_BASE_URL'],
])('%s with %j is refused with an error', async (name, input, code) => {
  const answer = await app.page.evaluate(
    ([command, value]) =>
      (window as unknown as { callbook: { invoke(n: unknown, i: unknown): Promise<unknown> } }).callbook.invoke(
        command,
        value,
      ),
    [name, input] as const,
  );
  expect(answer).toMatchObject({ ok: false, error: { code } });
  expect(app.opened()).toEqual([]);
});

test.each(['__proto__', 'constructor', 'cache.write', ''])('a command named %j does not exist', async (name) => {
  const outcome = await app.page.evaluate(
    (command) =>
      (window as unknown as { callbook: { invoke(n: unknown): Promise<unknown> } }).callbook.invoke(command).then(
        () => 'answered',
        () => 'refused',
      ),
    name,
  );
  expect(outcome).toBe('refused');
});
