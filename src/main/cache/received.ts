import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ReadableDb, WritableDb } from './database.ts';
import { batchNoOf, rowIdOf, rowIdSpan } from './rowId.ts';

/**
 * The items as the provider sent them, character for character, several calls to a compressed page. Calls of a batch look alike, so a
 * page takes a sixth of its text. Measured on calls of 722 bytes: alone, each with a dictionary of its batch, 146 bytes and 100 µs
 * to unpack; in pages of 24 kB 109 bytes and the same 100 µs for the whole page; in pages of 128 kB 85 bytes, but milliseconds.
 */

/** A page ends once it holds so many characters: most then fit one page of the file. */
const PAGE_LENGTH = 24 * 1024;
/** Between two items: JSON text never contains it. */
const SEPARATOR = '\0';
/** Looking for a number is ten times as quick as for a text. */
const SEPARATOR_BYTE = 0;
/** Pages that a reader keeps unpacked: the next question is often about the same calls. */
const KEPT_PAGES = 128;

function pack(texts: readonly string[]): Buffer {
  const text = Buffer.from(texts.join(SEPARATOR));
  return zstdCompressSync(text, {
    // With a checksum, so that a page damaged on disk is not taken for what was received.
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
    // Knowing it beforehand takes half the time: zstd's tables are then no larger than the page needs.
    pledgedSrcSize: text.length,
  });
}

/** Most pages fit in one piece of this. */
const UNPACKED = { chunkSize: PAGE_LENGTH + 8 * 1024 };

function unpack(data: Uint8Array): string[] {
  const bytes = zstdDecompressSync(data, UNPACKED);
  const texts: string[] = [];
  // Item by item: one text of them all would take twice the room, and time, for a single letter that is not Latin.
  for (let at = 0, end = 0; end >= 0; at = end + 1) {
    end = bytes.indexOf(SEPARATOR_BYTE, at);
    texts.push(bytes.toString('utf8', at, end < 0 ? bytes.length : end));
  }
  return texts;
}

interface PageRow {
  /** Row id of the page's first call; the others follow it without a gap. */
  readonly first_row: number;
  readonly data: Uint8Array;
}

/** The page that holds a call, if there is one. */
function pageFinder(db: ReadableDb): (rowId: number) => PageRow | undefined {
  const select = db.prepare<[number, number], PageRow>(
    'SELECT first_row, data FROM received WHERE first_row BETWEEN ? AND ? ORDER BY first_row DESC LIMIT 1',
  );
  return (rowId) => select.get(rowIdOf(batchNoOf(rowId), 0), rowId);
}

/** The items of a batch in the order of their positions, page by page. */
export function* eachReceived(db: ReadableDb, batchNo: number): Generator<string, void, undefined> {
  const pages = db
    .prepare<[number, number], Uint8Array>(
      'SELECT data FROM received WHERE first_row BETWEEN ? AND ? ORDER BY first_row',
    )
    .pluck()
    .all(...rowIdSpan(batchNo));
  for (const page of pages) yield* unpack(page);
}

/** Items by row id, for reading. */
export interface Received {
  /** The item of a call that is there. */
  get(rowId: number): string;
  /** The same for some calls in any order. */
  all(rowIds: readonly number[]): string[];
  /** Call whenever another connection may have written. */
  forget(): void;
}

/** A page whose items become texts when they are asked for: a search shows one call of most pages that it opens. */
interface OpenPage {
  readonly firstRow: number;
  readonly bytes: Buffer;
  /** Where each item begins, and one where the next would. */
  readonly starts: readonly number[];
}

function openPage({ first_row: firstRow, data }: PageRow): OpenPage {
  const bytes = zstdDecompressSync(data, UNPACKED);
  const starts = [0];
  for (let end = bytes.indexOf(SEPARATOR_BYTE); end >= 0; end = bytes.indexOf(SEPARATOR_BYTE, end + 1))
    starts.push(end + 1);
  starts.push(bytes.length + 1);
  return { firstRow, bytes, starts };
}

function textAt({ firstRow, bytes, starts }: OpenPage, rowId: number): string | undefined {
  const [start, next] = [starts[rowId - firstRow], starts[rowId - firstRow + 1]];
  return start === undefined || next === undefined ? undefined : bytes.toString('utf8', start, next - 1);
}

