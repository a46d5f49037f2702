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
import { BLANKS, FIRST_VALUE, codesOfTexts, rowFields, type Segment } from './segment.ts';
import { binner } from './timeBins.ts';

/**
 * The columns in memory: for each dimension one dictionary over all batches, and for each batch one flat array of codes or numbers,
 * loaded when a question first needs it. What changes is a batch; so a batch is what is dropped and loaded anew.
 */

/** A batch as the columns see it. `revision` changes whenever its calls do. */
export interface StoreBatch {
  readonly batchNo: number;
  readonly revision: number;
  readonly count: number;
  /** Values of the columns that are the same for every call of the batch; null: blank. */
  readonly constants: { readonly [column: ColumnId]: string | null };
}

/** Where columns come from; the cache reads them from SQLite. */
export interface ColumnSource {
  readSegment(batch: StoreBatch, column: ColumnId): Segment | undefined;
  /** The texts of one of `rowFields` by position. */
  readTexts(batch: StoreBatch, field: ColumnId): readonly (string | null)[];
  kindOf(column: ColumnId): ColumnKind;
}

/** JSON texts and their codes, shared by all batches. Codes below FIRST_VALUE are kinds of blank. */
export class Dictionary {
  readonly #codeOf = new Map<string, number>();
  /** `values[code - FIRST_VALUE]` */
  readonly values: string[] = [];

  code(value: string): number {
    let code = this.#codeOf.get(value);
    if (code === undefined) {
      code = this.values.length + FIRST_VALUE;
      this.#codeOf.set(value, code);
      this.values.push(value);
    }
    return code;
  }

  find(value: string): number | undefined {
    return this.#codeOf.get(value);
  }

  /** Codes in use, blanks included: the length of a table by code. */
  get size(): number {
    return this.values.length + FIRST_VALUE;
  }
}

interface Loaded<T> {
  readonly revision: number;
  readonly chunk: T;
}

/** One column over all batches, loaded batch by batch. */
class Chunks<T> {
  readonly #byBatch = new Map<number, Loaded<T>>();
  readonly #load: (batch: StoreBatch) => T;

  constructor(load: (batch: StoreBatch) => T) {
    this.#load = load;
  }

  of(batch: StoreBatch): T {
    const loaded = this.#byBatch.get(batch.batchNo);
    if (loaded !== undefined && loaded.revision === batch.revision) return loaded.chunk;
    const chunk = this.#load(batch);
    this.#byBatch.set(batch.batchNo, { revision: batch.revision, chunk });
    return chunk;
  }

  keepOnly(batchNos: ReadonlySet<number>): void {
    for (const batchNo of this.#byBatch.keys()) if (!batchNos.has(batchNo)) this.#byBatch.delete(batchNo);
  }
}

export interface CodedColumn {
  readonly dictionary: Dictionary;
  of(batch: StoreBatch): Uint32Array;
}

export interface NumberColumn {
  of(batch: StoreBatch): Float64Array;
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

export class ColumnStore {
  readonly #source: ColumnSource;
  #batches: readonly StoreBatch[] = [];
  readonly #coded = new Map<string, { readonly dictionary: Dictionary; readonly chunks: Chunks<Uint32Array> }>();
  readonly #numbers = new Map<string, Chunks<Float64Array>>();

  constructor(source: ColumnSource) {
    this.#source = source;
  }

  get batches(): readonly StoreBatch[] {
    return this.#batches;
  }

  kindOf(column: ColumnId): ColumnKind {
    return this.#source.kindOf(column);
  }

  /** Its values are numbers of themselves: durations in seconds, times in ms since epoch UTC. */
  isNumeric(column: ColumnId): boolean {
    return isField(column) && ['time', 'duration'].includes(this.kindOf(column));
  }

