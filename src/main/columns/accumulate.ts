import { notDialled } from '../../shared/call.ts';
import type { Base, Measure } from '../../shared/pivot.ts';
import { displayJson } from '../../shared/format.ts';
import type { NumberColumn } from './numberColumn.ts';
import type { Picked } from './picked.ts';
import { FIRST_VALUE, NO_NUMBER, type Codes, type Numbers } from './segment.ts';
import type { ColumnStore } from './store.ts';

/**
 * What a pivot adds up along the selected calls. All accumulators of a group lie side by side in one flat array (`stride` of them a
 * group, the count of calls first), and two groups' accumulators can be merged: so a total comes from calls, not from results.
 */

/** How the accumulators of a slot grow and merge. */
type Merge = 'add' | 'least' | 'most';

/** Takes all picked calls: `ids[i]` is where the accumulators of call i's group begin. */
type Step = (into: Float64Array, ids: Uint32Array, picked: Picked) => void;

export interface Accumulators {
  readonly stride: number;
  readonly merges: readonly Merge[];
  readonly steps: readonly Step[];
  /** Where the measure's result comes from; undefined for one that cannot be merged (see spread.ts). */
  resultOf(measure: Measure): ((into: Float64Array, at: number) => number) | undefined;
}

/** The slot that counts calls. */
export const CALLS = 0;

export function accumulatorsFor(store: ColumnStore, measures: readonly Measure[], base: Base): Accumulators {
  const merges: Merge[] = ['add'];
  const steps: Step[] = [];
  const slot = (...kinds: Merge[]) => merges.push(...kinds) - kinds.length;
  const results = new Map<Measure, (into: Float64Array, at: number) => number>();
  const value = (into: Float64Array, at: number) => into[at] ?? NaN;

  /** Where a column's sum is, and the count of its values: its own where some call has none. */
  const sums = new Map<string, { sum: number; filled: number }>();
  const together = smallSums(store, measures).slice(0, 2);
  for (const { id } of together) sums.set(id, { sum: slot('add'), filled: CALLS });
  steps.push(countAnd(together.map(({ column }) => column.values)));
  const sumOf = (id: string) => {
    let known = sums.get(id);
    if (known === undefined) {
      const column = store.numbers(id);
      const sum = slot('add');
      known = { sum, filled: column.hasMissing ? slot('add') : CALLS };
      steps.push(column.hasMissing ? addPresent(column, sum) : addEach(column, sum));
      sums.set(id, known);
    }
    return known;
  };

  for (const measure of measures) {
    switch (measure.type) {
      case 'count':
        results.set(measure, (into, at) => value(into, at + CALLS));
        break;
      case 'sum': {
        const { sum, filled } = sumOf(measure.column);
        results.set(measure, (into, at) => (value(into, at + filled) === 0 ? NaN : value(into, at + sum)));
        break;
      }
      case 'avg': {
        const { sum, filled } = sumOf(measure.column);
        results.set(measure, (into, at) => value(into, at + sum) / value(into, at + filled));
        break;
      }
      case 'min':
      case 'max': {
        const at = slot(measure.type === 'min' ? 'least' : 'most');
        const column = store.numbers(measure.column);
        steps.push(measure.type === 'min' ? least(column, at) : most(column, at));
        results.set(measure, (into, start) => {
          const found = value(into, start + at);
          return Number.isFinite(found) ? found : NaN;
        });
        break;
      }
      case 'rate': {
        const at = slot('add', 'add');
        steps.push(share(store, measure, base, at));
        results.set(measure, (into, start) => value(into, start + at) / value(into, start + at + 1));
        break;
      }
      case 'median':
      case 'percentile':
      case 'distinct':
        break;
    }
  }
  return { stride: merges.length, merges, steps, resultOf: (measure) => results.get(measure) };
}

/** Columns to be added up of which each call has a small whole number. */
function smallSums(store: ColumnStore, measures: readonly Measure[]): { id: string; column: NumberColumn }[] {
  const ids = measures.flatMap((one) => (one.type === 'sum' || one.type === 'avg' ? [one.column] : []));
  return [...new Set(ids)]
    .map((id) => ({ id, column: store.numbers(id) }))
    .filter(({ column }) => !column.hasMissing && column.values instanceof Uint16Array);
}

/** Accumulators of `groups` groups that have taken no call yet. */
export function emptyAccumulators({ merges, stride }: Accumulators, groups: number): Float64Array {
  const into = new Float64Array(groups * stride);
  merges.forEach((merge, slot) => {
    if (merge === 'add') return;
    for (let at = slot; at < into.length; at += stride) into[at] = merge === 'least' ? Infinity : -Infinity;
  });
  return into;
}

/** Adds what one group has taken to what another has. */
export function mergeInto(
  into: Float64Array,
  at: number,
  from: Float64Array,
  start: number,
  merges: readonly Merge[],
): void {
  for (let slot = 0; slot < merges.length; slot++) {
    const held = into[at + slot] as number;
    const more = from[start + slot] as number;
    const merge = merges[slot];
    if (merge === 'add') into[at + slot] = held + more;
    else if (merge === 'least' ? more < held : more > held) into[at + slot] = more;
  }
}

// Numbers, places and ids are inside the arrays by construction, so nothing is undefined in these loops. Those of the commonest pivots
// are written out, with and without a list of places, and with whole numbers only: a count with one or two sums in one loop, at offsets
// that the loop knows, takes two thirds of the time of one loop each.
function countAnd([a, b]: readonly Numbers[]): Step {
  if (a === undefined) return (into, ids, { length }) => count(into, ids, length);
  return (into, ids, { length, places }) => {
    if (places === undefined) {
      if (b === undefined) countAndSum(into, ids, length, a);
      else countAndSums(into, ids, length, a, b);
    } else if (b === undefined) countAndSumPicked(into, ids, length, places, a);
    else countAndSumsPicked(into, ids, length, places, a, b);
  };
}

