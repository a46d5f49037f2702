import { documentedFields } from '../../shared/call.ts';
import { metadataColumn, outcomeColumn, type ColumnId } from '../../shared/columns.ts';
import type { Json } from '../../shared/json.ts';
import { endOfString, endOfValue, skipSpace } from '../../shared/jsonScan.ts';
import { openByteNumbers } from './byteNumbers.ts';
import { QUOTE, jsonAt } from './values.ts';

/**
 * A call as its values stand in the bytes of its item, for making what readers see of a batch. A batch has a hundred thousand values and few
 * different ones: each of those is parsed once, and the others are taken as bytes. No objects and texts are made of all.
 */

/** Fields whose values repeat, the recording's among them. */
export const repeatedFields = [
  'status',
  'disconnect_reason',
  'analysis_status',
  'transcript_status',
  'name',
  'available',
] as const;
export type RepeatedField = (typeof repeatedFields)[number];

/** The same as columns. */
export const repeatedColumns: readonly ColumnId[] = repeatedFields.map((field) =>
  field === 'available' ? 'recording' : field,
);

/** Fields of which hardly two values are alike, and those that have others in them. */
const otherFields = [
  'phone_number',
  'external_id',
  'call_id',
  'summary',
  'duration_seconds',
  'answer_duration_seconds',
  'started_at',
  'ended_at',
  'recording',
  'file_key',
  'outcomes',
  'metadata',
  'transcript',
] as const;

const fields = [...repeatedFields, ...otherFields] as const;
type Field = (typeof fields)[number];
/** Where a field stands in `starts` and `ends` of a call. */
export const placeOf = Object.fromEntries(fields.map((field, place) => [field, place])) as Readonly<
  Record<Field, number>
>;
const inRecording: ReadonlySet<string> = new Set(['available', 'file_key']);

/** A value that was met, of one column. Its JSON text may have been written in several ways, so others can be alike. */
export interface DifferentValue {
  readonly column: ColumnId;
  readonly of: 'field' | 'outcomes' | 'metadata';
  readonly value: Json;
}

/** A name means something else in each of these. */
type Outer = 'item' | 'recording' | 'outcomes' | 'metadata';
const outers: readonly Outer[] = ['item', 'recording', 'outcomes', 'metadata'];
const [IN_ITEM, IN_RECORDING, IN_OUTCOMES, IN_METADATA] = [0, 1, 2, 3];

export const NOWHERE = -1;
const none: readonly Json[] = [];
const COMMA = 0x2c;
const NULL = 0x6e;
const OPEN_OBJECT = 0x7b;
const FALSE = Buffer.from('false');

/** One call after another in the same object: what it holds is there until the next is read. */
export class RawCall {
  /** Valid UTF-8. */
  bytes: Buffer = FALSE;
  /** By place, where the JSON text of a field's value begins and ends; NOWHERE: it is null or not there. */
  readonly starts = new Int32Array(fields.length);
  readonly ends = new Int32Array(fields.length);
  /** The call's values that repeat, by their places in `different`: the first `count` of these. */
  values = new Uint32Array(64);
  count = 0;
  readonly different: DifferentValue[] = [];

  /** Fields that nobody documents: where their values begin and end. */
  readonly #extra = new Map<string, readonly [start: number, end: number]>();
  readonly #names = openByteNumbers();
  /** By a name's number: the place of the field, or the column, that it means; NOWHERE: none. */
  readonly #meanings: number[] = [];
  readonly #texts: string[] = [];
  /** By a name's number behind those of `outers`, whose first names are before: the name that stood behind it last. */
  readonly #behind: number[] = [];
  readonly #values = openByteNumbers();
  /** Those of fields have the fields' places. */
  readonly #columns: Omit<DifferentValue, 'value'>[] = repeatedColumns.map((column) => ({ column, of: 'field' }));
  readonly #columnNos = new Map<ColumnId, number>();
  /** By column: the last call that has a value of it, and where that is in `values`. */
  readonly #lastCalls: number[] = [];
  readonly #lastPlaces: number[] = [];
  #calls = 0;
  #withContact = Buffer.alloc(0);