  /** Takes the batches as they are now; columns of batches with a new revision are loaded anew when next asked for. */
  setBatches(batches: readonly StoreBatch[]): void {
    this.#batches = batches;
    const present = new Set(batches.map((batch) => batch.batchNo));
    for (const { chunks } of this.#coded.values()) chunks.keepOnly(present);
    for (const chunks of this.#numbers.values()) chunks.keepOnly(present);
  }

  /** The dimension as codes; bins are cut in `timeZone`. */
  coded(dimension: Dimension, timeZone: string): CodedColumn {
    const id = dimension.bin === undefined ? dimension.column : `${dimensionId(dimension)} ${timeZone}`;
    let column = this.#coded.get(id);
    if (column === undefined) {
      const dictionary = new Dictionary();
      column = { dictionary, chunks: new Chunks(this.#codeLoader(dimension, timeZone, dictionary)) };
      this.#coded.set(id, column);
    }
    const { dictionary, chunks } = column;
    return { dictionary, of: (batch) => chunks.of(batch) };
  }

  #codeLoader(
    { column, bin }: Dimension,
    timeZone: string,
    dictionary: Dictionary,
  ): (batch: StoreBatch) => Uint32Array {
    if (this.isNumeric(column)) {
      const values = this.numbers(column);
      const text =
        bin === undefined
          ? String
          : (
              (cut) => (ms: number) =>
                JSON.stringify(cut(ms))
            )(binner(bin, timeZone));
      return (batch) =>
        Uint32Array.from(values.of(batch), (value) => (Number.isNaN(value) ? 0 : dictionary.code(text(value))));
    }
    return (batch) => {
      if (Object.hasOwn(batch.constants, column)) {
        const value = batch.constants[column];
        return new Uint32Array(batch.count).fill(value == null ? 0 : dictionary.code(JSON.stringify(value)));
      }
      if (rowFields.has(column)) return recode(codesOfTexts(this.#source.readTexts(batch, column)), dictionary);
      // Why there is no value is known of outcomes only; other columns are just blank.
      const absent = () => (outcomeKeyOf(column) === undefined ? undefined : this.#source.readSegment(batch, BLANKS));
      const segment = this.#source.readSegment(batch, column) ?? absent();
      return segment === undefined ? new Uint32Array(batch.count) : recode(segment, dictionary);
    };
  }

  /** A duration, a time, or a key as numbers; NaN where there is none. */
  numbers(column: ColumnId): NumberColumn {
    // A value counts as another number once the column is taken for another kind.
    const id = `${this.kindOf(column)} ${column}`;
    let chunks = this.#numbers.get(id);
    if (chunks === undefined) {
      chunks = new Chunks(this.#numberLoader(column));
      this.#numbers.set(id, chunks);
    }
    return { of: (batch) => chunks.of(batch) };
  }

  #numberLoader(column: ColumnId): (batch: StoreBatch) => Float64Array {
    if (this.isNumeric(column)) {
      return (batch) => {
        const segment = this.#source.readSegment(batch, column);
        return segment?.type === 'numbers' ? segment.values : new Float64Array(batch.count).fill(NaN);
      };
    }
    return (batch) => {
      const { dictionary, of } = this.coded({ column }, 'UTC');
      const codes = of(batch);
      const kind = this.kindOf(column);
      const numberOf = dictionary.values.map((json) => measureOf(json, kind));
      const numbers = new Float64Array(codes.length);
      for (let i = 0; i < codes.length; i++) numbers[i] = numberOf[(codes[i] ?? 0) - FIRST_VALUE] ?? NaN;
      return numbers;
    };
  }
}

/** A segment's own codes as codes of the shared dictionary. */
function recode(segment: Segment, dictionary: Dictionary): Uint32Array {
  if (segment.type === 'numbers') {
    return Uint32Array.from(segment.values, (value) => (Number.isNaN(value) ? 0 : dictionary.code(String(value))));
  }
  const shared = new Uint32Array(segment.dictionary.length + FIRST_VALUE);
  for (let code = 0; code < FIRST_VALUE; code++) shared[code] = code;
  segment.dictionary.forEach((value, i) => (shared[i + FIRST_VALUE] = dictionary.code(value)));
  const codes = new Uint32Array(segment.codes.length);
  for (let i = 0; i < codes.length; i++) codes[i] = shared[segment.codes[i] ?? 0] ?? 0;
  return codes;
}
