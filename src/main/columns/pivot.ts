import { notDialled } from '../../shared/call.ts';
import type { Dimension } from '../../shared/columns.ts';
import { CallbookError } from '../../shared/errors.ts';
import { displayJson, formatCount } from '../../shared/format.ts';
import type { Base, Measure, PivotResult, PivotSpec } from '../../shared/pivot.ts';
import { blankKinds, type DimensionValue, type Selection } from '../../shared/selection.ts';
import type { Mask } from './filter.ts';
import { FIRST_VALUE } from './segment.ts';
import { compareKeys, sortKey } from './sort.ts';
import type { ColumnStore } from './store.ts';

/** Counting calls into the cells of a pivot. Every total is counted from the calls, never from cells. */

/** More cells than anyone can read, and more than a window can hold. */
export const MOST_CELLS = 1_000_000;

/** Up to this many combinations of codes a table finds the group; beyond, a map. */
const TABLE_SIZE = 1 << 22;

/** For each selected call the number of its group, and each group's values. */
interface Axis {
  readonly groups: Uint32Array;
  readonly keys: DimensionValue[][];
}

/** Gathers one number a selected call from chunks of batches. */
function gather<T extends Uint32Array | Float64Array>(
  store: ColumnStore,
  mask: Mask,
  into: T,
  chunk: (batch: ColumnStore['batches'][number]) => T,
): T {
  let base = 0;
  let at = 0;
  for (const batch of store.batches) {
    const bits = mask.bits.subarray(base, base + batch.count);
    base += batch.count;
    if (!bits.includes(1)) continue;
    const values = chunk(batch);
    for (let i = 0; i < bits.length; i++) if (bits[i] === 1) into[at++] = values[i] ?? 0;
  }
  return into;
}

/** Numbers groups without gaps: `ids` become 0, 1, 2 … in order of first appearance; `firsts` are the ids by number. */
function densify(ids: Float64Array, size: number): { groups: Uint32Array; firsts: number[] } {
  const groups = new Uint32Array(ids.length);
  const firsts: number[] = [];
  if (size <= TABLE_SIZE) {
    const table = new Int32Array(size).fill(-1);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] ?? 0;
      let group = table[id] ?? -1;
      if (group < 0) {
        group = firsts.push(id) - 1;
        table[id] = group;
      }
      groups[i] = group;
    }
  } else {
    const table = new Map<number, number>();
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] ?? 0;
      let group = table.get(id);
      if (group === undefined) {
        group = firsts.push(id) - 1;
        table.set(id, group);
      }
      groups[i] = group;
    }
  }
  return { groups, firsts };
}

function axisOf(store: ColumnStore, mask: Mask, dimensions: readonly Dimension[], timeZone: string): Axis {
  let groups: Uint32Array = new Uint32Array(mask.count);
  let tuples: number[][] = [[]];
  const columns = dimensions.map((dimension) => store.coded(dimension, timeZone));
  for (const column of columns) {
    const codes = gather(store, mask, new Uint32Array(mask.count), (batch) => column.of(batch));
    const size = column.dictionary.size;
    const combined = new Float64Array(codes.length);
    for (let i = 0; i < codes.length; i++) combined[i] = (groups[i] ?? 0) * size + (codes[i] ?? 0);
    const dense = densify(combined, tuples.length * size);
    const before = tuples;
    tuples = dense.firsts.map((id) => [...(before[Math.floor(id / size)] ?? []), id % size]);
    groups = dense.groups;
  }
  return inOrder(
    store,
    groups,
    tuples,
    columns.map((column) => column.dictionary.values),
    dimensions,
  );
}

