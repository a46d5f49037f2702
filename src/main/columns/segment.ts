import { blankKindOf, isBlank } from '../../shared/call.ts';
import { RECORDING_FILE, type ColumnId } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import { NOWHERE, placeOf, type DifferentValue, type RawCall } from '../rawCalls/rawCall.ts';
import { BACKSLASH, QUOTE, numberAt, textAt, timeAt } from '../rawCalls/values.ts';
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

/** Fields whose values repeat. */
const codedFields = ['status', 'disconnect_reason', 'analysis_status', 'transcript_status', 'name'] as const;
/** Texts of which hardly two are alike: kept here too, since reading them from the rows would mean unpacking all of those. */
const textFields = ['phone_number', 'external_id', 'call_id', 'summary'] as const;
const durationFields = ['duration_seconds', 'answer_duration_seconds'] as const;
const timeFields = ['started_at', 'ended_at'] as const;

/** Gathers codes and their dictionary. */
class CodesBuilder {
  /** By call. */
  readonly codes: Uint32Array;
  /** Values as JSON text, with the digits of long numbers kept by the caller's parse. */
  readonly #dictionary: string[] = [];
  readonly #codeOf = new Map<string, number>();

  constructor(length: number) {
    this.codes = new Uint32Array(length);
  }

  codeOf(value: Json): number {
    if (isBlank(value)) return 0;
    const json = JSON.stringify(value);
    const known = this.#codeOf.get(json);
    if (known !== undefined) return known;
    const code = this.#dictionary.push(json) - 1 + FIRST_VALUE;
    this.#codeOf.set(json, code);
    return code;
  }

  /** `blanks`: the kinds of those that have no value; none given: missing. */
  segment(blanks?: Uint8Array): Segment {
    if (blanks !== undefined) {
      for (let i = 0; i < blanks.length; i++) if ((this.codes[i] ?? 0) < FIRST_VALUE) this.codes[i] = blanks[i] ?? 0;
    }
    return { type: 'codes', codes: narrowed(this.codes, this.#dictionary.length), dictionary: this.#dictionary };
  }
}

/**
 * The same for texts of which hardly two are alike: each stands in the dictionary, also a second time. They are kept as bytes, as ten
 * thousand summaries as strings, and a map to find them by, make the whole heap of a sync grow.
 */
class TextsBuilder {
  readonly #codes: Uint32Array;
  /** JSON texts, a line each: JSON has no line feeds within. */
  #lines = Buffer.allocUnsafeSlow(64 * 1024);
  #length = 0;
  #count = 0;

  constructor(length: number) {
    this.#codes = new Uint32Array(length);
  }

  /** The text, or number, that stands from `start` to `end`. */
  set(at: number, bytes: Buffer, start: number, end: number): void {
    if (!this.#copy(bytes, start, end)) {
      const text = textAt(bytes, start, end);
      if (isBlank(text)) return;
      const json = JSON.stringify(text);
      // A UTF-16 unit takes three bytes at most.
      this.#makeRoom(json.length * 3 + 1);
      this.#length += this.#lines.write(json, this.#length);
    }
    this.#lines[this.#length++] = LINE_FEED;
    this.#codes[at] = this.#count++ + FIRST_VALUE;
  }

  /** False, and nothing has changed: JSON.stringify might write it otherwise, or it is no text, or it may be blank. */
  #copy(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start + 1] as number;
    if (bytes[start] !== QUOTE || first <= SPACE || first >= 0x80 || end - start === 2) return false;
    this.#makeRoom(end - start + 1);
    const lines = this.#lines;
    let to = this.#length;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === BACKSLASH) return false;
      lines[to++] = byte;
    }
    this.#length = to;
    return true;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#lines.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#lines.length * 2));
    this.#lines.copy(larger, 0, 0, this.#length);
    this.#lines = larger;
  }

