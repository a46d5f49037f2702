import {
  dimensionId,
  isField,
  outcomeKeyOf,
  type ColumnId,
  type ColumnKind,
  type Dimension,
} from '../../shared/columns.ts';
import { parseJson } from '../../shared/json.ts';
import { readDate, readNumber } from '../../shared/recognise.ts';
import { binsOfNumbers, binsOfValues } from './bins.ts';
import { Dictionary } from './dictionary.ts';
import { WORD, layoutOf, movesBetween, noCalls, type Layout, type Move, type StoreBatch } from './layout.ts';
import { describeNumbers, type NumberColumn } from './numberColumn.ts';
import { BLANKS, FIRST_VALUE, NO_NUMBER, type Codes, type Numbers, type Segment } from './segment.ts';

/**
 * The columns in memory: one flat array over all calls for each, loaded when a question first needs it. What changes is a batch; so after
 * a sync only the changed batch is loaded anew, the whole of it at once, and the places of the other batches stay where they are or are
 * copied. Whoever had a column before must not look at it then: it is another array, in what may be the same memory.
 */

/** Where columns come from; the cache reads them from SQLite. */
export interface ColumnSource {
  readSegment(batch: StoreBatch, column: ColumnId): Segment | undefined;
  kindOf(column: ColumnId): ColumnKind;
}

export interface CodedColumn {
  readonly dictionary: Dictionary;
  /** By place. */
  readonly codes: Codes;
}

/**
 * What a value compares as: of a number itself, of a date ms since epoch UTC; NaN where it is neither. A value of a column that holds
 * neither (or not only) counts as what it is.
 */
export function sizeOf(json: string, kind: ColumnKind): number {
  const value = parseJson(json);
  if (kind === 'number' || kind === 'duration' || kind === 'time') return readNumber(value);
  if (kind === 'date') return readDate(value).ms;
  const number = readNumber(value);
  return Number.isNaN(number) ? readDate(value).ms : number;
}

/** What a value adds up or spreads as: of a date ms since epoch UTC; else a number. NaN where it is none. */
export function measureOf(json: string, kind: ColumnKind): number {
  const value = parseJson(json);
  return kind === 'date' ? readDate(value).ms : readNumber(value);
}

/** Something made for a layout, with what it takes to keep it. */
interface Held<T> {
  layout: Layout;
  value: T;
  bytes: number;
  /** The question that last asked for it. */
  usedAt: number;
}

type CodesBuilder = { dictionary: Dictionary; codes: Codes };

export class ColumnStore {
  readonly #source: ColumnSource;
  readonly #budget: number;
  #layout: Layout = noCalls;
  #question = 0;
  readonly #coded = new Map<string, Held<CodesBuilder>>();
  readonly #numbers = new Map<string, Held<NumberColumn>>();
  readonly #byCode = new WeakMap<Dictionary, { kind: ColumnKind; numbers: Float64Array }>();

  /** Keeps at most about `budget` bytes of columns between two questions. */
  constructor(source: ColumnSource, budget: number) {
    this.#source = source;
    this.#budget = budget;
  }

  get layout(): Layout {
    return this.#layout;
  }

  get batches(): readonly StoreBatch[] {
    return this.#layout.batches;
  }

