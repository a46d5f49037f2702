import type { Route } from 'playwright';

/** `protocol` of Electron. Chromium cannot learn a scheme from outside, so `callbook://app/x` is `https://app.callbook.invalid/x` in the page. */

type Handler = (request: Request) => Response | Promise<Response>;
const handlers = new Map<string, Handler>();

export const protocol = {
  registerSchemesAsPrivileged(_schemes: unknown): void {},
  handle(scheme: string, handler: Handler): void {
    handlers.set(scheme, handler);
  },
};

/** The page's address for an address of the product. */
export function toPageUrl(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-z]+):\/\/([^/]*)(.*)$/.exec(url) ?? [];
  return handlers.has(scheme) ? `https://${host}.${scheme}.invalid${rest}` : url;
}

/** The product's address for an address of the page. */
export function toAppUrl(url: string): string {
  const [, host = '', scheme = '', rest = ''] = /^https:\/\/([^/]*)\.([a-z]+)\.invalid(.*)$/.exec(url) ?? [];
  return handlers.has(scheme) ? `${scheme}://${host}${rest}` : url;
}

/** Answers a request of the page from the product's handler; everything else on the network is refused. */
export async function answerRoute(route: Route): Promise<void> {
  const url = toAppUrl(route.request().url());
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) return route.abort('blockedbyclient');
  const response = await handler(new Request(url, { method: route.request().method(), headers: rangeOf(route) }));
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

/** The one header of the page's requests that a handler may need: which part of a sound or film to send. */
function rangeOf(route: Route): Record<string, string> {
  const range = route.request().headers()['range'];
  return range === undefined ? {} : { range };
}
