import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';

/** The renderer's own protocol: Chromium refuses module scripts from file://, and a file origin could read other files. */

const SCHEME = 'callbook';
/** The only page of the app. */
export const APP_URL = `${SCHEME}://app/index.html`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Styles may be inline because virtual lists place their rows so; scripts may not. Nothing is loaded from anywhere else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  // Recordings, by this protocol.
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must run before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      // Chromium keeps what it has compiled of the page's script for the next start; see v8CacheOptions in window.ts.
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** True for pages of the app, false for anything else. */
export function isAppUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === `${SCHEME}:` && new URL(url).host === 'app';
}

/** `/recording/ROWID`: the sound of a call. The page says which call, never which file. */
const RECORDING = /^\/recording\/(\d{1,15})$/;

interface Served {
  /** The built renderer: its files, and nothing outside it. */
  readonly folder: string;
  readonly recording: (rowId: number, range: string | null) => Promise<Response>;
}

export function serveRenderer({ folder, recording }: Served): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const rowId = RECORDING.exec(pathname)?.[1];
    if (host === 'app' && rowId !== undefined) {
      return recording(Number(rowId), request.headers.get('range')).catch(
        () => new Response('not found', { status: 404 }),
      );
    }
    const file = normalize(join(folder, decodeURIComponent(pathname)));
    const type = types[extname(file)];
    if (host !== 'app' || type === undefined || !file.startsWith(folder + sep))
      return new Response('not found', { status: 404 });
    try {
      return new Response(await readFile(file), {
        headers: {
          'content-type': type,
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        },
      });
    } catch {
      return new Response('not found', { status: 404 });
    }
  });
}