/** Renumbers groups so that their values ascend, blanks last. */
function inOrder(
  store: ColumnStore,
  groups: Uint32Array,
  tuples: number[][],
  values: string[][],
  dimensions: readonly Dimension[],
): Axis {
  const ranks = values.map((texts, d) => {
    const used = [...new Set(tuples.map((tuple) => tuple[d] ?? 0))];
    const blanks = used.filter((code) => code < FIRST_VALUE).sort((a, b) => a - b);
    const dimension = dimensions[d];
    const kind = dimension === undefined ? 'category' : store.kindOf(dimension.column);
    const present = used
      .filter((code) => code >= FIRST_VALUE)
      .map((code) => ({ code, key: sortKey(texts[code - FIRST_VALUE] ?? '', kind, dimension?.bin) }))
      .sort((a, b) => compareKeys(a.key, b.key));
    return new Map([...present.map(({ code }) => code), ...blanks].map((code, rank) => [code, rank]));
  });
  const rankOf = (tuple: readonly number[]) => tuple.map((code, d) => ranks[d]?.get(code) ?? 0);
  const order = tuples
    .map((tuple, group) => ({ tuple, group, rank: rankOf(tuple) }))
    .sort((a, b) => {
      for (const [d, rank] of a.rank.entries()) if (rank !== b.rank[d]) return rank - (b.rank[d] ?? 0);
      return 0;
    });
  const place = new Uint32Array(tuples.length);
  order.forEach(({ group }, i) => (place[group] = i));
  const keys = order.map(({ tuple }) =>
    tuple.map((code, d): DimensionValue => {
      const kind = blankKinds[code];
      return kind === undefined ? { json: values[d]?.[code - FIRST_VALUE] ?? 'null' } : { blank: kind };
    }),
  );
  for (let i = 0; i < groups.length; i++) groups[i] = place[groups[i] ?? 0] ?? 0;
  return { groups, keys };
}

/** A measure over groups: `ids[i]` is the group of the i-th selected call. Gives one number a group, NaN where nothing was measured. */
type Measured = (ids: Uint32Array, size: number) => Float64Array;

