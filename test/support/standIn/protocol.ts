/** `protocol` of Electron. Chromium cannot learn a scheme from outside, so `callbook://app/x` is `http://app.callbook.localhost/x` in the page. */

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
  return handlers.has(scheme) ? `http://${host}.${scheme}.localhost${rest}` : url;
}

/** The product's address for an address of the page. */
export function toAppUrl(url: string): string {
  const [, host = '', scheme = '', rest = ''] = /^http:\/\/([^/]*)\.([a-z]+)\.localhost(.*)$/.exec(url) ?? [];
  return handlers.has(scheme) ? `${scheme}://${host}${rest}` : url;
}

/** What the product's handler answers to a request of the page; undefined: it is not for the product. */
export async function answerRequest(pageUrl: string, init: RequestInit): Promise<Response | undefined> {
  const url = toAppUrl(pageUrl);
  return handlers.get(new URL(url).protocol.slice(0, -1))?.(new Request(url, init));
}
