import { RECORDING_FILE, type ColumnId } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import { blankKinds, type BlankKind } from '../../shared/selection.ts';

/**
 * A segment is one column of one batch as one BLOB: codes into the segment's own dictionary, or numbers. A batch is at most some
 * ten thousand calls, so a sync rewrites only its batch's segments, and a key that one agent has costs nothing in other batches.
 */

/** Codes below FIRST_VALUE are the kinds of blank, in the order of `blankKinds`, the same in every column. */
export const FIRST_VALUE = blankKinds.length;

export function blankCode(kind: BlankKind): number {
  return blankKinds.indexOf(kind);
}

export type Segment =
  /** `codes[i] - FIRST_VALUE` is the place in `dictionary`, which holds JSON text. */
  | { readonly type: 'codes'; readonly codes: Codes; readonly dictionary: readonly string[]; readonly lines?: Lines }
  /** NaN, or NO_NUMBER among small whole numbers, is blank. Durations in seconds, times in ms since epoch UTC. */
  | { readonly type: 'numbers'; readonly values: Numbers };

/** A dictionary as UTF-8. */
export interface Lines {
  readonly bytes: Buffer;
  /** The value i stands from `starts[i]` up to the byte before `starts[i + 1]`, a line feed. */
  readonly starts: Uint32Array;
}

export type Numbers = Float64Array | Uint16Array;
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** The kind of blank that an outcome key would be for each call: what a batch without the key answers. */
export const BLANKS: ColumnId = '$blank';

/** Segments that are no columns of their own to those who look at calls. */
export const hiddenSegments: ReadonlySet<ColumnId> = new Set([BLANKS, RECORDING_FILE]);

/** Calls that hold a value in the column. */
export function countFilled(segment: Segment): number {
  // Not by `of`: of each batch's columns it would leave twenty megabytes of steps behind.
  let filled = 0;
  if (segment.type === 'codes') {
    const { codes } = segment;
    for (let i = 0; i < codes.length; i++) if ((codes[i] as number) >= FIRST_VALUE) filled++;
  } else {
    const { values } = segment;
    const limit = values instanceof Float64Array ? Infinity : NO_NUMBER;
    for (let i = 0; i < values.length; i++) if ((values[i] as number) < limit) filled++;
  }
  return filled;
}

type Form = 'u8' | 'u16' | 'u32' | 'f64' | 'u16n';

interface Header {
  readonly form: Form;
  readonly count: number;
  /** Bytes of the dictionary behind the header; in segments of before the dictionary itself. */
  readonly dictionary: number | readonly string[];
}

/** The blank among whole numbers of two bytes. */
export const NO_NUMBER = 0xffff;

function formOf(segment: Segment): Form {
  if (segment.type === 'codes')
    return ({ 1: 'u8', 2: 'u16', 4: 'u32' } as const)[segment.codes.BYTES_PER_ELEMENT] ?? 'u32';
  if (segment.values instanceof Uint16Array) return 'u16n';
  const isSmall = segment.values.every(
    (v) => Number.isNaN(v) || (Number.isInteger(v) && !Object.is(v, -0) && v >= 0 && v < NO_NUMBER),
  );
  return isSmall ? 'u16n' : 'f64';
}

/**
 * Bytes of a segment: length of the header (u32), header as JSON, the dictionary's JSON texts, a line each (JSON has no line feeds within),
 * padding to eight bytes, then the array, little endian.
 */
export function encodeSegment(segment: Segment): Uint8Array {
  const form = formOf(segment);
  const array =
    segment.type === 'codes'
      ? segment.codes
      : form === 'u16n' && segment.values instanceof Float64Array
        ? Uint16Array.from(segment.values, (v) => (Number.isNaN(v) ? NO_NUMBER : v))
        : segment.values;
  const dictionary = linesOf(segment);
  const header: Header = { form, count: array.length, dictionary: dictionary.length };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const end = 4 + headerBytes.length + dictionary.length;
  const bytes = new Uint8Array(arrayAt(end) + array.byteLength);
  new DataView(bytes.buffer).setUint32(0, headerBytes.length, true);
  bytes.set(headerBytes, 4);
  bytes.set(dictionary, 4 + headerBytes.length);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), arrayAt(end));
  return bytes;
}

function linesOf(segment: Segment): Buffer {
  if (segment.type === 'numbers') return Buffer.alloc(0);
  return segment.lines?.bytes ?? Buffer.from(segment.dictionary.join('\n'));
}

const arrayAt = (end: number) => Math.ceil(end / 8) * 8;

/** Reads what encodeSegment wrote. Throws where the bytes are not a segment; damage within is the checksum's matter. */
export function decodeSegment(bytes: Uint8Array): Segment {
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const texts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { form, dictionary } = JSON.parse(texts.toString('utf8', 4, 4 + headerLength)) as Header;
  const start = 4 + headerLength;
  const end = start + (typeof dictionary === 'number' ? dictionary : 0);
  const at = arrayAt(end);
  if (form === 'u16n') return { type: 'numbers', values: viewOf(Uint16Array, bytes, at) };
  if (form === 'f64') return { type: 'numbers', values: viewOf(Float64Array, bytes, at) };
  const codes =
    form === 'u8'
      ? viewOf(Uint8Array, bytes, at)
      : form === 'u16'
        ? viewOf(Uint16Array, bytes, at)
        : viewOf(Uint32Array, bytes, at);
  return typeof dictionary === 'number'
    ? new CodesOfLines(codes, texts.subarray(start, end))
    : { type: 'codes', codes, dictionary };
}

interface ArrayType<T> {
  new (buffer: ArrayBufferLike, start: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** The numbers from `at` to the end. They are copied only where they do not begin where numbers of their size may. */
function viewOf<T>(Type: ArrayType<T>, bytes: Uint8Array, at: number): T {
  const size = Type.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, length } =
    (bytes.byteOffset + at) % size === 0 ? bytes.subarray(at) : Uint8Array.from(bytes.subarray(at));
  return new Type(buffer, byteOffset, length / size);
}

/** Stands between two JSON texts, which have none within. */
export const LINE_FEED = 0x0a;

/** Codes whose dictionary is made of its bytes when it is asked for: an export and the file take the bytes, a pivot the texts. */
export class CodesOfLines {
  readonly type = 'codes';
  readonly codes: Codes;
  readonly lines: Lines;
  #dictionary: readonly string[] | undefined;

  /** `bytes`: JSON texts with line feeds between them. */
  constructor(codes: Codes, bytes: Buffer) {
    let starts: Uint32Array | undefined;
    this.codes = codes;
    this.lines = {
      bytes,
      get starts() {
        return (starts ??= startsOf(bytes));
      },
    };
  }

  get dictionary(): readonly string[] {
    const { bytes } = this.lines;
    return (this.#dictionary ??= bytes.length === 0 ? [] : bytes.toString().split('\n'));
  }
}

function startsOf(lines: Buffer): Uint32Array {
  let starts = new Uint32Array(1024);
  let count = 1;
  for (let at = 0; at < lines.length; count++) {
    if (count === starts.length) {
      const more = new Uint32Array(count * 2);
      more.set(starts);
      starts = more;
    }
    // Finding the next one natively takes a quarter of looking at each byte.
    const end = lines.indexOf(LINE_FEED, at);
    at = end < 0 ? lines.length : end + 1;
    starts[count] = end < 0 ? lines.length + 1 : at;
  }
  return starts.subarray(0, count);
}

/** The items of a list, as JSON texts like itself; what is no list is its only item. */
export function itemsOf(json: string): readonly string[] {
  const value = JSON.parse(json) as Json;
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [json];
}
