import { Agent, EnvHttpProxyAgent, ProxyAgent, fetch, type Dispatcher, type RequestInit, type Response } from 'undici';
import { CallbookError } from '../../shared/errors.ts';
import { isLoopback } from './baseUrl.ts';
import { isTlsFailure } from './explain.ts';
import { trustSystem } from './systemTrust.ts';

/** The way out of this computer: through its proxy where it has one, trusting whom it trusts. */

/** What the computer's settings say of the way to an address, as a proxy script does: `PROXY host:port; DIRECT`. */
export type FindProxy = (url: string) => Promise<string>;

export interface Web {
  /** As undici's; for requests that may be sent twice. Throws NO_NETWORK where the environment names no proxy. */
  fetch(url: URL, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export function openWeb(findProxy: FindProxy): Web {
  const httpsProxy = withScheme(process.env['https_proxy'] ?? process.env['HTTPS_PROXY']);
  const httpProxy = withScheme(process.env['http_proxy'] ?? process.env['HTTP_PROXY']);
  const ways = new Map<string, Dispatcher>();
  const way = (name: string, make: () => Dispatcher): Dispatcher => {
    const known = ways.get(name) ?? make();
    ways.set(name, known);
    return known;
  };

  function ofEnvironment({ host }: URL): Dispatcher {
    try {
      return new EnvHttpProxyAgent({
        ...(httpsProxy === undefined ? {} : { httpsProxy }),
        ...(httpProxy === undefined ? {} : { httpProxy }),
      });
    } catch (cause) {
      throw new CallbookError(
        'NO_NETWORK',
        `${host} cannot be reached: the environment variable HTTPS_PROXY or HTTP_PROXY of this computer does not hold the address of a proxy. ` +
          'Cached data is untouched. Set it right (http://HOST:PORT) or take it away, then start Callbook again.',
        { cause },
      );
    }
  }

  async function wayTo(url: URL): Promise<Dispatcher> {
    const direct = () => way('direct', () => new Agent());
    // A company's proxy must not see requests to this computer.
    if (isLoopback(url)) return direct();
    // What somebody set for this program goes before what the computer says to all.
    if (httpsProxy !== undefined || httpProxy !== undefined) return way('environment', () => ofEnvironment(url));
    // Asked each time: a laptop changes its network.
    const proxy = proxyUrl(await findProxy(url.href).catch(() => 'DIRECT'));
    return proxy === undefined ? direct() : way(proxy, () => new ProxyAgent(proxy));
  }

  return {
    async fetch(url, init) {
      const dispatcher = await wayTo(url);
      try {
        return await fetch(url, { ...init, dispatcher });
      } catch (thrown) {
        if (!isTlsFailure(thrown)) throw thrown;
        await trustSystem();
        return fetch(url, { ...init, dispatcher });
      }
    },
    async close() {
      await Promise.all([...ways.values()].map((one) => one.close()));
    },
  };
}

/** Most programs take HOST:PORT, too. Undefined: there is none. */
function withScheme(proxy: string | undefined): string | undefined {
  if (proxy === undefined || proxy === '') return undefined;
  return /^[a-z][a-z\d+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

const SCHEMES: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks5',
  SOCKS5: 'socks5',
};

/** The first way of a proxy script's answer that can be gone; undefined: directly. */
export function proxyUrl(answer: string): string | undefined {
  for (const step of answer.split(';')) {
    const [kind = '', at] = step.trim().split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return undefined;
    const scheme = SCHEMES[kind.toUpperCase()];
    const url = `${scheme}://${at}`;
    if (scheme !== undefined && at !== undefined && URL.canParse(url)) return url;
  }
  return undefined;
}