/** Of calls that are there, their pages: one statement takes half the time of one for each. */
export const SELECT_PAGES = `SELECT first_row, data FROM received WHERE first_row IN
  (SELECT (SELECT max(first_row) FROM received WHERE first_row <= wanted.value) FROM json_each(?) AS wanted)`;

export function openReceived(db: ReadableDb): Received {
  const select = db.prepare<[string], PageRow>(SELECT_PAGES);
  const kept = new Map<number, OpenPage>();
  /** Calls are mostly asked for in their order, so the last page is mostly the next. */
  let last: OpenPage | undefined;

  /** The page, where it is kept, that holds a call. */
  function find(rowId: number): OpenPage | undefined {
    const holds = ({ firstRow, starts }: OpenPage) => rowId >= firstRow && rowId < firstRow + starts.length - 1;
    if (last === undefined || !holds(last)) last = kept.values().find(holds);
    return last;
  }

  function load(rowIds: readonly number[]): void {
    for (const row of select.all(JSON.stringify(rowIds))) kept.set(row.first_row, openPage(row));
  }

  /** `rowIds`: no more than pages are kept. */
  function some(rowIds: readonly number[]): string[] {
    const missing = rowIds.filter((rowId) => find(rowId) === undefined);
    if (missing.length > 0) load(missing);
    const texts = rowIds.map((rowId) => {
      const page = find(rowId);
      const text = page && textAt(page, rowId);
      if (text === undefined) throw new Error('a call without its item');
      return text;
    });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_PAGES) break;
      kept.delete(oldest);
    }
    return texts;
  }

  return {
    get: (rowId) => some([rowId])[0] ?? '',
    all(rowIds) {
      const texts: string[] = [];
      for (let at = 0; at < rowIds.length; at += KEPT_PAGES) texts.push(...some(rowIds.slice(at, at + KEPT_PAGES)));
      return texts;
    },
    forget() {
      kept.clear();
      last = undefined;
    },
  };
}

/** Items by row id, for writing: part of the caller's transaction, from `begin` to `end`. */
export interface ReceivedWriter {
  /** Drops what a transaction that failed has left. */
  begin(): void;
  get(rowId: number): string;
  /** `rowId` follows the batch's last. */
  add(rowId: number, received: string): void;
  replace(rowId: number, received: string): void;
  /** Writes what is still in memory. */
  end(): void;
}

export function openReceivedWriter(db: WritableDb): ReceivedWriter {
  const find = pageFinder(db);
  const save = db.prepare(
    'INSERT INTO received (first_row, data) VALUES (?, ?) ON CONFLICT (first_row) DO UPDATE SET data = excluded.data',
  );
  const nothing = { firstRow: 0, texts: [] as string[], length: 0, isDirty: false };
  let page = nothing;

  function end(): void {
    if (page.isDirty) save.run(page.firstRow, pack(page.texts));
    page.isDirty = false;
  }

  function load(rowId: number): void {
    if (page.texts[rowId - page.firstRow] !== undefined) return;
    end();
    const row = find(rowId);
    const texts = row === undefined ? [] : unpack(row.data);
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    page = { firstRow: row?.first_row ?? rowId, texts, length, isDirty: false };
  }

  return {
    begin() {
      page = nothing;
    },
    get(rowId) {
      load(rowId);
      const text = page.texts[rowId - page.firstRow];
      if (text === undefined) throw new Error('a call without its item');
      return text;
    },
    add(rowId, received) {
      if (rowId > rowIdOf(batchNoOf(rowId), 0)) load(rowId - 1);
      if (page.length >= PAGE_LENGTH || rowId !== page.firstRow + page.texts.length) {
        end();
        page = { firstRow: rowId, texts: [], length: 0, isDirty: false };
      }
      page.texts.push(received);
      page.length += received.length;
      page.isDirty = true;
    },
    replace(rowId, received) {
      load(rowId);
      const at = rowId - page.firstRow;
      page.length += received.length - (page.texts[at]?.length ?? 0);
      page.texts[at] = received;
      page.isDirty = true;
    },
    end,
  };
}