function count(into: Float64Array, ids: Uint32Array, length: number): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
  }
}

function countAndSum(into: Float64Array, ids: Uint32Array, length: number, a: Numbers): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[i] as number);
  }
}

function countAndSums(into: Float64Array, ids: Uint32Array, length: number, a: Numbers, b: Numbers): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[i] as number);
    into[id + 2] = (into[id + 2] as number) + (b[i] as number);
  }
}

function countAndSumPicked(
  into: Float64Array,
  ids: Uint32Array,
  length: number,
  places: Uint32Array,
  a: Numbers,
): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[places[i] as number] as number);
  }
}

function countAndSumsPicked(
  into: Float64Array,
  ids: Uint32Array,
  length: number,
  places: Uint32Array,
  a: Numbers,
  b: Numbers,
): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    const place = places[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[place] as number);
    into[id + 2] = (into[id + 2] as number) + (b[place] as number);
  }
}

function addEach({ values }: NumberColumn, at: number): Step {
  return (into, ids, { length, places }) => {
    for (let i = 0; i < length; i++) {
      const slot = (ids[i] as number) + at;
      into[slot] = (into[slot] as number) + (values[places === undefined ? i : (places[i] as number)] as number);
    }
  };
}

function addPresent({ values, limit }: NumberColumn, at: number): Step {
  if (values instanceof Uint16Array) {
    return (into, ids, { length, places }) => {
      for (let i = 0; i < length; i++) {
        const value = values[places === undefined ? i : (places[i] as number)] as number;
        // 1 for a value, 0 for a blank, without a branch: half of all calls may be blank, and each wrong guess costs ten additions.
        const isThere = (value - NO_NUMBER) >>> 31;
        const slot = (ids[i] as number) + at;
        into[slot] = (into[slot] as number) + value * isThere;
        into[slot + 1] = (into[slot + 1] as number) + isThere;
      }
    };
  }
  return (into, ids, { length, places }) => {
    for (let i = 0; i < length; i++) {
      const value = values[places === undefined ? i : (places[i] as number)] as number;
      if (!(value < limit)) continue;
      const slot = (ids[i] as number) + at;
      into[slot] = (into[slot] as number) + value;
      into[slot + 1] = (into[slot + 1] as number) + 1;
    }
  };
}

function least({ values, limit }: NumberColumn, at: number): Step {
  return (into, ids, { length, places }) => {
    for (let i = 0; i < length; i++) {
      const value = values[places === undefined ? i : (places[i] as number)] as number;
      const slot = (ids[i] as number) + at;
      if (value < limit && value < (into[slot] as number)) into[slot] = value;
    }
  };
}

function most({ values, limit }: NumberColumn, at: number): Step {
  return (into, ids, { length, places }) => {
    for (let i = 0; i < length; i++) {
      const value = values[places === undefined ? i : (places[i] as number)] as number;
      const slot = (ids[i] as number) + at;
      if (value < limit && value > (into[slot] as number)) into[slot] = value;
    }
  };
}

/** Counts the calls of the base, and those of them whose value is the measure's. */
function share(
  store: ColumnStore,
  { column, value }: Extract<Measure, { type: 'rate' }>,
  base: Base,
  at: number,
): Step {
  const { codes, dictionary } = store.coded({ column }, 'UTC');
  const isMatch = new Uint8Array(dictionary.size);
  dictionary.values.forEach((json, i) => {
    if (displayJson(json) === value) isMatch[i + FIRST_VALUE] = 1;
  });
  const inBase = baseOf(store, base, codes, dictionary.size);
  return (into, ids, { length, places }) => {
    for (let i = 0; i < length; i++) {
      const place = places === undefined ? i : (places[i] as number);
      const counted = inBase.table[inBase.codes[place] as number] as number;
      const slot = (ids[i] as number) + at;
      into[slot] = (into[slot] as number) + (counted & (isMatch[codes[place] as number] as number));
      into[slot + 1] = (into[slot + 1] as number) + counted;
    }
  };
}

/** The calls that a rate is a share of: those whose code has a 1 in the table. */
function baseOf(store: ColumnStore, base: Base, codes: Codes, size: number): { codes: Codes; table: Uint8Array } {
  switch (base) {
    case 'filled':
      return { codes, table: new Uint8Array(size).fill(1, FIRST_VALUE) };
    case 'answered': {
      const { values, limit } = store.numbers('answer_duration_seconds');
      const answered = Uint8Array.from(values, (seconds) => (seconds > 0 && seconds < limit ? 1 : 0));
      return { codes: answered, table: Uint8Array.of(0, 1) };
    }
    case 'analysed': {
      const analysis = store.coded({ column: 'analysis_status' }, 'UTC');
      const table = new Uint8Array(analysis.dictionary.size);
      table[analysis.dictionary.find('"ready"') ?? 0] = 1;
      table[0] = 0;
      return { codes: analysis.codes, table };
    }
    case 'dialled': {
      const status = store.coded({ column: 'status' }, 'UTC');
      const waiting = new Set(notDialled.map((word) => status.dictionary.find(JSON.stringify(word))));
      return {
        codes: status.codes,
        table: Uint8Array.from({ length: status.dictionary.size }, (_, code) => (waiting.has(code) ? 0 : 1)),
      };
    }
  }
}
