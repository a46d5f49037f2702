import { isUtf8 } from 'node:buffer';
import { release } from '../release.ts';
import { damaged, type ReadableDb, type WritableDb } from './database.ts';
import { batchNoOf, rowIdOf, rowIdSpan } from './rowId.ts';
import { pack, unpack } from './zstd.ts';

/**
 * The items as the provider sent them, character for character, several calls to a compressed page. Calls of a batch look alike, so a
 * page takes a fifth of its text. Measured on calls of 722 bytes, unpacked by Node (see zstd.ts): alone, each with a dictionary of its
 * batch, 146 bytes and 100 µs to unpack; in pages of 8 kB 158 bytes and 40 µs for the whole page, most of it the same for any; in pages of
 * 24 kB 115 bytes and 70 µs, which a search whose hundred rows lie in a hundred pages waits for; in pages of 128 kB 85 bytes, but
 * milliseconds.
 */

/** A page ends once it holds so many bytes. */
const PAGE_LENGTH = 8 * 1024;
/** The byte between two items: JSON text never contains it. */
const SEPARATOR = 0;
/** Pages that a reader keeps unpacked: the next question is often about the same calls. */
const KEPT_PAGES = 256;

/** Where a page is put together: one for all, as what is outside the heap goes late. */
let unpacked = Buffer.alloc(2 * PAGE_LENGTH);

function packItems(items: readonly Uint8Array[]): Buffer {
  const length = items.reduce((sum, item) => sum + item.length + 1, -1);
  if (unpacked.length < length) unpacked = Buffer.alloc(2 * length);
  const bytes = unpacked.subarray(0, length);
  let at = 0;
  for (const item of items) {
    bytes.set(item, at);
    at += item.length;
    if (at < bytes.length) bytes[at++] = SEPARATOR;
  }
  return pack(bytes);
}