  /** Begins another batch. What was used for the one before is used again: what is outside the heap goes late. */
  begin(): void {
    this.#names.clear();
    this.#values.clear();
    this.#columnNos.clear();
    this.#columns.length = repeatedFields.length;
    for (const list of [this.different, this.#meanings, this.#texts, this.#behind, this.#lastCalls, this.#lastPlaces])
      list.length = 0;
  }

  /** Reads the item from `start` to `end`, one that readItem has accepted; `contact` is what contactRest kept, if there is something. */
  read(bytes: Buffer, start: number, end: number, contact: string | null): void {
    this.bytes = bytes;
    this.count = 0;
    this.#calls++;
    this.starts.fill(NOWHERE);
    if (this.#extra.size > 0) this.#extra.clear();
    if (contact === null) this.#eachField(IN_ITEM, start, this.#takeField);
    else this.#readWithContact(bytes.subarray(start, end), contact);

    for (let place = 0; place < repeatedFields.length; place++) this.#addOfField(place);
    this.#readRecording();
    const outcomes = this.starts[placeOf.outcomes] as number;
    if (outcomes !== NOWHERE) this.#eachField(IN_OUTCOMES, outcomes, this.#takeKey);
    this.#readMetadata();
  }

  value(field: RepeatedField): Json {
    const place = placeOf[field];
    if (this.#lastCalls[place] !== this.#calls) return null;
    return this.different[this.values[this.#lastPlaces[place] as number] as number]?.value ?? null;
  }

  transcript(): Json {
    const start = this.starts[placeOf.transcript] as number;
    return start === NOWHERE ? null : jsonAt(this.bytes, start, this.ends[placeOf.transcript] as number);
  }

  /** What nobody documents. */
  extra(): readonly Json[] {
    return this.#extra.size === 0
      ? none
      : [...this.#extra.values()].map(([start, end]) => jsonAt(this.bytes, start, end));
  }

  /** Calls `take` with the number of each name of the object at `at`, and where its value begins and ends. */
  #eachField(outer: number, at: number, take: (name: number, start: number, end: number) => void): void {
    const { bytes } = this;
    let before = outer;
    for (let i = skipSpace(bytes, skipSpace(bytes, at) + 1); bytes[i] === QUOTE;) {
      const name = this.#nameAt(outer, i, before);
      before = name + outers.length;
      const colon = skipSpace(bytes, i + this.#names.lengthOf(name));
      const start = skipSpace(bytes, colon + 1);
      const end = endOfValue(bytes, start);
      take(name, start, end);
      i = skipSpace(bytes, end);
      if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1);
    }
  }

  /** Items of a batch are alike: behind a name mostly stands the one that stood there last. A name ends with its quote, so no other begins so. */
  #nameAt(outer: number, at: number, before: number): number {
    const expected = this.#behind[before];
    if (expected !== undefined && this.#names.standsAt(expected, this.bytes, at)) return expected;
    const end = endOfString(this.bytes, at);
    const name = this.#names.numberOf(this.bytes, at, end, outer);
    if (name === this.#meanings.length) {
      const text = String(jsonAt(this.bytes, at, end));
      this.#texts.push(text);
      this.#meanings.push(this.#newMeaning(outers[outer] as Outer, text));
    }
    this.#behind[before] = name;
    return name;
  }

  readonly #takeField = (name: number, start: number, end: number): void => {
    const place = this.#meanings[name] as number;
    if (place === NOWHERE) this.#extra.set(this.#texts[name] as string, [start, end]);
    else this.#setField(place, start, end);
  };

  readonly #takeOfContact = (name: number, start: number, end: number): void => {
    const place = this.#meanings[name] as number;
    if (place === placeOf.metadata && this.starts[place] === NOWHERE) this.#setField(place, start, end);
    if (place !== NOWHERE) return;
    const text = this.#texts[name] as string;
    if (!this.#extra.has(text)) this.#extra.set(text, [start, end]);
  };

  readonly #takeOfRecording = (name: number, start: number, end: number): void => {
    const place = this.#meanings[name] as number;
    if (place !== NOWHERE) this.#setField(place, start, end);
  };

  /** Of an outcome or of metadata. */
  readonly #takeKey = (name: number, start: number, end: number): void => {
    this.#addValue(this.#meanings[name] as number, this.bytes, start, end);
  };

  #setField(place: number, start: number, end: number): void {
    this.starts[place] = this.bytes[start] === NULL ? NOWHERE : start;
    this.ends[place] = end;
  }

  /** Both texts go side by side, so that all places are of the same bytes. What the results say themselves goes first. */
  #readWithContact(item: Uint8Array, contact: string): void {
    const room = item.length + 3 * contact.length;
    if (room > this.#withContact.length) this.#withContact = Buffer.alloc(2 * room);
    this.#withContact.set(item);
    // What another text has left behind it is not looked at: both are whole.
    this.#withContact.write(contact, item.length);
    this.bytes = this.#withContact;
    this.#eachField(IN_ITEM, 0, this.#takeField);
    this.#eachField(IN_ITEM, item.length, this.#takeOfContact);
  }

  #readRecording(): void {
    const start = this.starts[placeOf.recording] as number;
    if (start === NOWHERE) return;
    this.#eachField(IN_RECORDING, start, this.#takeOfRecording);
    const place = placeOf.available;
    if (this.starts[place] === NOWHERE) this.#addValue(place, FALSE, 0, FALSE.length);
    else this.#addOfField(place);
  }

  /** Whatever its form, it stays to be found. */
  #readMetadata(): void {
    const start = this.starts[placeOf.metadata] as number;
    if (start === NOWHERE) return;
    if (this.bytes[start] === OPEN_OBJECT) this.#eachField(IN_METADATA, start, this.#takeKey);
    else this.#addValue(this.#columnOf('metadata', ''), this.bytes, start, this.ends[placeOf.metadata] as number);
  }

