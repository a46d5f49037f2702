import { isList, type ColumnId } from '../../shared/columns.ts';
import type { Facet, FacetValue, Histogram } from '../../shared/facet.ts';
import { displayJson } from '../../shared/format.ts';
import { fold } from '../../shared/searchText.ts';
import { blankKinds } from '../../shared/selection.ts';
import type { Dictionary } from './dictionary.ts';
import type { Mask } from './masks.ts';
import { FIRST_VALUE, itemsOf, type Codes, type Numbers } from './segment.ts';
import type { ColumnStore } from './store.ts';

/** Counting the values of one column among the calls of a mask. */

const BARS = 24;

export interface FacetOptions {
  readonly most: number;
  readonly search: string;
  readonly timeZone: string;
}

export function facet(store: ColumnStore, mask: Mask, column: ColumnId, options: FacetOptions): Facet {
  const kind = store.kindOf(column);
  if (kind === 'time') {
    const { values, limit } = store.numbers(column);
    const places = mask.places();
    return { column, ...blanksOnly(store, mask, column), histogram: histogramOf(values, limit, { places }) };
  }
  const { codes, dictionary } = store.coded({ column }, options.timeZone);
  const counts = countCodes(codes, dictionary.size, mask.places());
  return {
    column,
    ...(isList(column)
      ? itemsIn(dictionary, counts, options.most, options.search)
      : valuesIn(dictionary, counts, options)),
    // Far fewer values than calls, and no number for each call to be kept.
    histogram: ['duration', 'number', 'date'].includes(kind)
      ? histogramOf(store.numbersByCode(column), Infinity, { calls: counts })
      : null,
  };
}

type Counted = Pick<Facet, 'values' | 'distinct'>;

/** Hardly two calls begin in the same millisecond: a time's histogram says more than its values. */
function blanksOnly(store: ColumnStore, mask: Mask, column: ColumnId): Counted {
  const { values, limit, hasMissing } = store.numbers(column);
  let count = 0;
  if (hasMissing) for (const place of mask.places()) if (!((values[place] as number) < limit)) count++;
  return count === 0 ? { values: [], distinct: 0 } : { values: [{ value: { blank: 'missing' }, count }], distinct: 1 };
}

function valuesIn(dictionary: Dictionary, counts: Uint32Array, { most, search }: FacetOptions): Counted {
  const wanted = fold(search.trim());
  const isWanted = (code: number) =>
    wanted === '' ||
    (code >= FIRST_VALUE && fold(displayJson(dictionary.values[code - FIRST_VALUE] ?? 'null')).includes(wanted));
  // Count and code in one number: flat arrays sort in a tenth of the time of objects. Of equal counts the value met first comes first.
  const found = new Float64Array(dictionary.size);
  let distinct = 0;
  counts.forEach((count, code) => {
    if (count > 0 && isWanted(code)) found[distinct++] = count * SHIFT + (SHIFT - 1 - code);
  });
  const ordered = found.subarray(0, distinct).sort().subarray(-most).toReversed();
  const values = Array.from(ordered, (packed): FacetValue => {
    const code = SHIFT - 1 - (packed % SHIFT);
    const kind = blankKinds[code];
    const value = kind === undefined ? { json: dictionary.values[code - FIRST_VALUE] ?? 'null' } : { blank: kind };
    return { value, count: counts[code] ?? 0 };
  });
  return { values, distinct };
}

/** Each item of a list counts for itself, so a call can count more than once. */
function itemsIn({ values: lists }: Dictionary, counts: Uint32Array, most: number, search: string): Counted {
  const wanted = fold(search.trim());
  const byItem = new Map<string, number>();
  lists.forEach((json, i) => {
    const count = counts[i + FIRST_VALUE] ?? 0;
    if (count > 0) for (const item of itemsOf(json)) byItem.set(item, (byItem.get(item) ?? 0) + count);
  });
  const items = [...byItem].filter(([json]) => wanted === '' || fold(displayJson(json)).includes(wanted));
  const values = items.map(([json, count]): FacetValue => ({ value: { json }, count }));
  const blank = counts[0] ?? 0;
  if (blank > 0 && wanted === '') values.push({ value: { blank: 'missing' }, count: blank });
  values.sort((a, b) => b.count - a.count);
  return { values: values.slice(0, most), distinct: values.length };
}

/** More than there are codes; with fewer than 2^29 calls, a count times this is a whole number that a double holds. */
const SHIFT = 2 ** 24;

function countCodes(codes: Codes, size: number, places: Uint32Array): Uint32Array {
  const counts = new Uint32Array(size);
  for (let i = 0; i < places.length; i++) {
    const code = codes[places[i] as number] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  return counts;
}

/** Numbers below `limit` in bars: those at `places`, or all, each for as many `calls` as have it. */
function histogramOf(
  values: Numbers,
  limit: number,
  { places, calls }: { readonly places?: Uint32Array; readonly calls?: Uint32Array },
): Histogram | null {
  const { length } = places ?? values;
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    if (!(value < limit) || calls?.[i] === 0) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return null;
  const counts = new Uint32Array(BARS);
  const perBar = BARS / (max - min || 1);
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    if (!(value < limit) || calls?.[i] === 0) continue;
    const bar = Math.min(BARS - 1, Math.floor((value - min) * perBar));
    counts[bar] = (counts[bar] as number) + (calls?.[i] ?? 1);
  }
  return { min, max, counts: [...counts] };
}