/** Throws what zstd says, or CACHE_DAMAGED where a damaged record gives something else than bytes. */
function unpackItems(data: unknown): Buffer {
  if (!(data instanceof Uint8Array)) throw damaged();
  return unpack(data);
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

/** The pages of a batch in the order of its items, in valid UTF-8; each is there until the next is asked for. */
export function* eachPage(db: ReadableDb, batchNo: number): Generator<OpenPage, void, undefined> {
  const pages = db
    .prepare<[number, number], Uint8Array>(
      'SELECT data FROM received WHERE first_row BETWEEN ? AND ? ORDER BY first_row',
    )
    .pluck()
    .all(...rowIdSpan(batchNo));
  for (const data of pages) {
    const bytes = unpackItems(data);
    release(data);
    yield pageOf(0, isUtf8(bytes) ? bytes : Buffer.from(bytes.toString()));
    release(bytes);
  }
}

/** The items of a batch in the order of their positions. */
export function* eachReceived(db: ReadableDb, batchNo: number): Generator<string, void, undefined> {
  for (const page of eachPage(db, batchNo)) {
    // Item by item: one text of them all would take twice the room, and time, for a single letter that is not Latin.
    for (let i = 0; i < countIn(page); i++) yield textAt(page, i);
  }
}

/** Items by row id, for reading. */
export interface Received {
  /** The item of a call that is there. */
  get(rowId: number): string;
  /** The items of some calls in any order; undefined where a call is not there. */
  all(rowIds: readonly number[]): (string | undefined)[];
  /** Call whenever another connection may have written. */
  forget(): void;
}

/** A page whose items become texts when they are asked for: a search shows one call of most pages that it opens. */
export interface OpenPage {
  readonly firstRow: number;
  readonly bytes: Buffer;
  /** Where each item begins, and one where the next would. */
  readonly starts: readonly number[];
}

function openPage(firstRow: number, data: Uint8Array): OpenPage {
  return pageOf(firstRow, unpackItems(data));
}

function pageOf(firstRow: number, bytes: Buffer): OpenPage {
  const starts = [0];
  for (let end = bytes.indexOf(SEPARATOR); end >= 0; end = bytes.indexOf(SEPARATOR, end + 1)) starts.push(end + 1);
  starts.push(bytes.length + 1);
  return { firstRow, bytes, starts };
}

const countIn = ({ starts }: OpenPage) => starts.length - 1;

/** `place`: 0 is the page's first item; there are so many. */
function textAt({ bytes, starts }: OpenPage, place: number): string {
  return bytes.toString('utf8', starts[place], (starts[place + 1] ?? 0) - 1);
}

function bytesAt({ bytes, starts }: OpenPage, place: number): Buffer {
  return bytes.subarray(starts[place], (starts[place + 1] ?? 0) - 1);
}

/** Of calls that are there, their pages: one statement takes half the time of one for each. */
export const SELECT_PAGES = `SELECT first_row, data FROM received WHERE first_row IN
  (SELECT (SELECT max(first_row) FROM received WHERE first_row <= wanted.value) FROM json_each(?) AS wanted)`;

export function openReceived(db: ReadableDb): Received {
  const select = db.prepare<[string], PageRow>(SELECT_PAGES);
  /** By first row, the oldest first. */
  const kept = new Map<number, KeptPage>();
  /** The same in the order of their rows. */
  let inOrder: readonly KeptPage[] = [];
  const places = openPlaces();

  /** The page, where it is kept, that holds a call. */
  function find(rowId: number): KeptPage | undefined {
    let [from, to] = [0, inOrder.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const { firstRow } = inOrder[middle] as KeptPage;
      if (firstRow <= rowId) from = middle + 1;
      else to = middle;
    }
    const page = inOrder[from - 1];
    return page !== undefined && rowId < page.firstRow + countIn(page) ? page : undefined;
  }

  function drop(page: KeptPage): void {
    kept.delete(page.firstRow);
    places.give(page.place);
  }

  function load(rowIds: readonly number[]): void {
    try {
      for (const { first_row: firstRow, data } of select.all(JSON.stringify(rowIds))) {
        // Before a call that is not there stands a page that may be kept.
        const before = kept.get(firstRow);
        if (before !== undefined) drop(before);
        const unpacked = unpackItems(data);
        release(data);
        const { place, bytes } = places.take(unpacked);
        kept.set(firstRow, { ...pageOf(firstRow, bytes), place });
      }
    } finally {
      // Also where one cannot be read: those that were dropped for it have lost their places.
      inOrder = [...kept.values()].sort((a, b) => a.firstRow - b.firstRow);
    }
  }

  /** `rowIds`: no more than pages are kept. */
  function some(rowIds: readonly number[]): (string | undefined)[] {
    const missing = rowIds.filter((rowId) => find(rowId) === undefined);
    if (missing.length > 0) {
      const wanted = new Set(rowIds.map(find));
      for (const page of kept.values()) {
        if (kept.size + missing.length <= KEPT_PAGES) break;
        if (!wanted.has(page)) drop(page);
      }
      load(missing);
    }
    return rowIds.map((rowId) => {
      const page = find(rowId);
      return page && textAt(page, rowId - page.firstRow);
    });
  }

  return {
    get(rowId) {
      const [text] = some([rowId]);
      if (text === undefined) throw damaged();
      return text;
    },
    all(rowIds) {
      const texts: (string | undefined)[] = [];
      for (let at = 0; at < rowIds.length; at += KEPT_PAGES) texts.push(...some(rowIds.slice(at, at + KEPT_PAGES)));
      return texts;
    },
    forget() {
      for (const page of kept.values()) drop(page);
      inOrder = [];
    },
  };
}

interface KeptPage extends OpenPage {
  /** See openPlaces. */
  readonly place: number;
}

/** Most pages are no longer than this. */
const PLACE_LENGTH = 12 * 1024;
/** Of a page that has its memory for itself. */
const OWN = -1;

/**
 * Memory for the pages that are kept, in one piece: memory of its own for each would be given back late, once the collector goes through all
 * that is old, and by then a search had to ask the system for new memory with each page, which took half as long again as all the rest.
 */
function openPlaces() {
  let room: Buffer | undefined;
  const free = Array.from({ length: KEPT_PAGES }, (_, i) => KEPT_PAGES - 1 - i);
  return {
    /** Moves the bytes to a place, if they fit one and there is one. */
    take(bytes: Buffer): { readonly place: number; readonly bytes: Buffer } {
      const place = bytes.length <= PLACE_LENGTH ? free.pop() : undefined;
      if (place === undefined) return { place: OWN, bytes };
      room ??= Buffer.allocUnsafeSlow(KEPT_PAGES * PLACE_LENGTH);
      const kept = room.subarray(place * PLACE_LENGTH, place * PLACE_LENGTH + bytes.length);
      kept.set(bytes);
      release(bytes);
      return { place, bytes: kept };
    },
    give(place: number): void {
      if (place !== OWN) free.push(place);
    },
  };
}

/** Items by row id, for writing: part of the caller's transaction, from `begin` to `end`. */
export interface ReceivedWriter {
  /** Drops what a transaction that failed has left. */
  begin(): void;
  /** The item of a call that is there, as UTF-8. */
  get(rowId: number): Buffer;
  /** `rowId` follows the batch's last. The item must stay as it is until `end`. */
  add(rowId: number, item: Buffer): void;
  replace(rowId: number, item: Buffer): void;
  /** Writes what is still in memory. */
  end(): void;
}

export function openReceivedWriter(db: WritableDb): ReceivedWriter {
  const find = pageFinder(db);
  const save = db.prepare(
    'INSERT INTO received (first_row, data) VALUES (?, ?) ON CONFLICT (first_row) DO UPDATE SET data = excluded.data',
  );
  const emptyPage = (firstRow: number) => ({ firstRow, items: [] as Buffer[], length: 0, isDirty: false });
  let page = emptyPage(0);

  function end(): void {
    if (page.isDirty) save.run(page.firstRow, packItems(page.items));
    page.isDirty = false;
  }

  function load(rowId: number): void {
    if (page.items[rowId - page.firstRow] !== undefined) return;
    end();
    const row = find(rowId);
    page = emptyPage(row?.first_row ?? rowId);
    if (row === undefined) return;
    const opened = openPage(row.first_row, row.data);
    for (let i = 0; i < countIn(opened); i++) page.items.push(bytesAt(opened, i));
    page.length = opened.bytes.length;
  }

  return {
    begin() {
      page = emptyPage(0);
    },
    get(rowId) {
      load(rowId);
      const item = page.items[rowId - page.firstRow];
      // A call without its item.
      if (item === undefined) throw damaged();
      return item;
    },
    add(rowId, item) {
      if (rowId > rowIdOf(batchNoOf(rowId), 0)) load(rowId - 1);
      if (page.length >= PAGE_LENGTH || rowId !== page.firstRow + page.items.length) {
        end();
        page = emptyPage(rowId);
      }
      page.items.push(item);
      page.length += item.length;
      page.isDirty = true;
    },
    replace(rowId, item) {
      load(rowId);
      const at = rowId - page.firstRow;
      page.length += item.length - (page.items[at]?.length ?? 0);
      page.items[at] = item;
      page.isDirty = true;
    },
    end,
  };
}
