import { parseJson, type Json } from '../../shared/json.ts';
import { FIRST_VALUE, NO_NUMBER, type Lines, type Segment } from '../columns/segment.ts';
import { batchNoOf, CALLS_PER_BATCH, positionOf } from './rowId.ts';

/** The calls of one batch among calls in any order: what is read batch by batch is read once. */
export interface Slice {
  readonly batchNo: number;
  /** Positions in the batch, ascending. */
  readonly positions: Uint32Array;
  /** Where each of them stands among all. */
  readonly places: Uint32Array;
}

/** Calls by batch, at most 2^20 of them. */
export function slicesOf(rowIds: ArrayLike<number>): Slice[] {
  const byBatch = new Map<number, number[]>();
  for (let place = 0; place < rowIds.length; place++) {
    const rowId = rowIds[place] ?? 0;
    const batchNo = batchNoOf(rowId);
    let keys = byBatch.get(batchNo);
    if (keys === undefined) byBatch.set(batchNo, (keys = []));
    // Position and place as one number: typed arrays sort numbers many times faster than by a function.
    keys.push(positionOf(rowId) * CALLS_PER_BATCH + place);
  }
  return [...byBatch].map(([batchNo, keys]) => {
    const sorted = Float64Array.from(keys).sort();
    return {
      batchNo,
      positions: Uint32Array.from(sorted, (key) => Math.floor(key / CALLS_PER_BATCH)),
      places: Uint32Array.from(sorted, (key) => key % CALLS_PER_BATCH),
    };
  });
}

/** What becomes of values; null: blank. */
export interface Maker<T> {
  make(value: Json): T | null;
  /** Makes it of a text's bytes, which are quicker had; undefined: `make` has to. JSON's escapes stand in them as they are. */
  makeOfBytes?(bytes: Buffer, from: number, to: number): T | undefined;
  /** What was made last may stand for the same value of other calls. */
  isKept(): boolean;
}

/** A value of a dictionary. Most are texts without escapes; cutting one out is quicker than parsing it. */
function valueOfJson(json: string): Json {
  return json.startsWith('"') && !json.includes('\\') ? json.slice(1, -1) : parseJson(json);
}

const QUOTE = 0x22;
const NO_LINES: Lines = { bytes: Buffer.alloc(0), starts: new Uint32Array(0) };

/** Puts what is made of a column's values to the places of the slice's calls; of a value that the batch holds often mostly once. */
export function fillFrom<T>(
  segment: Segment,
  { positions, places }: Slice,
  { make, makeOfBytes, isKept }: Maker<T>,
  into: (T | null)[],
): void {
  if (segment.type === 'numbers' && segment.values instanceof Float64Array) {
    // Times: hardly two are alike.
    const { values } = segment;
    for (let i = 0; i < positions.length; i++) {
      const value = values[positions[i] ?? 0] ?? NaN;
      into[places[i] ?? 0] = make(Number.isNaN(value) ? null : value);
    }
    return;
  }
  const codes = segment.type === 'codes' ? segment.codes : segment.values;
  const { bytes, starts } = (segment.type === 'codes' && makeOfBytes !== undefined && segment.lines) || NO_LINES;
  const makeOne = (code: number): T | null => {
    if (segment.type === 'numbers') return make(code === NO_NUMBER ? null : code);
    const place = code - FIRST_VALUE;
    if (place < 0) return make(null);
    const start = starts[place] ?? 0;
    const end = (starts[place + 1] ?? 0) - 1;
    const made = bytes[start] === QUOTE ? makeOfBytes?.(bytes, start + 1, end - 1) : undefined;
    return made ?? make(valueOfJson(segment.dictionary[place] ?? 'null'));
  };
  let largest = 0;
  for (const position of positions) largest = Math.max(largest, codes[position] ?? 0);
  // Of full length from the start: an array with large holes would be kept as a table of its keys.
  const known = Array<T | null | undefined>(largest + 1);
  for (let i = 0; i < positions.length; i++) {
    const code = codes[positions[i] ?? 0] ?? 0;
    let value = known[code];
    if (value === undefined) {
      value = makeOne(code);
      if (isKept()) known[code] = value;
    }
    into[places[i] ?? 0] = value;
  }
}
