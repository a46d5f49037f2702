import { isList, type ColumnKind } from '../../shared/columns.ts';
import { displayJson } from '../../shared/format.ts';
import { blankKinds, type BlankKind, type Filter, type FilterValue } from '../../shared/selection.ts';
import { fold } from '../../shared/searchText.ts';
import type { Bitmap } from './bitmap.ts';
import type { Dictionary } from './dictionary.ts';
import { WORD } from './layout.ts';
import { FIRST_VALUE, blankCode, itemsOf, type Codes, type Numbers } from './segment.ts';
import { sizeOf, type ColumnStore } from './store.ts';

/** Which calls a filter lets pass. */

type Range = Extract<Filter, { op: 'range' }>;

/** Writes the bits of `count` places from `base` (a multiple of 32) on. */
export type WriteBits = (bits: Bitmap, base: number, count: number) => void;

/** How a filter's bits are found: once made, for as many batches as are wanted. */
export function bitsOfFilter(store: ColumnStore, filter: Filter, timeZone: string): WriteBits {
  const { of } = filter;
  if (filter.op === 'range' && of.bin === undefined && of.step === undefined && store.isNumeric(of.column)) {
    const { values, limit } = store.numbers(of.column);
    return (bits, base, count) => writeRange(bits, base, count, values, limit, filter);
  }
  const blanks = blanksOnly(filter);
  if (blanks !== undefined && of.bin === undefined && of.step === undefined && store.isNumeric(of.column)) {
    // As codes, a column of times would take hundreds of megabytes.
    const { values, limit } = store.numbers(of.column);
    const [ofBlank, ofOthers] = [blanks.has('any') || blanks.has('missing'), false].map((is) => is !== blanks.negate);
    return (bits, base, count) => writeBlanks(bits, base, count, values, limit, ofBlank === true, ofOthers === true);
  }
  const { codes, dictionary } = store.coded(of, timeZone);
  // A bin is what it says, a day or an hour, whatever the column holds.
  const kind = of.bin === undefined && of.step === undefined ? store.kindOf(of.column) : 'category';
  const accepted = acceptedCodes(filter, dictionary, kind);
  return (bits, base, count) => writeAccepted(bits, base, count, codes, accepted);
}

/** The kinds of blanks that a filter names, where it names nothing else. */
function blanksOnly(filter: Filter): { has(kind: BlankKind | 'any'): boolean; negate: boolean } | undefined {
  if (filter.op !== 'any') return undefined;
  const blanks = filter.values.map((value) => ('blank' in value ? value.blank : undefined));
  if (blanks.includes(undefined)) return undefined;
  return { has: (kind) => blanks.includes(kind), negate: filter.negate };
}

function writeBlanks(
  bits: Bitmap,
  base: number,
  count: number,
  values: Numbers,
  limit: number,
  ofBlank: boolean,
  ofOthers: boolean,
): void {
  for (let place = base; place < base + count; place++) {
    const isThere = (values[place] as number) < limit;
    const bit = (isThere ? ofOthers : ofBlank) ? 1 : 0;
    const word = place >>> 5;
    bits[word] = (bits[word] as number) | (bit << (place & 31));
  }
}

function writeAccepted(bits: Bitmap, base: number, count: number, codes: Codes, accepted: Uint8Array): void {
  const end = base + count;
  for (let place = base, word = base / WORD; place < end; word++) {
    let found = 0;
    const most = Math.min(WORD, end - place);
    for (let bit = 0; bit < most; bit++, place++) found |= (accepted[codes[place] ?? 0] ?? 0) << bit;
    bits[word] = found;
  }
}

function writeRange(bits: Bitmap, base: number, count: number, values: Numbers, limit: number, range: Range): void {
  const end = base + count;
  for (let place = base, word = base / WORD; place < end; word++) {
    let found = 0;
    const most = Math.min(WORD, end - place);
    for (let bit = 0; bit < most; bit++, place++) {
      const value = values[place] ?? NaN;
      if (value < limit && inRange(range, value)) found |= 1 << bit;
    }
    bits[word] = found;
  }
}

function inRange(filter: Range, value: number): boolean {
  const { from, fromExclusive, to, toInclusive } = filter;
  return (
    !Number.isNaN(value) &&
    (from === null || (fromExclusive ? value > from : value >= from)) &&
    (to === null || (toInclusive ? value <= to : value < to))
  );
}

/** A table by code: 1 where the filter lets the value pass. */
function acceptedCodes(filter: Filter, dictionary: Dictionary, kind: ColumnKind): Uint8Array {
  const accepted = new Uint8Array(dictionary.size);
  switch (filter.op) {
    case 'any':
      for (const value of filter.values)
        for (const code of codesOf(value, dictionary, isList(filter.of.column))) accepted[code] = 1;
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

function codesOf(value: FilterValue, dictionary: Dictionary, isOfLists: boolean): number[] {
  if ('blank' in value) return value.blank === 'any' ? blankKinds.map(blankCode) : [blankCode(value.blank)];
  if (isOfLists) {
    const wanted = 'json' in value ? value.json : JSON.stringify(value.text);
    return dictionary.values.flatMap((json, i) =>
      json === wanted || itemsOf(json).includes(wanted) ? [i + FIRST_VALUE] : [],
    );
  }
  if ('json' in value) return [dictionary.find(value.json) ?? -1].filter((code) => code >= 0);
  return dictionary.values.flatMap((json, i) => (displayJson(json) === value.text ? [i + FIRST_VALUE] : []));
}