  get bytes(): number {
    return [...this.#coded.values(), ...this.#numbers.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  kindOf(column: ColumnId): ColumnKind {
    return this.#source.kindOf(column);
  }

  /** Its values are numbers of themselves: durations in seconds, times in ms since epoch UTC. */
  isNumeric(column: ColumnId): boolean {
    return isField(column) && ['time', 'duration'].includes(this.kindOf(column));
  }

  /** Takes the batches as they are now; columns follow when next asked for. */
  setBatches(batches: readonly StoreBatch[]): void {
    const next = layoutOf(batches);
    // While a sync stores page after page, nothing has changed for the columns.
    if (movesBetween(this.#layout, next).changed.length > 0 || next.length !== this.#layout.length) this.#layout = next;
  }

  /**
   * Ends a question: what was not asked for longest goes, until the rest fits the budget. Of what one question asked for, the largest goes
   * first: times, say, whose days are kept. Were it the first asked for, the next such question would load nearly all anew.
   */
  trim(): void {
    this.#question++;
    const all = [this.#coded, this.#numbers].flatMap((columns: Map<string, Held<unknown>>) =>
      [...columns].map(([id, held]) => ({ columns, id, held })),
    );
    let bytes = this.bytes;
    if (bytes <= this.#budget) return;
    for (const { columns, id, held } of all.sort(
      (a, b) => a.held.usedAt - b.held.usedAt || b.held.bytes - a.held.bytes,
    )) {
      if (bytes <= this.#budget) return;
      columns.delete(id);
      bytes -= held.bytes;
    }
  }

  /** The dimension as codes; bins are cut in `timeZone`. */
  coded(dimension: Dimension, timeZone: string): CodedColumn {
    const isPlain = dimension.bin === undefined && dimension.step === undefined;
    const id = isPlain ? dimension.column : `${dimensionId(dimension)} ${timeZone}`;
    let held = this.#coded.get(id);
    if (held?.layout !== this.#layout) {
      held = this.#fitCodes(held, this.#codesFrom(dimension, timeZone));
      this.#coded.set(id, held);
    }
    held.usedAt = this.#question;
    return held.value;
  }

  /** Writes the codes of one batch into a column that is being made. */
  #codesFrom(dimension: Dimension, timeZone: string): (batch: StoreBatch, base: number, into: CodesBuilder) => void {
    const { column } = dimension;
    const isPlain = dimension.bin === undefined && dimension.step === undefined;
    if (this.isNumeric(column)) {
      const { values, limit } = this.numbers(column);
      const cutter = binsOfNumbers(dimension, timeZone);
      let codeOf: ReturnType<typeof cutter> | undefined;
      return ({ count }, base, into) => {
        codeOf ??= cutter(into.dictionary);
        for (let place = base; place < base + count; place++) {
          const value = values[place] ?? NaN;
          setCode(into, place, value < limit ? codeOf(value) : 0);
        }
      };
    }
    if (!isPlain) {
      const plain = this.coded({ column }, timeZone);
      const cutter = binsOfValues(dimension, timeZone, plain.dictionary);
      let codeOf: Uint32Array | undefined;
      return ({ count }, base, into) => {
        codeOf ??= cutter(into.dictionary);
        for (let place = base; place < base + count; place++)
          setCode(into, place, codeOf[plain.codes[place] ?? 0] ?? 0);
      };
    }
    return (batch, base, into) => {
      if (Object.hasOwn(batch.constants, column)) {
        const value = batch.constants[column];
        const code = value == null ? 0 : into.dictionary.code(JSON.stringify(value));
        widen(into, code);
        into.codes.fill(code, base, base + batch.count);
        return;
      }
      const segment = this.#source.readSegment(batch, column) ?? this.#absent(batch, column);
      if (segment !== undefined) recode(segment, base, into);
    };
  }

  /** Why there is no value is known of outcomes only; other columns are just blank. */
  #absent(batch: StoreBatch, column: ColumnId): Segment | undefined {
    return outcomeKeyOf(column) === undefined ? undefined : this.#source.readSegment(batch, BLANKS);
  }

  #fitCodes(
    held: Held<CodesBuilder> | undefined,
    load: (batch: StoreBatch, base: number, into: CodesBuilder) => void,
  ): Held<CodesBuilder> {
    const layout = this.#layout;
    const { kept, changed } = movesBetween(held?.layout ?? noCalls, layout);
    const dictionary = held?.value.dictionary ?? new Dictionary();
    const codes = moved<Codes>(held?.value.codes ?? new Uint8Array(), layout.length, kept);
    const value: CodesBuilder = { dictionary, codes };
    for (const batch of changed) {
      const base = layout.bases.get(batch.batchNo) ?? 0;
      value.codes.fill(0, base, base + placesOf(batch));
      load(batch, base, value);
    }
    return { layout, value, bytes: value.codes.byteLength + dictionary.bytes, usedAt: this.#question };
  }

  /** A duration, a time, or a key as numbers. */
  numbers(column: ColumnId): NumberColumn {
    // A value counts as another number once the column is taken for another kind.
    const id = `${this.kindOf(column)} ${column}`;
    let held = this.#numbers.get(id);
    if (held?.layout !== this.#layout) {
      const value = this.isNumeric(column)
        ? describeNumbers(this.#fitNumbers(held, column), this.#layout, held)
        : describeNumbers(this.#numbersOfCodes(column), this.#layout);
      held = { layout: this.#layout, value, bytes: value.values.byteLength, usedAt: this.#question };
      this.#numbers.set(id, held);
    }
    held.usedAt = this.#question;
    return held.value;
  }

  #fitNumbers(held: Held<NumberColumn> | undefined, column: ColumnId): Numbers {
    const layout = this.#layout;
    const { kept, changed } = movesBetween(held?.layout ?? noCalls, layout);
    const loaded = changed.map((batch) => {
      const segment = this.#source.readSegment(batch, column);
      return { batch, values: segment?.type === 'numbers' ? segment.values : undefined };
    });
    const isSmall = loaded.every(({ values }) => !(values instanceof Float64Array));
    let before = held?.value.values ?? new Uint16Array();
    if (!isSmall && before instanceof Uint16Array) before = widened(before);
    const values = moved<Numbers>(before, layout.length, kept);
    for (const { batch, values: some } of loaded) {
      const base = layout.bases.get(batch.batchNo) ?? 0;
      values.fill(values instanceof Float64Array ? NaN : NO_NUMBER, base, base + placesOf(batch));
      values.set(some instanceof Uint16Array && values instanceof Float64Array ? widened(some) : (some ?? []), base);
    }
    return values;
  }

  /** By code of the column, what its value adds up as; NaN for blanks and for what is no number. See measureOf. */
  numbersByCode(column: ColumnId): Float64Array {
    const { dictionary } = this.coded({ column }, 'UTC');
    const kind = this.kindOf(column);
    const known = this.#byCode.get(dictionary);
    if (known?.kind === kind && known.numbers.length === dictionary.size) return known.numbers;
    const blanks = Array.from({ length: FIRST_VALUE }, () => NaN);
    const numbers = Float64Array.from([...blanks, ...dictionary.values.map((json) => measureOf(json, kind))]);
    this.#byCode.set(dictionary, { kind, numbers });
    return numbers;
  }

  #numbersOfCodes(column: ColumnId): Numbers {
    const { codes } = this.coded({ column }, 'UTC');
    const byCode = this.numbersByCode(column);
    const isSmall = byCode.every((v) => Number.isNaN(v) || (Number.isInteger(v) && v >= 0 && v < NO_NUMBER));
    if (isSmall) {
      const small = Uint16Array.from(byCode, (value) => (Number.isNaN(value) ? NO_NUMBER : value));
      const values = new Uint16Array(codes.length);
      for (let i = 0; i < codes.length; i++) values[i] = small[codes[i] ?? 0] ?? NO_NUMBER;
      return values;
    }
    const values = new Float64Array(codes.length);
    for (let i = 0; i < codes.length; i++) values[i] = byCode[codes[i] ?? 0] ?? NaN;
    return values;
  }
}

/** Places that a batch takes, with those up to the next batch's base. */
const placesOf = ({ count }: StoreBatch) => Math.ceil(count / WORD) * WORD;

function widened(numbers: Uint16Array): Float64Array {
  return Float64Array.from(numbers, (value) => (value === NO_NUMBER ? NaN : value));
}

/** Places that a column has room for beyond those that it needs: few, as memory that something else had before is cleared, and is taken then. */
const SPARE = 1 << 16;

/**
 * What `before` has, at the places of the next layout, in the same memory where all stays where it is and there is room: for a million
 * times the system takes 40 ms to find new memory, and while a sync goes on a batch is added now and then. What is not in `kept` is to be
 * written by the caller.
 */
function moved<T extends Codes | Numbers>(before: T, length: number, kept: readonly Move[]): T {
  const Array = before.constructor as new (memory: ArrayBufferLike, from: number, length: number) => T;
  const isInPlace = kept.every(({ from, to }) => from === to);
  if (isInPlace && before.buffer.byteLength >= length * before.BYTES_PER_ELEMENT)
    return new Array(before.buffer, 0, length);
  const after = new Array(new ArrayBuffer((length + SPARE) * before.BYTES_PER_ELEMENT), 0, length);
  for (const { from, to, count } of kept) after.set(before.subarray(from, from + count), to);
  return after;
}

/** Makes room for a code: the array becomes one of wider numbers where it must. */
function widen(into: CodesBuilder, code: number): void {
  const { codes } = into;
  const bytes = code < 0x100 ? 1 : code < 0x10000 ? 2 : 4;
  if (bytes <= codes.BYTES_PER_ELEMENT) return;
  into.codes = bytes === 2 ? new Uint16Array(codes) : new Uint32Array(codes);
}

function setCode(into: CodesBuilder, place: number, code: number): void {
  widen(into, code);
  into.codes[place] = code;
}

/** Writes a segment's own codes as codes of the shared dictionary. */
function recode(segment: Segment, base: number, into: CodesBuilder): void {
  if (segment.type === 'numbers') throw new Error('numbers where codes belong');
  const { codes, dictionary } = segment;
  const shared = new Uint32Array(dictionary.length + FIRST_VALUE);
  let isSame = true;
  for (let code = 0; code < FIRST_VALUE; code++) shared[code] = code;
  for (const [i, json] of dictionary.entries()) {
    const code = into.dictionary.code(json);
    shared[i + FIRST_VALUE] = code;
    isSame &&= code === i + FIRST_VALUE;
  }
  widen(into, into.dictionary.size - 1);
  if (isSame) return into.codes.set(codes, base);
  const target = into.codes;
  for (let i = 0; i < codes.length; i++) target[base + i] = shared[codes[i] ?? 0] ?? 0;
}
