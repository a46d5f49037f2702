import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { RecordingState } from '../shared/contract.ts';
import { CallbookError } from '../shared/errors.ts';
import { fromJsonText } from '../shared/json.ts';
import type { Recordings } from '../shared/settings.ts';
import { fetchRecording, type FetchedRecording } from './api/fetchRecording.ts';
import type { FindProxy, Web } from './api/web.ts';
import type { Cache } from './cache/cache.ts';
import { keySteps, recordingUrl } from './recordingKeys.ts';

/**
 * The sound of calls. The API has no download: recordings lie in the customer's storage, and an account may say where (a folder, or an
 * https address with `{file_key}`). File keys come from the provider and are trusted with nothing: what they name must be a sound file
 * within that folder or below that address.
 */

const types: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.aac': 'audio/aac',
  '.flac': 'audio/flac',
  '.webm': 'audio/webm',
};

/** The file that a key names in a folder, or by its last step alone right in it; undefined: there is none. */
export async function recordingFile(folder: string, fileKey: string): Promise<string | undefined> {
  const steps = keySteps(fileKey);
  if (steps === undefined || types[extname(fileKey).toLowerCase()] === undefined) return undefined;
  // On Windows a drive or a hidden part of a file; elsewhere a letter as any other, as in the times of day that name recordings.
  if (process.platform === 'win32' && fileKey.includes(':')) return undefined;
  for (const path of [join(folder, ...steps), join(folder, steps.at(-1) ?? '')]) {
    try {
      // A link must not lead out of the folder either.
      const [real, within] = await Promise.all([realpath(path), realpath(folder)]);
      if (real.startsWith(within.endsWith(sep) ? within : within + sep) && (await stat(real)).isFile()) return real;
    } catch {
      // Not there; the next place may have it.
    }
  }
  return undefined;
}

/** False also for one on a drive that is unplugged, and for one that may not be read. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

interface Deps {
  readonly cache: Cache;
  /** Where the recordings of an account lie; undefined: not said. */
  readonly locationOf: (accountId: string) => Recordings | undefined;
  readonly findProxy: FindProxy;
}

export function createRecordings({ cache, locationOf, findProxy }: Deps) {
  let web: Promise<Web> | undefined;
  /** At the end nobody listens any more, and a sound that still comes would hold it up. */
  const ending = new AbortController();

  async function fetchFrom(url: URL, range: string | null): Promise<FetchedRecording> {
    // Read when first asked for: a window opens without the network, and sooner without its library.
    web ??= import('./api/web.ts').then(({ openWeb }) => openWeb(findProxy));
    return fetchRecording(await web, url, range, ending.signal);
  }

  async function find(rowId: number) {
    const { call, batch } = fromJsonText(await cache.query('getCall', rowId));
    const fileKey = call.recording?.available === true ? call.recording.file_key : null;
    return { fileKey, hasRecording: call.recording?.available ?? false, location: locationOf(batch.accountId) };
  }

  return {
    /** What there is to play for a call. Throws UNKNOWN_CALL. */
    async state(rowId: number): Promise<RecordingState> {
      const { fileKey, hasRecording, location } = await find(rowId);
      if (!hasRecording) return { state: 'none', fileKey: null };
      if (fileKey === null) return { state: 'no_key', fileKey };
      if (location === undefined) return { state: 'no_location', fileKey };
      if ('folder' in location) {
        const { folder } = location;
        if ((await recordingFile(folder, fileKey)) !== undefined) return { state: 'ready', fileKey, folder };
        return { state: (await isFolder(folder)) ? 'not_found' : 'no_folder', fileKey, folder };
      }
      return { state: recordingUrl(location.prefix, fileKey) === undefined ? 'not_found' : 'ready', fileKey };
    },

    /** The sound of a call, or the part that `range` (a Range header) names, as an answer to the window. */
    async answer(rowId: number, range: string | null): Promise<Response> {
      const { fileKey, location } = await find(rowId);
      if (fileKey === null || location === undefined) return notFound();
      if ('folder' in location) {
        const file = await recordingFile(location.folder, fileKey);
        return file === undefined ? notFound() : answerFile(file, range);
      }
      const url = recordingUrl(location.prefix, fileKey);
      return url === undefined ? notFound() : answerUrl(url, fileKey, (at) => fetchFrom(at, range));
    },

    async close(): Promise<void> {
      ending.abort();
      await (await web)?.close();
    },
  };
}

export type RecordingsRoom = ReturnType<typeof createRecordings>;

const notFound = () => new Response('not found', { status: 404 });

/** The bytes that a Range header asks for, both inclusive; undefined: all. */
export function partOf(
  range: string | null,
  size: number,
): { start: number; end: number } | undefined | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

async function answerFile(file: string, range: string | null): Promise<Response> {
  const { size } = await stat(file);
  const part = partOf(range, size);
  if (part === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  const { start, end } = part ?? { start: 0, end: size - 1 };
  const headers = {
    'content-type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'content-length': String(end - start + 1),
    'accept-ranges': 'bytes',
    ...(part === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  };
  const body =
    size === 0 ? null : (Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream<Uint8Array>);
  return new Response(body, { status: part === undefined ? 200 : 206, headers });
}

const PASSED_ON = ['content-length', 'content-range', 'accept-ranges'];

async function answerUrl(
  url: URL,
  fileKey: string,
  fetchFrom: (url: URL) => Promise<FetchedRecording>,
): Promise<Response> {
  try {
    const { status, headers, body } = await fetchFrom(url);
    const received = headers.get('content-type') ?? '';
    const type = /^(audio|video)\//.test(received) ? received : types[extname(fileKey).toLowerCase()];
    if (status >= 400 || type === undefined) {
      await body?.cancel();
      return new Response('not found', { status: status >= 400 ? status : 415 });
    }
    // What came packed is unpacked by now, and no longer that long.
    const kept = (headers.has('content-encoding') ? [] : PASSED_ON).flatMap((name) => {
      const value = headers.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return new Response(body, {
      status,
      headers: [...kept.map(([n, v]): [string, string] => [n, v]), ['content-type', type]],
    });
  } catch (thrown) {
    return new Response('cannot be reached', {
      status: thrown instanceof CallbookError && thrown.code === 'NO_NETWORK' ? 502 : 500,
    });
  }
}
