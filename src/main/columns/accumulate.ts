import { notDialled } from '../../shared/call.ts';
import type { Base, Measure } from '../../shared/pivot.ts';
import { displayJson } from '../../shared/format.ts';
import type { NumberColumn } from './numberColumn.ts';
import { FIRST_VALUE, type Codes } from './segment.ts';
import type { Step } from './steps.ts';
import type { ColumnStore } from './store.ts';

/**
 * What a pivot adds up along the selected calls. All accumulators of a group lie side by side in one flat array (`stride` of them a
 * group, the count of calls first), and two groups' accumulators can be merged: so a total comes from calls, not from results.
 */

/** How the accumulators of a slot grow and merge. */
type Merge = 'add' | 'least' | 'most';

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
  steps.push({ do: 'count', columns: together.map(({ column }) => column.values) });
  const sumOf = (id: string) => {
    let known = sums.get(id);
    if (known === undefined) {
      const column = store.numbers(id);
      const sum = slot('add');
      known = { sum, filled: column.hasMissing ? slot('add') : CALLS };
      steps.push({
        do: column.hasMissing ? 'addPresent' : 'add',
        columns: [column.values],
        limit: column.limit,
        at: sum,
      });
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
        steps.push({ do: measure.type, columns: [column.values], limit: column.limit, at });
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

/** Adds what all groups have taken of some calls to what the same groups have of others. */
export function mergeAll(into: Float64Array, from: Float64Array, { stride, merges }: Accumulators): void {
  for (let at = 0; at < into.length; at += stride) {
    if (from[at + CALLS] !== 0) mergeInto(into, at, from, at, merges);
  }
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
  return { do: 'share', columns: [codes, inBase.codes], isMatch, inBase: inBase.table, at };
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