  #addOfField(place: number): void {
    const start = this.starts[place] as number;
    if (start !== NOWHERE) this.#addValue(place, this.bytes, start, this.ends[place] as number);
  }

  #addValue(column: number, bytes: Buffer, start: number, end: number): void {
    const number = this.#values.numberOf(bytes, start, end, column);
    if (number === this.different.length)
      this.different.push({ ...(this.#columns[column] as DifferentValue), value: jsonAt(bytes, start, end) });
    // Of two values with one name JSON.parse takes the last.
    if (this.#lastCalls[column] === this.#calls) {
      this.values[this.#lastPlaces[column] as number] = number;
      return;
    }
    if (this.count === this.values.length) {
      const more = new Uint32Array(2 * this.count);
      more.set(this.values);
      this.values = more;
    }
    this.#lastCalls[column] = this.#calls;
    this.#lastPlaces[column] = this.count;
    this.values[this.count++] = number;
  }

  #newMeaning(outer: Outer, name: string): number {
    if (outer === 'outcomes' || outer === 'metadata') return this.#columnOf(outer, name);
    const isKnown = outer === 'item' ? documentedFields.has(name) : inRecording.has(name);
    return isKnown ? placeOf[name as Field] : NOWHERE;
  }

  #columnOf(of: 'outcomes' | 'metadata', key: string): number {
    const column = of === 'outcomes' ? outcomeColumn(key) : metadataColumn(key);
    const known = this.#columnNos.get(column);
    if (known !== undefined) return known;
    const next = this.#columns.push({ column, of }) - 1;
    this.#columnNos.set(column, next);
    return next;
  }
}
