import { blankKindOf, isBlank } from '../../shared/call.ts';
import { RECORDING_FILE, type ColumnId } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import { NOWHERE, placeOf, repeatedColumns, type DifferentValue, type RawCall } from '../rawCalls/rawCall.ts';
import { BACKSLASH, QUOTE, numberAt, textAt, timeAt } from '../rawCalls/values.ts';
import { BLANKS, CodesOfLines, FIRST_VALUE, LINE_FEED, blankCode, type Codes, type Segment } from './segment.ts';

/** Making the segments of a batch from its calls. */

/** Texts of which hardly two are alike: kept here too, since reading them from the rows would mean unpacking all of those. */
const textFields = ['phone_number', 'external_id', 'call_id', 'summary'] as const;
const durationFields = ['duration_seconds', 'answer_duration_seconds'] as const;
const timeFields = ['started_at', 'ended_at'] as const;

/** Columns whose segments are mostly text, so that it pays to pack them. */
export const textColumns: ReadonlySet<ColumnId> = new Set(['name', ...textFields, RECORDING_FILE]);

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
  const texts = textFields.map(textsOf);
  const durations = numbers(durationFields);
  const answered = durations.find(({ field }) => field === 'answer_duration_seconds')?.values ?? blanks;
  const times = numbers(timeFields);
  const recordingFiles = textsOf('file_key');
  const allTexts = [...texts, recordingFiles];
  const coded = {
    field: new Map<ColumnId, CodesBuilder>(repeatedColumns.map((column) => [column, new CodesBuilder(count)])),
    outcomes: new Map<ColumnId, CodesBuilder>(),
    metadata: new Map<ColumnId, CodesBuilder>(),
  };
  /** By different value: where the codes of its column are, and its own. */
  const codesOf: Uint32Array[] = [];
  const codeOf: number[] = [];
  let at = 0;

  function builderOf({ column, of }: DifferentValue): CodesBuilder {
    let builder = coded[of].get(column);
    if (builder === undefined) coded[of].set(column, (builder = new CodesBuilder(count)));
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
      // By index, as each step of an `of` is an object: of ten thousand calls they fill the young heap four times.
      for (let i = 0; i < allTexts.length; i++) {
        const { place, builder } = allTexts[i] as (typeof allTexts)[number];
        const start = starts[place] as number;
        if (start !== NOWHERE) builder.set(at, bytes, start, ends[place] as number);
      }
      for (let i = 0; i < durations.length; i++) {
        const { place, values } = durations[i] as (typeof durations)[number];
        const start = starts[place] as number;
        if (start !== NOWHERE) values[at] = numberAt(bytes, start, ends[place] as number);
      }
      for (let i = 0; i < times.length; i++) {
        const { place, values } = times[i] as (typeof times)[number];
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
      for (const [column, builder] of coded.field) yield [column, builder.segment()];
      for (const { field, builder } of texts) yield [field, builder.segment()];
      for (const { field, values } of [...durations, ...times]) yield [field, { type: 'numbers', values }];
      yield [RECORDING_FILE, recordingFiles.builder.segment()];
      for (const [column, builder] of coded.outcomes) yield [column, builder.segment(blanks)];
      for (const [column, builder] of coded.metadata) yield [column, builder.segment()];
    },
  };
}

/** All columns of a batch from its so many calls, in the order of their positions. */
export function buildSegments(count: number, calls: Iterable<RawCall>): Map<ColumnId, Segment> {
  const maker = openSegmentsMaker(count);
  for (const call of calls) maker.add(call);
  return new Map(maker.end());
}