function countOf(ids: Uint32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

function measuredNumbers(type: 'sum' | 'avg' | 'min' | 'max', values: Float64Array): Measured {
  return (ids, size) => {
    const result = new Float64Array(size).fill(type === 'min' ? Infinity : type === 'max' ? -Infinity : 0);
    const counts = new Float64Array(size);
    for (let i = 0; i < ids.length; i++) {
      const value = values[i] ?? NaN;
      if (Number.isNaN(value)) continue;
      const id = ids[i] ?? 0;
      counts[id] = (counts[id] ?? 0) + 1;
      const held = result[id] ?? 0;
      result[id] = type === 'min' ? Math.min(held, value) : type === 'max' ? Math.max(held, value) : held + value;
    }
    for (let id = 0; id < size; id++) {
      if (counts[id] === 0) result[id] = NaN;
      else if (type === 'avg') result[id] = (result[id] ?? NaN) / (counts[id] ?? 1);
    }
    return result;
  };
}

function medianOf(values: Float64Array): Measured {
  return (ids, size) => {
    const lists: number[][] = Array.from({ length: size }, () => []);
    for (let i = 0; i < ids.length; i++) {
      const value = values[i] ?? NaN;
      if (!Number.isNaN(value)) lists[ids[i] ?? 0]?.push(value);
    }
    return Float64Array.from(lists, (list) => {
      if (list.length === 0) return NaN;
      const sorted = Float64Array.from(list).sort();
      const middle = sorted.length >> 1;
      const upper = sorted[middle] ?? NaN;
      return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
    });
  };
}

/** Share of the calls in the base that are marked in `matches`. */
function rateOf(matches: Uint8Array, inBase: Uint8Array): Measured {
  return (ids, size) => {
    const bases = new Float64Array(size);
    const found = new Float64Array(size);
    for (let i = 0; i < ids.length; i++) {
      if (inBase[i] !== 1) continue;
      const id = ids[i] ?? 0;
      bases[id] = (bases[id] ?? 0) + 1;
      found[id] = (found[id] ?? 0) + (matches[i] ?? 0);
    }
    return found.map((n, id) => (bases[id] === 0 ? NaN : n / (bases[id] ?? 1)));
  };
}

function baseOf(store: ColumnStore, mask: Mask, base: Base, codes: Uint32Array): Uint8Array {
  switch (base) {
    case 'dialled': {
      const status = store.coded({ column: 'status' }, 'UTC');
      const states = gather(store, mask, new Uint32Array(mask.count), (batch) => status.of(batch));
      const waiting = new Set(notDialled.map((word) => status.dictionary.find(JSON.stringify(word))));
      return Uint8Array.from(states, (code) => (waiting.has(code) ? 0 : 1));
    }
    case 'filled':
      return Uint8Array.from(codes, (code) => (code >= FIRST_VALUE ? 1 : 0));
    case 'answered': {
      const answered = store.numbers('answer_duration_seconds');
      const seconds = gather(store, mask, new Float64Array(mask.count), (batch) => answered.of(batch));
      return Uint8Array.from(seconds, (value) => (value > 0 ? 1 : 0));
    }
    case 'analysed': {
      const analysis = store.coded({ column: 'analysis_status' }, 'UTC');
      const states = gather(store, mask, new Uint32Array(mask.count), (batch) => analysis.of(batch));
      const ready = analysis.dictionary.find('"ready"');
      return Uint8Array.from(states, (code) => (code === ready ? 1 : 0));
    }
  }
}

function measuredOf(store: ColumnStore, mask: Mask, measure: Measure, base: Base): Measured {
  switch (measure.type) {
    case 'count':
      return countOf;
    case 'rate': {
      const column = store.coded({ column: measure.column }, 'UTC');
      const codes = gather(store, mask, new Uint32Array(mask.count), (batch) => column.of(batch));
      const isMatch = column.dictionary.values.map((json) => (displayJson(json) === measure.value ? 1 : 0));
      const matches = new Uint8Array(codes.length);
      for (let i = 0; i < codes.length; i++) matches[i] = isMatch[(codes[i] ?? 0) - FIRST_VALUE] ?? 0;
      return rateOf(matches, baseOf(store, mask, base, codes));
    }
    default: {
      const column = store.numbers(measure.column);
      const values = gather(store, mask, new Float64Array(mask.count), (batch) => column.of(batch));
      return measure.type === 'median' ? medianOf(values) : measuredNumbers(measure.type, values);
    }
  }
}

/** The pivot of the calls in the mask. Throws PIVOT_TOO_LARGE before it makes more cells than anyone can read. */
export function pivot(store: ColumnStore, mask: Mask, selection: Selection, spec: PivotSpec): PivotResult {
  const rows = axisOf(store, mask, spec.rows, selection.timeZone);
  const columns = axisOf(store, mask, spec.columns, selection.timeZone);
  const [height, width] = [rows.keys.length, columns.keys.length];
  if (height * width > MOST_CELLS) {
    throw new CallbookError(
      'PIVOT_TOO_LARGE',
      `This pivot would have ${formatCount(height)} rows and ${formatCount(width)} columns. ` +
        'Filter the calls first, or choose dimensions with fewer values.',
    );
  }
  const cellIds = new Uint32Array(mask.count);
  for (let i = 0; i < cellIds.length; i++) cellIds[i] = (rows.groups[i] ?? 0) * width + (columns.groups[i] ?? 0);
  const measured = spec.measures.map((measure) => measuredOf(store, mask, measure, spec.base));
  const all = new Uint32Array(mask.count);
  return {
    spec,
    rowKeys: rows.keys,
    columnKeys: columns.keys,
    cells: measured.map((measure) => measure(cellIds, height * width)),
    rowTotals: measured.map((measure) => measure(rows.groups, height)),
    columnTotals: measured.map((measure) => measure(columns.groups, width)),
    totals: Float64Array.from(measured, (measure) => measure(all, 1)[0] ?? NaN),
    counts: countOf(cellIds, height * width),
    calls: mask.count,
  };
}
