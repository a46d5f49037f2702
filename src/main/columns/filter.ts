import type { ColumnKind } from '../../shared/columns.ts';
import { displayJson } from '../../shared/format.ts';
import { blankKinds, type Filter, type FilterValue, type Selection } from '../../shared/selection.ts';
import { fold } from '../../shared/searchText.ts';
import { FIRST_VALUE, blankCode } from './segment.ts';
import { sizeOf, type ColumnStore, type Dictionary, type StoreBatch } from './store.ts';

/**
 * Which calls a selection means, as one byte a call (1: in) over all batches in the store's order. A call's place in the mask is its
 * batch's base plus its position.
 */
export interface Mask {
  readonly bits: Uint8Array;
  readonly count: number;
}

/** Bases of the store's batches, by batch number, and the number of calls. */
export function placesOf(batches: readonly StoreBatch[]): { bases: ReadonlyMap<number, number>; length: number } {
  const bases = new Map<number, number>();
  let length = 0;
  for (const batch of batches) {
    bases.set(batch.batchNo, length);
    length += batch.count;
  }
  return { bases, length };
}

/**
 * Evaluates batches, text and filters. `inBatch` says whether the selection's batches include one; `hits` holds the text's hits as a
 * mask, undefined where there is no text.
 */
export function evaluate(
  store: ColumnStore,
  selection: Selection,
  inBatch: (batch: StoreBatch) => boolean,
  hits: Uint8Array | undefined,
): Mask {
  const { length } = placesOf(store.batches);
  const bits = hits === undefined ? new Uint8Array(length).fill(1) : hits.slice();
  const chosen: { batch: StoreBatch; bits: Uint8Array }[] = [];
  let base = 0;
  for (const batch of store.batches) {
    const part = bits.subarray(base, base + batch.count);
    if (inBatch(batch)) chosen.push({ batch, bits: part });
    else part.fill(0);
    base += batch.count;
  }
  for (const filter of selection.filters) apply(store, filter, selection.timeZone, chosen);
  let count = 0;
  for (let i = 0; i < length; i++) count += bits[i] ?? 0;
  return { bits, count };
}

function inRange(filter: Extract<Filter, { op: 'range' }>, value: number): boolean {
  const { from, fromExclusive, to, toInclusive } = filter;
  return (
    !Number.isNaN(value) &&
    (from === null || (fromExclusive ? value > from : value >= from)) &&
    (to === null || (toInclusive ? value <= to : value < to))
  );
}

function apply(
  store: ColumnStore,
  filter: Filter,
  timeZone: string,
  chosen: readonly { batch: StoreBatch; bits: Uint8Array }[],
): void {
  if (filter.op === 'range' && filter.of.bin === undefined && store.isNumeric(filter.of.column)) {
    const column = store.numbers(filter.of.column);
    for (const { batch, bits } of chosen) {
      const values = column.of(batch);
      for (let i = 0; i < bits.length; i++) if (bits[i] === 1 && !inRange(filter, values[i] ?? NaN)) bits[i] = 0;
    }
    return;
  }
  const column = store.coded(filter.of, timeZone);
  // Every batch first: loading a batch may bring new values into the dictionary.
  const chunks = chosen.map(({ batch }) => column.of(batch));
  const accepted = acceptedCodes(filter, column.dictionary, store.kindOf(filter.of.column));
  chosen.forEach(({ bits }, c) => {
    const codes = chunks[c] ?? new Uint32Array(0);
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & (accepted[codes[i] ?? 0] ?? 0);
  });
}

/** A table by code: 1 where the filter lets the value pass. */
function acceptedCodes(filter: Filter, dictionary: Dictionary, kind: ColumnKind): Uint8Array {
  const accepted = new Uint8Array(dictionary.size);
  switch (filter.op) {
    case 'any':
      for (const value of filter.values) for (const code of codesOf(value, dictionary)) accepted[code] = 1;
      break;
    case 'contains': {
      const wanted = fold(filter.text);
      dictionary.values.forEach((json, i) => {
        if (fold(displayJson(json)).includes(wanted)) accepted[i + FIRST_VALUE] = 1;
      });
      break;
    }
    case 'range':
      dictionary.values.forEach((json, i) => {
        if (inRange(filter, sizeOf(json, kind))) accepted[i + FIRST_VALUE] = 1;
      });
  }
  if (filter.op !== 'range' && filter.negate) return accepted.map((bit) => 1 - bit);
  return accepted;
}

function codesOf(value: FilterValue, dictionary: Dictionary): number[] {
  if ('blank' in value) return value.blank === 'any' ? blankKinds.map(blankCode) : [blankCode(value.blank)];
  if ('json' in value) return [dictionary.find(value.json) ?? -1].filter((code) => code >= 0);
  return dictionary.values.flatMap((json, i) => (displayJson(json) === value.text ? [i + FIRST_VALUE] : []));
}