  segment(): Segment {
    // Without the last line feed.
    const bytes = this.#lines.subarray(0, Math.max(0, this.#length - 1));
    return new CodesOfLines(narrowed(this.#codes, this.#count), bytes);
  }
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** The codes in no more bytes than so many values need. */
function narrowed(codes: Uint32Array, values: number): Codes {
  const most = values + FIRST_VALUE;
  return most <= 0x100 ? new Uint8Array(codes) : most <= 0x10000 ? new Uint16Array(codes) : codes;
}

/** Makes all columns of a batch from its calls, which come one after another in the order of their positions. */
export interface SegmentsMaker {
  /** `call` is always the same object. */
  add(call: RawCall): void;
  /** One after the other, so that the texts of one column can go before those of the next are there. */
  end(): Generator<[ColumnId, Segment], void, undefined>;
}

/** `count`: calls of the batch. */
export function openSegmentsMaker(count: number): SegmentsMaker {
  const numbers = <Field extends keyof typeof placeOf>(fields: readonly Field[]) =>
    fields.map((field) => ({ field, place: placeOf[field], values: new Float64Array(count).fill(NaN) }));
  const textsOf = <Field extends keyof typeof placeOf>(field: Field) => ({
    field,
    place: placeOf[field],
    builder: new TextsBuilder(count),
  });
  const blanks = new Uint8Array(count);
  const coded = new Map<ColumnId, CodesBuilder>(codedFields.map((field) => [field, new CodesBuilder(count)]));
  const texts = textFields.map(textsOf);
  const durations = numbers(durationFields);
  const answered = durations.find(({ field }) => field === 'answer_duration_seconds')?.values ?? blanks;
  const times = numbers(timeFields);
  const recordings = new CodesBuilder(count);
  const recordingFiles = textsOf('file_key');
  const allTexts = [...texts, recordingFiles];
  const outcomes = new Map<ColumnId, CodesBuilder>();
  const metadata = new Map<ColumnId, CodesBuilder>();
  /** By different value: where the codes of its column are, and its own. */
  const codesOf: Uint32Array[] = [];
  const codeOf: number[] = [];
  let at = 0;

  function builderOf({ column, of }: DifferentValue): CodesBuilder {
    if (of === 'field') return coded.get(column) ?? recordings;
    const builders = of === 'outcomes' ? outcomes : metadata;
    let builder = builders.get(column);
    if (builder === undefined) builders.set(column, (builder = new CodesBuilder(count)));
    return builder;
  }

  function learn(different: DifferentValue): void {
    const builder = builderOf(different);
    codesOf.push(builder.codes);
    codeOf.push(builder.codeOf(different.value));
  }

  return {
    add(call) {
      const { bytes, starts, ends, values, different } = call;
      while (codeOf.length < different.length) learn(different[codeOf.length] as DifferentValue);
      for (let i = 0; i < call.count; i++) {
        const value = values[i] as number;
        (codesOf[value] as Uint32Array)[at] = codeOf[value] as number;
      }
      for (const { place, builder } of allTexts) {
        const start = starts[place] as number;
        if (start !== NOWHERE) builder.set(at, bytes, start, ends[place] as number);
      }
      for (const { place, values } of durations) {
        const start = starts[place] as number;
        if (start !== NOWHERE) values[at] = numberAt(bytes, start, ends[place] as number);
      }
      for (const { place, values } of times) {
        const start = starts[place] as number;
        if (start !== NOWHERE) values[at] = timeAt(bytes, start, ends[place] as number);
      }
      blanks[at] = blankCode(
        blankKindOf({
          // A text: readItem has seen to it.
          analysis_status: call.value('analysis_status') as string | null,
          answer_duration_seconds: answered[at] as number,
        }),
      );
      at++;
    },
    *end() {
      yield [BLANKS, { type: 'codes', codes: blanks, dictionary: [] }];
      for (const [field, builder] of coded) yield [field, builder.segment()];
      for (const { field, builder } of texts) yield [field, builder.segment()];
      for (const { field, values } of [...durations, ...times]) yield [field, { type: 'numbers', values }];
      yield ['recording', recordings.segment()];
      yield [RECORDING_FILE, recordingFiles.builder.segment()];
      for (const [column, builder] of outcomes) yield [column, builder.segment(blanks)];
      for (const [column, builder] of metadata) yield [column, builder.segment()];
    },
  };
}

/** All columns of a batch from its so many calls, in the order of their positions. */
export function buildSegments(count: number, calls: Iterable<RawCall>): Map<ColumnId, Segment> {
  const maker = openSegmentsMaker(count);
  for (const call of calls) maker.add(call);
  return new Map(maker.end());
}

/** Calls that hold a value in the column. */
export function countFilled(segment: Segment): number {
  let filled = 0;
  if (segment.type === 'codes') {
    for (const code of segment.codes) if (code >= FIRST_VALUE) filled++;
  } else {
    const limit = segment.values instanceof Float64Array ? Infinity : NO_NUMBER;
    for (const value of segment.values) if (value < limit) filled++;
  }
  return filled;
}

/** Columns that are in every segment set, outcome keys apart. */
export const segmentFields: ReadonlySet<ColumnId> = new Set([
  ...codedFields,
  ...textFields,
  ...durationFields,
  ...timeFields,
  'recording',
]);

/** Columns whose segments are mostly text, so that it pays to pack them. */
export const textColumns: ReadonlySet<ColumnId> = new Set(['name', ...textFields, RECORDING_FILE]);

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

/** Codes whose dictionary is made of its bytes when it is asked for: an export and the file take the bytes, a pivot the texts. */
class CodesOfLines {
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
